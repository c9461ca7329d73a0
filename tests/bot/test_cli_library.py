"""`ingest`, `articles`, `show`, `remove`, `status` and `reindex`, from the outside."""

import io
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from filelock import FileLock

from bot.commands.library import erase
from bot.terminal import Terminal
from corpus.store import ArticleStore
from retrieval.indexes import indexed_space
from tests.bot.command_line import Ended, NamedEmbedder, passagebot

FLOOD = "Flood in Mill Lane\n\nThe Sallow rose on Tuesday. Two houses were evacuated by night.\n"
TRAM = "Tram line 4 opens\n\nThe tram runs again. A single ticket costs two pounds.\n"


@pytest.fixture
def articles() -> Path:
    folder = Path("articles")
    folder.mkdir()
    (folder / "flood.txt").write_text(FLOOD, encoding="utf-8")
    (folder / "tram.txt").write_text(TRAM, encoding="utf-8")
    return folder


@pytest.fixture
def library(articles: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PASSAGEBOT_LIBRARY", "library")
    assert passagebot("ingest", articles).code == 0
    return Path("library")


def told(ended: Ended) -> str:
    """Return the one line of a command that says what the user must do."""
    assert ended.code == 2
    assert ended.out == ""
    assert ended.err.startswith("passagebot: ")
    assert ended.err.count("\n") == 1
    return ended.err


def keys() -> list[str]:
    return [article["key"] for article in json.loads(passagebot("articles", "--json").out)]


def test_ingesting_again_changes_nothing(library: Path, articles: Path) -> None:
    assert passagebot("ingest", articles).out == "2 unchanged\n"


def test_the_report_counts_and_gives_the_reason_of_each_failure(
    library: Path, articles: Path
) -> None:
    (articles / "flood.txt").write_text(FLOOD.replace("Two", "Three"), encoding="utf-8")
    (articles / "new.txt").write_text("A new article\n\nWith a sentence of its own.\n", "utf-8")
    (articles / "empty.txt").write_bytes(b"")
    ended = passagebot("ingest", articles, "absent")
    assert ended.code == 1
    *lines, counts = ended.out.splitlines()
    assert counts == "1 added, 1 updated, 1 unchanged, 2 failed"
    assert [line.partition(": ")[0] for line in lines] == ["failed", "failed"]
    assert any("absent" in line for line in lines)
    assert any("empty.txt" in line for line in lines)


def test_the_report_as_json_is_one_document(articles: Path, library: Path) -> None:
    report = json.loads(passagebot("ingest", "--json", articles).out)
    assert (report["schema"], report["unchanged"], report["failures"]) == (1, 2, [])


def test_a_dry_run_makes_no_library(articles: Path) -> None:
    ended = passagebot("--library", "none", "ingest", "--dry-run", articles)
    assert ended.out == "dry run, nothing stored: 2 added\n"
    assert not Path("none").exists()


def test_a_dry_run_changes_no_library(articles: Path, library: Path) -> None:
    (articles / "flood.txt").write_text(FLOOD.replace("Two", "Three"), encoding="utf-8")
    before = {path: path.read_bytes() for path in library.rglob("*.sqlite")}
    assert passagebot("ingest", "--dry-run", articles).out == (
        "dry run, nothing stored: 1 updated, 1 unchanged\n"
    )
    assert {path: path.read_bytes() for path in library.rglob("*.sqlite")} == before


def test_an_empty_folder_is_told(library: Path) -> None:
    Path("nothing").mkdir()
    ended = passagebot("ingest", "nothing")
    assert "nothing to read" in ended.out or ended.code == 1


def test_without_embedding_the_articles_wait_for_the_next_that_indexes(
    articles: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PASSAGEBOT_LIBRARY", "library")
    assert passagebot("ingest", "--no-embed", articles, load=None).code == 0
    assert json.loads(passagebot("status", "--json").out)["index_lag"] > 0
    passagebot("ingest", articles)
    assert json.loads(passagebot("status", "--json").out)["index_lag"] == 0


def test_an_unchanged_library_is_ingested_without_loading_the_model(
    articles: Path, library: Path
) -> None:
    def never(model: str) -> NamedEmbedder:
        raise AssertionError(model)

    assert passagebot("ingest", articles, load=never).code == 0


def test_articles_are_listed_with_tabs_off_a_terminal(library: Path) -> None:
    first, second = passagebot("articles").out.splitlines()
    assert first.split("\t") == ["main", "flood.txt", "Flood in Mill Lane", "", "", "en", "1"]
    assert second.split("\t")[1] == "tram.txt"


def test_articles_are_a_table_on_a_terminal(library: Path) -> None:
    shown = passagebot("articles", screen=True).out
    assert "collection" in shown
    assert "flood.txt" in shown
    assert "\t" not in shown


def test_articles_can_be_limited_to_a_collection(library: Path, articles: Path) -> None:
    passagebot("ingest", "--collection", "other", articles / "tram.txt")
    listed = json.loads(passagebot("articles", "--json", "--collection", "other").out)
    assert [(a["collection"], a["key"]) for a in listed] == [("other", "tram.txt")]


def test_an_article_is_shown_with_its_metadata(library: Path) -> None:
    shown = passagebot("show", "flood.txt").out
    assert "title     Flood in Mill Lane" in shown
    assert "Two houses were evacuated by night." in shown


def test_the_json_of_an_article_holds_its_text(library: Path) -> None:
    shown = json.loads(passagebot("show", "--json", "flood.txt").out)
    assert "Two houses were evacuated by night." in shown["text"]
    assert all(shown["text"][start:end].strip() for start, end in shown["passages"])


def test_a_key_is_found_in_whichever_collection_has_it(library: Path, articles: Path) -> None:
    (articles / "third.txt").write_text("Third\n\nSomething else happened.\n", encoding="utf-8")
    passagebot("ingest", "--collection", "other", articles / "third.txt")
    assert "third.txt (in other)" in passagebot("show", "third.txt").out


def test_a_key_in_two_collections_asks_which(library: Path, articles: Path) -> None:
    passagebot("ingest", "--collection", "other", articles / "tram.txt")
    line = told(passagebot("show", "tram.txt"))
    assert "tram.txt is in several collections: main, other; add --collection C" in line
    assert "(in other)" in passagebot("show", "tram.txt", "--collection", "other").out


def test_an_unknown_key_suggests_one_that_looks_alike(library: Path, articles: Path) -> None:
    (articles / "third.txt").write_text("Third\n\nSomething else happened.\n", encoding="utf-8")
    passagebot("ingest", "--collection", "other", articles / "third.txt")
    assert "third.txt" in told(passagebot("show", "thrid.txt"))
    assert "no" in told(passagebot("show", "quite-another-name"))


def test_a_removed_article_is_gone_from_store_and_index(library: Path) -> None:
    ended = passagebot("remove", "flood.txt", "flood.txt")
    assert (ended.code, ended.out) == (0, "removed: flood.txt (from main)\n")
    assert keys() == ["tram.txt"]
    assert json.loads(passagebot("status", "--json").out)["index_lag"] == 0
    assert "flood.txt" in told(passagebot("remove", "flood.txt"))


def test_nothing_is_removed_if_one_key_is_unknown(library: Path) -> None:
    told(passagebot("remove", "flood.txt", "absent.txt"))
    assert keys() == ["flood.txt", "tram.txt"]


@pytest.mark.parametrize(("typed", "left"), [("n\n", 2), ("", 2), ("y\n", 0)])
def test_a_person_is_asked_before_articles_are_removed(
    typed: str, left: int, library: Path
) -> None:
    ended = passagebot("remove", "flood.txt", "tram.txt", typed=typed, screen=True)
    assert ended.code == 0
    assert "Flood in Mill Lane" in ended.err
    assert "Erase these 2 articles, with all versions, for good? [y/N]" in ended.err
    assert len(keys()) == left


def test_yes_removes_without_asking(library: Path) -> None:
    assert "[y/N]" not in passagebot("remove", "flood.txt", "--yes", screen=True).err
    assert keys() == ["tram.txt"]


@pytest.mark.parametrize("argv", [(), ("--samples", "flood.txt")])
def test_remove_needs_keys_or_samples(argv: tuple[str, ...], library: Path) -> None:
    assert "or --samples" in told(passagebot("remove", *argv))


def test_samples_that_are_not_there_need_no_removing(library: Path) -> None:
    ended = passagebot("remove", "--samples")
    assert (ended.code, ended.out) == (0, "")
    assert ended.err == "passagebot: there is nothing to remove\n"


def test_status_tells_counts_ages_model_and_sizes(library: Path) -> None:
    state = json.loads(passagebot("status", "--json").out)
    assert state["schema"] == 1
    assert (state["articles"], state["versions"], state["collections"]) == (2, 2, 1)
    assert state["passages"] >= 2
    assert state["age_seconds"] >= 0
    assert state["model"]["model"] == "all-MiniLM-L6-v2"
    assert state["model"]["revision"] == "1"
    assert state["bytes"]["articles"] > 0
    assert state["bytes"]["index"] > 0
    assert state["bytes"]["bot"] == 0


def test_status_tells_a_person_the_same_in_lines(library: Path) -> None:
    lines = passagebot("status").out.splitlines()
    assert "library    library" in lines
    assert "articles   2 in 1 collection" in lines
    assert "model      all-MiniLM-L6-v2 (1), 64 dimensions" in lines
    assert "index      up to date" in lines


def test_reindex_uses_the_stored_vectors(library: Path) -> None:
    ended = passagebot("reindex")
    assert ended.code == 0
    assert ended.out.endswith("passages, 0 newly embedded\n")


def test_reindex_takes_another_model_and_the_library_keeps_it(library: Path) -> None:
    ended = passagebot("reindex", "--model", "words-2")
    assert ended.code == 0
    assert not ended.out.endswith(" 0 newly embedded\n")
    space = indexed_space(library)
    assert space is not None
    assert space.model == "words-2"
    assert passagebot("reindex").out.endswith("passages, 0 newly embedded\n")


@pytest.mark.parametrize(
    "argv",
    [
        ("articles",),
        ("show", "x"),
        ("remove", "x"),
        ("status",),
        ("reindex",),
        ("ask", "how high?"),
        ("ask", "--batch", "-"),
    ],
)
def test_a_missing_library_names_the_command_that_makes_one(argv: tuple[str, ...]) -> None:
    line = told(passagebot("--library", "absent", *argv))
    assert "there is no library in absent" in line
    assert "passagebot ingest" in line
    assert not Path("absent").exists()


def test_a_warning_of_an_article_is_in_the_report(library: Path) -> None:
    article = {"_id": "a", "title": "A", "text": "Something happened.", "date": "long ago"}
    Path("a.jsonl").write_text(json.dumps(article), encoding="utf-8")
    ended = passagebot("ingest", "a.jsonl")
    assert ended.code == 0
    assert ended.out.startswith("warning: ")
    assert "long ago" in ended.out


def test_what_a_reader_still_holds_is_told_when_it_is_removed(library: Path) -> None:
    terminal = Terminal(stdin=None, stdout=io.StringIO(), stderr=io.StringIO())
    with (
        ArticleStore.open(library, timeout=0.1) as store,
        closing(sqlite3.connect(library / "library.sqlite", isolation_level=None)) as reader,
    ):
        flood, tram = store.citations()
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM articles").fetchone()
        erase(store, [flood], terminal)
        told_first = terminal.stderr.getvalue()
        assert "its bytes stay in the file until no other process reads the library" in told_first
        reader.execute("COMMIT")
        erase(store, [tram], terminal)
        assert terminal.stderr.getvalue() == told_first


def test_a_question_is_answered_while_another_process_indexes(
    library: Path, articles: Path
) -> None:
    (articles / "third.txt").write_text("Third\n\nSomething else happened.\n", encoding="utf-8")
    passagebot("ingest", "--no-embed", articles)
    with FileLock(library / "index" / "lock"):
        ended = passagebot("ask", "--json", "How many houses were evacuated?", screen=False)
    assert json.loads(ended.out)["hits"][0]["article"]["key"] == "flood.txt"
    assert json.loads(passagebot("status", "--json").out)["index_lag"] > 0
