"""How a calibration reads in a terminal: what changes, on questions it was not fitted to."""

from collections.abc import Iterator

from retrieval.calibration import NEVER
from retrieval.calibration_report import CalibrationReport, Judged, SetReport

_LABEL = 44
_CELL = 9
_FIGURES = {
    "reciprocal_rank": "mean reciprocal rank of the right passage",
    "balanced_accuracy": "balanced accuracy of answering",
    "answered_present": "answered of those with an answer",
    "answered_absent": "answered of those without",
    "answered_near_misses": "answered of near misses",
    "answered_without_detail": "answered with the detail taken out",
    "strong_precision": "strong matches that are right",
    "strong_present": "strong of those with an answer",
    "strong_absent": "strong of those without",
    "strong_near_misses": "strong of near misses",
    "strong_without_detail": "strong with the detail taken out",
    "calibration_error": "expected calibration error",
}


def calibration_lines(report: CalibrationReport, model: str) -> Iterator[str]:
    """Yield the bars and figures before and after, on the mean of the sets and for each."""
    count = sum(one.questions for one in report.after.sets.values())
    yield f"{count:,} questions of {', '.join(report.after.sets)}"
    yield f"for {model}"
    yield f"the new figures are of {report.held_out} left out of the fit in turn"
    yield ""
    yield _line("", "before", "after")
    bars = report.before.bars, report.after.bars
    yield _line("an answer from a probability of", *(_bar(one.possible_from) for one in bars))
    yield _line("a strong match from", *(_bar(one.strong_from) for one in bars))
    yield from _figures(report.before, report.after)
    if len(report.after.sets) > 1:
        for name, after in report.after.sets.items():
            yield ""
            yield name
            yield from _figures(report.before.sets[name], after)


def _figures(before: Judged | SetReport, after: Judged | SetReport) -> Iterator[str]:
    for name, label in _FIGURES.items():
        old, new = _figure(before, name), _figure(after, name)
        if new is not None:
            yield _line(label, "-" if old is None else f"{old:.3f}", f"{new:.3f}")


def _figure(judged: Judged | SetReport, name: str) -> float | None:
    value: float | None = judged.mean(name) if isinstance(judged, Judged) else getattr(judged, name)
    return value


def _bar(value: float) -> str:
    return "never" if value >= NEVER else f"{value:.2f}"


def _line(label: str, before: str, after: str) -> str:
    return f"{label:<{_LABEL}}{before:>{_CELL}}{after:>{_CELL}}"
