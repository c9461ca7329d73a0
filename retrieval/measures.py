"""The measures of an evaluation, as statistics over its outcomes.

Ranking measures are ir-measures' (MacAvaney et al., 2022), per question. A measure that no
question of the set can show is left out.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from retrieval.outcomes import Outcome
from retrieval.question_sets import Kind
from retrieval.reliability import calibration_error
from retrieval.risk_coverage import area
from retrieval.weighted import Statistic, mean, middle, percentile

Measures = dict[str, Statistic]
RANKS = range(1, 11)
_SPAN_RANKS = (1, 3, 5)
_PERCENTILES = {"p50": 0.5, "p99": 0.99}


def measures(outcomes: Sequence[Outcome]) -> dict[str, Measures]:
    """Return all measures of quality that the outcomes can show, by section and name."""
    return {
        "ranking": article_ranking(outcomes, _ranking_measures()),
        "passages": passage_ranking(outcomes, _ranking_measures()),
        "spans": span_hits(outcomes),
        "highlights": highlights(outcomes),
        "abstention": {**abstention(outcomes), **strong_matches(outcomes)},
        "calibration": {
            "aurc": area(outcomes),
            "expected_calibration_error": calibration_error(outcomes),
        },
    }


def recall_by_rank(outcomes: Sequence[Outcome]) -> dict[str, Measures]:
    """Return the recall of articles and of passages at each of `RANKS`, named by the rank."""
    from ir_measures import R  # noqa: PLC0415 - takes a second

    ranks = {f"{rank}": R @ rank for rank in RANKS}
    return {
        "ranking": article_ranking(outcomes, ranks),
        "passages": passage_ranking(outcomes, ranks),
    }


def latencies(outcomes: Sequence[Outcome]) -> dict[str, Measures]:
    """Return p50 and p99 in milliseconds by hop, and of the whole as "total"."""
    hops = dict.fromkeys(hop for one in outcomes for hop in one.timings_ms)
    return {
        hop: {
            name: percentile([one.timings_ms.get(hop, 0.0) for one in outcomes], share)
            for name, share in _PERCENTILES.items()
        }
        for hop in hops
    }


def article_ranking(outcomes: Sequence[Outcome], wanted: Mapping[str, Any]) -> Measures:
    """Return measures of ir-measures over the articles of the hits, each at its best hit."""
    judged = {one.id: dict(one.relevant) for one in outcomes if one.relevant}
    return _ranking(outcomes, wanted, judged, {one.id: one.articles for one in outcomes})


def passage_ranking(outcomes: Sequence[Outcome], wanted: Mapping[str, Any]) -> Measures:
    """Return measures of ir-measures over the units that answer, as passages hold them.

    A unit counts at the first passage that holds it; a passage that holds nothing new is a miss.
    """
    judged = {one.id: {f"{unit}": 1 for unit in range(one.units)} for one in outcomes if one.units}
    return _ranking(outcomes, wanted, judged, {one.id: _places(one) for one in outcomes})


def span_hits(outcomes: Sequence[Outcome]) -> Measures:
    """Return the share of questions with an answer among the first 1, 3 and 5 passages."""
    counted = [one.spans is not None for one in outcomes]
    return _shown(
        {
            f"span_hit@{rank}": ([any((one.spans or ())[:rank]) for one in outcomes], counted)
            for rank in _SPAN_RANKS
        }
    )


def highlights(outcomes: Sequence[Outcome]) -> Measures:
    """Return token F1 of the first hit's highlight, over all questions with a gold text.

    "when held": over those whose first passage contains an answer, as only there a highlight can.
    """
    marks = [one.highlighted for one in outcomes]
    judged = [one is not None for one in marks]
    held = [one is not None and one.held for one in marks]
    by_sentence = [one.sentence_f1 if one else 0.0 for one in marks]
    by_answer = [one.answer_f1 if one else 0.0 for one in marks]
    return _shown(
        {
            "sentence_f1": (by_sentence, judged),
            "answer_f1": (by_answer, judged),
            "sentence_f1_when_held": (by_sentence, held),
            "answer_f1_when_held": (by_answer, held),
            "holds_answer_when_held": ([one is not None and one.holds for one in marks], held),
        }
    )


def abstention(outcomes: Sequence[Outcome]) -> Measures:
    """Return answered rates by kind of question, and balanced accuracy.

    Balanced accuracy is the mean of the shares of answerable questions answered and of all others
    refused.
    """
    present = [one.answerable for one in outcomes]
    missing = [not one.answerable for one in outcomes]
    answered = [one.answered for one in outcomes]
    shown = _shown(
        {f"answered_when_{_name(kind)}": (answered, _of(outcomes, kind)) for kind in Kind}
    )
    if any(present) and any(missing):
        refused = mean([not one for one in answered], missing)
        shown["balanced_accuracy"] = middle(mean(answered, present), refused)
    return shown


def strong_matches(outcomes: Sequence[Outcome]) -> Measures:
    """Return what a strong match is worth.

    `strong_coverage` is the share of answerable questions with a strong match, and `strong_right`
    and `strong_right_span` of those with a strong match that is right: by the article of the
    first hit, or by an answer in its passage. The precisions are the shares of strong matches
    that are right in either way; those without a gold text are left out by span.
    """
    present = [one.answerable for one in outcomes]
    spanned = [one.spans is not None for one in outcomes]
    strong = [one.strong for one in outcomes]
    judged = [one.strong and (one.spans is not None or not one.answerable) for one in outcomes]
    right = [one.strong and one.right for one in outcomes]
    span_right = [one.strong and one.span_right for one in outcomes]
    return _shown(
        {
            "strong_coverage": (strong, present),
            "strong_precision": (right, strong),
            "strong_precision_span": (span_right, judged if any(spanned) else ()),
            "strong_right": (right, present),
            "strong_right_span": (span_right, spanned),
            **{f"strong_when_{_name(kind)}": (strong, _of(outcomes, kind)) for kind in _MISSING},
        }
    )


_MISSING = (Kind.ABSENT, Kind.NEAR_MISS)


def _name(kind: Kind) -> str:
    return kind.value.replace(" ", "_")


def _of(outcomes: Sequence[Outcome], kind: Kind) -> list[bool]:
    return [one.kind is kind for one in outcomes]


def _shown(wanted: Mapping[str, tuple[Sequence[float], Sequence[bool]]]) -> Measures:
    """Return the means of values among the questions that count, where any does."""
    return {
        name: mean(values, counted) for name, (values, counted) in wanted.items() if any(counted)
    }


def _ranking_measures() -> dict[str, Any]:
    from ir_measures import RR, R, nDCG  # noqa: PLC0415 - takes a second

    return {
        "recall@1": R @ 1,
        "recall@5": R @ 5,
        "recall@10": R @ 10,
        "mrr@10": RR @ 10,
        "ndcg@10": nDCG @ 10,
    }


def _ranking(
    outcomes: Sequence[Outcome],
    wanted: Mapping[str, Any],
    judged: Mapping[str, Mapping[str, int]],
    ranked: Mapping[str, Sequence[str]],
) -> Measures:
    """Return the means over the judged questions; one that found nothing counts as missed."""
    from ir_measures import iter_calc  # noqa: PLC0415 - takes a second

    if not judged:
        return {}
    run = {
        name: {key: 1.0 / place for place, key in enumerate(ranked[name], start=1)}
        for name in judged
    }
    found = {
        (one.measure, one.query_id): float(one.value)
        for one in iter_calc(list(wanted.values()), judged, run)
    }
    counted = [one.id in judged for one in outcomes]
    return {
        name: mean([found.get((measure, one.id), 0.0) for one in outcomes], counted)
        for name, measure in wanted.items()
    }


def _places(outcome: Outcome) -> list[str]:
    """Return the units in the order in which passages hold them, with the misses between."""
    places: list[str] = []
    for rank, units in enumerate(outcome.found):
        new = [f"{unit}" for unit in units if f"{unit}" not in places]
        places += new or [f"miss {rank}"]
    return places
