"""Cases to fit to: questions of a set asked of a library, and what the search saw.

Each answerable question is asked twice: as it is, and with its own articles taken out of the
search, which makes it a question the library cannot answer.
"""

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
from numpy.typing import NDArray

from corpus.store import ArticleStore
from retrieval.calibration import Calibration
from retrieval.candidates import Candidates
from retrieval.confidence import features
from retrieval.embeddings import EmbeddingStore
from retrieval.engine import searchable
from retrieval.evaluation import HITS
from retrieval.fitting import ConfidenceCase, RankingCase, target
from retrieval.fusion import evidence
from retrieval.indexes import Indexes, IndexFiles
from retrieval.overlap import holds_answer
from retrieval.protocols import Embedder, Vectors
from retrieval.question_sets import QuestionSet, SetQuestion
from retrieval.ranking import Ranked
from retrieval.search import Findings, Search

MOST_QUESTIONS = 400
"""Questions of one set that are used; more say little that is new."""


def sample(questions: QuestionSet, most: int = MOST_QUESTIONS) -> list[SetQuestion]:
    """Return up to `most` questions, always the same ones."""
    chosen = list(questions.questions)
    Random(0).shuffle(chosen)  # noqa: S311 - a sample, no secret
    return chosen[:most]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question of a set with its vector and where its own articles' passages are."""

    question: SetQuestion
    text: str
    vector: Vectors
    own_passages: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUnderFit:
    """One set with an open library."""

    name: str
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
) -> SetUnderFit:
    """Return a set ready to be asked, over the library in `place`."""
    indexes = IndexFiles(place).newer()
    if indexes is None:
        message = f"{place} has no index"
        raise ValueError(message)
    everything = store.allowed_passages()
    owners = {key: p.citation.key for key, p in store.passages(everything).items()}
    asked = [
        Asked(
            question=question,
            text=searchable(question.text),
            vector=embedder.embed_question(searchable(question.text)),
            own_passages=frozenset(
                key for key, owner in owners.items() if owner in question.relevant
            ),
        )
        for question in questions
    ]
    return SetUnderFit(
        name=name,
        store=store,
        indexes=indexes,
        embeddings=EmbeddingStore(place),
        questions=tuple(asked),
        everything=np.array(everything, dtype=np.int64),
    )


def findings_of(
    some: SetUnderFit, calibration: Calibration, asked: Asked, *, without_own: bool
) -> Findings:
    """Return what a search finds, with or without the question's own articles."""
    allowed: NDArray[np.int64] | None = None
    if without_own:
        allowed = np.setdiff1d(some.everything, list(asked.own_passages))
    search = Search(some.store, some.embeddings, calibration)
    return search.run(
        some.indexes,
        asked.text,
        asked.vector,
        wanted=HITS,
        allowed=allowed,
        timer=lambda _: nullcontext(),
    )


def ranking_cases(
    some: SetUnderFit, calibration: Calibration
) -> tuple[list[RankingCase], list[RankingCase]]:
    """Return the cases for the order of candidates, and for the final order."""
    first: list[RankingCase] = []
    final: list[RankingCase] = []
    for asked in some.questions:
        if asked.own_passages:
            found = findings_of(some, calibration, asked, without_own=False)
            first += _case_of_candidates(found.candidates, asked, some)
            final += _case_of_ranked([hit.ranked for hit in found.hits], found.candidates, asked)
    return first, final


def confidence_cases(some: SetUnderFit, calibration: Calibration) -> list[ConfidenceCase]:
    """Return the cases for the confidence: each question, and again without its articles.

    Follow-ups are left out: alone they do not say what they ask.
    """
    cases = []
    for asked in some.questions:
        if asked.question.history:
            continue
        for without_own in (False, True) if asked.own_passages else (False,):
            found = findings_of(some, calibration, asked, without_own=without_own)
            if found.hits:
                cases.append(_confidence_case(asked, found, without_own))
    return cases


def _case_of_candidates(
    candidates: Candidates, asked: Asked, some: SetUnderFit
) -> list[RankingCase]:
    relevant = [int(key) in asked.own_passages for key in candidates.ids]
    texts = some.store.passages([int(key) for key in candidates.ids])
    answering = [
        holds_answer(texts[int(key)].text, asked.question.answers) for key in candidates.ids
    ]
    return _case(
        near=candidates.cosines[:, None],
        worded=candidates.keywords[:, None],
        candidates=candidates,
        mass=target(relevant, answering),
    )


def _case_of_ranked(
    ranked: Sequence[Ranked], candidates: Candidates, asked: Asked
) -> list[RankingCase]:
    if not ranked:
        return []
    passages = [one.read.passage for one in ranked]
    return _case(
        near=np.array([[one.cosine, one.match.best_cosine] for one in ranked]),
        worded=np.array(
            [[one.keywords, one.match.coverage, one.match.best_likeness] for one in ranked]
        ),
        candidates=candidates,
        mass=target(
            [passage.id in asked.own_passages for passage in passages],
            [holds_answer(passage.text, asked.question.answers) for passage in passages],
        ),
    )


def _case(
    *,
    near: NDArray[np.float64],
    worded: NDArray[np.float64],
    candidates: Candidates,
    mass: NDArray[np.float64],
) -> list[RankingCase]:
    if not mass.any():
        return []
    seen = evidence(candidates)
    return [RankingCase(near=near, worded=worded, evidence=seen, target=mass)]


def _confidence_case(
    asked: Asked,
    found: Findings,
    without_own: bool,  # noqa: FBT001 - private, named where it is called
) -> ConfidenceCase:
    first = found.hits[0].ranked
    cited = first.read.passage.citation
    facts = features(
        asked.text,
        found.terms,
        first,
        found.rivals,
    )
    relevant = asked.question.relevant
    answerable = bool(relevant) and not without_own
    return ConfidenceCase(
        features=facts,
        right=answerable and cited.key in relevant,
        answerable=answerable,
        staged=bool(relevant),
    )
