"""Question sets: read as they are meant, bad ones refused with the line that is wrong."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from retrieval.question_sets import QuestionSetError, SetQuestion, read_question_set

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
