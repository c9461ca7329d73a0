"""Which questions speak of something said before."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.pointing_words import points_back

POINTING = (
    "How much does it weigh?",
    "and in winter?",
    "What about the footbridge?",
    "Which is the other one?",
    "Und wie hoch?",
    "Wie viele Stacheln hat er?",
    "Was ist mit den Bussen?",
    "¿Y en Portugal?",
    "¿Cómo se llama esa letra?",
    "А зимой?",
    "Сколько он весит?",
    "Где её построили?",
    "وماذا عن الشتاء؟",
    "متى بني هذا الجسر؟",
    "Et en hiver ?",
    "E quanto pesa? E questo?",
)
ALONE = (
    "How long is the new tram line?",
    "Who designed the Crystal Palace?",
    "Wie warm ist ein Igel im Winterschlaf?",
    "¿Cuántos huevos lleva la tortilla de patatas?",
    "Кто построил мост?",
    "من صمم القصر؟",
    "?!",
    "",
)


@pytest.mark.parametrize("question", POINTING)
def test_pronouns_and_openings_point_back(question: str) -> None:
    assert points_back(question)


@pytest.mark.parametrize("question", ALONE)
def test_a_question_with_neither_does_not(question: str) -> None:
    assert not points_back(question)


def test_a_pronoun_after_a_new_name_means_that_name() -> None:
    question = "Where did Pym keep his ticket punch?"
    assert points_back(question)
    assert not points_back(question, ["Pym"])
    assert points_back("What is it called in Spain?", ["Spain"])


def test_an_opening_points_back_whatever_name_follows() -> None:
    assert points_back("And where did Pym keep his punch?", ["Pym"])


@given(st.text(max_size=60))
def test_any_text_can_be_judged(text: str) -> None:
    assert points_back(text) in {True, False}
    assert points_back(f"and {text}")
