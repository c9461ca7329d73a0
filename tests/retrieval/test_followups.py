"""What earlier turns lend to a question, and when they lend nothing."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.followups import (
    ANSWERED_ALONE,
    ANSWERED_ALONE_POINTING,
    MOST_LENT,
    SHARE,
    TURNS_READ,
    WORDS_LENT,
    Asked,
    FollowUp,
    Turn,
    follow_up,
    holds_own_words,
    leaning,
    turns_of,
)
from retrieval.function_words import function_words
from retrieval.terms import QuestionTerms, Term, inverse_frequency
from retrieval.tokens import tokenise

PASSAGES = 100
RARE = inverse_frequency(1, PASSAGES)
TRAM = ("user: How long is the tram line in Lisbon?", "agent: Trams: The line has 14 stops.")


def read(text: str) -> QuestionTerms:
    """Return the terms of a library in which every word is equally rare, and none is missing."""
    words = list(dict.fromkeys(tokenise(text, "")))
    empty = function_words(words, ["en", "de"])
    telling = [word for word in words if word not in empty]
    terms = tuple(Term(forms=frozenset({word}), weight=3.0, word=word) for word in telling)
    return QuestionTerms(searched=terms, unknown=0.0)


def asked(text: str, probability: float = 0.1) -> Asked:
    return Asked(text=text, terms=read(text), probability=probability, passages=PASSAGES)


def lent(text: str, *history: str, probability: float = 0.1) -> FollowUp | None:
    return follow_up(asked(text, probability), history, read)


def words(text: str, *history: str) -> tuple[str, ...]:
    found = lent(text, *history)
    return found.words if found else ()


def test_a_question_that_points_back_borrows_the_words_of_what_was_asked() -> None:
    found = lent("and in winter?", *TRAM)
    assert found is not None
    assert set(found.words) >= {"tram", "Lisbon", "line", "long"}
    assert [term.word for term in found.terms.searched if term.share == 1.0] == ["winter"]


def test_it_leans_to_what_was_said_last() -> None:
    found = lent("and in winter?", *TRAM)
    assert found is not None
    assert found.context == "and in winter? Trams: The line has 14 stops."
    without_answer = lent("and in winter?", TRAM[0])
    assert without_answer is not None
    assert without_answer.context == "and in winter? How long is the tram line in Lisbon?"


def test_without_earlier_turns_nothing_is_lent() -> None:
    assert lent("and in winter?") is None
    assert lent("and in winter?", "user:  ", "") is None


def test_turns_without_a_telling_word_lend_nothing() -> None:
    assert lent("and in winter?", "user: what is it?", "agent: in winter") is None


def test_what_is_strongly_answered_alone_stands_alone_even_if_it_points_back() -> None:
    assert lent("When did it burn down?", *TRAM, probability=ANSWERED_ALONE)
    assert lent("When did it burn down?", *TRAM, probability=ANSWERED_ALONE_POINTING) is None


def test_a_short_question_nothing_answers_alone_borrows_without_pointing_back() -> None:
    assert lent("Regional differences", *TRAM)
    assert lent("Regional differences", *TRAM, probability=ANSWERED_ALONE) is None


def test_a_question_whose_words_tell_much_stands_alone() -> None:
    telling = QuestionTerms(searched=read("stops").searched, unknown=1.6 * RARE)
    short = asked("stops in winter")
    assert follow_up(short, TRAM, read)
    assert follow_up(replace(short, terms=telling), TRAM, read) is None
    pointing = asked("How many of those stops?")
    assert follow_up(replace(pointing, terms=telling), TRAM, read)
    twice = replace(telling, unknown=2.5 * RARE)
    assert follow_up(replace(pointing, terms=twice), TRAM, read) is None


def test_a_new_name_changes_the_subject() -> None:
    assert lent("Where is Porto?", *TRAM) is None
    assert lent("Where is Lisbon?", *TRAM)
    assert lent("And where is Porto?", *TRAM)
    assert lent("Where did Pym keep his punch?", *TRAM) is None


def test_a_german_noun_is_not_taken_for_a_name() -> None:
    assert lent("Was kostet die Fahrt?", "user: Wie lang ist die Linie?")


def test_a_word_the_question_has_itself_is_not_lent() -> None:
    assert "line" not in words("and the line in winter?", *TRAM)


def test_recent_turns_and_questions_lend_before_older_turns_and_answers() -> None:
    old = tuple(f"user: old{n} older{n}" for n in range(4))
    assert set(words("and now?", *old, "user: bridge keeper")) >= {"bridge", "keeper"}
    quoted = "agent: one two three four five six"
    assert set(words("and now?", "user: bridge keeper", quoted)) >= {"bridge", "keeper"}


def test_words_that_several_turns_share_are_the_subject() -> None:
    turns = [f"user: bridge a{n} b{n} c{n} d{n}" for n in range(3)]
    assert "bridge" in words("and now?", *turns)


def test_words_are_shown_as_they_were_written() -> None:
    assert set(words("¿y ahora?", "user: Málaga Göltzschtalbrücke 42.195")) == {
        "Málaga",
        "Göltzschtalbrücke",
        "42.195",
    }


def test_the_question_keeps_most_of_the_weight() -> None:
    found = lent("and in winter?", "user: one two three four five six seven")
    assert found is not None
    borrowed = [term for term in found.terms.searched if term.share != 1.0]
    assert len(borrowed) == WORDS_LENT
    assert sum(term.weight for term in borrowed) == pytest.approx(MOST_LENT * 3.0)
    few = lent("and these wet winter months?", "user: bridge")
    assert few is not None
    assert few.terms.searched[-1].share == SHARE


def test_a_question_without_words_of_its_own_borrows_all_the_same() -> None:
    empty = replace(asked("and?"), terms=QuestionTerms(searched=(), unknown=0.0))
    found = follow_up(empty, TRAM, read)
    assert found is not None
    assert {term.share for term in found.terms.searched} == {SHARE}


def test_a_strong_follow_up_holds_what_the_question_asks_about_its_subject() -> None:
    found = lent("and in winter?", *TRAM)
    assert found is not None
    assert holds_own_words(found.terms, {"winter"})
    assert not holds_own_words(found.terms, {"tram", "lisbon", "line", "long"})
    unheard = replace(found.terms, unknown=3.0)
    assert not holds_own_words(unheard, {"winter"})
    assert holds_own_words(read("How long is the tram line?"), {"nothing"})


def test_a_history_names_who_spoke() -> None:
    history = ["User: one", "agent:  two\n lines", "ASSISTANT: three", "four: five", "six"]
    assert turns_of(history) == [
        Turn(text="one", quoted=False),
        Turn(text="two lines", quoted=True),
        Turn(text="three", quoted=True),
        Turn(text="four: five", quoted=False),
        Turn(text="six", quoted=False),
    ]


def test_only_the_last_turns_are_read() -> None:
    history = [f"user: turn{n}" for n in range(TURNS_READ + 3)]
    assert [turn.text for turn in turns_of(history)] == [
        f"turn{n}" for n in range(3, TURNS_READ + 3)
    ]


def test_a_vector_leans_and_stays_of_length_one() -> None:
    question = np.array([1.0, 0.0], dtype=np.float32)
    context = np.array([0.0, 1.0], dtype=np.float32)
    leant = leaning(question, context)
    assert leant.dtype == np.float32
    assert float(np.linalg.norm(leant)) == pytest.approx(1.0)
    assert 0.0 < float(leant @ context) < float(leant @ question)


def test_vectors_that_cancel_leave_the_question() -> None:
    question = np.zeros(2, dtype=np.float32)
    assert leaning(question, question).tolist() == [0.0, 0.0]


@given(st.text(max_size=40), st.lists(st.text(max_size=40), max_size=5))
def test_any_conversation_can_be_read(text: str, history: list[str]) -> None:
    found = lent(text, *history)
    if found is not None:
        assert 0 < len(found.words) <= WORDS_LENT
        assert all(
            0 < term.share <= 1 and math.isfinite(term.weight) for term in found.terms.searched
        )
