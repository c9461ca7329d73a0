"""Quotes on a terminal and off it: exact slices, each with all that is needed to check it."""

import io
import re
from dataclasses import replace
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from bot.console_view import BAR, ConsoleView
from bot.rendering import InexactQuoteError
from corpus.articles import Article, ArticleState, Span
from retrieval.answers import Confidence
from tests.bot.shelf import FLOOD, Shelf, a_hit, an_answer, an_article, counts

_CODES = re.compile(r"\x1b\[[0-9;]*m")
_SENTENCE = "It cut the only road to Harlow Bridge shortly before midnight."
SECOND = Span(start=FLOOD.index(_SENTENCE), end=FLOOD.index(_SENTENCE) + len(_SENTENCE))
PROSE = st.text(alphabet="ab é漢ا.\n", min_size=1, max_size=300).filter(str.strip)


def on_paper(*articles: Article) -> tuple[io.StringIO, ConsoleView]:
    written = io.StringIO()
    return written, ConsoleView(Console(file=written, highlight=False), Shelf(*articles))


def on_terminal(*articles: Article, width: int = 50) -> tuple[io.StringIO, ConsoleView]:
    written = io.StringIO()
    console = Console(
        file=written, force_terminal=True, color_system="standard", width=width, highlight=False
    )
    return written, ConsoleView(console, Shelf(*articles))


def beside_the_bar(written: str) -> list[str]:
    lines = _CODES.sub("", written).split("\n")
    return [line.removeprefix(BAR) for line in lines if line.startswith(BAR)]


def test_off_a_terminal_the_answer_is_plain_and_starts_with_the_quote() -> None:
    article = an_article()
    hit = a_hit(article, marks=(SECOND,))
    written, view = on_paper(article)
    view.hit(hit, Confidence.STRONG)
    assert written.getvalue().splitlines() == [
        FLOOD,
        "  Flood cuts valley road",
        f"  Example Wire · 30 October 2026 · https://news.example/flood#:~:text={quote(_SENTENCE)}",
        f"  {hit.receipt} · strong match",
    ]


@given(PROSE)
def test_off_a_terminal_a_quote_is_the_exact_slice(text: str) -> None:
    article = an_article(f"before {text} after")
    span = Span(start=7, end=7 + len(text))
    written, view = on_paper(article)
    view.hit(a_hit(article, span=span), Confidence.POSSIBLE)
    assert written.getvalue().startswith(f"{text}\n  Flood")


@given(PROSE, st.integers(min_value=24, max_value=60), st.data())
def test_on_a_terminal_the_lines_beside_the_bar_are_the_exact_slice(
    text: str, width: int, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    article = an_article(text)
    written, view = on_terminal(article, width=width)
    view.hit(a_hit(article, marks=(Span(start=start, end=end),)), Confidence.STRONG)
    shown = "".join(beside_the_bar(written.getvalue()))
    assert shown == text.replace("\n", "")


def test_on_a_terminal_the_sentence_that_answers_is_emphasised() -> None:
    article = an_article()
    written, view = on_terminal(article, width=200)
    view.hit(a_hit(article, marks=(SECOND,)), Confidence.STRONG)
    emphasised = re.findall(r"\x1b\[1;4m([^\x1b]*)\x1b", written.getvalue())
    assert "".join(emphasised) == SECOND.of(FLOOD)


def test_a_quote_that_the_store_does_not_hold_is_not_shown() -> None:
    hit = a_hit(an_article())
    written, view = on_paper(an_article("Another text of the same article, as long as it may be."))
    with pytest.raises(InexactQuoteError):
        view.hit(hit, Confidence.STRONG)
    assert written.getvalue() == ""


@pytest.mark.parametrize("articles", [(), (an_article(state=ArticleState.RETIRED),)])
def test_an_article_that_is_gone_is_not_quoted(articles: tuple[Article, ...]) -> None:
    written, view = on_paper(*articles)
    view.hit(a_hit(an_article()), Confidence.STRONG)
    view.context(a_hit(an_article()), steps=1)
    assert set(written.getvalue().splitlines()) == {
        "This article has been removed in the meantime."
    }


def test_a_limit_shortens_to_whole_sentences_with_a_receipt_of_their_own() -> None:
    article = an_article()
    hit = a_hit(article, marks=(SECOND,))
    written, view = on_paper(article)
    view.hit(hit, Confidence.STRONG, limit=70)
    shown = written.getvalue().splitlines()[0]
    assert shown == SECOND.of(FLOOD)
    assert hit.receipt not in written.getvalue()


@pytest.mark.parametrize("url", [None, "javascript:alert(1)", "file:///etc/passwd"])
def test_without_a_web_address_the_key_stands_in_its_place(url: str | None) -> None:
    article = an_article(url=url, source=None, published=None)
    written, view = on_paper(article)
    view.hit(a_hit(article), Confidence.POSSIBLE)
    assert written.getvalue().splitlines()[2] == "  flood.txt"


def test_other_articles_with_the_sentence_are_named_by_source_or_title() -> None:
    article = an_article()
    copies = tuple(
        replace(article.citation, key=f"{n}", source=source)
        for n, source in enumerate(["Site B", None, "Site C", "Site D", "Site E", "Site F"])
    )
    written, view = on_paper(article)
    view.hit(a_hit(article, also_in=copies), Confidence.STRONG)
    view.hit(a_hit(article, also_in=copies[:1]), Confidence.STRONG)
    assert "  also in 6 articles: Site B, Flood cuts valley road, Site C, Site D and 2 more\n" in (
        written.getvalue()
    )
    assert written.getvalue().endswith("  also in 1 article: Site B\n")


def test_metadata_cannot_command_the_terminal() -> None:
    article = an_article(title="Flood\x1b[2J", source="Wi\nre", url=None, key="a\x07b")
    written, view = on_paper(article)
    view.hit(a_hit(article), Confidence.STRONG)
    assert "\x1b" not in written.getvalue()
    assert "  Wi re · 30 October 2026 · a b\n" in written.getvalue()


def test_nothing_found_says_what_was_searched_and_names_the_nearest_once() -> None:
    article = an_article()
    other = an_article(key="other", title="Keeper says sensor was down")
    third = an_article(key="third", title="Third")
    hits = tuple(a_hit(a, rank=n) for n, a in enumerate((article, article, other, third), start=1))
    written, view = on_paper(article)
    view.nothing(
        an_answer(*hits, confidence=Confidence.NONE),
        counts(articles=16, newest_published=article.citation.published),
    )
    assert written.getvalue().splitlines() == [
        "No passage answers this. Searched 16 articles, the newest of 30 October 2026.",
        "Nearest, but probably not an answer: Flood cuts valley road; Keeper says sensor was down",
    ]


@pytest.mark.parametrize(
    ("articles", "line"),
    [
        (1, "Searched 1 article."),
        (0, "The library holds no articles; `passagebot ingest SOURCE` adds some."),
    ],
)
def test_without_hits_nothing_is_called_near(articles: int, line: str) -> None:
    written, view = on_paper()
    view.nothing(an_answer(confidence=Confidence.NONE), counts(articles=articles))
    assert written.getvalue() == f"No passage answers this. {line}\n"


def test_context_shows_the_quote_between_its_neighbours_in_their_order() -> None:
    article = an_article()
    hit = a_hit(article, span=SECOND)
    for written, view in (on_paper(article), on_terminal(article, width=200)):
        view.context(hit, steps=1)
        lines = [line.removeprefix(BAR) for line in _CODES.sub("", written.getvalue()).splitlines()]
        assert lines == [
            "Flood cuts valley road",
            "The river rose 2.4 metres in nine hours.",
            SECOND.of(FLOOD),
            "Nobody was hurt.",
        ]


def test_on_a_terminal_the_address_is_short_and_leads_to_the_sentence() -> None:
    article = an_article()
    written, view = on_terminal(article, width=200)
    view.hit(a_hit(article, marks=(SECOND,)), Confidence.STRONG)
    assert f"news.example/flood#:~:text={quote(_SENTENCE)}\x1b\\https://news.example/flood\x1b" in (
        written.getvalue()
    )
