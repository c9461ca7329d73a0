"""A candidate passage read closely: its sentences, their words and their vectors."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from threading import Lock

import numpy as np

from corpus.articles import Passage, Span
from corpus.sentences import sentence_spans
from retrieval.protocols import Vectors
from retrieval.terms import QuestionTerms
from retrieval.tokens import tokenise

_KEPT = 2_048


@dataclass(frozen=True, kw_only=True)
class ReadPassage:
    """A passage with its sentences (offsets in `passage.text`) and the words of each."""

    passage: Passage
    sentences: tuple[Span, ...]
    title_words: frozenset[str]
    sentence_words: tuple[frozenset[str], ...]

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


def match(
    read: ReadPassage, terms: QuestionTerms, question: Vectors, sentence_vectors: Vectors | None
) -> Match:
    """Return how `read` meets a question whose vector is float32 [dimension].

    `sentence_vectors` is float32 [sentences, dimension]; without it, cosines are 0.
    """
    cosines: Vectors = np.zeros(len(read.sentences), dtype=np.float32)
    if sentence_vectors is not None and len(sentence_vectors) == len(read.sentences):
        cosines = sentence_vectors @ question
    return Match(
        coverage=terms.coverage(read.words),
        sentence_coverages=tuple(terms.coverage(words) for words in read.sentence_words),
        sentence_cosines=tuple(float(cosine) for cosine in cosines),
    )


class Reader:
    """Reads passages, and remembers the last few thousand it read. Safe to share by threads."""

    def __init__(self) -> None:
        """Start with nothing read."""
        self._read: OrderedDict[int, ReadPassage] = OrderedDict()
        self._lock = Lock()

    def read(self, passages: Mapping[int, Passage], ids: Sequence[int]) -> list[ReadPassage]:
        """Return those of `ids` that are among `passages`, read, in the order given."""
        return [self._one(passages[key]) for key in ids if key in passages]

    def _one(self, passage: Passage) -> ReadPassage:
        with self._lock:
            known = self._read.get(passage.id)
            if known is not None and known.passage == passage:
                self._read.move_to_end(passage.id)
                return known
        read = _read(passage)
        with self._lock:
            self._read[passage.id] = read
            while len(self._read) > _KEPT:
                self._read.popitem(last=False)
        return read


def _read(passage: Passage) -> ReadPassage:
    language = passage.citation.language
    sentences = tuple(sentence_spans(passage.text, language))
    return ReadPassage(
        passage=passage,
        sentences=sentences,
        title_words=frozenset(tokenise(passage.citation.title, language)),
        sentence_words=tuple(
            frozenset(tokenise(span.of(passage.text), language)) for span in sentences
        ),
    )
