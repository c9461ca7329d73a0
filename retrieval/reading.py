"""A candidate passage read closely: its sentences, their words and their vectors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from corpus.articles import Passage, Span
from retrieval.embeddings import Closeup
from retrieval.outlines import Outline, outline
from retrieval.protocols import Vectors
from retrieval.terms import QuestionTerms

_MEANING = 0.3
"""What the cosine of a sentence weighs beside its words, in choosing the one that answers."""


@dataclass(frozen=True, kw_only=True)
class ReadPassage:
    """A passage with its sentences, the words of each, and their vectors where they are kept.

    `sentence_vectors` is float32 [sentences, dimension].
    """

    passage: Passage
    outline: Outline
    sentence_vectors: Vectors | None

    @property
    def sentences(self) -> tuple[Span, ...]:
        """Return the sentences as offsets in `passage.text`."""
        return self.outline.sentences

    @property
    def title_words(self) -> frozenset[str]:
        """Return the words of the title."""
        return self.outline.title_words

    @property
    def sentence_words(self) -> tuple[frozenset[str], ...]:
        """Return the words of each sentence."""
        return self.outline.sentence_words

    @cached_property
    def words(self) -> frozenset[str]:
        """Return the words of the title and of all sentences."""
        return self.title_words.union(*self.sentence_words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """How a passage meets a question: per sentence, words and cosine, and for the whole.

    `coverage` is the share of the question's weight found in title and passage. Likenesses are
    coverages in which another form of a word counts in part. A sentence without a vector, beyond
    the model's maximum length, has a cosine of 0. `vectors_count` is the balance b of the fusion.
    """

    coverage: float
    sentence_coverages: tuple[float, ...]
    sentence_likenesses: tuple[float, ...]
    sentence_cosines: tuple[float, ...]
    vectors_count: float

    @property
    def best_coverage(self) -> float:
        """Return the highest coverage of one sentence."""
        return max(self.sentence_coverages, default=0.0)

    @property
    def best_likeness(self) -> float:
        """Return the highest likeness of one sentence."""
        return max(self.sentence_likenesses, default=0.0)

    @property
    def best_cosine(self) -> float:
        """Return the highest cosine of one sentence."""
        return max(self.sentence_cosines, default=0.0)

    @property
    def best_sentence(self) -> int:
        """Return which sentence answers most likely, the first of equals.

        It has the highest (2 - b) * likeness + 0.3 * b * cosine: where the vectors of a question
        tell little, neither do those of the sentences.
        """
        by_words, by_vectors = 2.0 - self.vectors_count, _MEANING * self.vectors_count
        sums = [
            by_words * likeness + by_vectors * cosine
            for likeness, cosine in zip(
                self.sentence_likenesses, self.sentence_cosines, strict=True
            )
        ]
        return max(range(len(sums)), key=sums.__getitem__, default=0)


def match_all(
    reads: Sequence[ReadPassage], terms: QuestionTerms, question: Vectors, vectors_count: float
) -> list[Match]:
    """Return how each of `reads` meets a question whose vector is float32 [dimension].

    `vectors_count` is the question's balance, in (0, 2). Without sentence vectors, cosines are 0.
    """
    likenesses = terms.likenesses([words for read in reads for words in read.sentence_words])
    ends = np.cumsum([len(read.sentence_words) for read in reads])
    return [
        _match(
            read, terms, question, likenesses[end - len(read.sentence_words) : end], vectors_count
        )
        for read, end in zip(reads, ends, strict=True)
    ]


def _match(
    read: ReadPassage,
    terms: QuestionTerms,
    question: Vectors,
    likenesses: NDArray[np.float64],
    vectors_count: float,
) -> Match:
    cosines: Vectors = np.zeros(len(read.sentences), dtype=np.float32)
    vectors = read.sentence_vectors
    if vectors is not None and len(vectors) == len(read.sentences):
        cosines = vectors @ question
    return Match(
        coverage=terms.coverage(read.words),
        sentence_coverages=tuple(terms.coverage(words) for words in read.sentence_words),
        sentence_likenesses=tuple(likenesses.tolist()),
        sentence_cosines=tuple(float(cosine) for cosine in cosines),
        vectors_count=vectors_count,
    )


def read_passages(
    passages: Mapping[int, Passage], closeups: Mapping[int, Closeup], ids: Sequence[int]
) -> list[ReadPassage]:
    """Return those of `ids` that are among `passages`, read closely, in the order given."""
    return [_read(passages[key], closeups.get(key)) for key in ids if key in passages]


def _read(passage: Passage, closeup: Closeup | None) -> ReadPassage:
    kept = closeup.outline if closeup else None
    return ReadPassage(
        passage=passage,
        outline=kept or outline(passage),
        sentence_vectors=closeup.sentence_vectors if closeup else None,
    )
