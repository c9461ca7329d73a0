"""What a conversation's history is worth, and what a wrong one costs.

    python -m benchmarks.follow_ups [--most N] [--work DIR]

Finds mtrag/human_subset and sets of questions that stand alone through SHARED_DIR. The first is
asked with its last turns only, which all is compared to; with its turns joined to one question;
and with its history, once with the answers and once with the asker's turns alone. The others are
asked with a random other question, and what was quoted for it, as their history, which should
change nothing. Intervals are paired, by bootstrap over articles. Libraries are kept in --work.
"""

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from bot.turns import Turn, history_of
from corpus.store import ArticleStore
from retrieval.answers import Question
from retrieval.comparing import Difference, compare
from retrieval.embedders.sentence_transformers import SentenceTransformersEmbedder
from retrieval.engine import LONGEST_QUESTION, AnswerEngine
from retrieval.evaluation import ask_all, library_of
from retrieval.outcomes import Outcome
from retrieval.protocols import Embedder, no_progress
from retrieval.question_sets import QuestionSet, SetQuestion, read_question_set
from retrieval.sets_under_fit import sample

CONVERSATIONS = "mtrag/human_subset"
ALONE = ("onestop_news", "clapnq", "xquad/en", "xquad/es", "xquad/ru", "xquad/ar")
SHOWN = (("ranking", "recall@10"), ("ranking", "mrr@10"))
ANSWERED = (("abstention", "answered_when_present"), ("abstention", "strong_precision"))
_USER = "user: "


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """An open library of a set that can be asked."""

    questions: QuestionSet
    store: ArticleStore
    engine: AnswerEngine

    def outcomes(self, changed: Callable[[SetQuestion], SetQuestion]) -> list[Outcome]:
        """Return what became of the questions, each asked as `changed` makes it."""
        asked = tuple(map(changed, self.questions.questions))
        found = ask_all(
            replace(self.questions, questions=asked), self.engine, self.store, no_progress
        )
        own = {question.id: question.text for question in self.questions.questions}
        return [replace(outcome, text=own[outcome.id]) for outcome in found]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run; return 2 if the sets are not there."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--most", type=int, default=400, help="questions of a set, at most")
    parser.add_argument("--work", type=Path, default=Path.home() / ".cache/passagebot-quality")
    options = parser.parse_args(arguments)
    shared = os.environ.get("SHARED_DIR")
    if not shared:
        print("follow_ups: set SHARED_DIR to the folder that holds data/", file=sys.stderr)
        return 2
    embedder = SentenceTransformersEmbedder.load()
    with _asking(Path(shared) / "data" / CONVERSATIONS, embedder, options) as asking:
        _conversations(asking)
    for name in ALONE:
        with _asking(Path(shared) / "data" / name, embedder, options) as asking:
            _standing_alone(name, asking)
    return 0


@contextmanager
def _asking(folder: Path, embedder: Embedder, options: argparse.Namespace) -> Iterator[Asking]:
    questions = read_question_set(folder)
    answerable = [one for one in sample(questions, len(questions.questions)) if one.relevant]
    some = replace(questions, questions=tuple(answerable[: options.most]))
    kept = options.work / "_".join(folder.parts[folder.parts.index("data") + 1 :])
    kept.mkdir(parents=True, exist_ok=True)
    with (
        library_of(some, embedder, folder=kept) as (place, store),
        AnswerEngine(place, store, embedder) as engine,
    ):
        yield Asking(questions=some, store=store, engine=engine)


def _conversations(asking: Asking) -> None:
    followed = [one for one in asking.questions.questions if one.history]
    for title, some in (("all turns", asking.questions.questions), ("with a history", followed)):
        part = replace(asking, questions=replace(asking.questions, questions=tuple(some)))
        before = part.outcomes(lambda one: replace(one, history=()))
        print(f"{CONVERSATIONS}, {title}: {len(some)} questions, against the last turn only")
        _print("asker's turns joined", before, part.outcomes(lambda one: _joined(one, _USER)))
        _print("all turns joined", before, part.outcomes(lambda one: _joined(one, "")))
        _print("history", before, part.outcomes(lambda one: one))
        _print("history, asker only", before, part.outcomes(_asker_only))


def _standing_alone(name: str, asking: Asking) -> None:
    before = asking.outcomes(lambda one: replace(one, history=()))
    other = _others(asking)
    print(f"{name}: {len(before)} questions that stand alone")
    _print("a wrong history", before, asking.outcomes(lambda one: replace(one, history=other(one))))


def _joined(question: SetQuestion, speaker: str) -> SetQuestion:
    """Return a question that begins with all earlier turns of a speaker, "" for any."""
    said = [turn.partition(": ")[2] for turn in question.history if turn.startswith(speaker)]
    return replace(question, text=" ".join([*said, question.text])[-LONGEST_QUESTION:], history=())


def _asker_only(question: SetQuestion) -> SetQuestion:
    return replace(question, history=tuple(t for t in question.history if t.startswith(_USER)))


def _others(asking: Asking) -> Callable[[SetQuestion], tuple[str, ...]]:
    """Return what gives a question the turn of another one about other articles."""
    random = Random(0)  # noqa: S311 - a sample, no secret

    def other(question: SetQuestion) -> tuple[str, ...]:
        strangers = [
            one
            for one in asking.questions.questions
            if not set(one.relevant) & set(question.relevant)
        ]
        text = random.choice(strangers).text
        return history_of([Turn.of(text, asking.engine.answer(Question(text=text)))])

    return other


def _print(name: str, before: Sequence[Outcome], after: Sequence[Outcome]) -> None:
    quality = compare(before, after).quality
    found = (
        f"{figure} {_in_words(quality[section][figure])}"
        for section, figure in (*SHOWN, *ANSWERED)
        if figure in quality.get(section, {})
    )
    print(f"  {name:22}", "; ".join(found), flush=True)


def _in_words(one: Difference) -> str:
    change = one.change
    return f"{one.after:.4f} ({change.value:+.4f}, {change.low:+.3f} to {change.high:+.3f})"


if __name__ == "__main__":
    sys.exit(main())
