"""What a conversation remembers of a question and its answer."""

from bot.turns import QUOTED_CHARACTERS, Turn, history_of
from corpus.articles import Span
from retrieval.answers import Confidence
from tests.bot.shelf import FLOOD, a_hit, an_answer, an_article

SENTENCE = "It cut the only road to Harlow Bridge shortly before midnight."


def marked(sentence: str) -> Span:
    start = FLOOD.index(sentence)
    return Span(start=start, end=start + len(sentence))


def test_the_title_and_the_marked_sentence_are_kept_word_for_word() -> None:
    hit = a_hit(an_article(), marks=(marked(SENTENCE),))
    turn = Turn.of("Which road?", an_answer(hit))
    assert turn.lines == ("user: Which road?", f"agent: Flood cuts valley road: {SENTENCE}")


def test_a_mark_is_found_in_a_passage_that_starts_later() -> None:
    late = Span(start=FLOOD.index("It cut"), end=len(FLOOD))
    hit = a_hit(an_article(), span=late, marks=(marked(SENTENCE),))
    assert Turn.of("Which road?", an_answer(hit)).quoted.endswith(f": {SENTENCE}")


def test_without_a_mark_the_start_of_the_passage_is_kept() -> None:
    text = "word " * 100
    quoted = Turn.of("What?", an_answer(a_hit(an_article(text, title="T")))).quoted
    assert quoted == f"T: {text[:QUOTED_CHARACTERS]}"


def test_of_a_question_nothing_answers_only_the_question_is_kept() -> None:
    nearest = an_answer(a_hit(an_article()), confidence=Confidence.NONE)
    assert Turn.of("What?", nearest).lines == ("user: What?",)
    assert Turn.of("What?", an_answer()).lines == ("user: What?",)


def test_a_history_has_the_oldest_turn_first() -> None:
    turns = [Turn(question="one", quoted="T: 1"), Turn(question="two", quoted="")]
    assert history_of(turns) == ("user: one", "agent: T: 1", "user: two")
