"""What a conversation remembers: the last questions, and what was quoted in answer to each."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from bot.rendering import ArticleSource, find
from corpus.articles import Article, Span
from retrieval.answers import Answer, Confidence

if TYPE_CHECKING:
    from bot.state import StoredAnswer

TURNS_KEPT = 4
QUOTED_CHARACTERS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One question, and of its answer the cited title and the sentence shown, "" if none was."""

    question: str
    quoted: str

    @classmethod
    def of(cls, question: str, answer: Answer) -> Self:
        """Return what is remembered of a question and its answer."""
        return cls(question=question, quoted=_quoted(answer))

    @classmethod
    def recalled(cls, answer: "StoredAnswer", articles: ArticleSource) -> Self:
        """Return what would be remembered of an answer, read from the store again."""
        return cls(question=answer.question, quoted=_quoted_again(answer, articles))

    @property
    def lines(self) -> tuple[str, ...]:
        """Return the turn as a history has it: "user: ...", then "agent: ..." if it was answered."""
        asked = f"user: {self.question}"
        return (asked, f"agent: {self.quoted}") if self.quoted else (asked,)


def history_of(turns: Iterable[Turn]) -> tuple[str, ...]:
    """Return the history to ask the next question with, oldest turn first."""
    return tuple(line for turn in turns for line in turn.lines)


def _quoted(answer: Answer) -> str:
    """Return the title and a short exact piece of the first passage: its marked sentence, if any."""
    if not answer.answered or not answer.hits:
        return ""
    hit = answer.hits[0]
    passage = hit.passage
    shown = hit.highlights[0] if hit.highlights else passage.span
    start = shown.start - passage.span.start
    end = min(shown.end - passage.span.start, start + QUOTED_CHARACTERS)
    return f"{passage.citation.title}: {Span(start=start, end=end).of(passage.text)}"


def _quoted_again(answer: "StoredAnswer", articles: ArticleSource) -> str:
    if answer.confidence is Confidence.NONE or not answer.stories:
        return ""
    hit = answer.stories[0][0]
    article = find(articles, hit.article)
    return _piece(article, hit.marks[0] if hit.marks else hit.span) if article else ""


def _piece(article: Article, shown: Span) -> str:
    end = min(shown.end, shown.start + QUOTED_CHARACTERS)
    return f"{article.citation.title}: {Span(start=shown.start, end=end).of(article.text)}"
