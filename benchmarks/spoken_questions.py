"""What a greeting, a sentence of context, or a second question do to a question.

    python -m benchmarks.spoken_questions [--most N] [--work DIR]

Finds onestop_news through SHARED_DIR. Its questions are asked as people write them to a bot: once
searched as one text, and once as the bot asks them, each question on its own. Shown is the share
that is answered, that is a strong match, whose first hit is right, and that is strong but wrong.
Of two questions asked as one text, the answer to the first counts. The library is kept in --work.
"""

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.telegram.parts import parts_of
from retrieval.answers import Answer, Confidence, Question
from retrieval.embedders.sentence_transformers import SentenceTransformersEmbedder
from retrieval.engine import AnswerEngine
from retrieval.evaluation import library_of
from retrieval.question_sets import SetQuestion, read_question_set
from retrieval.sets_under_fit import sample

SET = "onestop_news"
CONTEXTS = (
    "I read about this in the paper yesterday and cannot find it any more.",
    "My daughter asked me this at breakfast and I did not know.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A message, and for each of its questions the articles that answer it."""

    text: str
    right: tuple[frozenset[str], ...]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run; return 2 if the set is not there."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--most", type=int, default=80, help="questions, at most")
    parser.add_argument("--work", type=Path, default=Path.home() / ".cache/passagebot-quality")
    options = parser.parse_args(arguments)
    shared = os.environ.get("SHARED_DIR")
    if not shared:
        print("spoken_questions: set SHARED_DIR to the folder that holds data/", file=sys.stderr)
        return 2
    questions = read_question_set(Path(shared) / "data" / SET)
    asked = [one for one in sample(questions, len(questions.questions)) if one.relevant]
    embedder = SentenceTransformersEmbedder.load()
    kept = options.work / SET
    kept.mkdir(parents=True, exist_ok=True)
    with (
        library_of(questions, embedder, folder=kept) as (place, store),
        AnswerEngine(place, store, embedder) as engine,
    ):
        for kind, messages in _kinds(asked[: options.most]):
            print(f"{kind} ({len(messages)} messages)")
            print(f"  as one text   {_shares(list(_whole(engine, messages)))}")
            print(f"  each question {_shares(list(_parted(engine, messages)))}", flush=True)
    return 0


def _kinds(asked: Sequence[SetQuestion]) -> Iterator[tuple[str, list[Said]]]:
    """Yield each way to say the questions."""
    half = len(asked) // 2

    def said(form: str) -> list[Said]:
        return [
            Said(text=form.format(one.text, CONTEXTS[place % 2]), right=(frozenset(one.relevant),))
            for place, one in enumerate(asked)
        ]

    yield "alone", said("{0}")
    yield "greeted", said("Hello dear bot, good morning! {0} Thank you very much in advance.")
    yield "context before", said("{1} {0}")
    yield "context after", said("{0} {1}")
    pairs = zip(asked[:half], asked[half:], strict=False)
    yield (
        "two questions",
        [
            Said(
                text=f"{one.text} {two.text}",
                right=(frozenset(one.relevant), frozenset(two.relevant)),
            )
            for one, two in pairs
        ],
    )


def _whole(engine: AnswerEngine, messages: Sequence[Said]) -> Iterator[tuple[Answer, bool]]:
    for one in messages:
        answer = engine.answer(Question(text=one.text))
        yield answer, _is_right(answer, one.right[0])


def _parted(engine: AnswerEngine, messages: Sequence[Said]) -> Iterator[tuple[Answer, bool]]:
    for one in messages:
        parts = parts_of(one.text)
        for place, part in enumerate(parts):
            history = (f"user: {part.beside}",) if part.beside else ()
            answer = engine.answer(Question(text=part.question, history=history))
            yield answer, _is_right(answer, one.right[min(place, len(one.right) - 1)])


def _is_right(answer: Answer, right: frozenset[str]) -> bool:
    return bool(answer.hits) and answer.hits[0].passage.citation.key in right


def _shares(found: Sequence[tuple[Answer, bool]]) -> str:
    strong = [is_right for answer, is_right in found if answer.confidence is Confidence.STRONG]
    counts = {
        "answered": sum(answer.answered for answer, _ in found),
        "strong": len(strong),
        "right": sum(is_right for _, is_right in found),
        "strong but wrong": strong.count(False),
    }
    return ", ".join(f"{name} {count / len(found):.3f}" for name, count in counts.items())


if __name__ == "__main__":
    raise SystemExit(main())
