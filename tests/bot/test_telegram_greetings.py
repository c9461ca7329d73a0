"""What needs no search, and what must never be taken for it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.greetings import Courtesy, courtesy, without_courtesies

WORDS = st.text(alphabet="abcdefghijklmnopqrstuvwxyzäñдлмع 0123456789", min_size=1, max_size=30)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Hi", Courtesy.GREETING),
        ("Hello!!! 👋", Courtesy.GREETING),
        ("Hallo, guten Tag.", Courtesy.GREETING),
        ("¡Hola! ¿Qué tal?", Courtesy.GREETING),
        ("Hola ¿qué tal?", Courtesy.GREETING),
        ("Здравствуйте!", Courtesy.GREETING),
        ("السلام عليكم", Courtesy.GREETING),
        ("Thank you very much.", Courtesy.THANKS),
        ("Hello. Thanks!", Courtesy.THANKS),
        ("Vielen Dank 🙏", Courtesy.THANKS),
        ("Muchas gracias", Courtesy.THANKS),
        ("спасибо большое)", Courtesy.THANKS),
        ("شكراً جزيلاً!", Courtesy.THANKS),
        ("Wie geht’s?", Courtesy.GREETING),
        ("Bye bye", Courtesy.FAREWELL),
    ],
)
def test_courtesies_are_told_in_five_languages(text: str, kind: Courtesy) -> None:
    assert courtesy(text) is kind


@pytest.mark.parametrize(
    "text",
    [
        "Hello Kitty",
        "Hi, who won?",
        "thanks to whom did the bridge hold?",
        "flood",
        "Good morning Vietnam: who directed it?",
        "Danke Merkel",
        "привет река",
        "👍",
        "",
        "?!",
        "Hola, ¿dónde?",
    ],
)
def test_anything_more_is_a_question(text: str) -> None:
    assert courtesy(text) is None


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("Hello! How far did the river rise? Thanks!", "How far did the river rise?"),
        ("Hi, how far did the river rise", "how far did the river rise"),
        ("How far did it rise? Thank you in advance.", "How far did it rise?"),
        ("Guten Tag, wie hoch stieg der Fluss? Danke!", "wie hoch stieg der Fluss?"),
        ("Hello Dolly", "Hello Dolly"),
        ("Thanks!", "Thanks!"),
        ("Was it 2.4 metres, please?", "Was it 2.4 metres"),
        ("¡Hola! ¿Dónde está el puente? Gracias", "¿Dónde está el puente?"),
        ("Well-known bridges", "Well-known bridges"),
        ("Hi-fi and ok-Tedi", "Hi-fi and ok-Tedi"),
        ("Hola – qué pasó", "qué pasó"),
    ],
)
def test_courtesies_around_a_question_are_left_out(text: str, question: str) -> None:
    assert without_courtesies(text) == question


@given(
    st.sampled_from(["Hello! ", "Hi, ", "", "Guten Tag. "]),
    WORDS,
    st.sampled_from([" Thanks!", ""]),
)
def test_no_word_of_a_question_is_lost(before: str, words: str, after: str) -> None:
    question = f"zebra {words} zebra?"
    assert without_courtesies(f"{before}{question}{after}") == question


@given(WORDS)
def test_what_is_a_courtesy_holds_no_word_that_is_none(words: str) -> None:
    assert courtesy(f"hello zebra {words}") is None
