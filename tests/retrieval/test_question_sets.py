"""Question sets: read as they are meant, bad ones refused with the line that is wrong."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from retrieval.question_sets import (
    Kind,
    MarkedParagraph,
    QuestionSetError,
    SetQuestion,
    read_question_set,
)

QUERY = {"_id": "q1", "text": "Who was hurt?"}
HEADER = "query-id\tcorpus-id\tscore"


def write_set(
    folder: Path, queries: Sequence[Any] | str = (QUERY,), qrels: str = f"{HEADER}\nq1\tflood\t1\n"
) -> Path:
    lines = queries if isinstance(queries, str) else "\n".join(map(json.dumps, queries))
    (folder / "corpus.jsonl").write_text("")
    (folder / "queries.jsonl").write_text(lines, encoding="utf-8")
    (folder / "qrels.tsv").write_text(qrels, encoding="utf-8")
    return folder


def refusal(folder: Path) -> str:
    with pytest.raises(QuestionSetError) as caught:
        read_question_set(folder)
    message = str(caught.value)
    assert "\n" not in message
    assert ";" in message
    assert str(folder) in message
    return message


def test_a_set_is_read_in_the_order_of_its_file(tmp_path: Path) -> None:
    queries = [
        {"_id": 7, "text": "Who won?", "answers": ["Northtown"], "history": ["user: hello"]},
        QUERY,
        {"_id": "q3", "text": "Why?", "answerable": False},
        {"_id": "q4", "text": "Where?", "answers": None, "history": None, "more": 1},
    ]
    qrels = f"{HEADER}\n7\tmatch\t2\n7\tfinal\t1\n7\tother\t0\nq1\tflood\t1\nq3\tflood\t1\n\n"
    found = read_question_set(write_set(tmp_path, queries, qrels))
    assert found.corpus == tmp_path / "corpus.jsonl"
    assert found.questions == (
        SetQuestion(
            id="7",
            text="Who won?",
            history=("user: hello",),
            answers=("Northtown",),
            relevant={"match": 2, "final": 1},
        ),
        SetQuestion(id="q1", text="Who was hurt?", history=(), answers=(), relevant={"flood": 1}),
        SetQuestion(id="q3", text="Why?", history=(), answers=(), relevant={}),
        SetQuestion(id="q4", text="Where?", history=(), answers=(), relevant={}),
    )


def test_windows_line_ends_byte_marks_and_missing_headers_are_no_trouble(tmp_path: Path) -> None:
    write_set(tmp_path, "\ufeff" + json.dumps(QUERY) + "\r\n\r\n", "q1\tflood\t1\r\n")
    assert read_question_set(tmp_path).questions[0].relevant == {"flood": 1}


@pytest.mark.parametrize("name", ["corpus.jsonl", "queries.jsonl", "qrels.tsv"])
def test_a_folder_without_one_of_the_files_is_no_set(tmp_path: Path, name: str) -> None:
    (write_set(tmp_path) / name).unlink()
    assert f"has no {name}" in refusal(tmp_path)
    assert "has no corpus.jsonl" in refusal(tmp_path / "no such folder")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "is not JSON"),
        ("[1, 2]", "has no _id or no text"),
        ('{"text": "Why?"}', "has no _id or no text"),
        ('{"_id": "a"}', "has no _id or no text"),
        ('{"_id": "a", "text": ""}', "has no _id or no text"),
        ('{"_id": "a", "text": " \\n"}', "has no _id or no text"),
        ('{"_id": "a", "text": 7}', "has no _id or no text"),
        ('{"_id": "q1", "text": "Again?"}', "has an _id that stood before"),
        ('{"_id": "a", "text": "Why?", "answers": "one text"}', "answers is not a list of texts"),
        ('{"_id": "a", "text": "Why?", "answers": [""]}', "answers is not a list of texts"),
        ('{"_id": "a", "text": "Why?", "related": "flood"}', "related is not a list of texts"),
        ('{"_id": "a", "text": "Why?", "gold_sentences": [7]}', "gold_sentences is not a list"),
        ('{"_id": "a", "text": "Why?", "history": [1]}', "history is not a list of texts"),
        ('{"_id": "a", "text": "Why?", "history": {"user": "x"}}', "history is not a list"),
    ],
)
def test_a_bad_question_is_named_by_its_line(tmp_path: Path, line: str, reason: str) -> None:
    message = refusal(write_set(tmp_path, f"{json.dumps(QUERY)}\n\n{line}\n"))
    assert f"line 3 {reason}" in message or f"line 3: {reason}" in message


@pytest.mark.parametrize("line", ["q1 flood 1", "q1\tflood", "q1\t0\tflood\t1", "q1\tflood\tvery"])
def test_a_bad_judgement_is_named_by_its_line(tmp_path: Path, line: str) -> None:
    message = refusal(write_set(tmp_path, qrels=f"{HEADER}\nq1\tflood\t1\n{line}\n"))
    assert "line 3 is not `question<TAB>article<TAB>score`" in message


def test_a_set_without_questions_is_refused(tmp_path: Path) -> None:
    assert "holds no question" in refusal(write_set(tmp_path, []))


def test_a_file_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    write_set(tmp_path)
    (tmp_path / "queries.jsonl").write_bytes(json.dumps(QUERY).encode("utf-16"))
    assert "it should be UTF-8 text" in refusal(tmp_path)


def test_a_question_says_of_which_kind_it_is_and_what_it_is_about(tmp_path: Path) -> None:
    queries = [
        QUERY | {"related": ["fire"], "removed_article": "The storm"},
        {"_id": "n1", "text": "Why?", "related": ["fire", "flood"]},
        {"_id": "n2", "text": "Why?", "kind": "near-miss"},
        {"_id": "n3", "text": "Why?", "answerable": False, "removed_article": "The storm"},
        {"_id": "n4", "text": "Why?", "kind": ["near miss"]},
    ]
    found = read_question_set(write_set(tmp_path, queries)).questions
    assert [(one.kind, one.about) for one in found] == [
        (Kind.PRESENT, ("flood",)),
        (Kind.NEAR_MISS, ("fire", "flood")),
        (Kind.NEAR_MISS, ()),
        (Kind.ABSENT, ("left out: The storm",)),
        (Kind.ABSENT, ()),
    ]


def test_gold_texts_are_read_in_the_form_in_which_articles_are_stored(tmp_path: Path) -> None:
    query = QUERY | {"answers": ["Mala\u0301ga\r\nbay", "\u00ad"], "gold_sentences": ["a\u00adb"]}
    (found,) = read_question_set(write_set(tmp_path, [query])).questions
    assert found.answers == ("Mal\u00e1ga\nbay",)
    assert found.gold_sentences == ("ab",)


def mark(folder: Path, paragraphs: Sequence[Any] | None, qrels: str | None) -> Path:
    if paragraphs is not None:
        lines = "\n".join(map(json.dumps, paragraphs))
        (folder / "passages.jsonl").write_text(lines, encoding="utf-8")
    if qrels is not None:
        (folder / "qrels_passages.tsv").write_text(qrels, encoding="utf-8")
    return folder


PARAGRAPHS = [
    {"_id": "p1", "article_id": "flood", "text": "Two houses.\r\nNobody was hurt."},
    {"_id": "p2", "article_id": "flood", "text": "Nobody."},
    {"_id": "p3", "article_id": "fire", "text": "Five houses."},
]


def test_marked_paragraphs_belong_to_the_questions_they_answer(tmp_path: Path) -> None:
    queries = [QUERY, {"_id": "q2", "text": "Why?"}, {"_id": "q3", "text": "Where?"}]
    write_set(tmp_path, queries, f"{HEADER}\nq1\tflood\t1\nq2\tflood\t1\n")
    mark(tmp_path, PARAGRAPHS, f"{HEADER}\nq1\tp1\t1\nq1\tp2\t2\nq1\tp3\t0\nq3\tp2\t1\n")
    found = read_question_set(tmp_path).questions
    assert found[0].paragraphs == (
        MarkedParagraph(article="flood", text="Two houses.\nNobody was hurt."),
        MarkedParagraph(article="flood", text="Nobody."),
    )
    assert found[1].paragraphs == found[2].paragraphs == ()


@pytest.mark.parametrize(
    ("paragraphs", "qrels", "reason"),
    [
        (PARAGRAPHS, None, "has passages.jsonl but no qrels_passages.tsv; add it"),
        (None, "q1\tp1\t1\n", "has qrels_passages.tsv but no passages.jsonl; add it"),
        (PARAGRAPHS, "q1\tp9\t1\n", "names p9, which is not in passages.jsonl"),
        (PARAGRAPHS, "q1 p1 1\n", "line 1 is not `question<TAB>paragraph<TAB>score`"),
        ([{"_id": "p1", "text": "x"}], "q1\tp1\t1\n", "has no _id or no article_id or no text"),
        ([{"_id": "p1", "article_id": 7, "text": "x"}], "", "has no _id or no article_id"),
    ],
)
def test_marks_that_do_not_fit_together_are_refused(
    tmp_path: Path, paragraphs: Sequence[Any] | None, qrels: str | None, reason: str
) -> None:
    assert reason in refusal(mark(write_set(tmp_path), paragraphs, qrels))
