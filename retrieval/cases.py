"""Cases to fit to: questions of a set asked of a library, and what the search saw.

Each answerable question is asked up to three times: as it is; with its own articles taken out of
the search, which makes it a question the library cannot answer; and with only the passages taken
out that hold an answer, which makes it a near miss.
"""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import nullcontext

import numpy as np
from numpy.typing import NDArray

from retrieval.calibration import Calibration
from retrieval.candidates import Candidates
from retrieval.close_reading import CloseReading
from retrieval.confidence import features
from retrieval.confidence_cases import CasesOfSet, ConfidenceCase, Staging
from retrieval.cosine_scale import CosineScale
from retrieval.evaluation import HITS
from retrieval.fitting import RankingCase, target
from retrieval.overlap import holds_answer
from retrieval.protocols import Progress, no_progress
from retrieval.question_sets import Kind
from retrieval.ranking import Ranked
from retrieval.search import Findings, Search, terms_of
from retrieval.sets_under_fit import Asked, SetUnderFit


def findings_of(
    some: SetUnderFit,
    calibration: Calibration,
    scale: CosineScale | None,
    asked: Asked,
    *,
    without: AbstractSet[int] = frozenset(),
) -> Findings:
    """Return what a search finds, without the passages whose ids are in `without`.

    `scale` is that of the set's model for numbers that were fitted to another one.
    """
    allowed: NDArray[np.int64] | None = None
    if without:
        allowed = np.setdiff1d(some.everything, list(without))
    search = Search(some.store, CloseReading(some.store, some.embeddings), calibration)
    return search.run(
        some.indexes,
        terms_of(asked.text, some.indexes),
        asked.vector,
        wanted=HITS,
        allowed=allowed,
        timer=lambda _: nullcontext(),
        scale=scale,
    )


def ranking_cases(
    some: SetUnderFit, calibration: Calibration, scale: CosineScale | None
) -> tuple[list[RankingCase], list[RankingCase]]:
    """Return the cases for the order of candidates, and for the final order."""
    first: list[RankingCase] = []
    final: list[RankingCase] = []
    for asked in some.questions:
        if asked.own_passages:
            found = findings_of(some, calibration, scale, asked)
            first += _case_of_candidates(found.candidates, asked, some)
            final += _case_of_ranked([hit.ranked for hit in found.hits], found.candidates, asked)
    return first, final


def confidence_cases(
    some: SetUnderFit,
    calibration: Calibration,
    scale: CosineScale | None,
    progress: Progress = no_progress,
) -> CasesOfSet:
    """Return the cases for the confidence: each question in every staging it allows.

    Follow-ups are left out: alone they do not say what they ask.
    """
    standing = [asked for asked in some.questions if not asked.question.history]
    cases = []
    for done, asked in enumerate(standing, start=1):
        for staging, without in _stagings(asked):
            found = findings_of(some, calibration, scale, asked, without=without)
            if found.hits:
                cases.append(_confidence_case(asked, found, staging))
        progress(f"asking {some.name}", done, len(standing))
    return CasesOfSet(family=some.family, cases=tuple(cases))


def _stagings(asked: Asked) -> Iterator[tuple[Staging, frozenset[int]]]:
    """Yield each way to ask a question with the passages that are taken out for it."""
    if not asked.question.relevant:
        near = asked.question.kind is Kind.NEAR_MISS
        yield Staging.NEAR_MISS if near else Staging.ABSENT, frozenset()
    elif asked.own_passages:
        yield Staging.PRESENT, frozenset()
        yield Staging.WITHOUT_ARTICLE, asked.own_passages
        if asked.answering and asked.answering != asked.own_passages:
            yield Staging.WITHOUT_DETAIL, asked.answering


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
        group=asked.group,
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
        group=asked.group,
    )


def _case(
    *,
    near: NDArray[np.float64],
    worded: NDArray[np.float64],
    candidates: Candidates,
    mass: NDArray[np.float64],
    group: str,
) -> list[RankingCase]:
    if not mass.any():
        return []
    return [
        RankingCase(
            near=near, worded=worded, evidence=candidates.evidence, target=mass, group=group
        )
    ]


def _confidence_case(asked: Asked, found: Findings, staging: Staging) -> ConfidenceCase:
    first = found.hits[0].ranked
    question = asked.question
    return ConfidenceCase(
        features=features(asked.text, found.terms, first, found.rivals),
        right=staging is Staging.PRESENT and first.article[1] in question.relevant,
        staging=staging,
        group=asked.group,
    )
