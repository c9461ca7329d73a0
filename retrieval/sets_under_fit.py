"""Question sets made ready to be fitted to: a library of each, and its questions with vectors."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
from numpy.typing import NDArray

from corpus.articles import Passage
from corpus.store import ArticleStore
from retrieval.embeddings import EmbeddingStore
from retrieval.engine import searchable
from retrieval.errors import QuestionError
from retrieval.evaluation import library_of
from retrieval.indexes import Indexes, IndexFiles
from retrieval.overlap import holds_answer
from retrieval.protocols import Embedder, Progress, Vectors, no_progress
from retrieval.question_sets import QuestionSet, QuestionSetError, SetQuestion

MOST_QUESTIONS = 400
"""Questions of one set that are used; more say little that is new."""


def sample(questions: QuestionSet, most: int = MOST_QUESTIONS) -> list[SetQuestion]:
    """Return up to `most` questions, always the same ones."""
    chosen = list(questions.questions)
    Random(0).shuffle(chosen)  # noqa: S311 - a sample, no secret
    return chosen[:most]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question of a set with its vector.

    `own_passages` are those of its own articles, `answering` those of them that hold an answer.
    """

    question: SetQuestion
    text: str
    vector: Vectors
    own_passages: frozenset[int]
    answering: frozenset[int]

    @property
    def group(self) -> str:
        """Return the article it is about, the first of several; else the question itself."""
        return min(self.question.about, default=self.question.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUnderFit:
    """One set with an open library. Sets over the same articles are of one `family`."""

    name: str
    family: str
    store: ArticleStore
    indexes: Indexes
    embeddings: EmbeddingStore
    questions: tuple[Asked, ...]
    everything: NDArray[np.int64]


def prepare(
    name: str,
    questions: Sequence[SetQuestion],
    place: Path,
    store: ArticleStore,
    embedder: Embedder,
    *,
    family: str | None = None,
) -> SetUnderFit:
    """Return a set ready to be asked, over the library in `place`; its family is its name."""
    indexes = IndexFiles(place).newer()
    if indexes is None:
        message = f"{place} has no index"
        raise ValueError(message)
    everything = store.allowed_passages()
    passages = store.passages(everything)
    of_article: dict[str, list[Passage]] = {}
    for passage in passages.values():
        of_article.setdefault(passage.citation.key, []).append(passage)
    return SetUnderFit(
        name=name,
        family=family or name,
        store=store,
        indexes=indexes,
        embeddings=EmbeddingStore(place, read_only=True),
        questions=tuple(_asked(question, of_article, embedder) for question in questions),
        everything=np.array(everything, dtype=np.int64),
    )


def _asked(
    question: SetQuestion, of_article: Mapping[str, Sequence[Passage]], embedder: Embedder
) -> Asked:
    own = [passage for key in question.relevant for passage in of_article.get(key, ())]
    try:
        text = searchable(question.text)
    except QuestionError as error:
        message = f"the question {question.id} cannot be asked: {error}"
        raise QuestionSetError(message) from error
    return Asked(
        question=question,
        text=text,
        vector=embedder.embed_question(text),
        own_passages=frozenset(passage.id for passage in own),
        answering=frozenset(
            passage.id
            for passage in own
            if holds_answer(passage.text, question.gold_sentences or question.answers)
        ),
    )


@contextmanager
def opened(
    sets: Mapping[str, QuestionSet],
    embedder: Embedder,
    *,
    most: int = MOST_QUESTIONS,
    folders: Mapping[str, Path] | None = None,
    families: Mapping[str, str] | None = None,
    progress: Progress = no_progress,
) -> Iterator[list[SetUnderFit]]:
    """Yield the sets by name, each over a library of its articles, with `most` questions at most.

    Libraries are kept in `folders` and used again, or made for the while. Raise
    `QuestionSetError` if an article cannot be read or a question not asked.
    """
    with ExitStack() as closing:
        found = []
        for name, questions in sets.items():
            folder = folders[name] if folders else None
            place, store = closing.enter_context(
                library_of(questions, embedder, folder=folder, progress=progress)
            )
            family = families.get(name) if families else None
            some = prepare(name, sample(questions, most), place, store, embedder, family=family)
            closing.callback(some.embeddings.close)
            found.append(some)
        yield found
