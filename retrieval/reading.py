"""A candidate passage read closely: its sentences, their words and their vectors."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from corpus.articles import Passage, Span
from retrieval.closeups import Closeup
from retrieval.outlines import Outline, outline
from retrieval.protocols import Vectors
from retrieval.spelling import SpelledTexts, Spelling, spellings
from retrieval.terms import QuestionTerms

_OBJECTS = 1_500
"""Bytes of a passage beside its texts and numbers: its citation, and what holds it together."""
_MEANING = 0.3
"""What the cosine of a sentence weighs beside its words, in choosing the one that answers."""


@dataclass(frozen=True, kw_only=True)
class ReadPassage:
    """A passage with its sentences, the words of each, and their vectors where they are kept.

    `sentence_vectors` is float32 [sentences, dimension]. `spelling` has the words of each
    sentence, then those of the title. `size` is how many different words the sentences have,
    summed.
    """

    passage: Passage
    outline: Outline
    spelling: Spelling = field(compare=False)
    size: int
    sentence_vectors: Vectors | None

    @cached_property
    def nbytes(self) -> int:
        """Return about how much memory this takes; its words are also kept as one text."""
        vectors = 0 if self.sentence_vectors is None else self.sentence_vectors.nbytes
        numbers = self.spelling.runs.nbytes + self.spelling.counts.nbytes
        words = 2 * sum(map(sys.getsizeof, self.spelling.texts))
        return vectors + numbers + words + sys.getsizeof(self.passage.text) + _OBJECTS

    @property
    def sentences(self) -> tuple[Span, ...]:
        """Return the sentences as offsets in `passage.text`."""
        return self.outline.sentences

    def sentence(self, place: int) -> Span | None:
        """Return one of the sentences, `None` if the passage has none."""
        return self.outline.sentence(place) if self.outline.lines else None

    @property
    def title_words(self) -> frozenset[str]:
        """Return the words of the title."""
        return self.outline.title_words

    @property
    def sentence_words(self) -> tuple[frozenset[str], ...]:
        """Return the words of each sentence."""
        return self.outline.sentence_words

    @property
    def words(self) -> frozenset[str]:
        """Return the words of the title and of all sentences."""
        return frozenset(self.outline.everything.split())

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
        """Return which sentence answers most likely, the first of equals; 0 if there is none."""
        if not self.sentence_cosines:
            return 0
        likenesses, cosines = np.array(self.sentence_likenesses), np.array(self.sentence_cosines)
        return int(np.argmax(_answering(likenesses, cosines, self.vectors_count)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Matches:
    """How passages meet a question, one after the other; what is asked of a single one is made then.

    `coverage`, `best_likeness` and `best_cosine` are float64 [passages]; `best_sentences`, one of
    each passage, says which of its sentences answers most likely, 0 if it has none. What begins
    with `sentence_` is of the sentences of all passages, one number each; `ends`, int64
    [passages], says where those of each end.
    """

    coverage: NDArray[np.float64]
    best_likeness: NDArray[np.float64]
    best_cosine: NDArray[np.float64]
    best_sentences: Sequence[int]
    sentence_coverages: NDArray[np.float64]
    sentence_likenesses: NDArray[np.float64]
    sentence_cosines: Vectors
    ends: NDArray[np.int64]
    vectors_count: float

    def quoted_coverage(self, place: int) -> float:
        """Return the coverage of the sentence of a passage that answers most likely, 0 of none."""
        sentences = self.sentence_coverages[self._sentences(place)]
        return float(sentences[self.best_sentences[place]]) if sentences.size else 0.0

    def of(self, place: int) -> Match:
        """Return how one of the passages meets the question."""
        sentences = self._sentences(place)
        return Match(
            coverage=float(self.coverage[place]),
            sentence_coverages=tuple(self.sentence_coverages[sentences].tolist()),
            sentence_likenesses=tuple(self.sentence_likenesses[sentences].tolist()),
            sentence_cosines=tuple(self.sentence_cosines[sentences].tolist()),
            vectors_count=self.vectors_count,
        )

    def _sentences(self, place: int) -> slice:
        return slice(int(self.ends[place - 1]) if place else 0, int(self.ends[place]))


def _answering(
    likenesses: NDArray[np.float64], cosines: NDArray[np.float64], vectors_count: float
) -> NDArray[np.float64]:
    """Return float64 [sentences], how likely each answers, on no fixed scale.

    It is (2 - b) * likeness + 0.3 * b * cosine: where the vectors of a question tell little,
    neither do those of the sentences.
    """
    return (2.0 - vectors_count) * likenesses + _MEANING * vectors_count * cosines


def match_all(
    reads: Sequence[ReadPassage], terms: QuestionTerms, question: Vectors, vectors_count: float
) -> Matches:
    """Return how each of `reads` meets a question whose vector is float32 [dimension].

    `vectors_count` is the question's balance, in (0, 2). Without sentence vectors, cosines are 0.
    All sentences are looked at together: a passage meets a question as it would alone.
    """
    texts = SpelledTexts([read.spelling for read in reads])
    sizes = np.array([len(read.outline.lines) for read in reads], dtype=np.int64)
    ends = np.cumsum(sizes)
    places = np.arange(len(reads))
    met = terms.met_by(texts, ends - sizes + places)
    sentences = np.ones(len(texts), dtype=np.bool_)
    sentences[ends + places] = False  # the title comes after them
    likenesses = met.likenesses[sentences]
    cosines = _cosines(reads, sizes.tolist(), question)
    answering = _answering(likenesses, cosines.astype(np.float64), vectors_count)
    return Matches(
        coverage=met.owned,
        best_likeness=_best(likenesses, sizes, ends),
        best_cosine=_best(cosines, sizes, ends),
        best_sentences=_first_best(answering, sizes, ends),
        sentence_coverages=met.coverages[sentences],
        sentence_likenesses=likenesses,
        sentence_cosines=cosines,
        ends=ends,
        vectors_count=vectors_count,
    )


def _best(
    values: NDArray[np.float64] | Vectors, sizes: NDArray[np.int64], ends: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return float64 [passages], the highest value of each, 0 of none."""
    best = np.zeros(len(sizes))
    some = sizes > 0
    if values.size:
        best[some] = np.maximum.reduceat(values, (ends - sizes)[some])
    return best


def _first_best(
    values: NDArray[np.float64], sizes: NDArray[np.int64], ends: NDArray[np.int64]
) -> list[int]:
    """Return for each passage the place of its highest value, the first of equals; 0 of none."""
    highest = np.repeat(_best(values, sizes, ends), sizes)
    (places,) = np.nonzero(values == highest)
    owners = np.repeat(np.arange(len(sizes)), sizes)[places]
    firsts = ends - sizes
    firsts[owners[::-1]] = places[::-1]  # the first one stays
    found: list[int] = (firsts - ends + sizes).tolist()
    return found


def _cosines(reads: Sequence[ReadPassage], sizes: Sequence[int], question: Vectors) -> Vectors:
    """Return float32 [sentences] of all passages, one after the other."""
    rows = [read.sentence_vectors for read in reads]
    known = [some is not None and len(some) == size for some, size in zip(rows, sizes, strict=True)]
    cosines = np.zeros(sum(sizes), dtype=np.float32)
    if any(known):
        vectors = np.concatenate(list(compress(rows, known)))
        # Row by row, so that equal sentences have equal cosines wherever they stand.
        cosines[np.repeat(known, sizes)] = np.einsum("ij,j->i", vectors, question)
    return cosines


def read_passages(
    passages: Mapping[int, Passage], closeups: Mapping[int, Closeup], ids: Sequence[int]
) -> list[ReadPassage]:
    """Return those of `ids` that are among `passages`, read closely, in the order given."""
    found = [(passages[key], closeups.get(key)) for key in ids if key in passages]
    outlines = [
        (closeup.outline if closeup else None) or outline(passage) for passage, closeup in found
    ]
    spelled = spellings([(*one.lines, one.title) for one in outlines])
    return [
        ReadPassage(
            passage=passage,
            outline=outlined,
            spelling=spelling,
            size=outlined.size,
            sentence_vectors=closeup.sentence_vectors if closeup else None,
        )
        for (passage, closeup), outlined, spelling in zip(found, outlines, spelled, strict=True)
    ]
