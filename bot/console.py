"""The conversation in a terminal: questions, and a few words that begin with a slash."""

from collections import deque
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from bot.console_view import ConsoleView
from bot.turns import TURNS_KEPT, Turn, history_of
from corpus.outcomes import LibraryCounts
from retrieval.answers import Answer, Question
from retrieval.errors import QuestionError

if TYPE_CHECKING:
    from bot.conversations import Engine

HELP = (
    "Type a question: the answer is a passage, copied character for character.",
    "/more         the next passage for the last question",
    "/context [N]  what stands around passage N (1 if left out); again for more of it",
    "/why          what the last answer rests on",
    "/help         this",
    "/quit         leave (Ctrl-D does too)",
)


class ConsoleChat:
    """One conversation: remembers its last questions and its last answer."""

    def __init__(
        self,
        *,
        engine: "Engine",
        view: ConsoleView,
        searched: Callable[[], LibraryCounts],
        language: str = "",
    ) -> None:
        """Answer with `engine` and write on `view`; `searched` tells what there is to search.

        `language` is the asker's (ISO 639-1), "" if unknown.
        """
        self._language = language
        self._engine = engine
        self._view = view
        self._searched = searched
        self._turns: deque[Turn] = deque(maxlen=TURNS_KEPT)
        self._answer: Answer | None = None
        self._shown = 0
        self._steps: dict[int, int] = {}

    def greet(self, *, examples: Sequence[str]) -> None:
        """Write what this is, what can be asked of it and how to leave."""
        articles = self._searched().articles
        noun = "article" if articles == 1 else "articles"
        self._view.line(("passagebot", "bold"), f" · {articles} {noun} · answers are exact quotes")
        for example in examples:
            self._view.line("  ", (example, "italic"))
        self._view.line(("/help for more, /quit to leave", "dim"))

    def take(self, line: str) -> bool:
        """Answer one line; return whether the conversation goes on."""
        words = line.split()
        if not words:
            return True
        match words[0].lower():
            case "/quit" | "/exit":
                return False
            case "/help":
                for text in HELP:
                    self._view.line(text)
            case "/more":
                self._more()
            case "/why":
                self._why()
            case "/context":
                self._context(words[1:])
            case word if word.startswith("/"):
                self._view.line(f"There is no {word}; /help shows what there is.")
            case _:
                self._ask(line.strip())
        return True

    def _ask(self, text: str) -> None:
        if self._answer is not None and not self._view.is_terminal:
            self._view.line()  # a person's answers are apart by the prompt
        self._engine.refresh()
        history = history_of(self._turns)
        try:
            answer = self._engine.answer(
                Question(text=text, history=history, language=self._language)
            )
        except QuestionError as error:
            self._view.line(f"{error}")
            return
        self._turns.append(Turn.of(text, answer))
        self._answer, self._shown, self._steps = answer, 0, {}
        if answer.answered:
            self._show_next(answer)
        else:
            self._view.nothing(answer, self._searched())

    def _more(self) -> None:
        if self._answer is None:
            self._view.line("Ask something first.")
        elif self._shown >= len(self._answer.hits):
            self._view.line("There are no more passages for this question.")
        else:
            self._show_next(self._answer)

    def _why(self) -> None:
        if self._answer is None:
            self._view.line("Ask something first.")
        else:
            self._view.explanation(self._answer)

    def _show_next(self, answer: Answer) -> None:
        self._view.hit(answer.hits[self._shown], answer.confidence)
        self._shown += 1
        left = len(answer.hits) - self._shown
        if left and self._view.is_terminal:
            self._view.line((f"  /more for {left} further, /context {self._shown}", "dim"))

    def _context(self, words: Sequence[str]) -> None:
        number = _number(words)
        if self._answer is None or not 1 <= number <= self._shown:
            self._view.line(f"No passage {words[0] if words else 1} is shown yet.")
            return
        self._steps[number] = self._steps.get(number, 0) + 1
        self._view.context(self._answer.hits[number - 1], steps=self._steps[number])


def _number(words: Sequence[str]) -> int:
    """Return the number typed: 1 if there is none, 0 if it is not one."""
    if not words:
        return 1
    return int(words[0]) if words[0].isascii() and words[0].isdigit() else 0
