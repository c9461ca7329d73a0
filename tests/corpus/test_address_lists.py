import gzip
from datetime import UTC, datetime

import pytest

from corpus.errors import OversizedSourceError, UnreadableSourceError
from corpus.readers.address_lists import (
    LARGEST_OPML,
    LARGEST_SITEMAP,
    SitemapEntry,
    Subscription,
    read_opml,
    read_sitemap,
)
from corpus.readers.documents import Place
from corpus.readers.reading import read_data
from tests.corpus.sample_files import sample


def test_the_feeds_of_a_list_are_named_once_and_only_those_on_the_web() -> None:
    assert read_opml(sample("feeds.opml")) == (
        Subscription(
            url="https://post.lunby.example/feed",
            title="Lunby Post",
            site="https://post.lunby.example/",
        ),
        Subscription(
            url="https://weather.lunby.example/feed.atom", title="Weather notes", site=None
        ),
    )


def test_the_pages_of_a_sitemap_with_what_it_says_of_them() -> None:
    sitemap = read_sitemap(sample("sitemap.xml"))
    assert sitemap.sitemaps == ()
    assert sitemap.pages == (
        SitemapEntry(
            url="https://post.lunby.example/ferry",
            updated=datetime(2024, 6, 4, 7, 30, tzinfo=UTC),
        ),
        SitemapEntry(
            url="https://post.lunby.example/goose",
            updated=None,
            published=datetime(2024, 6, 5, tzinfo=UTC),
            title="Goose wins swimming race",
            language="en",
        ),
    )


def test_an_index_names_sitemaps_also_when_it_is_packed() -> None:
    sitemap = read_sitemap(gzip.compress(sample("sitemap_index.xml")))
    assert sitemap.pages == ()
    assert [entry.url for entry in sitemap.sitemaps] == [
        "https://post.lunby.example/sitemap-2023.xml.gz",
        "https://post.lunby.example/sitemap-2024.xml.gz",
    ]
    assert sitemap.sitemaps[0].updated == datetime(2023, 12, 31, tzinfo=UTC)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"<rss/>", "no sitemap"),
        (b"<urlset", "damaged"),
        (gzip.compress(b"<urlset/>", mtime=0)[:-5], "a packed sitemap that is damaged"),
    ],
)
def test_what_is_no_sitemap_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableSourceError, match=reason):
        read_sitemap(data)


def test_a_packed_bomb_is_refused() -> None:
    bomb = gzip.compress(bytes(LARGEST_SITEMAP + 1), 1)
    with pytest.raises(OversizedSourceError, match="more than 50 MB"):
        read_sitemap(bomb)


def test_a_list_of_feeds_without_end_is_refused() -> None:
    with pytest.raises(OversizedSourceError, match="more than 8 MB"):
        read_opml(b" " * (LARGEST_OPML + 1))


def test_a_packed_sitemap_in_a_folder_is_told_what_it_is() -> None:
    place = Place(source="s.xml.gz", key="s.xml.gz", origin="file:///s")
    (line,) = read_data(gzip.compress(sample("sitemap.xml")), place, name="s.xml.gz")
    assert "a list of 2 pages" in str(line)
