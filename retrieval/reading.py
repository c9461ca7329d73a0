"""A candidate passage read closely: its sentences, their words and their vectors."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, compress

import numpy as np

from corpus.articles import Passage, Span
from retrieval.closeups import Closeup
from retrieval.outlines import Outline, outline
from retrieval.protocols import Vectors
from retrieval.spelling import SpelledTexts
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

    def holds_all(self, words: Iterable[str]) -> bool:
        """Whether each of `words` is among `words`, which need not be made for that."""
        return self.outline.holds_all(words)


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
    All sentences are looked at together: a passage meets a question as it would alone.
    """
    if not reads:
        return []
    sizes = [len(read.outline.lines) for read in reads]
    sentences = [line for read in reads for line in read.outline.lines]
    owners = np.concatenate([np.repeat(np.arange(len(reads)), sizes), np.arange(len(reads))])
    everything = SpelledTexts([*sentences, *(read.outline.title for read in reads)])
    of_texts, of_passages = terms.coverages(everything, owners, len(reads))
    likenesses = terms.likenesses(everything)
    cosines = _cosines(reads, sizes, question)
    ends = list(accumulate(sizes))
    return [
        Match(
            coverage=coverage,
            sentence_coverages=tuple(of_texts[end - size : end].tolist()),
            sentence_likenesses=tuple(likenesses[end - size : end].tolist()),
            sentence_cosines=tuple(cosines[end - size : end].tolist()),
            vectors_count=vectors_count,
        )
        for coverage, size, end in zip(of_passages.tolist(), sizes, ends, strict=True)
    ]


def _cosines(reads: Sequence[ReadPassage], sizes: Sequence[int], question: Vectors) -> Vectors:
    """Return float32 [sentences] of all passages, one after the other."""
    nothing = np.zeros((0, len(question)), dtype=np.float32)
    rows = [nothing if read.sentence_vectors is None else read.sentence_vectors for read in reads]
    known = [len(some) == size for some, size in zip(rows, sizes, strict=True)]
    cosines = np.zeros(sum(sizes), dtype=np.float32)
    vectors = np.concatenate([nothing, *compress(rows, known)])
    # Row by row, so that equal sentences have equal cosines wherever they stand.
    cosines[np.repeat(known, sizes)] = np.einsum("ij,j->i", vectors, question)
    return cosines


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
