"""Calibrating: gather evidence from question sets, fit, and report on the set left out.

Each answerable question is asked twice: as it is, and with its own articles taken out of the
search, which makes it a question the library cannot answer.
"""

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

import numpy as np
from numpy.typing import NDArray

from corpus.store import ArticleStore
from retrieval.calibration import Calibration
from retrieval.candidates import Candidates
from retrieval.confidence import ConfidenceModel, features
from retrieval.embeddings import EmbeddingStore
from retrieval.engine import searchable
from retrieval.evaluation import HITS, holds_answer
from retrieval.fitting import (
    ConfidenceCase,
    RankingCase,
    balanced_accuracy,
    fit_confidence,
    fit_fusion,
    left_out,
    probabilities,
    target,
)
from retrieval.fusion import FusionWeights, balance, evidence, fuse
from retrieval.indexes import Indexes, IndexFiles
from retrieval.protocols import Embedder, Vectors
from retrieval.question_sets import QuestionSet, SetQuestion
from retrieval.ranking import Ranked
from retrieval.search import Findings, Search

MOST_QUESTIONS = 400
"""Questions of one set that are used; more say little that is new."""
STRONG_PRECISION = 0.96
_ENOUGH = 50
"""A set with fewer cases says nothing about a precision of 96 %."""
_BARS = np.linspace(0.02, 0.98, 97)


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


def sample(questions: QuestionSet, most: int = MOST_QUESTIONS) -> list[SetQuestion]:
    """Return up to `most` questions, always the same ones."""
    chosen = list(questions.questions)
    Random(0).shuffle(chosen)  # noqa: S311 - a sample, no secret
    return chosen[:most]


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
            [[one.keywords, one.match.coverage, one.match.best_coverage] for one in ranked]
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


def calibrate(
    sets: Sequence[SetUnderFit], start: Calibration, *, fitted_for: str
) -> tuple[Calibration, "CalibrationReport"]:
    """Return numbers fitted to all sets, and what they reach on each set when it is left out.

    `start` gives the numbers to gather the first evidence with. With a single set nothing can be
    left out, and the report is about the fit itself.
    """
    fitted = replace(start, fitted_for=fitted_for, fitted_on=tuple(some.name for some in sets))
    first, final = zip(*(ranking_cases(some, fitted) for some in sets), strict=True)
    ranks = _ranks_left_out({some.name: found for some, found in zip(sets, final, strict=True)})
    fitted = replace(fitted, first_pass=fit_fusion(first), final_pass=fit_fusion(final))
    cases = {some.name: confidence_cases(some, fitted) for some in sets}
    weights, bias = fit_confidence(list(cases.values()))
    chances = left_out(cases) if len(cases) > 1 else _in_sample(cases, weights, bias)
    possible, strong = bars(cases, chances)
    confidence = ConfidenceModel(
        weights=tuple(round(float(weight), 6) for weight in weights),
        bias=round(bias, 6),
        possible_from=possible,
        strong_from=strong,
    )
    return replace(fitted, confidence=confidence), _report(
        cases, chances, ranks, (possible, strong)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SetReport:
    """How one set does with numbers fitted to the others.

    `reciprocal_rank` is the mean over the answerable questions, of the first relevant passage.
    """

    reciprocal_rank: float
    balanced_accuracy: float | None
    answered_when_present: float
    answered_when_absent: float | None
    strong_precision: float | None
    strong_coverage: float


CalibrationReport = Mapping[str, SetReport]


def bars(
    cases: Mapping[str, Sequence[ConfidenceCase]], chances: Mapping[str, NDArray[np.float64]]
) -> tuple[float, float]:
    """Return the two bars: where answering begins, and where a match is strong.

    Answering begins where the mean balanced accuracy over the sets is highest. A match is strong
    from where on the mean precision over the sets is `STRONG_PRECISION`, questions that a set
    itself leaves unanswered aside: often a passage comes so near that no one would call it wrong.
    """
    possible = max(_BARS, key=lambda bar: _mean_accuracy(cases, chances, float(bar)))
    precise = [
        bar
        for bar in _BARS
        if bar >= possible and _mean_precision(cases, chances, float(bar)) >= STRONG_PRECISION
    ]
    return round(float(possible), 2), round(float(precise[0] if precise else _BARS[-1]), 2)


def _mean_accuracy(
    cases: Mapping[str, Sequence[ConfidenceCase]],
    chances: Mapping[str, NDArray[np.float64]],
    bar: float,
) -> float:
    found = [_accuracy(some, chances[name] >= bar) for name, some in cases.items()]
    return float(np.mean([one for one in found if one is not None]))


def _accuracy(cases: Sequence[ConfidenceCase], answered: NDArray[np.bool_]) -> float | None:
    answerable = np.array([case.answerable for case in cases])
    if answerable.all() or not answerable.any():
        return None
    return balanced_accuracy(answerable, answered)


def _mean_precision(
    cases: Mapping[str, Sequence[ConfidenceCase]],
    chances: Mapping[str, NDArray[np.float64]],
    bar: float,
) -> float:
    found = []
    for name, some in cases.items():
        staged = np.array([case.staged for case in some])
        if len(cases) == 1 or staged.sum() >= _ENOUGH:
            found.append(_precision(some, (chances[name] >= bar) & staged))
    return float(np.mean([1.0 if one is None else one for one in found]))


def _precision(cases: Sequence[ConfidenceCase], strong: NDArray[np.bool_]) -> float | None:
    right = np.array([case.right for case in cases])
    return float(right[strong].mean()) if strong.any() else None


def _ranks_left_out(sets: Mapping[str, Sequence[RankingCase]]) -> dict[str, float]:
    """Return each set's mean reciprocal rank by weights fitted to the others, if there are any."""
    ranks = {}
    for name, cases in sets.items():
        others = [some for other, some in sets.items() if other != name]
        weights = fit_fusion(others or [cases])
        ranks[name] = float(np.mean([_reciprocal_rank(case, weights) for case in cases]))
    return ranks


def _reciprocal_rank(case: RankingCase, weights: FusionWeights) -> float:
    scores = fuse(case.near, case.worded, balance(case.evidence, weights), weights)
    best = scores[case.target > 0].max()
    return 1.0 / (1 + int((scores > best).sum()))


def _report(
    cases: Mapping[str, Sequence[ConfidenceCase]],
    chances: Mapping[str, NDArray[np.float64]],
    ranks: Mapping[str, float],
    bars: tuple[float, float],
) -> CalibrationReport:
    possible, strong = bars
    return {
        name: _set_report(some, ranks[name], chances[name] >= possible, chances[name] >= strong)
        for name, some in cases.items()
    }


def _set_report(
    cases: Sequence[ConfidenceCase],
    reciprocal_rank: float,
    answered: NDArray[np.bool_],
    strong: NDArray[np.bool_],
) -> SetReport:
    answerable = np.array([case.answerable for case in cases])
    return SetReport(
        reciprocal_rank=reciprocal_rank,
        balanced_accuracy=_accuracy(cases, answered),
        answered_when_present=float(answered[answerable].mean()),
        answered_when_absent=float(answered[~answerable].mean()) if not answerable.all() else None,
        strong_precision=_precision(cases, strong),
        strong_coverage=float(strong[answerable].mean()),
    )


def _in_sample(
    cases: Mapping[str, Sequence[ConfidenceCase]], weights: NDArray[np.float64], bias: float
) -> dict[str, NDArray[np.float64]]:
    return {name: probabilities(some, weights, bias) for name, some in cases.items()}
