"""Every field of pages we wrote, in the ways sites write them."""

from datetime import UTC, datetime

import pytest

from corpus.readers.front_matter import split_front_matter
from corpus.readers.page import read_page
from corpus.readers.page_metadata import author_name, read_metadata

DAY = datetime(2024, 3, 5, tzinfo=UTC)
EVENING = datetime(2024, 3, 5, 21, 40, tzinfo=UTC)
PROSE = "<p>The mayor closed the old bridge on Monday after a week of rain, the town said.</p>" * 3


def page(head: str = "", body: str = "") -> str:
    return f"<html><head>{head}</head><body><article><h1>The bridge is closed</h1>{body}{PROSE}</article></body></html>"


def json_ld(content: str) -> str:
    return f'<script type="application/ld+json">{content}</script>'


def meta(name: str, content: str, kind: str = "name") -> str:
    return f'<meta {kind}="{name}" content="{content}">'


TIME = "2024-03-05T22:40:00+01:00"


@pytest.mark.parametrize(
    ("head", "body", "expected"),
    [
        (json_ld(f'{{"@type": "NewsArticle", "datePublished": "{TIME}"}}'), "", EVENING),
        (
            json_ld(
                f'{{"@graph": [{{"@type": "WebSite"}}, {{"@type": ["Article", "BlogPosting"], "datePublished": "{TIME}"}}]}}'
            ),
            "",
            EVENING,
        ),
        (
            json_ld(f'[{{"@type": "http://schema.org/Article", "datePublished": "{TIME}"}}]'),
            "",
            EVENING,
        ),
        (json_ld(f'{{"@type": "WebPage", "datePublished": "{TIME}"}}'), "", EVENING),
        (
            json_ld(
                f'<![CDATA[{{"@type": "Article",\n"headline": "a\nb", "datePublished": "{TIME}"}};]]>'
            ),
            "",
            EVENING,
        ),
        (meta("article:published_time", TIME, "property"), "", EVENING),
        (meta("DC.date.issued", "2024-03-05"), "", DAY),
        (meta("datePublished", TIME, "itemprop"), "", EVENING),
        (meta("date", "March 5, 2024"), "", DAY),
        (meta("parsely-pub-date", "2024-03-05T21:40:00Z"), "", EVENING),
        ("", f'<time itemprop="datePublished" datetime="{TIME}">yesterday</time>', EVENING),
        ("", f'<time pubdate datetime="{TIME}">yesterday</time>', EVENING),
        ("", '<span itemprop="datePublished">5 March 2024</span>', DAY),
        (
            json_ld('{"@type": "Article", "datePublished": "2024-03-05"}')
            + meta("article:published_time", TIME, "property"),
            "",
            EVENING,
        ),
        (
            json_ld('{"@type": "Article", "datePublished": "2024-03-05"}')
            + meta("article:published_time", "2024-09-09T10:00:00Z", "property"),
            "",
            DAY,
        ),
        (json_ld("not json") + meta("date", "yesterday"), "", None),
        (json_ld('{"@type": "Organization", "datePublished": "2020-01-01"}'), "", None),
    ],
)
def test_the_date_keeps_its_time_of_day(head: str, body: str, expected: datetime | None) -> None:
    assert read_metadata(page(head, body)).published == expected


def test_a_date_found_by_its_place_gets_the_time_the_page_shows_for_that_day() -> None:
    body = f'<div class="date">Published <time datetime="{TIME}">5 March 2024</time></div>'
    assert read_page(page("", body)).published == EVENING


@pytest.mark.parametrize(
    ("head", "body", "expected"),
    [
        (
            json_ld('{"@type": "Article", "author": {"@type": "Person", "name": "Nell Ashworth"}}'),
            "",
            "Nell Ashworth",
        ),
        (
            json_ld(
                '{"@type": "Article", "author": [{"name": "Nell Ashworth"}, {"name": "Owen Tait"}]}'
            ),
            "",
            "Nell Ashworth, Owen Tait",
        ),
        (
            json_ld('{"@type": "Article", "author": ["Nell Ashworth", "Nell Ashworth"]}'),
            "",
            "Nell Ashworth",
        ),
        (
            json_ld('{"@type": "Article", "author": {"name": ["Nell Ashworth"]}}'),
            "",
            "Nell Ashworth",
        ),
        (meta("author", "By Nell Ashworth"), "", "Nell Ashworth"),
        (
            meta("article:author", "https://social.example/nell", "property")
            + meta("byl", "By Nell Ashworth"),
            "",
            "Nell Ashworth",
        ),
        (meta("dc.creator", "Nell Ashworth"), "", "Nell Ashworth"),
        ("", '<a rel="author" href="/nell">Nell Ashworth</a>', "Nell Ashworth"),
        ("", '<span itemprop="author">Nell Ashworth</span>', "Nell Ashworth"),
        ("", '<p class="article-byline">By Nell Ashworth</p>', "Nell Ashworth"),
        (meta("author", "admin"), '<div class="byline">Von Nell Ashworth</div>', "Nell Ashworth"),
    ],
)
def test_the_author_is_named_by_data_or_by_layout(head: str, body: str, expected: str) -> None:
    assert read_page(page(head, body)).author == expected


def test_data_comes_before_layout() -> None:
    said = read_metadata(page(meta("author", "Nell Ashworth"), '<p class="byline">Owen Tait</p>'))
    assert (said.author, said.byline) == ("Nell Ashworth", "Owen Tait")
    assert read_page(page()).author is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "https://a.example",
        "nell@a.example",
        "Published 12:40",
        "staff",
        "word " * 13,
        "x" * 121,
    ],
)
def test_what_is_no_name_is_none(text: str) -> None:
    assert author_name(text) is None


def test_all_other_fields() -> None:
    head = '<link rel="canonical" href="/relative">' + json_ld(
        '{"@type": "NewsArticle", "headline": "The bridge is closed", "url": "https://a.example/bridge",'
        '"dateModified": "2024-03-06T08:00:00Z", "publisher": {"name": "Harlow Courier"}, "inLanguage": "en-GB",'
        '"mainEntityOfPage": {"@type": "WebPage", "@id": "https://a.example/other"}}'
    )
    said = read_metadata(page(head))
    assert said.title == "The bridge is closed"
    assert said.source == "Harlow Courier"
    assert said.url == "https://a.example/bridge"
    assert said.language == "en"
    assert said.updated == datetime(2024, 3, 6, 8, tzinfo=UTC)
    document = read_page(page(head))
    assert (document.updated, document.source) == (said.updated, "Harlow Courier")


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (
            '<link rel="canonical" href="https://a.example/1">'
            + meta("og:url", "https://a.example/2", "property"),
            "https://a.example/1",
        ),
        (meta("og:url", "https://a.example/2", "property"), "https://a.example/2"),
        (
            json_ld('{"@type": "Article", "mainEntityOfPage": "https://a.example/3"}'),
            "https://a.example/3",
        ),
        ("", None),
    ],
)
def test_the_address_is_the_one_the_page_calls_its_own(head: str, expected: str | None) -> None:
    assert read_metadata(page(head)).url == expected


def test_data_that_never_ends_and_pages_without_elements_do_no_harm() -> None:
    deep = '{"@graph": [' * 30 + '{"@type": "Article", "headline": "x"}' + "]}" * 30
    assert read_metadata(page(json_ld(deep))).title is None
    assert read_metadata(page(json_ld("[" * 100_000))).title is None
    assert read_metadata("").title is None
    assert read_metadata(page(meta("og:site_name", "Post", "property"))).source == "Post"
    assert read_metadata(page('<time datetime="x">')).times == ()


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        (
            "---\ntitle: 'Rain: a study'  \ndate: 2024-03-05 # a note\n---\nx",
            {"title": "Rain: a study", "date": "2024-03-05"},
        ),
        (
            "---\nauthor:\n  - Nell\n  - name: Owen\ntags:\n  - a\nlastmod: 2024-03-06\n---\nx",
            {"author": "Nell, Owen", "updated": "2024-03-06"},
        ),
        (
            "---\nauthors: [Nell, 'Owen']\nlast-modified: 2024\n---\nx",
            {"author": "Nell, Owen", "updated": "2024"},
        ),
        ("---\nauthor:\n  name: Nell\n  site: https://a.example\n...\nx", {"author": "Nell"}),
        (
            "+++\ntitle = 'Rain'\nauthors = [{name = 'Nell'}]\ndraft = true\n+++\nx",
            {"title": "Rain", "author": "Nell"},
        ),
    ],
)
def test_front_matter_is_read(text: str, fields: dict[str, str]) -> None:
    assert split_front_matter(text) == (fields, "x")


@pytest.mark.parametrize(
    "text", ["x", "---\nno field\n---\nx", "+++\nno toml\n+++\nx", "---\ntitle: x\nx"]
)
def test_what_is_no_front_matter_is_text(text: str) -> None:
    assert split_front_matter(text) == ({}, text)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('<div class="pub">5 March 2024</div>', DAY),
        ('<span id="post-date">Am 5. März 2024</span>', DAY),
        ("<time>5 de marzo de 2024</time>", DAY),
        ("<p>The bridge was built on 5 March 2024, the town said on Monday.</p>", None),
        (f'<div class="date">{"Long ago. " * 20} 5 March 2024</div>', None),
        ('<div class="date">last week</div>', None),
    ],
)
def test_a_day_written_out_is_the_date_where_the_layout_marks_one(
    body: str, expected: datetime | None
) -> None:
    assert read_page(page(body=body)).published == expected


def test_the_word_before_a_name_is_no_part_of_it() -> None:
    assert read_page(page(body='<p class="byline">Por Carmen Ruiz</p>')).author == "Carmen Ruiz"
