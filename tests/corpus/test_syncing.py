from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.articles import ArticleState
from corpus.errors import FetchError, PageMissingError, SourceUnknownError
from corpus.reports import Result
from corpus.source_names import find_sources, is_list
from corpus.sources import SourceKind
from corpus.store import ArticleStore
from corpus.sync_reports import SourceReport
from corpus.syncing import Syncing
from tests.corpus.web_site import PROSE, Clock, Page, WebSite, entry, feed, sitemap, web_site

OTHER = PROSE.replace("river", "stream").replace("pillars", "arches") + "It was a long night."


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def site() -> Iterator[WebSite]:
    with web_site() as served:
        yield served


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[ArticleStore]:
    with ArticleStore.create(tmp_path / "library", now=clock) as opened:
        yield opened


@pytest.fixture
def syncing(store: ArticleStore, site: WebSite, clock: Clock) -> Syncing:
    return Syncing(store, site.fetcher(now=clock), now=clock)


def results(reports: list[SourceReport]) -> list[str]:
    return [line.result.value for report in reports for line in report.lines]


def reasons(reports: list[SourceReport]) -> str:
    return "\n".join(line.reason or "" for report in reports for line in report.lines)


def again(syncing: Syncing, store: ArticleStore, *, named: bool = False) -> list[SourceReport]:
    return list(syncing.sync(store.followed.all(), named=named))


def keys(store: ArticleStore) -> list[str]:
    return [it.key for it in store.citations()]


def test_a_page_becomes_an_article_under_its_address_without_tracking(
    syncing: Syncing, store: ArticleStore, site: WebSite
) -> None:
    site.article("/bridge?id=7")
    reports = syncing.add(site.url("/bridge?utm_source=x&id=7&fbclid=1#top"))
    assert results(reports) == ["added"]
    [citation] = store.citations()
    assert citation.key == citation.url == site.url("/bridge?id=7")
    assert citation.source == "news.example"
    assert store.article(citation.key).origin == citation.key
    [source] = store.followed.all()
    assert (source.kind, source.address) == (SourceKind.PAGE, citation.key)


def test_a_page_is_asked_for_conditionally_and_updated_when_it_changes(
    syncing: Syncing, store: ArticleStore, site: WebSite
) -> None:
    site.article("/a", etag='"1"')
    syncing.add(site.url("/a"))
    [report] = again(syncing, store)
    assert (report.lines, report.unchanged) == ((), 1)
    assert site.headers[-1]["if-none-match"] == '"1"'
    site.article("/a", OTHER, etag='"2"')
    assert results(again(syncing, store)) == ["updated"]


def test_a_page_names_its_canonical_address_on_its_own_site_only(
    syncing: Syncing, store: ArticleStore, site: WebSite
) -> None:
    head = '<html><head><title>The bridge</title><link rel="canonical" href="{}"></head><body><article><p>{}</p></article></body></html>'
    site.pages["/a?print=1"] = Page(head.format(site.url("/a"), PROSE))
    site.pages["/b"] = Page(head.format("http://other.example/b", OTHER))
    site.pages["/c"] = Page(head.format(site.url("/"), PROSE + OTHER))
    for path in ("/a?print=1", "/b", "/c"):
        syncing.add(site.url(path))
    assert keys(store) == [site.url("/a"), site.url("/b"), site.url("/c")]


def test_a_page_that_is_gone_is_retired_at_once(
    syncing: Syncing, store: ArticleStore, site: WebSite
) -> None:
    site.article("/a")
    syncing.add(site.url("/a"))
    site.pages["/a"] = Page(status=410)
    assert results(again(syncing, store)) == ["retired"]
    assert store.article(site.url("/a")).state is ArticleState.RETIRED
    assert results(again(syncing, store)) == []
    assert "410" in (store.followed.all()[0].error or "")


def test_a_missing_page_is_retired_when_it_is_missing_again(
    syncing: Syncing, store: ArticleStore, site: WebSite
) -> None:
    site.article("/a")
    syncing.add(site.url("/a"))
    page = site.pages.pop("/a")
    assert results(again(syncing, store)) == ["failed"]
    assert keys(store) == [site.url("/a")]
    assert results(again(syncing, store)) == ["retired"]
    assert keys(store) == []
    site.pages["/a"] = page
    assert results(again(syncing, store)) == ["updated"]
    assert keys(store) == [site.url("/a")]


def test_a_page_missing_once_is_none_the_worse(
    syncing: Syncing, store: ArticleStore, site: WebSite
) -> None:
    site.article("/a")
    syncing.add(site.url("/a"))
    page = site.pages.pop("/a")
    again(syncing, store)
    site.pages["/a"] = page
    assert results(again(syncing, store)) == ["unchanged"]
    site.pages.pop("/a")
    assert results(again(syncing, store)) == ["failed"]
    assert keys(store) == [site.url("/a")]


def test_a_page_that_moved_for_good_is_followed_and_keeps_its_key(
    syncing: Syncing, store: ArticleStore, site: WebSite
) -> None:
    site.article("/old", etag='"1"')
    syncing.add(site.url("/old"))
    site.article("/new", etag='"1"')
    site.pages["/old"] = Page(status=301, headers={"Location": "/new"})
    again(syncing, store)
    assert keys(store) == [site.url("/old")]
    assert store.article(site.url("/old")).origin == site.url("/new")
    assert store.followed.all()[0].address == site.url("/new")
    site.article("/new", OTHER)
    assert results(again(syncing, store)) == ["updated"]
    assert site.asked[-1] == "/new"
    assert keys(store) == [site.url("/old")]


def test_a_detour_for_now_changes_no_address(
    syncing: Syncing, store: ArticleStore, site: WebSite
) -> None:
    site.article("/elsewhere")
    site.pages["/a"] = Page(status=302, headers={"Location": "/elsewhere"})
    syncing.add(site.url("/a"))
    assert keys(store) == [site.url("/a")]
    assert store.followed.all()[0].address == site.url("/a")


def test_a_page_that_moved_onto_another_article_is_retired(
    syncing: Syncing, store: ArticleStore, site: WebSite
) -> None:
    site.article("/a")
    site.article("/b", OTHER)
    syncing.add(site.url("/a"))
    syncing.add(site.url("/b"))
    site.pages["/a"] = Page(status=308, headers={"Location": "/b"})
    again(syncing, store)
    assert keys(store) == [site.url("/b")]


def test_what_cannot_be_had_at_first_is_not_followed(
    syncing: Syncing, store: ArticleStore, site: WebSite
) -> None:
    with pytest.raises(PageMissingError, match="404"):
        syncing.add(site.url("/nothing"))
    assert store.followed.all() == []


def test_a_failing_source_waits_longer_each_time_and_says_so(
    syncing: Syncing, store: ArticleStore, site: WebSite, clock: Clock
) -> None:
    site.pages["/feed"] = Page(feed(entry("/a", content=PROSE)), kind="application/rss+xml")
    syncing.add(site.url("/feed"))
    site.pages["/feed"] = Page(status=500)
    assert results(again(syncing, store)) == ["failed"]
    first = store.followed.all()[0]
    asked = len(site.asked)
    waiting = again(syncing, store)
    assert "failed 1 times" in reasons(waiting)
    assert "next attempt 2026-03-01 12:05 UTC" in reasons(waiting)
    assert len(site.asked) == asked
    again(syncing, store, named=True)
    second = store.followed.all()[0]
    assert len(site.asked) == asked + 1
    assert first.next_attempt is not None
    assert second.next_attempt is not None
    assert second.next_attempt > first.next_attempt
    clock.pass_by(minutes=11)
    site.pages["/feed"] = Page(feed(entry("/a", content=PROSE)), kind="application/rss+xml")
    assert results(again(syncing, store)) == []
    healed = store.followed.all()[0]
    assert (healed.error, healed.failures, healed.next_attempt) == (None, 0, None)


def test_a_site_that_asks_for_time_gets_it(
    syncing: Syncing, store: ArticleStore, site: WebSite, clock: Clock
) -> None:
    site.article("/a")
    syncing.add(site.url("/a"))
    site.pages["/a"] = Page(status=429, headers={"Retry-After": "7200"})
    again(syncing, store)
    clock.pass_by(minutes=90)
    assert "next attempt 2026-03-01 14:00" in reasons(again(syncing, store))
    clock.pass_by(minutes=31)
    site.article("/a")
    assert results(again(syncing, store)) == ["unchanged"]


def test_feed_entries_are_articles_and_stay_when_the_feed_moves_on(
    syncing: Syncing, store: ArticleStore, site: WebSite
) -> None:
    site.pages["/feed"] = Page(feed(entry("/a", content=PROSE)), kind="application/rss+xml")
    [report] = syncing.add(site.url("/feed"))
    assert report.source.kind is SourceKind.FEED
    assert keys(store) == [site.url("/a")]
    assert store.citations()[0].source == "The Courier"
    site.pages["/feed"] = Page(feed(entry("/b", content=OTHER)), kind="application/rss+xml")
    assert results(again(syncing, store)) == ["added"]
    assert keys(store) == [site.url("/a"), site.url("/b")]
    assert [report.unchanged for report in again(syncing, store)] == [2]
    assert site.asked_for_pages == ["/feed"] * 3


def test_a_summary_is_replaced_by_the_longer_text_of_its_page(
    syncing: Syncing, store: ArticleStore, site: WebSite
) -> None:
    site.article("/a", PROSE)
    site.pages["/feed"] = Page(feed(entry("/a", title="Closed!", summary="The bridge is closed.")))
    assert results(syncing.add(site.url("/feed"))) == ["added"]
    article = store.article(site.url("/a"))
    assert "Engineers inspected the pillars" in article.text
    assert article.citation.title == "Closed!"


def test_a_summary_stands_in_until_its_page_can_be_read(
    syncing: Syncing, store: ArticleStore, site: WebSite, clock: Clock
) -> None:
    site.pages["/a"] = Page(status=503)
    site.pages["/feed"] = Page(
        feed(entry("/a", summary="The bridge is closed.")), etag='"1"', kind="text/xml"
    )
    reports = syncing.add(site.url("/feed"))
    assert sorted(results(reports)) == ["added", "failed"]
    assert store.article(site.url("/a")).text == "The bridge is closed."
    clock.pass_by(minutes=6)
    site.article("/a", PROSE)
    assert results(again(syncing, store)) == ["updated"]
    assert "Engineers" in store.article(site.url("/a")).text
    assert len(keys(store)) == 1


def test_an_entry_whose_page_is_gone_is_retired(
    syncing: Syncing, store: ArticleStore, site: WebSite, clock: Clock
) -> None:
    site.article("/a", PROSE)
    site.pages["/feed"] = Page(feed(entry("/a", summary="Short.")), etag='"1"')
    syncing.add(site.url("/feed"))
    site.pages["/a"] = Page(status=410)
    assert results(again(syncing, store)) == []
    clock.pass_by(days=1, minutes=1)
    assert results(again(syncing, store)) == ["retired"]
    assert keys(store) == []


def test_entries_without_text_or_link_are_named(
    syncing: Syncing, store: ArticleStore, site: WebSite
) -> None:
    bare = "<item><title>Nothing</title><guid>tag:x,2026:1</guid></item>"
    words = "<item><title>Note</title><guid>tag:x,2026:2</guid><description>The bridge is open again.</description></item>"
    site.pages["/feed"] = Page(feed(bare, words))
    assert sorted(results(syncing.add(site.url("/feed")))) == ["added", "skipped"]
    [citation] = store.citations()
    assert citation.key.startswith(site.url("/feed#"))


def test_pages_of_a_sitemap_come_and_go(
    syncing: Syncing, store: ArticleStore, site: WebSite
) -> None:
    a, b, c = (site.url(path) for path in ("/a", "/b", "/c"))
    for path in ("/a", "/b", "/c"):
        site.article(path, PROSE + path)
    site.pages["/sitemap.xml"] = Page(sitemap((a, "2026-01-01"), (b, None)), kind="text/xml")
    [report] = syncing.add(site.url("/sitemap.xml"))
    assert report.source.kind is SourceKind.SITEMAP
    assert results([report]) == ["added", "added"]
    asked = len(site.asked)
    again(syncing, store)
    assert site.asked[asked:] == ["/sitemap.xml", "/b"]
    site.pages["/sitemap.xml"] = Page(sitemap((b, None), (c, None)), kind="text/xml")
    assert sorted(results(again(syncing, store))) == ["added", "retired", "unchanged"]
    assert keys(store) == [b, c]
    site.article("/c", OTHER)
    assert "updated" in results(again(syncing, store))


def test_a_page_of_a_sitemap_is_read_again_when_its_date_changes(
    syncing: Syncing, store: ArticleStore, site: WebSite
) -> None:
    site.article("/a")
    site.pages["/s.xml"] = Page(sitemap((site.url("/a"), "2026-01-01")), etag='"1"')
    syncing.add(site.url("/s.xml"))
    site.article("/a", OTHER)
    assert results(again(syncing, store)) == []
    site.pages["/s.xml"] = Page(sitemap((site.url("/a"), "2026-01-02")), etag='"2"')
    assert results(again(syncing, store)) == ["updated"]


def test_an_index_of_sitemaps_is_followed_and_a_missing_part_retires_nothing(
    syncing: Syncing, store: ArticleStore, site: WebSite
) -> None:
    site.article("/a")
    part = f"<sitemap><loc>{site.url('/part.xml')}</loc></sitemap>"
    site.pages["/s.xml"] = Page(
        f'<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{part}{part}</sitemapindex>'
    )
    site.pages["/part.xml"] = Page(sitemap((site.url("/a"), None), ("ftp://x/y", None)))
    assert results(syncing.add(site.url("/s.xml"))) == ["added"]
    del site.pages["/part.xml"]
    [report] = again(syncing, store)
    assert report.has_failed
    assert keys(store) == [site.url("/a")]


def test_a_sitemap_that_names_nothing_retires_nothing(
    syncing: Syncing, store: ArticleStore, site: WebSite
) -> None:
    site.article("/a")
    site.pages["/s.xml"] = Page(sitemap((site.url("/a"), None)))
    syncing.add(site.url("/s.xml"))
    site.pages["/s.xml"] = Page(sitemap())
    assert "names no pages" in reasons(again(syncing, store))
    assert keys(store) == [site.url("/a")]


def test_a_list_of_feeds_is_followed_feed_by_feed(
    syncing: Syncing, store: ArticleStore, site: WebSite, tmp_path: Path
) -> None:
    def opml(*urls: str) -> str:
        lines = "".join(f'<outline type="rss" xmlUrl="{url}"/>' for url in urls)
        return f'<?xml version="1.0"?><opml version="2.0"><body>{lines}</body></opml>'

    site.pages["/1"] = Page(feed(entry("/a", content=PROSE)))
    site.pages["/2"] = Page(feed(entry("/b", content=OTHER)))
    path = tmp_path / "feeds.opml"
    path.write_text(opml(site.url("/1"), site.url("/2"), "http://user:pw@news.example/x"))
    assert is_list(path)
    reports = syncing.add_list(path)
    assert results(reports) == ["failed", "added", "added"]
    assert keys(store) == [site.url("/a"), site.url("/b")]
    parent = store.followed.all()[0]
    assert store.followed.article_counts()[parent.id] == 2
    path.write_text(opml(site.url("/2")))
    again(syncing, store)
    assert [it.name for it in store.followed.all()] == [str(path), site.url("/2")]
    assert keys(store) == [site.url("/a"), site.url("/b")]
    path.unlink()
    assert "no such file" in reasons(again(syncing, store))


def test_a_list_of_feeds_on_the_web_is_followed_too(
    syncing: Syncing, store: ArticleStore, site: WebSite
) -> None:
    site.pages["/1"] = Page(feed(entry("/a", content=PROSE)))
    site.pages["/list"] = Page(
        f'<?xml version="1.0"?><opml version="2.0"><body><outline xmlUrl="{site.url("/1")}"/></body></opml>'
    )
    assert results(syncing.add(site.url("/list"))) == ["added"]
    assert [it.kind for it in store.followed.all()] == [SourceKind.OPML, SourceKind.FEED]
    site.pages["/1"] = Page(status=500)
    assert results(again(syncing, store)) == ["failed"]
    assert "next attempt" in reasons(again(syncing, store))


def test_what_a_person_removed_stays_removed_until_it_is_asked_for(
    syncing: Syncing, store: ArticleStore, site: WebSite
) -> None:
    site.article("/a")
    syncing.add(site.url("/a"))
    store.remove(site.url("/a"))
    assert results(again(syncing, store)) == ["skipped"]
    assert keys(store) == []
    assert results(syncing.add(site.url("/a"))) == ["added"]


def test_an_article_two_sources_name_is_kept_while_one_of_them_does(
    syncing: Syncing, store: ArticleStore, site: WebSite
) -> None:
    site.article("/a")
    site.article("/b", OTHER)
    site.pages["/s.xml"] = Page(sitemap((site.url("/a"), None), (site.url("/b"), None)))
    syncing.add(site.url("/a"))
    syncing.add(site.url("/s.xml"))
    site.pages["/s.xml"] = Page(sitemap((site.url("/b"), None)))
    assert "retired" not in results(again(syncing, store))
    assert keys(store) == [site.url("/a"), site.url("/b")]


def test_scheduled_runs_ask_less_than_a_person_does(
    syncing: Syncing, store: ArticleStore, site: WebSite, clock: Clock
) -> None:
    site.article("/a")
    site.pages["/s.xml"] = Page(sitemap((site.url("/a"), None)))
    syncing.add(site.url("/s.xml"))
    asked = len(site.asked)
    list(syncing.sync_due(store.followed.all()))
    assert site.asked[asked:] == ["/s.xml"]
    clock.pass_by(days=1, minutes=1)
    list(syncing.sync_due(store.followed.all()))
    assert site.asked[-1] == "/a"


def test_a_document_of_several_articles_loses_those_it_holds_no_longer(
    syncing: Syncing, store: ArticleStore, site: WebSite
) -> None:
    lines = ['{"_id": "1", "text": "The river rose."}', '{"_id": "2", "text": "The bridge held."}']
    site.pages["/w.jsonl"] = Page("\n".join(lines), kind="application/x-ndjson")
    assert results(syncing.add(site.url("/w.jsonl"))) == ["added", "added"]
    site.pages["/w.jsonl"] = Page(lines[1], kind="application/x-ndjson")
    assert sorted(results(again(syncing, store))) == ["retired", "unchanged"]
    assert keys(store) == ["2"]


def test_sources_are_found_by_what_a_person_calls_them(
    syncing: Syncing, store: ArticleStore, site: WebSite
) -> None:
    site.article("/a")
    syncing.add(site.url("/a?utm_medium=mail"))
    assert find_sources(store, [site.url("/a")]) == store.followed.all()
    with pytest.raises(SourceUnknownError, match="is not followed"):
        find_sources(store, ["/no/such/folder"])
    with pytest.raises(SourceUnknownError):
        find_sources(store, ["ftp://news.example/a"])
    store.followed.forget(store.followed.all()[0])
    assert keys(store) == [site.url("/a")]
    assert store.followed.all() == []


def test_refused_documents_are_named_and_not_followed(
    syncing: Syncing, store: ArticleStore, site: WebSite
) -> None:
    site.pages["/p.png"] = Page(b"\x89PNG", kind="image/png")
    with pytest.raises(FetchError, match="image/png, no article"):
        syncing.add(site.url("/p.png"))
    assert store.followed.all() == []


def test_the_outside_form_of_a_report_leaves_out_what_is_as_it_was(
    syncing: Syncing, store: ArticleStore, site: WebSite
) -> None:
    site.article("/a")
    syncing.add(site.url("/a"))
    [report] = again(syncing, store)
    told = report.to_json()
    assert (told["kind"], told["unchanged"], told["failed"], told["lines"]) == ("page", 1, 0, [])
    assert report.count(Result.ADDED) == 0


def test_a_feed_that_moved_for_good_is_followed(
    syncing: Syncing, store: ArticleStore, site: WebSite
) -> None:
    site.pages["/feed"] = Page(feed(entry("/a", content=PROSE)))
    syncing.add(site.url("/feed"))
    site.pages["/new"] = site.pages["/feed"]
    site.pages["/feed"] = Page(status=301, headers={"Location": "/new"})
    assert results(again(syncing, store)) == []
    assert store.followed.all()[0].address == site.url("/new")


def test_a_sitemap_that_moved_for_good_is_followed(
    syncing: Syncing, store: ArticleStore, site: WebSite
) -> None:
    site.article("/a")
    site.pages["/s.xml"] = Page(sitemap((site.url("/a"), "2026-01-01")))
    syncing.add(site.url("/s.xml"))
    site.pages["/t.xml"] = site.pages["/s.xml"]
    site.pages["/s.xml"] = Page(status=308, headers={"Location": "/t.xml"})
    again(syncing, store)
    assert store.followed.all()[0].address == site.url("/t.xml")
    assert keys(store) == [site.url("/a")]


def test_pages_that_fail_are_named_by_every_sync_and_asked_for_when_their_time_comes(
    syncing: Syncing, store: ArticleStore, site: WebSite, clock: Clock
) -> None:
    site.pages["/feed"] = Page(feed(entry("/a")))
    site.pages["/s.xml"] = Page(sitemap((site.url("/b"), "2026-01-01")))
    site.pages["/a"] = site.pages["/b"] = Page(status=503)
    syncing.add(site.url("/feed"))
    syncing.add(site.url("/s.xml"))
    asked = len(site.asked)
    assert results(again(syncing, store)) == ["failed", "failed"]
    assert site.asked[asked:] == ["/feed", "/s.xml"]
    clock.pass_by(minutes=6)
    site.article("/a")
    site.article("/b", OTHER)
    assert results(again(syncing, store)) == ["added", "added"]


def test_an_entry_whose_page_holds_no_text_either_is_named(
    syncing: Syncing, store: ArticleStore, site: WebSite
) -> None:
    site.pages["/feed"] = Page(feed(entry("/a")))
    site.pages["/a"] = Page("<html><body></body></html>")
    assert "neither the entry nor its page holds text" in reasons(syncing.add(site.url("/feed")))


def test_an_entry_that_changed_is_read_anew(
    syncing: Syncing, store: ArticleStore, site: WebSite
) -> None:
    site.article("/a", etag='"1"')
    site.pages["/feed"] = Page(feed(entry("/a", summary="Short.")))
    syncing.add(site.url("/feed"))
    site.pages["/feed"] = Page(feed(entry("/a", title="Open again", summary="Short.")))
    assert results(again(syncing, store)) == ["revised"]
    assert store.citations()[0].title == "Open again"


def test_a_sitemap_in_a_file_is_followed(
    syncing: Syncing, store: ArticleStore, site: WebSite, tmp_path: Path
) -> None:
    site.article("/a")
    path = tmp_path / "sitemap.xml"
    path.write_text(sitemap((site.url("/a"), None), ("http://news.example:port/", None)))
    assert is_list(path)
    assert results(syncing.add_list(path)) == ["added"]
    assert not is_list(tmp_path)


def test_a_sitemap_of_too_many_pages_or_parts_is_refused(
    syncing: Syncing, store: ArticleStore, site: WebSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("corpus.sitemap_sync.MOST_PAGES", 1)
    monkeypatch.setattr("corpus.sitemap_sync.MOST_SITEMAPS", 1)
    pages = sitemap((site.url("/a"), None), (site.url("/b"), None))
    parts = "".join(f"<sitemap><loc>{site.url(f'/{it}.xml')}</loc></sitemap>" for it in "pq")
    site.pages["/s.xml"] = Page(pages)
    site.pages["/i.xml"] = Page(f"<sitemapindex>{parts}</sitemapindex>")
    site.pages["/p.xml"] = Page(sitemap((site.url("/a"), None)))
    assert "more than 1 pages" in reasons(syncing.add(site.url("/s.xml")))
    assert "more than 1 sitemaps" in reasons(syncing.add(site.url("/i.xml")))
    assert keys(store) == []
