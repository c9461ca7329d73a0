"""The conversation in a terminal: answers, and the words that begin with a slash."""

import io

import pytest
from rich.console import Console

from bot.console import HELP, ConsoleChat
from bot.console_view import ConsoleView
from corpus.articles import Span
from retrieval.answers import Confidence
from tests.bot.shelf import FLOOD, ScriptedEngine, Shelf, a_hit, an_answer, an_article, counts

FIRST = an_article()
LATER = an_article("The bridge keeper had no warning.", key="keeper", title="Keeper")
BOTH = an_answer(a_hit(FIRST), a_hit(LATER, rank=2))
NONE = an_answer(a_hit(LATER), confidence=Confidence.NONE)


class Conversation:
    """A chat whose answers are written beforehand and whose screen can be read."""

    def __init__(self, *, terminal: bool = False) -> None:
        self.written = io.StringIO()
        self.engine = ScriptedEngine(flood=BOTH, match=NONE)
        console = Console(file=self.written, force_terminal=terminal, color_system=None, width=200)
        self.chat = ConsoleChat(
            engine=self.engine,
            view=ConsoleView(console, Shelf(FIRST, LATER)),
            searched=lambda: counts(articles=2),
        )

    def says(self, line: str) -> str:
        """Return what is written in reply; the conversation goes on."""
        before = len(self.written.getvalue())
        assert self.chat.take(line)
        return self.written.getvalue()[before:]


@pytest.fixture
def talk() -> Conversation:
    return Conversation()


def test_a_question_is_answered_with_the_first_passage_only(talk: Conversation) -> None:
    assert talk.says("flood").startswith(f"{FLOOD}\n  Flood cuts valley road\n")
    assert "Keeper" not in talk.written.getvalue()


def test_a_question_nothing_answers_says_so(talk: Conversation) -> None:
    said = talk.says("match")
    assert said.startswith("No passage answers this. Searched 2 articles.")
    assert "Nearest, but probably not an answer: Keeper" in said


def test_more_shows_the_next_passage_until_there_is_none(talk: Conversation) -> None:
    talk.says("flood")
    assert talk.says("/more").startswith("The bridge keeper had no warning.\n  Keeper\n")
    assert talk.says("/more") == "There are no more passages for this question.\n"


def test_more_of_a_question_nothing_answers_shows_the_nearest_as_such(talk: Conversation) -> None:
    talk.says("match")
    assert "· probably not an answer" in talk.says("/more")


def test_why_needs_a_question_first_and_then_explains_its_answer(talk: Conversation) -> None:
    assert talk.says("/why") == "Ask something first.\n"
    talk.says("flood")
    assert talk.says("/why").strip() == "Nothing was searched: the library is empty."


def test_more_needs_a_question_first(talk: Conversation) -> None:
    assert talk.says("/more") == "Ask something first.\n"


def test_a_new_question_starts_its_passages_anew(talk: Conversation) -> None:
    talk.says("flood")
    talk.says("/more")
    assert talk.says("flood").startswith(f"\n{FLOOD}\n")
    assert talk.says("/context 2") == "No passage 2 is shown yet.\n"


def test_context_grows_each_time_it_is_asked_for() -> None:
    text = " ".join(f"Sentence number {n} says what happened on that day." for n in range(60))
    article = an_article(text)
    sentence = "Sentence number 30 says what happened on that day."
    start = text.index(sentence)
    hit = a_hit(article, span=Span(start=start, end=start + len(sentence)))
    written = io.StringIO()
    chat = ConsoleChat(
        engine=ScriptedEngine(flood=an_answer(hit)),
        view=ConsoleView(Console(file=written), Shelf(article)),
        searched=lambda: counts(articles=1),
    )
    lengths = []
    for line in ("flood", "/context", "/context 1"):
        before = len(written.getvalue())
        assert chat.take(line)
        lengths.append(len(written.getvalue()) - before)
    assert lengths[0] < lengths[1] < lengths[2]


@pytest.mark.parametrize(
    "line", ["/context", "/context 2", "/context 0", "/context x", "/context ²"]
)
def test_context_of_what_is_not_shown_says_so(line: str, talk: Conversation) -> None:
    talk.says("match")
    assert "is shown yet" in talk.says(line)


def test_a_question_that_cannot_be_searched_gets_its_reason(talk: Conversation) -> None:
    assert talk.says("🙂") == "the question is empty; type some words\n"


def test_an_empty_line_is_passed_over(talk: Conversation) -> None:
    assert talk.says("  ") == ""
    assert talk.engine.asked == []


def test_earlier_questions_go_along_with_what_was_quoted_and_refused_ones_do_not(
    talk: Conversation,
) -> None:
    for line in ("flood", "🙂", "match", " flood "):
        talk.says(line)
    assert talk.engine.asked[-1].text == "flood"
    quoted = f"agent: Flood cuts valley road: {FLOOD}"
    assert talk.engine.asked[-1].history == ("user: flood", quoted, "user: match")


def test_what_others_have_added_is_seen_before_each_answer(talk: Conversation) -> None:
    talk.says("flood")
    talk.says("match")
    assert talk.engine.refreshed == 2


def test_help_lists_every_word(talk: Conversation) -> None:
    assert tuple(talk.says("/help").splitlines()) == HELP


def test_an_unknown_word_names_the_help(talk: Conversation) -> None:
    assert talk.says("/moer") == "There is no /moer; /help shows what there is.\n"


@pytest.mark.parametrize("line", ["/quit", " /QUIT ", "/exit"])
def test_quit_ends_the_conversation(line: str, talk: Conversation) -> None:
    assert not talk.chat.take(line)


def test_only_a_person_is_told_how_to_go_on(talk: Conversation) -> None:
    assert "/more" not in talk.says("flood")
    person = Conversation(terminal=True)
    assert "/more for 1 further, /context 1" in person.says("flood")
    assert "further" not in person.says("/more")


def test_the_greeting_shows_questions_this_library_answers(talk: Conversation) -> None:
    talk.chat.greet(examples=("How high?", "Who?"))
    assert talk.written.getvalue().splitlines() == [
        "passagebot · 2 articles · answers are exact quotes",
        "  How high?",
        "  Who?",
        "/help for more, /quit to leave",
    ]


def test_off_a_terminal_an_empty_line_parts_the_answers(talk: Conversation) -> None:
    assert not talk.says("flood").startswith("\n")
    assert talk.says("match").startswith("\n")
    person = Conversation(terminal=True)
    person.says("flood")
    assert not person.says("match").startswith("\n")
