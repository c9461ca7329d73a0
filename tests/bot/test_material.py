from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.administration import material
from bot.administration.material import Entry, Material, entries_of, packed, unpacked
from corpus.articles import RawArticle, Span
from corpus.fetching import Fetcher
from corpus.readers.documents import Failure, Found
from tests.corpus.web_site import Page, web_site

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
MAYBE = st.none() | WORDS
MOMENTS = st.none() | st.datetimes(timezones=st.just(UTC))
ARTICLES = st.builds(
    RawArticle,
    key=WORDS,
    origin=WORDS,
    title=WORDS,
    text=WORDS,
    raw=st.binary(max_size=50),
    url=MAYBE,
    source=MAYBE,
    author=MAYBE,
    published=MOMENTS,
    updated=MOMENTS,
    language=MAYBE,
    furniture=st.lists(st.builds(lambda a: Span(start=a, end=a + 1), st.integers(0, 9))).map(tuple),
)
ENTRIES = st.builds(Failure, source=WORDS, reason=WORDS) | st.builds(
    Found,
    source=WORDS,
    article=ARTICLES,
    names_itself=st.booleans(),
    warnings=st.lists(WORDS, max_size=2).map(tuple),
)
OPML = '<opml version="2.0"><body><outline xmlUrl="https://a.example/f"/></body></opml>'


@given(st.lists(ENTRIES, max_size=4))
def test_what_was_read_comes_back_as_it_was(entries: Sequence[Entry]) -> None:
    assert list(unpacked(packed(entries))) == list(entries)


def test_nothing_holds_nothing() -> None:
    assert list(unpacked(b"")) == []


def reasons(handed_in: Material, fetcher: Fetcher | None = None) -> list[str]:
    found = entries_of(handed_in, fetcher or Fetcher())
    return [entry.reason for entry in found if isinstance(entry, Failure)]


def test_more_articles_than_a_draft_holds_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(material, "MOST_ARTICLES", 2)
    lines = "\n".join(f'{{"id": "{n}", "title": "T", "text": "Some words."}}' for n in range(5))
    entries = list(entries_of(Material.file("a.jsonl", lines.encode()), Fetcher()))
    assert [type(entry) for entry in entries] == [Found, Found, Failure]
    assert "it holds more than 2 articles" in reasons(Material.file("a.jsonl", lines.encode()))[0]


def test_a_list_of_addresses_is_not_added() -> None:
    with web_site() as site:
        site.pages["/list"] = Page(OPML, kind="text/xml")
        found = reasons(Material.link(site.url("/list")), site.fetcher())
    assert found == ["it is a list of addresses; `passagebot ingest` follows those"]


def test_a_pasted_text_without_words_is_refused() -> None:
    assert reasons(Material.text("… !")) == ["it holds no words; send some prose"]


def test_the_same_text_pasted_twice_is_one_article() -> None:
    assert Material.text("Some words.") == Material.text("Some words.")
    assert Material.text("Some words.").key != Material.text("Other words.").key


def test_a_posts_address_day_and_channel_hold_where_its_file_says_nothing() -> None:
    day = datetime(2026, 11, 1, tzinfo=UTC)
    post = {"key": "k", "url": "https://t.me/a/1", "source": "A", "published": day}
    silent = Material.file("a.txt", b"Some words.").of_post(**post)
    [found] = entries_of(silent, Fetcher())
    assert isinstance(found, Found)
    article = found.article
    assert (article.url, article.source, article.published) == ("https://t.me/a/1", "A", day)
    told = (
        b'{"id": "x", "title": "T", "text": "Words.", "source": "B", "url": "https://b.example/"}'
    )
    [named] = entries_of(
        Material.file("a.jsonl", told).of_post(**post),
        Fetcher(),
    )
    assert isinstance(named, Found)
    assert (named.article.source, named.article.url) == ("B", "https://b.example/")


def test_names_of_files_are_bounded_and_never_empty() -> None:
    assert Material.file("", b"").key == "file"
    assert len(Material.file("x" * 999, b"").key) == 200
    assert Material.file("a\nb", b"").key == "a\\x0ab"
