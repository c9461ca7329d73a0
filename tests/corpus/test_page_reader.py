from datetime import UTC, datetime

import pytest

from corpus.errors import EmptySourceError
from corpus.readers.page import read_page

LONG = "The mayor closed the old bridge on Monday after a week of rain, the town said. "
PAGE = f"""<!DOCTYPE html>
<html lang="en-GB"><head>
<title>The bridge is closed | Harlow Courier</title>
<link rel="canonical" href="https://courier.example/bridge">
<meta property="og:site_name" content="Harlow Courier">
<meta name="author" content="Nell Ashworth">
<meta property="article:published_time" content="2024-03-05T22:40:00+01:00">
</head><body>
<nav><a href="/">Home</a> <a href="/news">News</a></nav>
<article><h1>The bridge is closed</h1>
<p>{LONG * 3}</p>
<p>It was <b>very</b> old, <a href="/x">they say</a>.<br>It will open
   in spring.</p>
<ul><li>cars take the ferry</li><li>walkers swim</li></ul>
<table><tr><th>Year</th><th>Height</th></tr><tr><td>1848</td><td>12 m</td></tr></table>
<p>{LONG * 3}</p></article>
<footer>© Harlow Courier</footer></body></html>"""


def test_a_page_gives_its_prose_and_what_it_says_of_itself() -> None:
    document = read_page(PAGE)
    assert document.title == "The bridge is closed"
    assert document.url == "https://courier.example/bridge"
    assert document.source == "Harlow Courier"
    assert document.author == "Nell Ashworth"
    assert document.published == datetime(2024, 3, 5, 21, 40, tzinfo=UTC)
    assert document.language == "en"
    assert "It was very old, they say.\nIt will open in spring." in document.text
    assert "\ncars take the ferry\nwalkers swim\n" in document.text
    assert "\nYear | Height\n1848 | 12 m\n" in document.text
    assert "Home" not in document.text
    assert "<" not in document.text


def test_paragraphs_of_a_page_are_parted_by_blank_lines() -> None:
    assert read_page(PAGE).text.count(f"\n\n{(LONG * 3).strip()}") == 2


def test_an_article_laid_out_in_a_table_keeps_its_paragraphs() -> None:
    page = f"<html><body><table><tr><td>Menu</td><td><h1>Tulips</h1><p>{LONG * 2}</p><p>{LONG}</p></td></tr></table></body></html>"
    assert f"\n\n{(LONG * 2).strip()}\n\n{LONG.strip()}" in read_page(page).text


def test_a_page_without_title_is_called_by_its_headline_or_first_words() -> None:
    assert read_page(f"<html><body><p>{LONG}</p><p>{LONG * 2}</p></body></html>").title.endswith(
        "…"
    )


def test_a_title_is_cut_to_the_headline_it_begins_with() -> None:
    headings = "<h2>Weather</h2><h2>Rain falls</h2>"
    page = f"<html><title>Rain falls on us</title><article>{headings}<p>{LONG * 3}</p></article></html>"
    assert read_page(page).title == "Rain falls"
    assert read_page(page.replace("Rain falls on us", "Snow")).title == "Snow"


def test_a_short_fragment_is_read_too() -> None:
    document = read_page("<p>It rained for one whole week.</p><p>Then it stopped.</p>")
    assert document.text == "It rained for one whole week.\n\nThen it stopped."
    assert document.language is None


def test_an_xml_declaration_does_no_harm() -> None:
    page = f'<?xml version="1.0" encoding="windows-1251"?>\n<html xml:lang="ru"><body><p>{LONG}</p></body></html>'
    assert read_page(page).text == LONG.strip()


@pytest.mark.parametrize(
    "page",
    [
        "<html><head><script>render()</script></head><body><div id='root'></div></body></html>",
        "<html></html>",
        "<html><body>" + "<div>" * 5_000 + "</body></html>",
    ],
)
def test_a_page_without_text_says_so(page: str) -> None:
    with pytest.raises(EmptySourceError, match="no text"):
        read_page(page)
