"""From ranked passages to hits: each shown once, and no article fills the list alone."""

from hypothesis import given
from hypothesis import strategies as st

from retrieval.ranking import Ranked
from retrieval.reading import Match
from retrieval.search import Findings, FoldedHit, fold
from retrieval.terms import QuestionTerms
from tests.retrieval.passages import a_passage, alone, candidates, read

FIRST = "It had rained for three days in the hills and the gauge at the mill had long been full."
SECOND = (
    "Before dawn the river rose over the wall and two men carried their neighbours to the church."
)
THIRD = "Trains stood still all day while schools in the valley closed and the market was put off."
FOURTH = "In the evening the water fell again and the mayor thanked everybody who had carried sand."


def ranked(number: int, text: str, *, key: str | None = None, best: int = 0) -> Ranked:
    passage = read(a_passage(number, text, key=key))
    marks = tuple(float(place == best) for place in range(len(passage.sentences)))
    return Ranked(
        read=passage,
        matches=alone(
            Match(
                coverage=1.0,
                sentence_coverages=marks,
                sentence_likenesses=marks,
                sentence_cosines=marks,
                vectors_count=1.0,
            )
        ),
        place=0,
        cosine=0.5,
        keywords=0.5,
        vector_rank=None,
        keyword_rank=None,
        score=1.0 / number,
    )


def shown(hits: list[FoldedHit]) -> list[tuple[int, list[int]]]:
    return [(hit.ranked.read.passage.id, [copy.id for copy in hit.copies]) for hit in hits]


def test_copies_fold_under_the_best_of_their_kind() -> None:
    found = fold([ranked(3, FIRST), ranked(1, SECOND), ranked(2, FIRST), ranked(4, FIRST)], 9)
    assert shown(found) == [(3, [2, 4]), (1, [])]


def test_a_copy_of_two_hits_is_listed_under_the_first_alone() -> None:
    found = fold(
        [
            ranked(1, f"{FIRST} {SECOND}", best=1),
            ranked(2, f"{THIRD} {FOURTH}", best=0),
            ranked(3, f"{SECOND} {THIRD}"),
        ],
        9,
    )
    assert shown(found) == [(1, [3]), (2, [])]


def test_the_fifth_passage_of_an_article_stands_behind_the_others() -> None:
    texts = [FIRST, SECOND, THIRD, FOURTH, "It froze."]
    one = [ranked(number, text, key="one") for number, text in enumerate(texts, start=1)]
    others = [ranked(8, "Snow fell."), ranked(9, "The sun shone.")]
    found = fold([*one, *others], 9)
    assert [number for number, _ in shown(found)] == [1, 2, 3, 4, 8, 9, 5]


def test_beyond_the_fifth_hit_articles_not_shown_before_come_first() -> None:
    keys = ["a", "b", "a", "b", "a", "b", "c", "a", "d"]
    some = [ranked(n, f"Sentence {n}.", key=key) for n, key in enumerate(keys, start=1)]
    assert [number for number, _ in shown(fold(some, 9))] == [1, 2, 3, 4, 5, 7, 9, 6, 8]
    assert [number for number, _ in shown(fold(some, 5))] == list(range(1, 10))


@given(articles=st.lists(st.sampled_from("abc"), max_size=15), wanted=st.integers(0, 16))
def test_every_passage_is_kept_and_each_article_keeps_its_order(
    articles: list[str], wanted: int
) -> None:
    everything = [ranked(n, f"Sentence {n}.", key=key) for n, key in enumerate(articles, start=1)]
    found = [hit.ranked for hit in fold(everything, wanted)]
    assert sorted(one.read.passage.id for one in found) == list(range(1, len(articles) + 1))
    assert found[:1] == everything[:1]
    firsts = [one.article for one in found[: min(wanted, 5)]]
    if len(set(articles)) > 1:
        assert all(firsts.count(article) <= 4 for article in firsts)
    order = {
        key: next(n for n, one in enumerate(found) if one.article[1] == key) for key in articles
    }
    assert sorted(order, key=order.__getitem__) == list(dict.fromkeys(articles))


def test_folding_ends_when_enough_hits_are_found() -> None:
    some = [ranked(1, FIRST), ranked(2, SECOND), ranked(3, SECOND), ranked(4, FIRST)]
    assert shown(fold(some, 1)) == [(1, [4]), (2, []), (3, [])]
    assert shown(fold(some, 0)) == [(1, [4]), (2, []), (3, [])]
    assert shown(fold(some, 2)) == [(1, [4]), (2, [3])]


def test_rivals_of_the_first_hit_are_passages_of_other_articles() -> None:
    hits = fold(
        [ranked(1, FIRST, key="a"), ranked(2, SECOND, key="a"), ranked(3, THIRD, key="b")], 9
    )
    found = Findings(
        terms=QuestionTerms(searched=(), unknown=0),
        candidates=candidates([], []),
        hits=tuple(hits),
    )
    assert [one.read.passage.id for one in found.rivals] == [3]
