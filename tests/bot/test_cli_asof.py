"""`ask --asof`: answers as the library stood on an earlier day."""

import json
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.arguments import parse
from corpus.store import ArticleStore
from tests.bot.command_line import NamedEmbedder, load_words, passagebot
from tests.corpus.builders import NOON, Calendar, prepared

FIRST = NOON
DAY = timedelta(days=1)
QUESTION = "How many metres did the river rise?"
RISES = ("2.4", "2.6", "2.8")
LIBRARY = Path("library")


def flood(metres: str) -> str:
    return f"The river rose {metres} metres overnight. The bridge of {metres} held."


@pytest.fixture
def clock() -> Calendar:
    return Calendar()


@pytest.fixture
def store(clock: Calendar, monkeypatch: pytest.MonkeyPatch) -> Iterator[ArticleStore]:
    """Yield a store in which `flood` was stored on three days, indexed after each."""
    monkeypatch.setenv("PASSAGEBOT_LIBRARY", str(LIBRARY))
    with ArticleStore.create(LIBRARY, now=clock) as store:
        store.put(prepared("match", "Northtown won the football match."))
        for metres in RISES:
            title = f"Flood of {metres} metres"
            store.put(prepared("flood", flood(metres), title=title, published=clock.moment))
            passagebot("ask", QUESTION)
            clock.moment += DAY
        yield store


def asked(*argv: str, question: str = QUESTION, load: Any = load_words) -> list[dict[str, Any]]:
    ended = passagebot("ask", "--json", question, *argv, load=load)
    assert ended.code in {0, 3}, ended.err
    return list(json.loads(ended.out)["hits"])


def first(*argv: str, **options: Any) -> tuple[int, str]:
    hit = asked(*argv, **options)[0]
    return hit["article"]["version"], hit["passage"]["text"]


@pytest.mark.parametrize(
    ("moment", "version"),
    [
        ("2026-03-01", 1),
        ("2026-03-01T12:00", 1),
        ("2026-03-02", 2),
        ("2026-03-03T11:59:59", 2),
        ("2026-03-03T13:00+02:00", 2),
        ("2026-03-03T12:00:00+00:00", 3),
        ("2026-03-03", 3),
        ("2099-01-01", 3),
    ],
)
def test_the_version_of_that_moment_answers(moment: str, version: int, store: ArticleStore) -> None:
    hit = asked("--asof", moment)[0]
    assert hit["article"]["version"] == version
    assert hit["article"]["title"] == f"Flood of {RISES[version - 1]} metres"
    assert RISES[version - 1] in hit["passage"]["text"]


def test_before_the_first_article_nothing_answers(store: ArticleStore) -> None:
    ended = passagebot("ask", "--json", QUESTION, "--asof", "2026-02-28")
    assert (ended.code, json.loads(ended.out)["hits"]) == (3, [])
    assert ended.err == "passagebot: as of 2026-02-28 23:59 UTC nothing answered\n"


def test_the_receipt_is_that_of_the_version_then(store: ArticleStore) -> None:
    code = asked("--asof", "2026-03-01")[0]["receipt"]
    [judged] = json.loads(passagebot("verify", "--json", code).out)["receipts"]
    assert (judged["verdict"], judged["version"], judged["current_version"]) == ("changed", 1, 3)


def test_all_passages_and_ranks_are_those_a_library_of_that_day_gave(
    clock: Calendar, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.moment = FIRST
    monkeypatch.setenv("PASSAGEBOT_LIBRARY", "of-then")
    with ArticleStore.create(Path("of-then"), now=clock) as store:
        store.put(prepared("match", "Northtown won the football match."))
        store.put(prepared("flood", flood("2.4")))
        before = asked()
        clock.moment += DAY
        store.put(prepared("flood", "Something else entirely happened."))
        store.put(prepared("fire", "The river of fire rose many metres."))
        store.retire("match")
        assert asked() != before
        assert asked("--asof", "2026-03-01") == before


def test_only_what_is_not_kept_any_more_is_embedded_again(store: ArticleStore) -> None:
    embedded: list[str] = []

    class Noting(NamedEmbedder):
        def embed_passages(self, passages: Any) -> Any:
            embedded.extend(passage.text for passage in passages)
            return super().embed_passages(passages)

    asked("--asof", "2026-03-02", load=Noting)
    assert any("2.6" in text for text in embedded)
    assert not any("Northtown" in text or "2.8" in text for text in embedded)


def test_metadata_and_filters_are_those_of_then(store: ArticleStore, clock: Calendar) -> None:
    renamed = prepared("flood", flood("2.8"), title="Renamed", source="Gazette")
    store.put(renamed)
    assert asked("--source", "gazette")[0]["article"]["title"] == "Renamed"
    assert asked("--source", "gazette", "--asof", "2026-03-03") == []
    then = asked("--asof", "2026-03-03")[0]["article"]
    assert (then["title"], then["source"], then["version"]) == ("Flood of 2.8 metres", None, 3)


def test_a_retired_article_answers_as_of_the_day_before(
    store: ArticleStore, clock: Calendar
) -> None:
    store.retire("flood")
    assert all(hit["article"]["key"] != "flood" for hit in asked())
    assert first("--asof", "2026-03-03")[0] == 3
    assert all(hit["article"]["key"] != "flood" for hit in asked("--asof", "2026-03-04"))


def test_a_removed_article_takes_no_part_and_a_note_says_so(store: ArticleStore) -> None:
    store.remove("flood")
    ended = passagebot("ask", "--json", QUESTION, "--asof", "2026-03-01")
    assert [hit["article"]["key"] for hit in json.loads(ended.out)["hits"]] == ["match"]
    assert ended.err == "passagebot: 1 article was removed since then, and can take no part\n"


def test_an_article_retired_on_an_unknown_day_takes_no_part_and_a_note_says_so(
    store: ArticleStore,
) -> None:
    store.retire("match")
    store.retire("flood")
    with closing(sqlite3.connect(store.path, isolation_level=None)) as connection:
        connection.execute("DELETE FROM retirements")
    ended = passagebot("ask", "--json", QUESTION, "--asof", "2026-03-01")
    assert json.loads(ended.out)["hits"] == []
    assert "2 articles were retired on an unknown day, and can take no part" in ended.err


def test_yesterday_counts_from_then(store: ArticleStore) -> None:
    question = f"{QUESTION[:-1]} since yesterday?"
    for day, version in (("2026-03-02", 2), ("2026-03-03", 3)):
        answer = json.loads(passagebot("ask", "--json", question, "--asof", day).out)
        assert "2026" in answer["searched_for"]
        assert answer["hits"][0]["article"]["version"] == version


def test_a_person_sees_the_quote_of_then_with_its_source(store: ArticleStore) -> None:
    shown = passagebot("ask", QUESTION, "--asof", "2026-03-01").out
    assert "The river rose 2.4 metres overnight." in shown
    assert "Flood of 2.4 metres" in shown


def test_a_batch_is_answered_as_of_a_day_too(store: ArticleStore) -> None:
    Path("questions.jsonl").write_text(json.dumps({"text": QUESTION}), encoding="utf-8")
    ended = passagebot("ask", "--batch", "questions.jsonl", "--asof", "2026-03-01")
    assert json.loads(ended.out)["hits"][0]["article"]["version"] == 1


def test_the_library_is_not_written_to_and_no_copy_is_left(
    store: ArticleStore, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    store.close()
    before = {path: path.read_bytes() for path in LIBRARY.rglob("*.sqlite")}
    assert first("--asof", "2026-03-01")[0] == 1
    assert {path: path.read_bytes() for path in LIBRARY.rglob("*.sqlite")} == before
    assert list((tmp_path / "temporary").iterdir()) == []


def test_numbers_fitted_for_the_library_are_used(store: ArticleStore) -> None:
    (LIBRARY / "calibration.json").write_text("damaged", encoding="utf-8")
    ended = passagebot("ask", QUESTION, "--asof", "2026-03-01")
    assert ended.code == 2
    assert "calibration.json cannot be read" in ended.err


def test_another_model_is_refused_as_it_is_for_the_present(
    store: ArticleStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PASSAGEBOT_MODEL", "other")
    ended = passagebot("ask", QUESTION, "--asof", "2026-03-01")
    assert ended.code == 2
    assert "reindex --model other" in ended.err


def test_a_library_without_any_embeddings_yet_answers_as_of_a_day(store: ArticleStore) -> None:
    for name in ("vectors.sqlite", "index/manifest.json"):
        (LIBRARY / name).unlink()
    assert first("--asof", "2026-03-01")[0] == 1


@pytest.mark.parametrize(
    ("typed", "reason"),
    [("yesterday", "is not a date"), ("9999-12-31T23:00-05:00", "is beyond the calendar")],
)
def test_a_day_that_is_none_is_told(
    typed: str, reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        parse(["ask", QUESTION, "--asof", typed])
    assert ended.value.code == 2
    assert reason in capsys.readouterr().err
