"""`export` and `import`, from the outside."""

import json
from pathlib import Path

import pytest

from tests.bot.command_line import passagebot

FLOOD = "Flood in Mill Lane\n\nThe Sallow rose on Tuesday. Two houses were evacuated by night.\n"
TRAM = "Tram line 4 opens\n\nThe tram runs again. A single ticket costs two pounds.\n"


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in (("flood", FLOOD), ("tram", TRAM)):
        folder = Path(name)
        folder.mkdir()
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    monkeypatch.setenv("PASSAGEBOT_LIBRARY", "library")
    assert passagebot("ingest", "flood").code == 0
    assert passagebot("ingest", "--collection", "news", "tram").code == 0
    return Path("library")


def receipts(library: str, *question: str) -> list[str]:
    ended = passagebot("--library", library, "ask", "--json", *question)
    return [hit["receipt"] for hit in json.loads(ended.out)["hits"]]


def test_what_is_imported_answers_with_the_same_receipts(library: Path) -> None:
    assert passagebot("export", "--raw", "out.jsonl").code == 0
    ended = passagebot("--library", "other", "import", "out.jsonl")
    assert (ended.code, ended.out) == (0, "2 added, 0 unchanged, 0 failed\n")
    asked = receipts("library", "How", "much", "is", "a", "ticket?")
    assert asked
    assert receipts("other", "How", "much", "is", "a", "ticket?") == asked
    assert passagebot("--library", "other", "export", "--raw").out == Path("out.jsonl").read_text(
        "utf-8"
    )


def test_importing_into_the_same_library_changes_nothing(library: Path) -> None:
    passagebot("export", "out.jsonl")
    ended = passagebot("import", "--no-embed", "out.jsonl")
    assert (ended.code, ended.out) == (0, "0 added, 2 unchanged, 0 failed\n")


def test_an_export_names_collections(library: Path) -> None:
    lines = passagebot("export", "--collection", "news").out.splitlines()
    assert [json.loads(line).get("key") for line in lines] == [None, "tram.txt"]


def test_a_truncated_file_ends_with_one_and_the_reason(library: Path) -> None:
    whole = passagebot("export").out
    Path("cut.jsonl").write_text("".join(whole.splitlines(keepends=True)[:2]), "utf-8")
    ended = passagebot("--library", "other", "import", "cut.jsonl")
    assert ended.code == 1
    assert ended.out.splitlines() == [
        "failed: cut.jsonl: it ends after 1 of 2 articles; copy or export it again",
        "1 added, 0 unchanged, 1 failed",
    ]


def test_a_place_that_cannot_be_written_keeps_what_is_there(library: Path) -> None:
    Path("folder").mkdir()
    ended = passagebot("export", "folder")
    assert ended.code == 2
    assert "cannot write folder" in ended.err
    assert sorted(path.name for path in Path().iterdir() if "partial" in path.name) == []


def test_a_backup_is_restored_and_answers_again(library: Path) -> None:
    asked = receipts("library", "How", "much", "is", "a", "ticket?")
    assert passagebot("backup", "copy.tar").out.startswith("backed up: ")
    assert passagebot("remove", "--yes", "flood.txt").code == 0
    refused = passagebot("restore", "copy.tar")
    assert (refused.code, "not empty" in refused.err) == (2, True)
    ended = passagebot("restore", "--replace", "copy.tar")
    assert ended.code == 0
    assert "moved aside: " in ended.out
    assert receipts("library", "How", "much", "is", "a", "ticket?") == asked
    assert "flood.txt" in passagebot("articles").out
    assert passagebot("--library", "fresh", "restore", "copy.tar").code == 0
    assert receipts("fresh", "How", "much", "is", "a", "ticket?") == asked


def test_a_question_is_asked_of_the_named_collections(library: Path) -> None:
    asked = ("ask", "--json", "How much is a single ticket?")
    hits = json.loads(passagebot(*asked, "--collection", "main").out)["hits"]
    assert {hit["article"]["collection"] for hit in hits} <= {"main"}
    both = passagebot(*asked, "--collection", "main", "--collection", "news")
    assert "two pounds" in json.loads(both.out)["hits"][0]["passage"]["text"]
