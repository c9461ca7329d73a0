"""What a question asks for: told by its words in many languages, and looked for in a sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.answer_kinds import AnswerKind, asked_kind, lacks

NUMBER, DATE, NAME = AnswerKind.NUMBER, AnswerKind.DATE, AnswerKind.NAME


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How many houses burned down?", NUMBER),
        ("how fast can an octopus swim", NUMBER),
        ("Wie viele Igel leben in Deutschland?", NUMBER),
        ("Wieviel kostet es?", NUMBER),
        ("¿Cuántos linces hay?", NUMBER),
        ("¿A qué velocidad corre un lince?", NUMBER),
        ("Сколько человек погибло?", NUMBER),
        ("كم عدد السكان؟", NUMBER),
        ("Combien de temps faut-il ?", NUMBER),
        ("Quanti abitanti ha Roma?", NUMBER),
        ("Hvor mange bor i Oslo?", NUMBER),
        ("这座桥有多长?", NUMBER),
        ("When did it burn down?", DATE),
        ("In what year was the act passed?", DATE),
        ("Wann fuhr der erste Zug?", DATE),
        ("¿Cuándo empieza la ópera?", DATE),
        ("В каком году это было?", DATE),
        ("متى حدث ذلك؟", DATE),
        ("法案是哪一年通过的?", DATE),
        ("Who rang the bell?", NAME),
        ("Wie heißt der Fluss?", NAME),
        ("¿Quién inventó la tortilla?", NAME),
        ("Кто такой Иван?", NAME),
        ("What did they find under the street?", None),
        ("Warum ist der Himmel blau?", None),
        ("The whole of the hoard", None),
        ("", None),
    ],
)
def test_a_question_says_what_it_asks_for(question: str, kind: AnswerKind | None) -> None:
    assert asked_kind(question) is kind


def test_of_two_kinds_the_first_word_decides() -> None:
    assert asked_kind("When was it decided who pays?") is DATE
    assert asked_kind("Who knows when it began?") is NAME


@pytest.mark.parametrize(
    ("sentence", "kind", "lacking"),
    [
        ("Nine houses were evacuated.", NUMBER, False),
        ("It cost £48 million.", NUMBER, False),
        ("Many houses were evacuated.", NUMBER, True),
        ("It opened in 1851.", DATE, False),
        ("It opened on a Friday in May.", DATE, False),
        ("Es wurde im November eröffnet.", DATE, False),
        ("这座桥建于五月。", DATE, False),
        ("It opened at last.", DATE, True),
        ("The bell was rung by Walter Pym.", NAME, False),
        ("The bell was rung by an old man.", NAME, True),
        ("钟是他敲的。", NAME, False),
        ("", NAME, True),
    ],
)
def test_a_sentence_holds_or_lacks_the_kind(sentence: str, kind: AnswerKind, lacking: bool) -> None:
    assert lacks(sentence, "?", kind) is lacking


def test_what_stands_in_the_question_is_no_answer() -> None:
    assert lacks("In 1908 he ran in old shoes.", "How many shoes did he wear in 1908?", NUMBER)
    assert lacks("The cat of Edith Marlow slept.", "Who fed the cat of Edith Marlow?", NAME)
    assert not lacks("The cat of Edith and Rose slept.", "Who fed the cat of Edith?", NAME)


@given(st.text(max_size=80), st.text(max_size=80), st.sampled_from(AnswerKind))
def test_any_text_can_be_asked_about(question: str, sentence: str, kind: AnswerKind) -> None:
    assert asked_kind(question) in {None, *AnswerKind}
    assert lacks(sentence, question, kind) in {True, False}
