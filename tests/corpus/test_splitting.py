from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.articles import CleaningMap, Dropped, DropReason, Span
from corpus.cleaning import clean
from corpus.sentences import LONGEST, sentence_spans, utf16_length
from corpus.splitting import SplitOptions, split, word_count
from tests.corpus.article_texts import articles, articles_with_long_runs

any_article = articles | articles_with_long_runs
TITLE = "The bridge is closed"
SMALL = SplitOptions(target_words=20, max_words=40, max_units=LONGEST)
options = st.sampled_from([SplitOptions(), SMALL, SplitOptions(overlap_sentences=2)])
NOTHING = CleaningMap(headline=None, dropped=())


def inside(span: Span, other: Span) -> bool:
    return other.start <= span.start and span.end <= other.end


def apart(span: Span, other: Span) -> bool:
    return span.end <= other.start or other.end <= span.start


@given(any_article, options)
def test_passages_are_whole_sentences_outside_what_is_left_out(
    text: str, chosen: SplitOptions
) -> None:
    cleaning = clean(text, TITLE)
    sentences = sentence_spans(text, "en")
    starts, ends = {s.start for s in sentences}, {s.end for s in sentences}
    for passage in split(text, cleaning, "en", chosen):
        assert passage.start in starts
        assert passage.end in ends
        assert all(apart(passage, drop.span) for drop in cleaning.dropped)
        assert cleaning.headline is None or apart(passage, cleaning.headline)
        assert utf16_length(passage.of(text)) <= chosen.max_units
        assert passage.of(text) == passage.of(text).strip()


@given(any_article, options)
def test_every_sentence_of_the_prose_is_in_a_passage(text: str, chosen: SplitOptions) -> None:
    cleaning = clean(text, TITLE)
    passages = split(text, cleaning, "en", chosen)
    left_out = [drop.span for drop in cleaning.dropped]
    left_out += [cleaning.headline] if cleaning.headline else []
    for sentence in sentence_spans(text, "en"):
        prose = sentence.of(text).endswith(".") and all(apart(sentence, out) for out in left_out)
        assert not prose or any(inside(sentence, passage) for passage in passages)


@given(any_article)
def test_a_text_with_any_visible_word_has_a_passage(text: str) -> None:
    has_words = any(map(str.isalnum, text))
    assert not has_words or split(text, clean(text, TITLE), "en")


@given(any_article)
def test_without_overlap_passages_are_in_order_and_apart(text: str) -> None:
    passages = split(text, clean(text, TITLE), "en")
    assert all(a.end <= b.start for a, b in pairwise(passages))


def sentence(words: int, first: str = "Word") -> str:
    return " ".join([first, *["word"] * (words - 1)]) + "."


def counts(text: str, chosen: SplitOptions | None = None) -> list[int]:
    found = split(text, NOTHING, "en", chosen or SplitOptions())
    return [len(span.of(text).split()) for span in found]


def test_passages_are_about_as_long_as_the_target() -> None:
    assert counts(" ".join([sentence(20)] * 24)) == [120, 120, 120, 120]


def test_a_small_rest_joins_the_passage_before_it() -> None:
    assert counts(" ".join([sentence(20)] * 6 + [sentence(8)])) == [128]


def test_a_division_into_even_parts_is_preferred_to_a_small_rest() -> None:
    assert counts(" ".join([sentence(20)] * 11)) == [120, 100]


def test_ends_of_paragraphs_near_the_target_are_preferred() -> None:
    text = " ".join([sentence(20)] * 5) + "\n\n" + " ".join([sentence(20)] * 7)
    assert counts(text) == [100, 140]


def test_only_a_single_sentence_may_exceed_the_most_words() -> None:
    assert counts(f"{sentence(150)} {sentence(150)}") == [150, 150]
    assert counts(sentence(190) + " " + sentence(15)) == [190, 15]


def test_the_overlap_repeats_sentences_of_the_passage_before() -> None:
    text = " ".join(sentence(20, f"Number{n}") for n in range(12))
    chosen = SplitOptions(overlap_sentences=1)
    first, second = split(text, NOTHING, "en", chosen)
    assert second.of(text).startswith("Number5 ")
    assert first.of(text).split()[100] == "Number5"
    tight = SplitOptions(overlap_sentences=3, max_words=130)
    assert [len(s.of(text).split()) for s in split(text, NOTHING, "en", tight)] == [120, 120]


def test_a_dropped_range_parts_passages() -> None:
    text = "One sentence here. Read also. Another sentence here."
    dropped = Dropped(span=Span(start=19, end=29), reason=DropReason.SHARE)
    cleaning = CleaningMap(headline=None, dropped=(dropped,))
    found = [span.of(text) for span in split(text, cleaning, "en")]
    assert found == ["One sentence here.", "Another sentence here."]


def test_a_dropped_range_parts_passages_also_where_it_holds_no_sentence() -> None:
    text = "One sentence here.     Another sentence here."
    dropped = Dropped(span=Span(start=19, end=21), reason=DropReason.NOTICE)
    cleaning = CleaningMap(headline=None, dropped=(dropped,))
    found = split(text, cleaning, "en")
    assert [span.of(text) for span in found] == ["One sentence here.", "Another sentence here."]


def test_a_word_left_alone_between_ranges_is_not_worth_quoting() -> None:
    text = "Weather\n\nThe bridge is closed\n\nIt was closed on Monday."
    found = [span.of(text) for span in split(text, clean(text, TITLE), "en")]
    assert found == ["It was closed on Monday."]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("three small words", 3), ("总统昨天宣布", 3), ("AI 技术", 2), ("", 0), ("สวัสดี", 3)],
)
def test_words_are_counted_with_and_without_spaces(text: str, expected: float) -> None:
    assert word_count(text) == expected
