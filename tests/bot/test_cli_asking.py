"""`ask`, one question or many, and `chat`, from the outside."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.samples import EXAMPLES
from retrieval.calibration import (
    FILE_NAME,
    Calibration,
    default_calibration,
    write_calibration,
)
from retrieval.embedders.sentence_transformers import BUNDLED_MODEL
from tests.bot.command_line import Ended, load_words, passagebot

ARTICLES = [
    {
        "_id": "flood",
        "title": "Two houses emptied in Mill Lane",
        "text": "The Sallow spilled over its bank. Two houses in Mill Lane were evacuated on Tuesday.",
        "url": "https://courier.example/flood",
        "date": "2026-10-13",
        "source": "Courier",
        "lang": "en",
    },
    {
        "_id": "tram",
        "title": "Tram line 4 is back",
        "text": "The tram runs from Station Square. A single ticket for the tram costs two pounds.",
        "date": "2026-09-01",
        "source": "Coast Daily",
        "lang": "en",
    },
]
QUESTION = "How many houses in Mill Lane were evacuated?"


def never_silent() -> Calibration:
    """Return numbers by which the first hit always answers: the shipped ones suit a real model."""
    shipped = default_calibration()
    confidence = replace(shipped.confidence, possible_from=0.0, strong_from=1.0)
    return replace(shipped, confidence=confidence, fitted_for=load_words(BUNDLED_MODEL).space.name)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("asked")
    source = folder / "articles.jsonl"
    source.write_text("\n".join(map(json.dumps, ARTICLES)), encoding="utf-8")
    library = folder / "library"
    assert passagebot("--library", library, "ingest", source).code == 0
    write_calibration(library / FILE_NAME, never_silent())
    return library


@pytest.fixture(autouse=True)
def its_settings(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASSAGEBOT_LIBRARY", str(library))


def answers(ended: Ended) -> list[dict[str, Any]]:
    return [json.loads(line) for line in ended.out.splitlines()]


def test_an_answer_is_the_quote_then_where_it_stands() -> None:
    ended = passagebot("ask", *QUESTION.split())
    assert ended.code == 0
    lines = ended.out.splitlines()
    assert lines[0] == ARTICLES[0]["text"]
    assert lines[1] == "  Two houses emptied in Mill Lane"
    assert lines[2].startswith(
        "  Courier · 13 October 2026 · https://courier.example/flood#:~:text="
    )
    assert lines[3].endswith(" match")


def test_further_passages_follow_after_an_empty_line() -> None:
    hits = len(answers(passagebot("ask", "--json", QUESTION))[0]["hits"])
    assert passagebot("ask", QUESTION).out.count("\n\n") == hits - 1
    assert "\n\n" not in passagebot("ask", "-k", "1", QUESTION).out


def test_the_json_answer_is_the_outside_interface() -> None:
    (answer,) = answers(passagebot("ask", "--json", QUESTION))
    assert set(answer) == {
        *("schema", "question", "searched_for", "answered", "confidence", "hits", "timings_ms")
    }
    hit = answer["hits"][0]
    assert set(hit) == {
        *("rank", "score", "vector_rank", "keyword_rank", "receipt"),
        *("article", "passage", "highlights", "also_in"),
    }
    assert hit["article"]["key"] == "flood"
    assert hit["article"]["published"] == "2026-10-13"
    passage = hit["passage"]
    assert passage["text"] == ARTICLES[0]["text"][passage["start"] : passage["end"]]


def test_why_follows_the_answer_and_is_part_of_its_json_if_asked_for() -> None:
    said = passagebot("ask", "--why", QUESTION).out
    assert said.startswith(ARTICLES[0]["text"])
    assert f"  Searched for: {QUESTION}" in said.splitlines()
    (answer,) = answers(passagebot("ask", "--json", "--why", QUESTION))
    assert {"evacuated", "mill", "lane"} <= {one["word"] for one in answer["why"]["words"]}


@pytest.mark.parametrize(
    "filters",
    [
        ("--since", "2026-10-13"),
        ("--until", "2026-10-14", "--since", "2026-09-02"),
        ("--source", "courier"),
        ("--language", "EN", "--source", "Courier"),
    ],
)
def test_filters_leave_only_what_passes_them(filters: tuple[str, ...]) -> None:
    (answer,) = answers(passagebot("ask", "--json", "tram ticket", *filters))
    assert {hit["article"]["key"] for hit in answer["hits"]} == {"flood"}


def test_no_answer_ends_with_3_and_says_what_was_searched() -> None:
    ended = passagebot("ask", QUESTION, "--language", "de")
    assert ended.code == 3
    assert ended.out.startswith(
        "No passage answers this. Searched 2 articles, the newest of 13 October 2026."
    )


def test_no_answer_as_json_ends_with_3_too() -> None:
    ended = passagebot("ask", "--json", QUESTION, "--until", "2020-01-01")
    assert ended.code == 3
    assert answers(ended)[0]["answered"] is False


@pytest.mark.parametrize(
    ("question", "message"),
    [
        ("", "there is no word in the question"),
        (" \t", "there is no word in the question"),
        ("🙂 🎉", "there is no word in the question"),
        ("word " * 4_000, "the question has 19,999 characters; ask in at most 4,096"),
    ],
)
def test_a_question_that_cannot_be_asked_ends_with_2(question: str, message: str) -> None:
    ended = passagebot("ask", question)
    assert ended.code == 2
    assert ended.out == ""
    assert ended.err.startswith(f"passagebot: {message}")
    assert ended.err.count("\n") == 1


@pytest.mark.parametrize(
    "question", ["كم عدد المنازل؟", "\u202eevacuated\u202c Mill\x00Lane", "e\u0301vacue\u0301"]
)
def test_questions_in_any_script_are_searched(question: str) -> None:
    assert passagebot("ask", question).code in {0, 3}


def test_a_batch_gives_one_answer_a_line_under_its_id() -> None:
    lines = [
        {"_id": "one", "text": QUESTION},
        {"_id": "two", "text": "tram ticket", "history": ["user: which line?", "agent: line 4"]},
    ]
    Path("batch.jsonl").write_text(
        "\ufeff" + "\n\n".join(map(json.dumps, lines)) + "\n", encoding="utf-8"
    )
    ended = passagebot("ask", "--batch", "batch.jsonl", "-k", "1")
    assert ended.code == 0
    found = answers(ended)
    assert [(a["_id"], a["hits"][0]["article"]["key"]) for a in found] == [
        ("one", "flood"),
        ("two", "tram"),
    ]
    assert all(len(answer["hits"]) == 1 for answer in found)


def test_a_batch_without_any_answer_still_ends_with_0() -> None:
    ended = passagebot("ask", "--batch", "-", "--language", "de", typed='{"text": "houses"}\n')
    assert ended.code == 0
    assert answers(ended)[0]["answered"] is False


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "not JSON"),
        ('["text"]', "not a question"),
        ('{"_id": "a"}', "not a question"),
        ('{"_id": "a", "text": "x", "history": "user: y"}', '"history" is not a list'),
        ('{"_id": "a", "text": "🙂"}', "there is no word in the question"),
    ],
)
def test_a_bad_line_of_a_batch_has_its_reason_and_the_others_go_on(line: str, reason: str) -> None:
    ended = passagebot("ask", "--batch", "-", typed=f'{line}\n{{"_id": "b", "text": "tram"}}\n')
    assert ended.code == 1
    refused, answered = answers(ended)
    assert reason in refused["error"]
    assert (refused["answered"], refused["hits"]) == (False, [])
    assert answered["_id"] == "b"
    assert ended.err.startswith("passagebot: -, line 1: ")


def test_a_question_and_a_batch_do_not_go_together() -> None:
    ended = passagebot("ask", "why?", "--batch", "-")
    assert (ended.code, ended.out) == (2, "")
    assert "leave one of them out" in ended.err


@pytest.mark.parametrize(
    ("content", "message"),
    [(None, "cannot read batch.jsonl"), (b"\xff\xfe{}", "batch.jsonl is not UTF-8 text")],
)
def test_a_batch_file_that_cannot_be_read_is_told(content: bytes | None, message: str) -> None:
    if content is not None:
        Path("batch.jsonl").write_bytes(content)
    ended = passagebot("ask", "--batch", "batch.jsonl")
    assert ended.code == 2
    assert message in ended.err


def test_a_library_of_another_model_is_refused_with_the_command_that_repairs_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PASSAGEBOT_MODEL", "words-2")
    ended = passagebot("ask", QUESTION)
    assert ended.code == 2
    assert "PASSAGEBOT_MODEL=all-MiniLM-L6-v2" in ended.err
    assert "`passagebot reindex --model words-2`" in ended.err


def test_chat_answers_piped_lines_and_ends_with_0() -> None:
    ended = passagebot("chat", typed=f"{QUESTION}\n/quit\nnever asked\n")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith(ARTICLES[0]["text"])


def test_chat_without_samples_promises_nothing() -> None:
    ended = passagebot("chat", typed="/quit\n", screen=True)
    assert ended.code == 0
    assert "2 articles" in ended.out
    assert EXAMPLES[0] not in ended.out


def test_chat_in_an_empty_library_reads_the_samples_and_greets_with_their_questions() -> None:
    ended = passagebot("--library", "new", "chat", typed="/quit\n", screen=True)
    assert ended.code == 0
    assert "18 sample articles were read in; `passagebot remove --samples` erases" in ended.err
    assert all(example in ended.out for example in EXAMPLES)


def test_the_model_is_the_librarys_own_unless_the_settings_name_one(library: Path) -> None:
    loaded: list[str] = []

    def load(model: str) -> Any:
        loaded.append(model)
        return load_words(model)

    passagebot("ask", QUESTION, load=load)
    assert loaded == ["all-MiniLM-L6-v2"]


def contents(library: Path) -> dict[Path, bytes]:
    """Return what the files hold, without what SQLite keeps for processes that are running."""
    files = [path for path in library.rglob("*") if path.is_file() and path.suffix != ".sqlite-shm"]
    return {path: path.read_bytes() for path in files if path.stat().st_size}


@pytest.mark.parametrize(
    "argv", [("ask", QUESTION), ("articles",), ("show", "flood"), ("status",), ("chat",)]
)
def test_a_command_that_only_looks_changes_no_file(argv: tuple[str, ...], library: Path) -> None:
    before = contents(library)
    assert passagebot(*argv).code == 0
    assert contents(library) == before
