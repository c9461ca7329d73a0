"""Counting copies alike for every system."""

from benchmarks.peers.copies import Copies
from tests.retrieval.passages import a_passage

BRIDGE = (
    "The old bridge was sold to an oilman in 1968. It was shipped stone by stone to a lake in "
    "the desert, where it was built again over a channel dug for it. It opened in 1971."
)
PASSAGES = {
    1: a_passage(1, BRIDGE, key="judged"),
    2: a_passage(2, BRIDGE.replace("an oilman", "an oilman from Missouri"), key="reprint"),
    3: a_passage(3, BRIDGE.replace("1971", "1981"), key="another number"),
    4: a_passage(4, "Trams have run over the new bridge since spring.", key="other"),
}


def test_a_copy_of_a_relevant_article_stands_for_it() -> None:
    assert Copies(PASSAGES).article_ranking([4, 2, 1], {"judged": 1}) == ["other", "judged"]


def test_a_copy_of_what_is_not_asked_for_stands_for_its_own_article() -> None:
    assert Copies(PASSAGES).article_ranking([4, 2, 1], {"other": 1}) == [
        "other",
        "reprint",
        "judged",
    ]


def test_a_text_with_another_number_is_no_copy() -> None:
    assert Copies(PASSAGES).article_ranking([3], {"judged": 1}) == ["another number"]


def test_an_article_that_the_corpus_lacks_has_no_copies() -> None:
    assert Copies(PASSAGES).article_ranking([2], {"gone": 1}) == ["reprint"]


def test_no_more_articles_are_ranked_than_wanted() -> None:
    assert Copies(PASSAGES).article_ranking([4, 3, 2, 1], {}, most=2) == [
        "other",
        "another number",
    ]
