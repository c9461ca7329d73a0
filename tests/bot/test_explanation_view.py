"""Why an answer is what it is, as people read it."""

from dataclasses import replace

from bot.explanation_view import explanation_lines
from retrieval.answers import Confidence
from retrieval.explanations import Explanation, WordOfQuestion
from tests.bot.shelf import a_hit, an_answer, an_article


def a_word(word: str, *, here: bool, held: bool = True) -> WordOfQuestion:
    return WordOfQuestion(word=word, weight=1.0, in_library=held, in_first_hit=here)


WHY = Explanation(
    words=(
        a_word("river", here=True),
        a_word("mayor", here=False),
        a_word("atlantis", here=False, held=False),
    ),
    searched=59,
    candidates=40,
    vectors_count=1.25,
    probability=0.53,
    possible_from=0.26,
    strong_from=0.9,
    bias=-1.0,
    features={"best_coverage": 0.5, "cosine_margin": 0.04},
    contributions={"best_coverage": 2.0, "cosine_margin": -0.88},
)


def test_everything_an_answer_rests_on_has_its_line() -> None:
    article = an_article()
    hit = a_hit(article, also_in=(replace(article.citation, key="copy"),))
    answer = replace(an_answer(hit), explanation=WHY, confidence=Confidence.POSSIBLE)
    assert explanation_lines(answer) == [
        f"Searched for: {answer.searched_for}",
        "In the first passage: river",
        "Only in other passages: mayor",
        "Nowhere in the library: atlantis",
        "Compared: 40 of 59 passages; meaning counted 1.2, words 0.8",
        f"1. {hit.receipt}: no. 1 by meaning, not listed by words, 1 copy folded",
        "Sure: 0.53, so possible (possible from 0.26, strong from 0.90)",
        "For it: best coverage 0.50 (+2.0)",
        "Against it: cosine margin 0.04 (-0.9)",
    ]


def test_a_model_without_numbers_of_its_own_says_what_it_takes_to_be_strong() -> None:
    answer = replace(an_answer(a_hit(an_article())), explanation=replace(WHY, strong_from=2.0))
    (sure,) = (line for line in explanation_lines(answer) if line.startswith("Sure"))
    assert sure.endswith("strong only after `passagebot calibrate DIR` for this model)")


def test_a_side_without_reasons_has_no_line() -> None:
    answer = replace(
        an_answer(a_hit(an_article())),
        explanation=replace(WHY, contributions={"best_coverage": 2.0, "cosine_margin": 0.0}),
    )
    assert not any(line.startswith("Against") for line in explanation_lines(answer))


def test_an_empty_library_is_said_to_be_empty() -> None:
    assert explanation_lines(an_answer()) == ["Nothing was searched: the library is empty."]
