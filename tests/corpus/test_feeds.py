import json
from datetime import UTC, datetime
from typing import Any

import pytest

from corpus.errors import EmptySourceError, OversizedSourceError, UnreadableSourceError
from corpus.readers.documents import Failure, Found, Place
from corpus.readers.feeds import LARGEST_FEED, Feed, FeedEntry, feed_articles, read_feed

PLACE = Place(source="f.rss", key="f.rss", origin="file:///f.rss")


def rss(*items: str, head: str = "<title>Post</title>") -> bytes:
    content = "".join(f"<item>{item}</item>" for item in items)
    return (
        "<rss version='2.0' xmlns:content='http://purl.org/rss/1.0/modules/content/' "
        f"xmlns:dc='http://purl.org/dc/elements/1.1/'><channel>{head}{content}</channel></rss>"
    ).encode()


def json_feed(*items: dict[str, Any], **fields: Any) -> bytes:
    version = "https://jsonfeed.org/version/1"
    return json.dumps({"version": version, "items": items, **fields}).encode()


def entry(data: bytes) -> FeedEntry:
    (found,) = read_feed(data).entries
    return found


def test_an_empty_feed_is_a_feed_without_entries() -> None:
    assert read_feed(rss()) == Feed(title="Post", url=None, language=None, entries=())
    with pytest.raises(EmptySourceError, match="no entries"):
        list(feed_articles(rss(), PLACE))


@pytest.mark.parametrize(
    ("item", "key"),
    [
        (
            "<guid>https://a.example/?p=1</guid><link>https://a.example/rain</link>",
            "https://a.example/?p=1",
        ),
        ("<guid>17</guid><link>https://a.example/rain</link>", "https://a.example/rain"),
        ("<guid isPermaLink='false'>17</guid>", "17"),
        ("<title>Rain</title>", None),
        (
            f"<guid>urn:{'x' * 600}</guid><link>https://a.example/rain</link>",
            "https://a.example/rain",
        ),
    ],
)
def test_the_key_is_an_id_that_is_unique_or_the_link(item: str, key: str | None) -> None:
    assert entry(rss(f"{item}<description>It rained.</description>")).key == key


def test_the_whole_text_comes_before_the_summary() -> None:
    item = "<description>Short.</description><content:encoded>&lt;p&gt;It rained.&lt;/p&gt;</content:encoded>"
    found = entry(rss(item))
    assert (found.text, found.is_summary) == ("It rained.", False)
    assert found.title == "It rained…"
    short = entry(rss("<description>Short &lt;b&gt;one&lt;/b&gt;.</description>"))
    assert (short.text, short.is_summary) == ("Short one.", True)


def test_plain_text_in_atom_is_no_markup() -> None:
    data = b"<feed xmlns='http://www.w3.org/2005/Atom'><entry><title>a &lt; b</title><content type='text'>a &lt; b and c &gt; d</content></entry></feed>"
    found = entry(data)
    assert (found.title, found.text) == ("a < b", "a < b and c > d")


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("Tue, 04 Jun 2024 06:45:00 +0200", datetime(2024, 6, 4, 4, 45, tzinfo=UTC)),
        ("2024-06-04T06:45:00Z", datetime(2024, 6, 4, 6, 45, tzinfo=UTC)),
        ("Tue, 04 Jun 2024 06:45 EST", datetime(2024, 6, 4, 11, 45, tzinfo=UTC)),
        ("yesterday", None),
    ],
)
def test_dates_keep_their_time(date: str, expected: datetime | None) -> None:
    found = entry(rss(f"<title>x</title><pubDate>{date}</pubDate>"))
    assert (found.published, found.updated) == (expected, None)


def test_several_authors_are_named_once_each() -> None:
    item = "<title>x</title><dc:creator>Nell</dc:creator><dc:creator>Owen</dc:creator>"
    assert entry(rss(item)).author in {"Nell", "Nell, Owen", "Owen"}


def test_an_untidy_feed_that_is_whole_is_read() -> None:
    found = entry(rss("<title>Rain & ice</title><description>It rained&nbsp;there.</description>"))
    assert found.title.startswith("Rain")
    assert "It rained" in found.text


def test_entries_without_words_are_failures_and_others_are_articles() -> None:
    first, second, third = feed_articles(
        rss(
            "<title>a</title>",
            "<title>b</title><description>It rained.</description>",
            "<guid>urn:c</guid><description>It froze.</description>",
        ),
        PLACE,
    )
    assert isinstance(first, Failure)
    assert first.reason == "entry 1: no text; save the page it links to"
    assert isinstance(second, Found)
    assert (second.article.key, second.names_itself) == ("f.rss/entry 2", False)
    assert isinstance(third, Found)
    assert (third.source, third.article.key) == ("f.rss (entry 3)", "urn:c")
    assert json.loads(third.article.raw)["text"] == "It froze."


def test_what_is_no_feed_or_too_large_is_refused() -> None:
    with pytest.raises(UnreadableSourceError, match="damaged"):
        read_feed(b"<html><p>It rained.</p></html>")
    with pytest.raises(UnreadableSourceError, match="damaged"):
        read_feed(b"It rained.")
    with pytest.raises(OversizedSourceError, match="16 MB"):
        read_feed(b" " * (LARGEST_FEED + 1))


def test_json_items_are_read_in_all_their_forms() -> None:
    plain = entry(json_feed({"id": 7, "content_text": "It <rained>.", "author": {"name": "Nell"}}))
    assert (plain.key, plain.text, plain.author) == ("7", "It <rained>.", "Nell")
    assert not plain.is_summary
    short = entry(
        json_feed({"id": "8", "summary": "It froze.", "external_url": "https://a.example/8"})
    )
    assert (short.key, short.is_summary) == ("https://a.example/8", True)
    empty = entry(json_feed({"id": "9"}))
    assert (empty.text, empty.author) == ("", None)


@pytest.mark.parametrize(
    "data",
    [b'{"version": "https://jsonfeed.org/version/1"}', json_feed("x"), b'{"items": 3}'],  # type: ignore[arg-type]
)
def test_json_of_another_shape_is_damaged(data: bytes) -> None:
    with pytest.raises(UnreadableSourceError, match="a feed that is damaged"):
        read_feed(data)
