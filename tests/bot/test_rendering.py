from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.references import ArticleRef, HitRef
from bot.rendering import (
    CONTEXT_STEP,
    InexactQuoteError,
    Quote,
    clip,
    context,
    date_in_words,
    find,
    receipt_of,
    shorten,
)
from corpus.articles import Article, Span
from corpus.normalising import normalise
from tests.bot.shelf import an_article, left_out
from tests.corpus.builders import make_store, prepared

WORDS = st.text(alphabet="aбe 。. \n,!🙂é", min_size=1, max_size=400)


def hit_of(article: Article, span: Span, *marks: Span) -> HitRef:
    return HitRef(
        article=ArticleRef.of(article.citation),
        span=span,
        marks=marks,
        receipt=receipt_of(article, span),
        copies=(),
        score=1.0,
        vector_rank=None,
        keyword_rank=1,
    )


def whole(article: Article) -> Span:
    return Span(start=0, end=len(article.text))


@given(WORDS, st.integers(4, 80), st.data())
def test_a_shortened_passage_is_a_trimmed_slice_within_the_limit(
    text: str, limit: int, data: st.DataObject
) -> None:
    article = an_article(normalise(text) or "x")
    places = st.integers(0, len(article.text) - 1)
    marks = [Span(start=p, end=p + 1) for p in data.draw(st.lists(places, max_size=2))]
    span = shorten(article, whole(article), marks, limit=limit, measure=len)
    assert 0 <= span.start < span.end <= len(article.text)
    assert len(span.of(article.text)) <= limit
    assert span.of(article.text) == span.of(article.text).strip()


def test_a_passage_that_fits_stays_whole() -> None:
    article = an_article("One. Two.")
    assert shorten(article, whole(article), (), limit=9, measure=len) == whole(article)


def test_a_cut_is_made_between_sentences_around_the_mark() -> None:
    sentences = [f"Sentence number {n} is here." for n in range(9)]
    article = an_article(" ".join(sentences))
    start = article.text.index(sentences[5])
    mark = Span(start=start, end=start + 8)
    span = shorten(article, whole(article), [mark], limit=60, measure=len)
    assert span.of(article.text) == f"{sentences[5]} {sentences[6]}"


def test_a_cut_keeps_the_beginning_where_the_mark_fits_as_well() -> None:
    sentences = [f"Sentence number {n} is here." for n in range(9)]
    article = an_article(" ".join(sentences))
    start = article.text.index(sentences[1])
    mark = Span(start=start, end=start + 8)
    span = shorten(article, whole(article), [mark], limit=90, measure=len)
    assert span.of(article.text) == " ".join(sentences[:3])


def test_a_cut_at_the_end_takes_what_stands_before() -> None:
    sentences = [f"Sentence number {n} is here." for n in range(9)]
    article = an_article(" ".join(sentences))
    start = article.text.index(sentences[8])
    mark = Span(start=start, end=start + 8)
    span = shorten(article, whole(article), [mark], limit=60, measure=len)
    assert span.of(article.text) == " ".join(sentences[7:])


def test_a_sentence_longer_than_the_limit_is_cut_between_words_from_its_mark() -> None:
    article = an_article("word " * 60 + "treasure " + "word " * 60 + "end.")
    at = article.text.index("treasure")
    mark = Span(start=at, end=at + 8)
    span = shorten(article, whole(article), [mark], limit=50, measure=len)
    assert span.start == at
    assert span.of(article.text).split(" ")[-1] == "word"
    plain = shorten(article, whole(article), (), limit=50, measure=len)
    assert plain.start == 0


def test_a_word_longer_than_the_limit_is_cut() -> None:
    article = an_article("x" * 100)
    span = shorten(article, whole(article), (), limit=50, measure=len)
    assert span == Span(start=0, end=50)


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 9)), max_size=6))
def test_clipped_marks_are_sorted_apart_and_inside(pairs: list[tuple[int, int]]) -> None:
    span = Span(start=5, end=25)
    marks = clip([Span(start=a, end=a + n) for a, n in pairs], span)
    covered = {p for a, n in pairs for p in range(a, a + n)} & set(range(5, 25))
    assert {p for m in marks for p in range(m.start, m.end)} == covered
    assert all(one.end < two.start for one, two in pairwise(marks))


def test_a_quote_has_its_own_receipt_and_says_where_it_is_cut() -> None:
    article = an_article("One is here. Two is here. Three is here.")
    start = article.text.index("Two")
    hit = hit_of(article, whole(article), Span(start=start, end=start + 3))
    quote = Quote.cut(article, hit, limit=12, measure=len)
    assert quote.text == "Two is here."
    assert quote.inner_marks == (Span(start=0, end=3),)
    assert quote.sentence == "Two is here."
    assert quote.is_cut_before
    assert quote.is_cut_after
    assert quote.receipt == receipt_of(article, quote.span) != hit.receipt


def test_a_mark_that_covers_no_sentence_is_the_sentence_itself() -> None:
    article = an_article("One is here. Two is here.")
    hit = hit_of(article, whole(article), Span(start=12, end=13))
    quote = Quote.cut(article, hit, limit=99, measure=len)
    assert quote.sentence == " "


@pytest.mark.parametrize("change", [{"key": "other"}, {"collection": "other"}])
def test_a_hit_in_another_text_is_refused(change: dict[str, str]) -> None:
    article = an_article("One. Two.")
    hit = hit_of(an_article("One. Two.", **change), whole(article))
    with pytest.raises(InexactQuoteError):
        Quote.cut(article, hit, limit=99, measure=len)
    with pytest.raises(InexactQuoteError):
        Quote.cut(an_article("One."), hit_of(article, whole(article)), limit=99, measure=len)


def test_articles_that_are_gone_or_withdrawn_are_not_found(tmp_path: Path) -> None:
    with make_store(tmp_path) as store:
        store.put(prepared("a"))
        store.put(prepared("b"))
        here, there = (ArticleRef(collection="main", key=k, version=1) for k in "ab")
        assert find(store, here) is not None
        store.remove("a")
        store.retire("b")
        assert find(store, here) is None
        assert find(store, there) is None


def test_a_date_is_said_in_words() -> None:
    assert date_in_words(datetime(2026, 10, 3, 23, tzinfo=UTC)) == "3 October 2026"


def report(lines: int) -> Article:
    return an_article(
        "\n\n".join(f"Line {n} tells what happened that night." for n in range(lines))
    )


def quote_of(article: Article, words: str) -> Quote:
    start = article.text.index(words)
    hit = hit_of(article, Span(start=start, end=start + len(words)))
    return Quote.cut(article, hit, limit=500, measure=len)


@pytest.mark.parametrize("steps", [(0, 0), (1, 0), (0, 1), (2, 3)])
def test_context_grows_by_steps_on_each_side_until_there_is_no_room(
    steps: tuple[int, int],
) -> None:
    article = report(200)
    quote = quote_of(article, "Line 100 tells what happened that night.")
    around = context(quote, steps_above=steps[0], steps_below=steps[1], limit=10_000, measure=len)
    for spans, count in [(around.above, steps[0]), (around.below, steps[1])]:
        text = "".join(span.of(article.text) for span in spans)
        assert len(text) <= count * CONTEXT_STEP + 60
        assert (not count) == (not text)
    assert around.more_above
    assert around.more_below
    full = context(quote, steps_above=9, steps_below=9, limit=600, measure=len)
    assert not full.more_above
    assert not full.more_below


def test_context_ends_with_the_article() -> None:
    article = report(3)
    around = context(
        quote_of(article, "Line 1 tells what happened that night."),
        steps_above=1,
        steps_below=1,
        limit=1000,
        measure=len,
    )
    assert [s.of(article.text) for s in around.above] == ["Line 0 tells what happened that night."]
    assert [s.of(article.text) for s in around.below] == ["Line 2 tells what happened that night."]
    assert not around.more_above
    assert not around.more_below


def test_context_of_a_whole_article_is_empty() -> None:
    article = an_article("One is here.")
    around = context(
        quote_of(article, "One is here."), steps_above=1, steps_below=1, limit=99, measure=len
    )
    assert around.above == around.below == ()


def test_context_leaves_out_what_cleaning_drops() -> None:
    text = "Before it.\n\nMenu.\n\nNext to it.\n\nThe quote.\n\nAfter it."
    menu = text.index("Menu.")
    article = an_article(text, dropped=[left_out(menu, menu + 5)])
    around = context(
        quote_of(article, "The quote."), steps_above=3, steps_below=3, limit=999, measure=len
    )
    assert [s.of(text) for s in around.above] == ["Before it.", "Next to it."]
