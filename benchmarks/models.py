"""What an embedding model is worth on the shared question sets, and what it costs.

    SHARED_DIR=../shared python -m benchmarks.models [MODEL] [--sets SET ...] [--most N]

Prints for every set the MRR@10 over articles of its vectors alone, of keywords alone, and of the
program with its shipped numbers, which also say how many of the questions, all with an answer in
the library, it answers at all; then of its vectors for questions in one language over English
articles; then the CPU milliseconds of a passage without sentence vectors, with them as they are
made, and with every sentence read apart, of a question, and the bytes kept of a passage.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from corpus.store import ArticleStore
from retrieval.answers import Question
from retrieval.embedders.sentence_transformers import BUNDLED_MODEL, SentenceTransformersEmbedder
from retrieval.engine import AnswerEngine, searchable
from retrieval.evaluation import library_of
from retrieval.indexes import Indexes, IndexFiles
from retrieval.outlines import outline
from retrieval.protocols import Embedder, PassageText, PassageVectors, Scored, Vectors
from retrieval.question_sets import QuestionSet, SetQuestion, read_question_set
from retrieval.search import terms_of
from retrieval.sets_under_fit import sample

SETS = (
    *("onestop_news", "clapnq", "norquad/news"),
    *("xquad/en", "xquad/es", "xquad/ru", "xquad/zh", "xquad/ar"),
)
ACROSS = ("xquad/en", "xquad/es", "xquad/ru", "xquad/zh", "xquad/ar")
HEAD = 10
DEPTH = 200
TIMED = 100


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A set's library with its indexes, and the article of each passage."""

    folder: Path
    store: ArticleStore
    indexes: Indexes
    owners: Mapping[int, str]


class Remembering:
    """The same embedder; a question that was asked before is not embedded again."""

    parts_at_once = 1

    def __init__(self, embedder: SentenceTransformersEmbedder) -> None:
        self.plain = embedder
        self.space = embedder.space
        self._known: dict[str, Vectors] = {}

    def embed_passages(self, passages: Sequence[PassageText]) -> list[PassageVectors]:
        return self.plain.embed_passages(passages)

    def embed_question(self, text: str) -> Vectors:
        if text not in self._known:
            self._known[text] = self.plain.embed_question(text)
        return self._known[text]


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    shared = os.environ.get("SHARED_DIR")
    if not shared:
        print("models: set SHARED_DIR to the folder that holds data/", file=sys.stderr)
        return 2
    embedder = Remembering(SentenceTransformersEmbedder.load(options.model))
    print(embedder.space.name)
    sets = {name: _some(Path(shared) / "data" / name, options.most) for name in SETS}
    for name in options.sets:
        with _opened(sets[name], embedder, options.work / name.replace("/", "_")) as opened:
            _print_quality(name, sets[name], opened, embedder)
            if name == "xquad/en":
                _print_across({other: sets[other] for other in ACROSS}, opened, embedder)
            if name == options.sets[0]:
                _print_cost(opened, embedder.plain)
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", nargs="?", default=BUNDLED_MODEL)
    parser.add_argument("--sets", nargs="+", choices=SETS, default=SETS, metavar="SET")
    parser.add_argument("--most", type=int, default=300, help="questions of a set, at most")
    parser.add_argument("--work", type=Path, required=True, help="a folder for this model")
    return parser.parse_args(arguments)


def _some(folder: Path, most: int) -> QuestionSet:
    questions = read_question_set(folder)
    return replace(questions, questions=tuple(sample(questions, most)))


@contextmanager
def _opened(questions: QuestionSet, embedder: Embedder, folder: Path) -> Iterator[Opened]:
    folder.mkdir(parents=True, exist_ok=True)
    with library_of(questions, embedder, folder=folder) as (place, store):
        indexes = IndexFiles(place).newer()
        if indexes is None:
            message = f"{place} has no index"
            raise ValueError(message)
        passages = store.passages(store.allowed_passages())
        owners = {key: passage.citation.key for key, passage in passages.items()}
        yield Opened(folder=place, store=store, indexes=indexes, owners=owners)


def _print_quality(name: str, questions: QuestionSet, opened: Opened, embedder: Embedder) -> None:
    def by_keywords(asked: SetQuestion) -> list[Scored]:
        terms = terms_of(searchable(asked.text), opened.indexes)
        return opened.indexes.keywords.search(terms.tokens, DEPTH, None)

    dense = _mean(questions, opened, _by_vectors(opened, embedder))
    worded = _mean(questions, opened, by_keywords)
    ours = _by_program(questions, opened, embedder)
    print(f"{name:<14} vectors {dense:.3f}  keywords {worded:.3f}  program {ours}", flush=True)


def _by_program(questions: QuestionSet, opened: Opened, embedder: Embedder) -> str:
    """Return MRR@10 of the program, and the share of questions it answers."""
    asked = [one for one in questions.questions if one.relevant]
    with AnswerEngine(opened.folder, opened.store, embedder) as engine:
        answers = [engine.answer(Question(text=one.text, hits=HEAD)) for one in asked]
    found = [
        _reciprocal_rank([hit.passage.citation.key for hit in answer.hits], one)
        for one, answer in zip(asked, answers, strict=True)
    ]
    answered = np.mean([answer.answered for answer in answers])
    return f"{np.mean(found):.3f} (answers {answered:.2f})"


def _print_across(sets: Mapping[str, QuestionSet], opened: Opened, embedder: Embedder) -> None:
    for name, questions in sets.items():
        found = _mean(questions, opened, _by_vectors(opened, embedder))
        ours = _by_program(questions, opened, embedder)
        asked = f"  asked in {name[-2:]} over English articles"
        print(f"{asked}: vectors {found:.3f}  program {ours}", flush=True)


def _by_vectors(opened: Opened, embedder: Embedder) -> Callable[[SetQuestion], list[Scored]]:
    return lambda asked: opened.indexes.vectors.search(
        embedder.embed_question(searchable(asked.text)), DEPTH, None
    )


def _mean(
    questions: QuestionSet, opened: Opened, search: Callable[[SetQuestion], list[Scored]]
) -> float:
    """Return MRR@10 over articles, each at its best passage."""
    return float(
        np.mean(
            [
                _reciprocal_rank([opened.owners[one.passage_id] for one in search(asked)], asked)
                for asked in questions.questions
                if asked.relevant
            ]
        )
    )


def _reciprocal_rank(articles: Sequence[str], asked: SetQuestion) -> float:
    """Return 1 / rank of the first relevant article, 0 beyond the tenth."""
    ranks = enumerate(list(dict.fromkeys(articles))[:HEAD], start=1)
    return next((1 / rank for rank, key in ranks if key in asked.relevant), 0.0)


def _print_cost(opened: Opened, embedder: SentenceTransformersEmbedder) -> None:
    passages = opened.store.passages(opened.store.allowed_passages()[:TIMED]).values()
    texts = [
        PassageText(title=one.citation.title, text=one.text, sentences=outline(one).sentences)
        for one in passages
    ]
    bare = [replace(text, sentences=()) for text in texts]
    embedder.embed_passages(bare[:32])
    alone, made = (_cpu_ms(lambda s=s: embedder.embed_passages(s), len(s)) for s in (bare, texts))
    apart = _cpu_ms(lambda: embedder._separately(texts), len(texts))  # noqa: SLF001 - the other way
    asked = "Who was hurt when the river rose?"
    question = _cpu_ms(lambda: [embedder.embed_question(asked) for _ in range(20)], 20)
    sentences = float(np.mean([len(text.sentences) for text in texts]))
    size = embedder.space.dimension
    print(
        f"  CPU ms a passage: {alone:.1f} without sentences, {made:.1f} as made, {apart:.1f} apart;"
        f" a question: {question:.1f}; {sentences:.1f} sentences a passage: "
        f"{2 * size} bytes for it, {sentences * size:.0f} for them",
        flush=True,
    )


def _cpu_ms(work: Callable[[], object], count: int) -> float:
    before = time.process_time()
    work()
    return (time.process_time() - before) * 1_000 / count


if __name__ == "__main__":
    sys.exit(main())
