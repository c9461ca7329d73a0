"""Which of many standing questions new passages might answer: cheap, careful, decides nothing.

Whether a passage answers is the engine's word alone. To ask it for every question and every new
article would cost a search each, so the pairs that it would surely not call strong are left out
before: a strong match holds words of the question that tell something, by the weight they have in
this library, or at least one of them in a passage that is near by cosine.
"""

from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Mapping, Sequence
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

COVERAGE = 0.25
"""Share of a question's weight in title and passage from which on a pair is kept. Of 600 strong
matches in six languages, 597 had more (`python -m benchmarks.following --recall`)."""
NEAR = 0.3
"""Cosine from which on one telling word is enough."""
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
        if serving is None or not questions or not passages:
            return set()
        coverage = self._coverage(serving.indexes, questions, passages)
        near = self._cosines(serving.indexes.space, questions, passages) >= NEAR
        return {pair for pair, share in coverage.items() if share >= COVERAGE or bool(near[pair])}

    def _coverage(
        self, indexes: Indexes, questions: Sequence[Standing], passages: Sequence[Passage]
    ) -> dict[Pair, float]:
        """Return the share of each question's weight in each passage that holds any of it."""
        postings = self._postings(indexes, questions)
        found: defaultdict[Pair, float] = defaultdict(float)
        for number, passage in enumerate(passages):
            met = {one for token in _tokens(passage) for one in postings.get(token, ())}
            for question, _, share in met:
                found[question, number] += share
        return found

    def _postings(
        self, indexes: Indexes, questions: Sequence[Standing]
    ) -> Mapping[str, list[tuple[int, int, float]]]:
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

    def _cosines(
        self, space: Space, questions: Sequence[Standing], passages: Sequence[Passage]
    ) -> Vectors:
        """Return float32 [questions, passages]; 0 where a vector is not known."""
        hashes = [content_hash(passage) for passage in passages]
        kept = self._embeddings.passages(space, list(dict.fromkeys(hashes)))
        nothing = np.zeros(space.dimension, dtype=np.float32)
        asked = _rows((question.vector for question in questions), nothing)
        return asked @ _rows((kept.get(one) for one in hashes), nothing).T


def _rows(vectors: Iterable[Vectors | None], nothing: Vectors) -> Vectors:
    """Return float32 [vectors, dimension]; a vector of another length counts as unknown."""
    known = (one if one is not None and one.shape == nothing.shape else nothing for one in vectors)
    return np.stack(list(known))


def _tokens(passage: Passage) -> set[str]:
    cited = passage.citation
    return set(tokenise(f"{cited.title}\n{passage.text}", cited.language))
