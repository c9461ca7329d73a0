"""Which of many standing questions new passages might answer: cheap, careful, decides nothing.

Whether a passage answers is the engine's word alone. To ask it for every question and every new
article would cost a search each, so the pairs that it would surely not call strong are left out
before: a strong match holds words of the question that tell something, by the weight they have in
this library; fewer of them are enough in a passage that is near by cosine.
"""

from collections import OrderedDict, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from corpus.articles import Passage
from retrieval.embeddings import EmbeddingStore, content_hash
from retrieval.engine import AnswerEngine, searchable
from retrieval.indexes import Indexes
from retrieval.protocols import Space, Vectors
from retrieval.search import terms_of
from retrieval.terms import QuestionTerms
from retrieval.tokens import tokenise

COVERAGE = 0.33
"""Share of a question's weight in title and passage from which on a pair is kept. Strong matches
have more than half, those in Chinese a third; `benchmarks.following --recall` counts what is lost."""
LITTLE = 0.15
NEAR = 0.5
"""A smaller share is enough in a passage that is so near by cosine."""
_AT_ONCE = 500
"""Passages whose words and vectors are held at a time."""
_REMEMBERED = 20_000
_DRIFT = 1.1
"""The terms of a question are weighed anew when the library has grown by this factor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A question that waits for new articles. `vector` is float32 [dimension], None if unknown.

    `language` is that of the asker's interface, "" if unknown.
    """

    text: str
    language: str = ""
    vector: Vectors | None = None


Pair = tuple[int, int]
"""The places of a question and of a passage in the lists that were given."""


_Postings = Mapping[str, list[tuple[int, int, float]]]
"""By token: the questions it stands in, as which term, and that term's share of the weight."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Weighed:
    terms: QuestionTerms
    passages: int


class Sieve:
    """Sifts pairs of questions and passages. Not for several threads at once."""

    def __init__(self, library: Path, engine: AnswerEngine) -> None:
        """Sift for what `engine` answers from, which is in the folder `library`."""
        self._engine = engine
        self._embeddings = EmbeddingStore(library, read_only=True)
        self._weighed: OrderedDict[tuple[str, str], _Weighed] = OrderedDict()

    def close(self) -> None:
        """Let go of the library's files."""
        self._embeddings.close()

    @property
    def position(self) -> int:
        """Return the position of the store's log up to which questions are answered."""
        serving = self._engine.serving
        return serving.indexes.position if serving else 0

    @property
    def space(self) -> str:
        """Return the name of the space that vectors of questions must lie in; "" before an index."""
        serving = self._engine.serving
        return serving.embedder.space.name if serving else ""

    def vector(self, text: str) -> Vectors | None:
        """Return the vector of a question, float32 [dimension]; None before the first index."""
        serving = self._engine.serving
        return serving.embedder.embed_question(searchable(text)) if serving else None

    def likely(self, questions: Sequence[Standing], passages: Sequence[Passage]) -> set[Pair]:
        """Return the pairs in which the passage might answer the question."""
        serving = self._engine.serving
        found: set[Pair] = set()
        if serving is None or not questions:
            return found
        postings = self._postings(serving.indexes, questions)
        asked = _rows([one.vector for one in questions], serving.indexes.space.dimension)
        for first in range(0, len(passages), _AT_ONCE):
            some = passages[first : first + _AT_ONCE]
            near = self._cosines(serving.indexes.space, asked, some) >= NEAR
            found |= {
                (question, first + number)
                for (question, number), share in _coverage(postings, some).items()
                if share >= (LITTLE if near[question, number] else COVERAGE)
            }
        return found

    def _postings(self, indexes: Indexes, questions: Sequence[Standing]) -> _Postings:
        """Return by token the questions, terms and shares of weight it stands for."""
        postings: defaultdict[str, list[tuple[int, int, float]]] = defaultdict(list)
        for number, question in enumerate(questions):
            terms = self._terms(indexes, question)
            for place, term in enumerate((*terms.searched, *terms.missing)):
                share = term.weight / terms.weight if terms.weight else 0.0
                for form in term.forms:
                    postings[form].append((number, place, share))
        return postings

    def _terms(self, indexes: Indexes, question: Standing) -> QuestionTerms:
        """Return the terms of a question, weighed by a library about as large as this one."""
        key, passages = (question.text, question.language), len(indexes.keywords)
        known = self._weighed.get(key)
        if known is None or not known.passages / _DRIFT <= passages <= known.passages * _DRIFT:
            terms = terms_of(searchable(question.text), indexes, question.language)
            known = _Weighed(terms=terms, passages=passages)
        self._weighed[key] = known
        self._weighed.move_to_end(key)
        while len(self._weighed) > _REMEMBERED:
            self._weighed.popitem(last=False)
        return known.terms

    def _cosines(self, space: Space, asked: Vectors, passages: Sequence[Passage]) -> Vectors:
        """Return float32 [questions, passages]; 0 where a vector is not known."""
        hashes = [content_hash(passage) for passage in passages]
        kept = self._embeddings.passages(space, list(dict.fromkeys(hashes)))
        return asked @ _rows([kept.get(one) for one in hashes], space.dimension).T


def _coverage(postings: _Postings, passages: Sequence[Passage]) -> dict[Pair, float]:
    """Return the share of each question's weight in each passage that holds any of it."""
    found: defaultdict[Pair, float] = defaultdict(float)
    for number, passage in enumerate(passages):
        met = {one for token in _tokens(passage) for one in postings.get(token, ())}
        for question, _, share in met:
            found[question, number] += share
    return found


def _rows(vectors: Sequence[Vectors | None], dimension: int) -> Vectors:
    """Return float32 [vectors, dimension]; what is unknown, or of another length, is 0."""
    rows = np.zeros((len(vectors), dimension), dtype=np.float32)
    for number, vector in enumerate(vectors):
        if vector is not None and vector.shape == (dimension,):
            rows[number] = vector
    return rows


def _tokens(passage: Passage) -> set[str]:
    cited = passage.citation
    return set(tokenise(f"{cited.title}\n{passage.text}", cited.language))
