import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from corpus.articles import ArticleState, Change, PreparedArticle, Span
from corpus.errors import ArticleNotFoundError, KeyTakenError, UnreadableSourceError
from corpus.store import ArticleStore, PutOutcome
from tests.corpus.builders import NOON, answering_ids, dropping, make_store, prepared
from tests.statements import told_statements


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ArticleStore]:
    with make_store(tmp_path / "library") as store:
        yield store


def texts_of(store: ArticleStore) -> list[str]:
    return [passage.text for passage in store.passages_to_index(1, 1000)]


def test_an_article_comes_back_as_it_was_put(store: ArticleStore) -> None:
    text = "Menu. The river rose. The bridge held."
    published = datetime(2025, 7, 4, 9, 30, tzinfo=timezone(timedelta(hours=2)))
    article = prepared(
        text=text,
        title="Ein Fluss",
        url="https://example.org/a",
        source="The Herald",
        author="A. Writer",
        published=published,
        language="de",
        cleaning=dropping(0, 5, headline=Span(start=6, end=21)),
        spans=[Span(start=6, end=21), Span(start=22, end=38)],
    )
    assert store.put(article) is PutOutcome.ADDED

    found = store.article("article.txt")
    assert found.text == text
    assert found.cleaning == article.cleaning
    assert found.spans == article.spans
    assert found.origin == "file:///articles/article.txt"
    assert (found.state, found.is_current) == (ArticleState.ACTIVE, True)
    assert found.stored_at == NOON + timedelta(seconds=1)
    cited = found.citation
    assert (cited.key, cited.collection, cited.version) == ("article.txt", "main", 1)
    assert (cited.title, cited.source, cited.author) == ("Ein Fluss", "The Herald", "A. Writer")
    assert (cited.url, cited.language) == ("https://example.org/a", "de")
    assert cited.published == datetime(2025, 7, 4, 7, 30, tzinfo=UTC)
    assert cited.published.tzinfo is UTC
    assert store.raw(found.version_id) == article.raw.raw


def test_hashes_are_sha256_of_text_and_raw_document(store: ArticleStore) -> None:
    store.put(prepared(text="é", raw=b"\xe9", spans=[]))
    found = store.article("article.txt")
    assert found.text_hash == "4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c"
    assert found.raw_hash == "de2e331d891ae267a7009cb45b4e8830f170e0c937288ea2731a1941c7a53b0d"


def test_passages_are_slices_with_their_citation(store: ArticleStore) -> None:
    store.put(prepared(text="First. Second.", title="Two"))
    found = store.passages([1, 2, 99])
    assert [passage.text for passage in found.values()] == ["First.", "Second."]
    assert found[2].span == Span(start=7, end=14)
    assert found[2].citation == store.article("article.txt").citation
    assert found[2].text_hash == store.article("article.txt").text_hash


def test_passages_keep_the_order_asked_for(store: ArticleStore) -> None:
    store.put(prepared(text="One. Two. Three."))
    assert list(store.passages([3, 1, 2, 3])) == [3, 1, 2]
    assert store.passages([]) == {}


def test_a_hundred_passages_are_one_statement(store: ArticleStore) -> None:
    for number in range(60):
        store.put(prepared(f"{number}.txt", text=f"First {number}. Second {number}."))
    statements = told_statements(store._file)
    assert len(store.passages(range(1, 101))) == 100
    assert len(statements) == 1


def test_more_passages_can_be_asked_for_than_sqlite_has_variables(store: ArticleStore) -> None:
    store.put(prepared())
    assert sorted(store.passages(range(40_000))) == [1, 2, 3]


def test_streaming_a_range_gives_what_asking_by_id_gives(store: ArticleStore) -> None:
    long = " ".join(f"Sentence {number}." for number in range(1200))
    store.put(prepared("long.txt", text=long))
    store.put(prepared("short.txt"))
    streamed = list(store.passages_to_index(2, 1202))
    assert [passage.id for passage in streamed] == list(range(2, 1203))
    assert {passage.id: passage for passage in streamed} == store.passages(range(2, 1203))
    assert list(store.passages_to_index(5, 4)) == []


def test_new_text_makes_a_new_version_and_the_old_one_stays(store: ArticleStore) -> None:
    store.put(prepared(text="At least 10 died."))
    assert store.put(prepared(text="At least 13 died.")) is PutOutcome.UPDATED
    assert store.article("article.txt").text == "At least 13 died."
    assert store.article("article.txt").citation.version == 2
    old = store.article("article.txt", version=1)
    assert (old.text, old.is_current) == ("At least 10 died.", False)
    assert texts_of(store) == ["At least 13 died."]
    assert store.passages([1]) == {}


def test_a_new_version_logs_the_removal_of_the_old_before_itself(store: ArticleStore) -> None:
    store.put(prepared(text="One. Two."))
    store.put(prepared(text="Three. Four. Five."))
    assert store.changes(after=0) == [
        Change(position=1, kind="add", passage_ids=range(1, 3)),
        Change(position=2, kind="remove", passage_ids=range(1, 3)),
        Change(position=3, kind="add", passage_ids=range(3, 6)),
    ]


def test_text_that_returns_is_a_version_of_its_own(store: ArticleStore) -> None:
    for text in ("One.", "Two.", "One."):
        store.put(prepared(text=text))
    assert store.article("article.txt").citation.version == 3
    assert store.counts().versions == 3


def test_the_same_article_again_changes_nothing(store: ArticleStore) -> None:
    article = prepared(source="The Herald", published=NOON)
    store.put(article)
    moved = NOON.astimezone(timezone(timedelta(hours=5)))
    again = prepared(source="The Herald", published=moved, raw=b"other bytes, same text")
    assert store.put(article) is PutOutcome.UNCHANGED
    assert store.put(again) is PutOutcome.UNCHANGED
    assert store.position() == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"title": "Another title"},
        {"source": "The Herald"},
        {"author": "A. Writer"},
        {"url": "https://example.org"},
        {"published": NOON},
        {"language": "fr"},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_other_metadata_is_a_logged_revision_of_the_same_version(
    store: ArticleStore, changed: dict[str, str]
) -> None:
    store.put(prepared())
    assert store.put(prepared(**changed)) is PutOutcome.REVISED
    citation = store.article("article.txt").citation
    name, value = next(iter(changed.items()))
    assert getattr(citation, name) == value
    assert citation.version == 1
    assert store.changes(after=1) == [Change(position=2, kind="add", passage_ids=range(1, 4))]


def test_a_revision_remembers_what_was_said_before(store: ArticleStore) -> None:
    store.put(prepared(title="Old", published=NOON))
    store.put(prepared(title="New", published=None, raw=b"a new page"))
    with store._reading() as connection:
        previous = connection.exec_driver_sql("SELECT previous FROM revisions").scalars().all()
    assert [json.loads(text) for text in previous] == [
        {
            "title": "Old",
            "source": None,
            "author": None,
            "url": None,
            "published": "2026-03-01T12:00:00+00:00",
            "language": "en",
            "updated": None,
        }
    ]
    assert store.raw(store.article("article.txt").version_id) == b"a new page"


def test_the_same_text_split_otherwise_gets_new_passages(store: ArticleStore) -> None:
    store.put(prepared(text="One. Two."))
    whole = prepared(text="One. Two.", spans=[Span(start=0, end=9)])
    assert store.put(whole) is PutOutcome.REVISED
    assert texts_of(store) == ["One. Two."]
    assert store.changes(after=1) == [
        Change(position=2, kind="remove", passage_ids=range(1, 3)),
        Change(position=3, kind="add", passage_ids=range(3, 4)),
    ]
    assert store.article("article.txt").citation.version == 1


def test_other_cleaning_is_a_revision_too(store: ArticleStore) -> None:
    store.put(prepared(text="One. Two.", spans=[]))
    assert store.put(prepared(text="One. Two.", cleaning=dropping(0, 4), spans=[])) == "revised"
    assert store.article("article.txt").view() == "Two."


def test_an_article_without_passages_is_kept_and_answers_nothing(store: ArticleStore) -> None:
    assert store.put(prepared(text="Menu", spans=[])) is PutOutcome.ADDED
    assert store.article("article.txt").spans == ()
    assert (store.position(), texts_of(store)) == (0, [])
    store.put(prepared(text="Menu", title="Now split"))
    assert texts_of(store) == ["Menu"]


def test_a_key_of_another_origin_is_refused(store: ArticleStore) -> None:
    store.put(prepared(origin="file:///a"))
    with pytest.raises(KeyTakenError, match=r"belongs to file:///a; .*--replace"):
        store.put(prepared(origin="file:///b"))
    assert store.article("article.txt").origin == "file:///a"


def test_replacing_takes_the_key_over(store: ArticleStore) -> None:
    store.put(prepared(origin="file:///a"))
    other = prepared(text="Quite another text.", origin="file:///b")
    assert store.put(other, replace=True) is PutOutcome.UPDATED
    assert store.article("article.txt").origin == "file:///b"
    assert texts_of(store) == ["Quite another text."]


def test_replacing_by_the_same_content_only_moves_the_origin(store: ArticleStore) -> None:
    store.put(prepared(origin="file:///a"))
    assert store.put(prepared(origin="file:///b"), replace=True) is PutOutcome.REVISED
    assert store.article("article.txt").origin == "file:///b"
    assert store.position() == 1


def test_the_same_key_may_stand_in_several_collections(store: ArticleStore) -> None:
    store.put(prepared(text="Here."))
    store.put(prepared(text="There."), collection="archive")
    assert store.article("article.txt").text == "Here."
    assert store.article("article.txt", collection="archive").text == "There."
    assert [cited.collection for cited in store.citations()] == ["archive", "main"]
    assert [cited.collection for cited in store.citations(collection="main")] == ["main"]


def test_citations_are_active_articles_in_order(store: ArticleStore) -> None:
    for key in ("b", "c", "a"):
        store.put(prepared(key))
    store.retire("c")
    assert [cited.key for cited in store.citations()] == ["a", "b"]


def test_the_key_of_an_origin_is_found_in_its_collection(store: ArticleStore) -> None:
    store.put(prepared("a", origin="file:///x"))
    store.put(prepared("b", origin="file:///x"))
    assert store.find_by_origin("file:///x", collection="main") == "a"
    assert store.find_by_origin("file:///x", collection="other") is None
    assert store.find_by_origin("file:///y", collection="main") is None


def test_a_retired_article_is_kept_but_answers_nothing(store: ArticleStore) -> None:
    store.put(prepared())
    store.retire("article.txt")
    found = store.article("article.txt")
    assert (found.state, found.is_current) == (ArticleState.RETIRED, True)
    assert (texts_of(store), store.citations(), list(store.allowed_passages())) == ([], [], [])
    assert answering_ids(store) == set()


def test_retiring_twice_is_logged_once(store: ArticleStore) -> None:
    store.put(prepared())
    store.retire("article.txt")
    store.retire("article.txt")
    assert store.position() == 2


def test_a_retired_article_put_again_answers_again(store: ArticleStore) -> None:
    store.put(prepared())
    store.retire("article.txt")
    assert store.put(prepared()) is PutOutcome.UPDATED
    assert store.article("article.txt").state is ArticleState.ACTIVE
    assert store.article("article.txt").citation.version == 1
    assert answering_ids(store) == {1, 2, 3}


def test_a_retired_article_comes_back_with_new_metadata_and_passages(store: ArticleStore) -> None:
    store.put(prepared(text="One. Two."))
    store.retire("article.txt")
    back = prepared(text="One. Two.", title="Back", spans=[Span(start=0, end=9)])
    assert store.put(back) is PutOutcome.UPDATED
    assert store.article("article.txt").citation.title == "Back"
    assert answering_ids(store) == {3}


def test_a_retired_article_comes_back_with_new_text(store: ArticleStore) -> None:
    store.put(prepared(text="One."))
    store.retire("article.txt")
    assert store.put(prepared(text="Two.")) is PutOutcome.UPDATED
    assert store.changes(after=2) == [Change(position=3, kind="add", passage_ids=range(2, 3))]


def test_changes_come_in_groups_of_the_size_asked_for(store: ArticleStore) -> None:
    for number in range(5):
        store.put(prepared(str(number)))
    assert [change.position for change in store.changes(after=1, limit=2)] == [2, 3]
    assert store.changes(after=store.position()) == []


def test_equal_histories_are_told_from_those_that_only_look_alike(tmp_path: Path) -> None:
    def history_of(name: str, *articles: PreparedArticle) -> str | None:
        with make_store(tmp_path / name) as store:
            assert store.history(0) == ""
            for article in articles:
                store.put(article)
            return store.history(store.position())

    first = history_of("first", prepared("a"), prepared("b"))
    assert history_of("again", prepared("a"), prepared("b")) == first
    assert history_of("title", prepared("a"), prepared("b", title="Other")) != first
    assert history_of("order", prepared("a", title="Other"), prepared("b")) != first


def test_languages_are_counted_over_active_articles_most_first(store: ArticleStore) -> None:
    for key, language in (("a", "de"), ("b", "en"), ("c", "en"), ("d", "fr")):
        store.put(prepared(key, language=language))
    store.retire("d")
    assert list(store.languages().items()) == [("en", 2), ("de", 1)]


def test_sources_are_those_of_active_articles_each_once(store: ArticleStore) -> None:
    for key, source in (("a", "Post"), ("b", "Gazette"), ("c", "Post"), ("d", None), ("e", "Gone")):
        store.put(prepared(key, source=source))
    store.retire("e")
    assert store.sources() == ["Gazette", "Post"]


def test_counts_tell_what_answers_and_what_is_kept(store: ArticleStore) -> None:
    empty = store.counts()
    assert (empty.articles, empty.passages, empty.newest_published) == (0, 0, None)
    store.put(prepared("a", published=NOON))
    store.put(prepared("a", text="Now other. Text."))
    store.put(prepared("b", published=NOON + timedelta(days=1)), collection="archive")
    store.put(prepared("c", published=NOON + timedelta(days=9)), collection="gone")
    store.retire("c", collection="gone")
    counts = store.counts()
    assert (counts.articles, counts.retired, counts.versions) == (2, 1, 4)
    assert (counts.passages, counts.collections) == (5, 2)
    assert counts.newest_published == NOON + timedelta(days=1)
    assert counts.newest_stored == NOON + timedelta(seconds=4)
    assert counts.bytes_on_disk >= store.path.stat().st_size > 0


@pytest.mark.parametrize(
    ("key", "collection", "version", "advice"),
    [
        ("flod.txt", "main", None, "did you mean flood.txt"),
        ("flood.txt", "archive", None, "the collection main has it"),
        ("flood.txt", "main", 7, r"\(version 7\) .* leave the version out"),
        ("removed.txt", "main", None, "it was removed on 2026-03-01; ingest it again"),
        ("zzz", "main", None, "`passagebot articles` lists"),
    ],
)
def test_an_article_that_is_not_there_is_an_error_with_advice(
    store: ArticleStore, key: str, collection: str, version: int | None, advice: str
) -> None:
    store.put(prepared("flood.txt"))
    store.put(prepared("removed.txt"))
    store.remove("removed.txt")
    with pytest.raises(ArticleNotFoundError, match=advice):
        store.article(key, collection=collection, version=version)


def test_what_is_not_there_cannot_be_retired_removed_or_unpacked(store: ArticleStore) -> None:
    for attempt in (store.retire, store.remove):
        with pytest.raises(ArticleNotFoundError, match="`passagebot articles`"):
            attempt("nothing")
    with pytest.raises(ArticleNotFoundError, match="`passagebot articles`"):
        store.raw(7)
    assert store.position() == 0


@pytest.mark.parametrize(
    "unstorable",
    [
        {"text": "a\0b"},
        {"text": "a\ud800b", "raw": b""},
        {"title": "\0"},
        {"key": "caf\udce9.txt"},
        {"url": "\ud800"},
        {"published": datetime(2026, 1, 1)},  # noqa: DTZ001 - what a careless reader would give
        {"published": datetime.min.replace(tzinfo=timezone(timedelta(hours=3)))},
    ],
    ids=["NUL", "surrogate", "title", "key", "url", "no time zone", "before year 1"],
)
def test_what_cannot_be_stored_exactly_is_refused_before_anything_is_written(
    store: ArticleStore, unstorable: dict[str, str]
) -> None:
    with pytest.raises(UnreadableSourceError, match=r"save it as UTF-8|correct it"):
        store.put(prepared(**unstorable))
    assert store.counts().versions == 0


def test_ranges_outside_the_text_are_a_mistake_of_the_caller(store: ArticleStore) -> None:
    for wrong in (
        prepared(text="abc", spans=[Span(start=0, end=4)]),
        prepared(text="abc", spans=[], cleaning=dropping(1, 9)),
        prepared(text="abc", spans=[], cleaning=dropping(0, 1, headline=Span(start=2, end=9))),
    ):
        with pytest.raises(ValueError, match="outside the 3 characters"):
            store.put(wrong)
