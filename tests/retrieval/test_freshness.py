"""Near ties settled: by the newest version of a story, and by the asker's language."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.articles import Passage
from retrieval.freshness import LANGUAGE, LATEST, STORY, asks_for_the_latest, preferred
from retrieval.ranking import rank
from retrieval.search import FoldedHit
from retrieval.terms import QuestionTerms
from tests.retrieval.passages import PLAIN, a_passage, candidates, read

STORY_TEXT = "The river Sallow flooded {} houses in Mill Lane near Harlow on Tuesday evening."
OTHER_TEXT = "Nine octopuses escaped through a drainpipe of the aquarium at noon."
DAYS = {"mon": 5, "tue": 6, "wed": 7}


def article(number: int, text: str, day: str | None, language: str = "en") -> Passage:
    passage = a_passage(number, text, language=language)
    published = datetime(2026, 10, DAYS[day], tzinfo=UTC) if day else None
    return replace(passage, citation=replace(passage.citation, published=published))


def a_hit(passage: Passage, score: float) -> FoldedHit:
    (ranked,) = rank(
        [read(passage)],
        candidates([0.0], [0.0], [passage.id]),
        terms=QuestionTerms(searched=(), unknown=0.0),
        question=np.zeros(4, dtype=np.float32),
        weights=PLAIN.final_pass,
    )
    return FoldedHit(ranked=replace(ranked, score=score), copies=())


def found(*scored: tuple[Passage, float]) -> list[FoldedHit]:
    return [a_hit(passage, score) for passage, score in scored]


def order(hits: Sequence[FoldedHit]) -> list[int]:
    return [hit.ranked.read.passage.id for hit in hits]


def nowhere() -> str:
    return ""


OLD = article(1, STORY_TEXT.format("two"), "mon")
NEW = article(2, STORY_TEXT.format("five"), "wed")
ELSEWHERE = article(3, OTHER_TEXT, "wed")
FAR = article(9, "Nothing to do with any of it.", None)


@pytest.mark.parametrize(
    "text",
    [
        "latest on the bridge",
        "What are the newest figures?",
        "the most recent count",
        "Was ist der aktuelle Stand?",
        "neueste Zahlen",
        "última hora",
        "noticias más recientes",
        "последние новости",
        "آخر الأخبار",
    ],
)
def test_words_that_ask_for_the_latest_are_known(text: str) -> None:
    assert asks_for_the_latest(text)


@pytest.mark.parametrize(
    "text", ["When did it last rain?", "Was war zuletzt?", "recently", "lates"]
)
def test_other_words_do_not_ask_for_it(text: str) -> None:
    assert not asks_for_the_latest(text)


def test_the_newest_version_of_a_story_comes_first_among_near_ties() -> None:
    hits = found((OLD, 8.0), (NEW, 7.9), (FAR, 1.0))
    assert order(preferred(hits, "houses flooded", language=nowhere)) == [2, 1, 9]


def test_a_clearly_better_version_stays_first() -> None:
    hits = found((OLD, 8.0), (NEW, 7.0), (FAR, 1.0))
    assert order(preferred(hits, "houses flooded", language=nowhere)) == [1, 2, 9]


def test_another_story_is_no_version_however_near_and_new() -> None:
    hits = found((OLD, 8.0), (ELSEWHERE, 7.99), (FAR, 1.0))
    assert order(preferred(hits, "houses flooded", language=nowhere)) == [1, 3, 9]


def test_the_same_words_in_another_language_are_no_version() -> None:
    translated = replace(NEW, citation=replace(NEW.citation, language="de"))
    hits = found((OLD, 8.0), (translated, 7.9), (FAR, 1.0))
    assert order(preferred(hits, "houses flooded", language=nowhere)) == [1, 2, 9]


def test_asked_for_the_latest_any_story_may_come_first() -> None:
    hits = found((OLD, 8.0), (ELSEWHERE, 7.0), (FAR, 1.0))
    assert order(preferred(hits, "latest", language=nowhere)) == [3, 1, 9]


def test_an_article_without_a_date_is_never_newer() -> None:
    undated = article(4, STORY_TEXT.format("nine"), None)
    hits = found((OLD, 8.0), (undated, 7.9), (NEW, 7.85), (FAR, 1.0))
    assert order(preferred(hits, "latest", language=nowhere)) == [2, 1, 4, 9]


def test_without_dates_nothing_moves() -> None:
    undated = [article(n, STORY_TEXT.format(n), None) for n in (1, 2)]
    hits = found((undated[0], 8.0), (undated[1], 7.9), (FAR, 1.0))
    assert preferred(hits, "latest", language=nowhere) == tuple(hits)


def test_no_hits_are_no_trouble() -> None:
    assert preferred([], "latest", language=nowhere) == ()


def test_the_asker_language_settles_a_near_tie() -> None:
    german = article(5, "Das Hotel hat Internet.", None, "de")
    english = article(6, "The hotel has internet.", None, "en")
    hits = found((german, 8.0), (english, 7.9), (FAR, 1.0))
    assert order(preferred(hits, "Hotel Internet", language=lambda: "en")) == [6, 5, 9]
    assert order(preferred(hits, "Hotel Internet", language=lambda: "de")) == [5, 6, 9]
    assert order(preferred(hits, "Hotel Internet", language=lambda: "fr")) == [5, 6, 9]


def test_the_language_is_asked_for_only_where_it_matters() -> None:
    def unwanted() -> str:
        raise AssertionError

    hits = found((OLD, 8.0), (NEW, 7.9), (FAR, 1.0))
    assert order(preferred(hits, "houses flooded", language=unwanted)) == [2, 1, 9]


def test_the_scores_stay_in_order_when_the_hits_change_places() -> None:
    hits = found((OLD, 8.0), (NEW, 7.9), (FAR, 1.0))
    hits = [replace(hit, reranked=hit.score + 1) for hit in hits]
    assert [hit.score for hit in preferred(hits, "flood", language=nowhere)] == [9.0, 8.9, 2.0]


def test_a_hit_put_last_on_purpose_stays_there() -> None:
    hits = found((OLD, 8.0), (FAR, 1.0), (NEW, 7.9))
    assert order(preferred(hits, "flood", language=nowhere)) == [1, 9, 2]


@given(
    st.lists(
        st.tuples(
            st.floats(0.0, 10.0),
            st.sampled_from(["mon", "tue", "wed", None]),
            st.sampled_from("ed"),
        ),
        min_size=1,
        max_size=40,
    ),
    st.sampled_from(["houses flooded", "latest houses flooded"]),
)
def test_hits_change_places_only_within_the_stated_share_of_the_spread(
    drawn: list[tuple[float, str | None, str]], text: str
) -> None:
    drawn.sort(key=lambda one: -one[0])
    hits = found(
        *(
            (article(n, STORY_TEXT.format(n), day, {"e": "en", "d": "de"}[spoken]), score)
            for n, (score, day, spoken) in enumerate(drawn, start=1)
        )
    )
    before = {hit.ranked.read.passage.id: hit.score for hit in hits}
    after = order(preferred(hits, text, language=lambda: "de"))
    spread = hits[0].score - hits[min(len(hits), 30) - 1].score
    most = ((LATEST if "latest" in text else STORY) + LANGUAGE) * spread
    assert sorted(after) == sorted(before)
    for place, number in enumerate(after):
        assert all(before[later] - before[number] <= most + 1e-9 for later in after[place + 1 :])
