"""What was exported and imported is the same; what is not whole is refused by its line."""

import json
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.articles import CleaningMap, Dropped, DropReason, Span
from corpus.errors import ArticleNotFoundError
from corpus.exporting import checked
from corpus.importing import import_file
from corpus.reports import ReportLine, Result
from corpus.store import ArticleStore
from tests.corpus.builders import answering_ids, make_store, prepared

TEXTS = st.text(alphabet="ab. \n\u2028\u00e9\u0301Ж中𝒜👩\u200d🚒", min_size=1, max_size=40)


@st.composite
def ranges(draw: st.DrawFn, text: str) -> list[Span]:
    bounds = st.integers(0, len(text))
    pairs = draw(st.lists(st.tuples(bounds, bounds), max_size=4))
    return [Span(start=low, end=high) for low, high in map(sorted, pairs) if low < high]


@st.composite
def steps(draw: st.DrawFn) -> Callable[[ArticleStore], None]:
    """Return one change of a library: a version, a revision, a retirement, a removal."""
    key, collection = draw(st.sampled_from("ab")), draw(st.sampled_from(["main", "news"]))
    what = draw(st.sampled_from(["put", "put", "put", "retire", "remove"]))
    text = draw(TEXTS)
    spans = draw(ranges(text))
    cut = draw(ranges(text))[:1]
    article = prepared(
        key,
        text,
        title=draw(st.sampled_from(["One", "Two"])),
        source=draw(st.sampled_from([None, "The Courier"])),
        published=draw(st.sampled_from([None, datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC)])),
        raw=draw(st.binary(max_size=20)),
        spans=spans,
        cleaning=CleaningMap(
            headline=None,
            dropped=tuple(Dropped(span=span, reason=DropReason.MENU) for span in cut),
        ),
    )

    def change(store: ArticleStore) -> None:
        try:
            if what == "put":
                store.put(article, collection=collection)
            else:
                getattr(store, what)(key, collection=collection)
        except ArticleNotFoundError:
            pass

    return change


def lines(store: ArticleStore, *, raw: bool = False) -> list[str]:
    exported = store.exported(raw=raw)
    return [json.dumps(record, ensure_ascii=False) + "\n" for record in exported]


def imported(store: ArticleStore, content: str, folder: Path) -> list[ReportLine]:
    path = folder / "export.jsonl"
    path.write_bytes(content.encode())
    return list(import_file(path, store.take_in))


def held(store: ArticleStore, raw: bool) -> list[Any]:
    """Return everything a reader can ask of every version, whatever its id is."""
    found = [*store.stored_versions(current=True), *store.stored_versions(current=False)]
    held = []
    for one in sorted(found, key=lambda one: (one.collection, one.key, one.number)):
        article = store.article(one.key, collection=one.collection, version=one.number)
        held.append(
            (
                article.citation,
                article.text,
                article.text_hash,
                article.raw_hash,
                article.cleaning,
                article.spans,
                article.state,
                article.stored_at,
                article.origin,
                article.is_current,
                store.withdrawn_at(one.key, collection=one.collection),
                store.raw(article.version_id) if raw else b"",
            )
        )
    return held


@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(changes=st.lists(steps(), max_size=8), raw=st.booleans())
def test_another_library_holds_the_same_after_an_import(
    changes: list[Callable[[ArticleStore], None]], raw: bool
) -> None:
    with tempfile.TemporaryDirectory() as name, make_store(Path(name) / "one") as one:
        for change in changes:
            change(one)
        exported = lines(one, raw=raw)
        with make_store(Path(name) / "two") as two:
            report = imported(two, "".join(exported), Path(name))
            assert [line.result for line in report] == [Result.ADDED] * (len(exported) - 1)
            assert held(two, raw) == held(one, raw)
            assert lines(two, raw=raw) == exported
            assert len(answering_ids(two)) == two.counts().passages == one.counts().passages
            position = two.position()
            again = imported(two, "".join(exported), Path(name))
            assert {line.result for line in again} <= {Result.UNCHANGED}
            assert two.position() == position


@pytest.fixture
def exported(tmp_path: Path) -> list[str]:
    with make_store(tmp_path / "one") as store:
        store.put(prepared("a", "First words."))
        store.put(prepared("a", "Second words."))
        store.put(prepared("b", "Other words."), collection="news")
        return lines(store, raw=True)


@pytest.fixture
def other(tmp_path: Path) -> Any:
    with make_store(tmp_path / "two") as store:
        yield store


def reasons(report: list[ReportLine]) -> list[str]:
    return [line.reason or "" for line in report if line.result is Result.FAILED]


def test_only_the_named_collections_are_exported(tmp_path: Path, exported: list[str]) -> None:
    with ArticleStore.open(tmp_path / "one") as store:
        first, *rest = store.exported(collections=["news"])
    assert first["articles"] == 1
    assert [record["key"] for record in rest] == ["b"]


def test_without_raw_documents_their_hash_stays_and_asking_for_them_says_why(
    tmp_path: Path, exported: list[str], other: ArticleStore
) -> None:
    with ArticleStore.open(tmp_path / "one") as store:
        slim = lines(store)
        known = store.article("a").raw_hash
    imported(other, "".join(slim), tmp_path)
    article = other.article("a")
    assert article.raw_hash == known
    with pytest.raises(ArticleNotFoundError, match="left out of an import"):
        other.raw(article.version_id)


def test_a_damaged_line_fails_alone(
    tmp_path: Path, exported: list[str], other: ArticleStore
) -> None:
    exported[1] = exported[1].replace("Second", "Sacond")
    report = imported(other, "".join(exported), tmp_path)
    assert [line.result for line in report] == [Result.FAILED, Result.ADDED]
    assert "line 2 is damaged" in reasons(report)[0]
    assert [article.key for article in other.citations()] == ["b"]


def test_a_file_that_ends_early_is_told_wherever_it_ends(
    tmp_path: Path, exported: list[str], other: ArticleStore
) -> None:
    whole = "".join(exported)
    for end in (0, 5, len(exported[0]), len(exported[0]) + 40, len(whole) - 1):
        assert reasons(imported(other, whole[:end], tmp_path)), end
    assert "ends after 1 of 2" in reasons(imported(other, "".join(exported[:2]), tmp_path))[0]


def test_a_newer_schema_is_refused_with_one_line(
    tmp_path: Path, exported: list[str], other: ArticleStore
) -> None:
    header = checked({**json.loads(exported[0]), "schema": 2})
    report = imported(other, json.dumps(header) + "\n" + exported[1], tmp_path)
    assert len(report) == 1
    assert "newer release" in reasons(report)[0]


@pytest.mark.parametrize("content", ["", "[]\n", "1\n", '{"a": 1}\n', "\x00\n", "words\n"])
def test_another_file_is_refused_with_one_line(
    content: str, tmp_path: Path, other: ArticleStore
) -> None:
    assert len(reasons(imported(other, content, tmp_path))) == 1


def test_a_header_of_something_else_is_refused(tmp_path: Path, other: ArticleStore) -> None:
    header = json.dumps(checked({"kind": "recipes"}))
    assert "does not begin" in reasons(imported(other, f"{header}\n", tmp_path))[0]


def test_a_file_that_is_not_there_is_one_line(tmp_path: Path, other: ArticleStore) -> None:
    report = list(import_file(tmp_path / "none", other.take_in))
    assert "cannot be read" in reasons(report)[0]


def test_a_key_that_holds_something_else_stays_as_it_is(
    tmp_path: Path, exported: list[str], other: ArticleStore
) -> None:
    other.put(prepared("a", "Words of our own."))
    report = imported(other, "".join(exported), tmp_path)
    assert [line.result for line in report] == [Result.FAILED, Result.ADDED]
    assert "with other content" in reasons(report)[0]
    assert other.article("a").text == "Words of our own."


def forged(line: str, change: Callable[[dict[str, Any]], object]) -> str:
    """Return the line with a change in it, under a hash that fits."""
    record = json.loads(line)
    change(record)
    return json.dumps(checked(record)) + "\n"


@pytest.mark.parametrize(
    "change",
    [
        lambda it: it.update(key=""),
        lambda it: it.update(key=7),
        lambda it: it.update(collection="a\0b"),
        lambda it: it.update(state="asleep"),
        lambda it: it.update(versions=[]),
        lambda it: it.update(retirements=[["2026-01-01", None]]),
        lambda it: it["versions"][0].update(number=2),
        lambda it: it["versions"][0].update(text="Altered."),
        lambda it: it["versions"][0].update(title="Altered"),
        lambda it: it["versions"][0].update(raw="AAAA"),
        lambda it: it["versions"][0].update(raw="not base64!"),
        lambda it: it["versions"][0].update(raw_hash="0"),
        lambda it: it["versions"][0].update(spans=[[0, 9999]]),
        lambda it: it["versions"][0].update(spans=[[5, 1]]),
        lambda it: it["versions"][0].update(cleaning={}),
        lambda it: it["versions"][0].update(stored_at="yesterday"),
        lambda it: it["versions"][0].update(revisions=[[{}, "2026-01-01"]]),
        lambda it: it["versions"][0].pop("author"),
    ],
)
def test_a_forged_article_is_refused_though_its_hash_fits(
    change: Callable[[dict[str, Any]], object],
    tmp_path: Path,
    exported: list[str],
    other: ArticleStore,
) -> None:
    report = imported(other, exported[0] + forged(exported[2], change), tmp_path)
    assert len(reasons(report)) == 2  # the article, and the one that is missing
    assert other.citations() == []


def test_revised_metadata_and_retirements_keep_their_days(
    tmp_path: Path, other: ArticleStore
) -> None:
    with make_store(tmp_path / "one") as store:
        store.put(prepared("a", title="Before"))
        store.put(prepared("a", title="After"))
        store.retire("a")
        exported = lines(store)
        day = store.withdrawn_at("a", collection="main")
    assert "Before" in exported[1]
    imported(other, "".join(exported), tmp_path)
    assert lines(other) == exported
    assert other.withdrawn_at("a", collection="main") == day
    assert other.citations() == []
