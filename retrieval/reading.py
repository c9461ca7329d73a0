"""A candidate passage read closely: its sentences, their words and their vectors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from corpus.articles import Passage, Span
from retrieval.embeddings import Closeup
from retrieval.outlines import Outline, outline
from retrieval.protocols import Vectors
from retrieval.terms import QuestionTerms


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
    """How a passage meets a question: per sentence, coverage and cosine, and for the whole.

    `coverage` is the share of the question's weight found in title and passage. A sentence
    without a vector, beyond the model's maximum length, has a cosine of 0.
    """

    coverage: float
    sentence_coverages: tuple[float, ...]
    sentence_cosines: tuple[float, ...]

    @property
    def best_coverage(self) -> float:
        """Return the highest coverage of one sentence."""
        return max(self.sentence_coverages, default=0.0)

    @property
    def best_cosine(self) -> float:
        """Return the highest cosine of one sentence."""
        return max(self.sentence_cosines, default=0.0)

    @property
    def best_sentence(self) -> int:
        """Return which sentence answers most likely: by words and by meaning, equally."""
        sums = [a + b for a, b in zip(self.sentence_coverages, self.sentence_cosines, strict=True)]
        return max(range(len(sums)), key=sums.__getitem__, default=0)


def match(read: ReadPassage, terms: QuestionTerms, question: Vectors) -> Match:
    """Return how `read` meets a question whose vector is float32 [dimension].

    Without sentence vectors, cosines are 0.
    """
    cosines: Vectors = np.zeros(len(read.sentences), dtype=np.float32)
    vectors = read.sentence_vectors
    if vectors is not None and len(vectors) == len(read.sentences):
        cosines = vectors @ question
    return Match(
        coverage=terms.coverage(read.words),
        sentence_coverages=tuple(terms.coverage(words) for words in read.sentence_words),
        sentence_cosines=tuple(float(cosine) for cosine in cosines),
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
