"""`remove` leaves no word behind, and names the backups that still hold it."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.references import ArticleRef, HitRef
from bot.state import BotState, StoredAnswer, StoredReceipt
from corpus.articles import Span
from retrieval.answers import Confidence
from retrieval.drafts import IndexFolder
from retrieval.tokens import tokenise
from tests.bot.command_line import passagebot

WORD = "Quixotrambling"
GONE = f"{WORD} in Mill Lane\n\nThe {WORD} rose on Tuesday. Two {WORD}s were evacuated by night.\n"
KEPT = "Tram line 4 opens\n\nThe tram runs again. A single ticket costs two pounds.\n"


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> Path:
    Path("articles").mkdir()
    for name, text in (("gone", GONE), ("kept", KEPT)):
        (Path("articles") / f"{name}.txt").write_text(text, encoding="utf-8")
    monkeypatch.setenv("PASSAGEBOT_LIBRARY", "library")
    assert passagebot("ingest", "articles").code == 0
    later = GONE.replace("Two", "Three")
    (Path("articles") / "gone.txt").write_text(later, encoding="utf-8")
    assert passagebot("ingest", "articles").out.startswith("1 updated")
    return Path("library")


def traces(library: Path) -> dict[str, list[str]]:
    """Return in which files the word or a token of it stands, in any case."""
    words = {WORD.lower(), *tokenise(WORD, "en"), *tokenise(f"{WORD}s", "en")}
    found: dict[str, list[str]] = {}
    for path in sorted(path for path in library.rglob("*") if path.is_file()):
        content = path.read_bytes().lower()
        if here := sorted(word for word in words if word.encode() in content):
            found[path.relative_to(library).as_posix()] = here
    return found


def answer_about(key: str) -> StoredAnswer:
    hit = HitRef(
        article=ArticleRef(collection="main", key=key, version=1),
        span=Span(start=0, end=5),
        marks=(),
        receipt="0123456789",
        copies=(),
        score=1.0,
        vector_rank=1,
        keyword_rank=None,
    )
    return StoredAnswer(
        token=f"token-{key}",
        chat_id=1,
        thread_id=None,
        message_id=2,
        question_id=3,
        asker_id=1,
        question="What rose?",
        searched_for=WORD if key == "gone.txt" else "tram",
        confidence=Confidence.STRONG,
        stories=((hit,),),
        shown=None,
        created_at=datetime(2026, 3, 1, tzinfo=UTC),
    )


def receipt_of(key: str) -> StoredReceipt:
    return StoredReceipt(
        code=f"CODE{key[:4]}",
        collection="main",
        key=key,
        version=1,
        span=Span(start=0, end=5),
        shown_at=datetime(2026, 3, 1, tzinfo=UTC),
    )


def test_no_file_of_the_library_holds_an_erased_word(library: Path) -> None:
    with BotState.open(library) as state:
        for key in ("gone.txt", "kept.txt"):
            state.keep(answer_about(key), [receipt_of(key)])
    before = traces(library)
    assert {"library.sqlite", "bot.sqlite"} <= set(before)
    assert passagebot("remove", "--yes", "gone.txt").code == 0
    assert traces(library) == {}
    with BotState.open(library) as state:
        assert state.answer("token-gone.txt") is None
        assert state.receipt("CODEgone") is None
        assert state.answer("token-kept.txt") == answer_about("kept.txt")
        assert state.receipt("CODEkept") is not None
    answered = json.loads(passagebot("ask", "--json", "How much is a single ticket?").out)
    assert "two pounds" in answered["hits"][0]["passage"]["text"]


def test_a_run_that_dies_after_the_store_forgot_leaves_nothing_to_the_next(library: Path) -> None:
    folder = IndexFolder(library)
    before = {path.name for path in (library / "index").iterdir()}
    folder.begin_erasure()
    assert passagebot("status").code == 0
    (Path("articles") / "new.txt").write_text("Something new\n\nWords of another day.\n", "utf-8")
    assert passagebot("ingest", "articles").code == 0
    after = {path.name for path in (library / "index").iterdir()}
    assert "erasing" not in after
    assert {name for name in after if name.startswith("keywords-")}.isdisjoint(before)


def test_backups_that_still_hold_an_article_are_named(library: Path) -> None:
    passagebot("backup", "first.tar")
    assert passagebot("backup", "second.tar").code == 0
    Path("second.tar").rename("elsewhere.tar")
    ended = passagebot("remove", "--yes", "gone.txt")
    assert "still in 2 backups: " in ended.err
    assert "first.tar (" in ended.err
    assert "not at its place any more)" in ended.err
    assert ended.err.endswith("delete them too\n")
    passagebot("backup", "third.tar")
    Path("elsewhere.tar").rename("second.tar")
    ended = passagebot("remove", "--yes", "kept.txt")
    assert "still in 3 backups" in ended.err


def test_a_backup_made_before_an_article_is_not_named(library: Path) -> None:
    passagebot("backup", "first.tar")
    (Path("articles") / "new.txt").write_text("Something new\n\nWords of another day.\n", "utf-8")
    passagebot("ingest", "articles")
    ended = passagebot("remove", "--yes", "new.txt")
    assert "still in" not in ended.err
