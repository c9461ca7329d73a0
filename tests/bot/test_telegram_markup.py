"""The law of exact quotes, for every message Telegram is sent."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.references import ArticleRef, HitRef
from bot.rendering import receipt_of
from bot.state import StoredAnswer
from bot.telegram.markup import Markup, in_one_line, is_carried, utf16_units
from bot.telegram.messages import Desk
from bot.telegram.pages import page
from bot.telegram.proof import InexactError, prove
from bot.telegram.source_list import sources
from bot.telegram.surroundings import surroundings
from corpus.articles import Article, Span
from corpus.normalising import normalise
from retrieval.answers import Confidence
from tests.bot.shelf import an_article

NOW = datetime(2026, 11, 1, tzinfo=UTC)
TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=300)


@st.composite
def marked(draw: st.DrawFn) -> tuple[str, tuple[Span, ...]]:
    """Draw a stored text with marks in it, sorted and apart."""
    text = normalise(draw(TEXT)) or "x"
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=6)))
    pairs = zip(cuts[::2], cuts[1::2], strict=False)
    return text, tuple(Span(start=a, end=b) for a, b in pairs)


@given(marked(), marked(), st.booleans())
def test_every_stored_text_is_shown_exactly_whatever_stands_around(
    one: tuple[str, tuple[Span, ...]], other: tuple[str, tuple[Span, ...]], folded: bool
) -> None:
    markup = Markup().text("<&>\"'").quote(one[0], marks=one[1], folded=folded)
    markup.bold(other[0]).italic("…").link(other[0], "https://a.example/?x=<&\"'>")
    markup.quote(other[0], marks=other[1])
    prove(markup.html, [one[0], other[0]])
    assert markup.quotes == [one[0], other[0]]


@given(st.lists(st.tuples(st.sampled_from(["text", "bold", "italic"]), TEXT), max_size=5))
def test_a_markup_knows_the_text_it_will_show(parts: list[tuple[str, str]]) -> None:
    markup = Markup()
    for kind, text in parts:
        getattr(markup, kind)(text)
    assert markup.plain == "".join(text for _, text in parts)
    assert markup.units == len(markup.plain.encode("utf-16-le")) // 2


@pytest.mark.parametrize(
    "html",
    [
        "<blockquote>The river rose 4.2 metres.</blockquote>",
        "<blockquote>The river rose 2.4 metres. </blockquote>",
        "<blockquote>The river rose 2.4 metres.</blockquote><blockquote>x</blockquote>",
        "The river rose 2.4 metres.",
        "<blockquote>… The river rose 2.4 metres.</blockquote>",
        "<blockquote>The river rose 2.4 metres.<</blockquote>",
        "<blockquote>The river rose 2.4 metres.</blockquote",
        "<blockquote>The river rose 2.4 metres.</blockquote><a href='x>y'>z</a>",
    ],
)
def test_a_message_that_shows_something_else_is_refused(html: str) -> None:
    with pytest.raises(InexactError):
        prove(html, ["The river rose 2.4 metres."])


@pytest.mark.parametrize(
    "text",
    ["a\tb", " a", "a\n", "a\u2028b", "a\u202eb", "a\u0333", "\u200f\u200eb", "a\x00b", "\r"],
)
def test_what_telegram_would_change_is_refused(text: str) -> None:
    assert not is_carried(text)
    with pytest.raises(InexactError, match="Telegram would change"):
        prove(Markup().quote(text).html, [text])


def test_a_message_too_long_or_with_too_many_entities_is_refused() -> None:
    prove("🙂" * 2048, [])
    with pytest.raises(InexactError, match="4098 units"):
        prove("🙂" * 2049, [])
    prove("<b>x</b>" * 100, [])
    with pytest.raises(InexactError, match="101 entities"):
        prove("<b>x</b>" * 101, [])


def test_a_date_with_a_time_is_that_moment_and_one_before_1970_is_words() -> None:
    moment = datetime(2026, 10, 30, 18, 30, tzinfo=UTC)
    assert f'unix="{int(moment.timestamp())}"' in Markup().date(moment, words="then").html
    old = datetime(1901, 1, 1, tzinfo=UTC)
    assert Markup().date(old, words="1 January 1901").html == "1 January 1901"


def test_a_link_without_an_address_is_its_label() -> None:
    assert Markup().link("<here>", None).html == "&lt;here&gt;"


@given(st.text(max_size=200), st.integers(2, 60))
def test_metadata_becomes_one_line_telegram_shows_as_it_is(text: str, longest: int) -> None:
    line = in_one_line(text, longest=longest)
    assert utf16_units(line) <= longest
    assert is_carried(line)
    assert "\n" not in line


def test_a_line_that_is_too_long_ends_in_an_ellipsis() -> None:
    assert in_one_line("one two three", longest=8) == "one two…"
    assert in_one_line("🙂🙂🙂🙂", longest=6) == "🙂🙂…"


class OneArticle:
    """A source that holds one article."""

    def __init__(self, article: Article) -> None:
        self._article = article

    def article(self, key: str, *, collection: str, version: int | None = None) -> Article:
        return self._article


@given(
    st.text(alphabet=st.sampled_from("aбé🙂漢 .\n<&>“…\u0301\u200f"), min_size=1, max_size=4000),
    st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=4),
    st.lists(st.floats(0, 1), max_size=8),
    st.sampled_from([7, -7]),
    st.sampled_from(Confidence),
)
def test_every_page_shows_the_slices_its_receipts_name_and_nothing_else(
    text: str,
    ends: list[tuple[float, float]],
    places: list[float],
    chat_id: int,
    confidence: Confidence,
) -> None:
    article = an_article(normalise(text) or "x", title=text[:900] or "x", source=text[:90])
    length = len(article.text)
    marks = [Span(start=int(p * (length - 1)), end=int(p * (length - 1)) + 1) for p in places]
    hits = [_hit(article, *sorted(pair), marks) for pair in ends]
    answer = StoredAnswer(
        token="abcdefghijkl",
        chat_id=chat_id,
        thread_id=None,
        message_id=None,
        question_id=1,
        asker_id=1,
        question="?",
        searched_for="?",
        confidence=confidence,
        stories=(tuple(hits),),
        shown=None,
        created_at=NOW,
    )
    desk = Desk(articles=OneArticle(article), username="news_bot", now=lambda: NOW)
    for drawn in [
        page(desk, answer, 0),
        surroundings(desk, answer, 0, above=2, below=2),
        sources(desk, answer, 0),
    ]:
        assert drawn is not None
        prove(drawn.html, drawn.quotes)
        shown = [receipt.span.of(article.text) for receipt in drawn.receipts]
        assert list(drawn.quotes) == shown
        assert all(r.code == receipt_of(article, r.span) for r in drawn.receipts)


def _hit(article: Article, low: float, high: float, marks: list[Span]) -> HitRef:
    """Return a hit of the trimmed slice between two parts of the article."""
    length = len(article.text)
    start, end = int(low * length), int(high * length)
    inner = article.text[start:end].strip()
    start = article.text.index(inner, start) if is_carried(inner) and inner else 0
    span = Span(start=start, end=start + len(inner)) if start or inner else Span(start=0, end=1)
    if not is_carried(span.of(article.text)):
        span = Span(start=0, end=length)
    return HitRef(
        article=ArticleRef.of(article.citation),
        span=span,
        marks=tuple(marks),
        receipt=receipt_of(article, span),
        copies=(),
        score=0.5,
        vector_rank=1,
        keyword_rank=None,
    )
