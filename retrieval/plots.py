"""The pictures of an evaluation, as PNG files, by matplotlib, which is an optional extra."""

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from retrieval.bootstrap import Figure, figures
from retrieval.errors import RetrievalError
from retrieval.measures import RANKS, recall_by_rank
from retrieval.report import Report
from retrieval.risk_coverage import risk_coverage

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Picture

_SIZE = (7.0, 4.8)  # inches
_DOTS = 130  # per inch
_BLUE, _ORANGE, _GREY, _PALE = "#0072b2", "#d55e00", "#777777", "#9cc4df"
_RANKED = {"ranking": ("articles", _BLUE), "passages": ("passages", _ORANGE)}
_LATENCY_BINS = 40
_BEYOND = 1.25
"""Latencies up to as many times the 99th percentile have a bar of their own."""


class PlotsError(RetrievalError):
    """Pictures cannot be drawn here."""


def require_plotting() -> None:
    """Raise `PlotsError` unless matplotlib is installed."""
    if find_spec("matplotlib") is None:
        message = "plots need matplotlib; run `pip install 'passagebot[plots]'`"
        raise PlotsError(message)


def write_plots(report: Report, folder: Path) -> list[Path]:
    """Write the risk-coverage curve, reliability, recall by rank and latency; return the files.

    Raise `PlotsError` without matplotlib, `OSError` if the folder cannot be written to.
    """
    require_plotting()
    folder.mkdir(parents=True, exist_ok=True)
    drawn = {
        "risk_coverage.png": _risk_coverage,
        "reliability.png": _reliability,
        "recall_by_rank.png": _recall_by_rank,
        "latency.png": _latency,
    }
    return [_written(folder / name, draw, report) for name, draw in drawn.items()]


def _written(path: Path, draw: Callable[["Picture", Report], None], report: Report) -> Path:
    from matplotlib.figure import Figure as Picture  # noqa: PLC0415 - optional, and slow to load

    picture = Picture(figsize=_SIZE, dpi=_DOTS, layout="constrained")
    draw(picture, report)
    for axes in picture.axes:
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(visible=True, color="#dddddd", linewidth=0.8)
        axes.set_axisbelow(True)
    picture.savefig(path, format="png")
    return path


def _risk_coverage(picture: "Picture", report: Report) -> None:
    axes = picture.add_subplot()
    coverage, risk = risk_coverage(report.outcomes)
    right = sum(one.right for one in report.outcomes) / len(report.outcomes)
    axes.plot(coverage, risk, color=_BLUE, linewidth=2, label="the surest first")
    perfect = np.maximum(0.0, 1.0 - right / coverage)
    axes.plot(coverage, perfect, color=_GREY, linewidth=1, linestyle="--", label="perfect order")
    axes.axhline(1.0 - right, color=_GREY, linewidth=1, linestyle=":", label="by chance")
    for name, given in _given(report).items():
        if given:
            point = (coverage[given - 1], risk[given - 1])
            axes.plot(*point, "o", color=_ORANGE)
            axes.annotate(name, point, (-7, 7), textcoords="offset points", ha="right")
    axes.set(
        title=f"{report.name}: area under the risk-coverage curve "
        f"{_with_interval(report.quality['calibration']['aurc'])}",
        xlabel="coverage (share of all questions that get an answer)",
        ylabel="risk (share of these answered from a wrong article)",
        xlim=(0, 1),
        ylim=(0, 1.3 * max(risk.max(), 0.01)),
    )
    axes.legend(loc="upper left", frameon=False)


def _given(report: Report) -> dict[str, int]:
    """Return how many questions get an answer: strong ones, and all."""
    strong = sum(one.strong for one in report.outcomes)
    return {"strong": strong, "answered": sum(one.answered for one in report.outcomes)}


def _reliability(picture: "Picture", report: Report) -> None:
    above, below = picture.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    bins = report.reliability
    chances = [one.probability for one in bins]
    right = np.array([one.right.value for one in bins])
    bounds = np.array([(one.right.low, one.right.high) for one in bins]).T
    reach = np.nan_to_num(np.abs(bounds - right))
    above.plot([0, 1], [0, 1], color=_GREY, linewidth=1, linestyle="--", label="perfect")
    above.errorbar(
        chances, right, reach, fmt="o", color=_BLUE, capsize=3, label="share right, 95 % interval"
    )
    error = report.quality["calibration"]["expected_calibration_error"]
    above.set(
        title=f"{report.name}: expected calibration error {_with_interval(error)}",
        ylabel="share right by article",
        xlim=(0, 1),
        ylim=(-0.02, 1.02),
    )
    above.legend(loc="best", frameon=False)
    below.bar(
        [one.start for one in bins],
        [one.questions for one in bins],
        width=[one.end - one.start for one in bins],
        align="edge",
        color=_PALE,
        edgecolor="white",
    )
    below.set(xlabel="probability given by the program", ylabel="questions")


def _recall_by_rank(picture: "Picture", report: Report) -> None:
    axes = picture.add_subplot()
    found = figures(recall_by_rank(report.outcomes), report.outcomes, resamples=report.resamples)
    for section, (label, colour) in _RANKED.items():
        if found[section]:
            _draw_recall(axes, list(found[section].values()), label, colour)
    axes.set(
        title=f"{report.name}: recall by rank, with 95 % intervals",
        xlabel="rank (number of hits looked at)",
        ylabel="recall (share found of what answers)",
        xticks=list(RANKS),
    )
    if axes.lines:
        axes.legend(loc="lower right", frameon=False)


def _draw_recall(axes: "Axes", recalls: list[Figure], label: str, colour: str) -> None:
    lows, highs = [one.low for one in recalls], [one.high for one in recalls]
    axes.fill_between(RANKS, lows, highs, color=colour, alpha=0.15, linewidth=0)
    axes.plot(RANKS, [one.value for one in recalls], "o-", color=colour, linewidth=2, label=label)


def _latency(picture: "Picture", report: Report) -> None:
    axes = picture.add_subplot()
    spent = np.array([one.timings_ms["total"] for one in report.outcomes])
    total = {name: figure.value for name, figure in report.latency_ms["total"].items()}
    limit = _BEYOND * total["p99"]
    axes.hist(np.minimum(spent, limit), bins=_LATENCY_BINS, range=(0, limit), color=_PALE)
    for (name, value), colour in zip(total.items(), (_BLUE, _ORANGE), strict=True):
        axes.axvline(value, color=colour, linewidth=1.5, label=f"{name}: {value:.1f} ms")
    beyond = int((spent > limit).sum())
    note = f" (above {limit:.0f} in the last bar: {beyond})" if beyond else ""
    axes.set(
        title=f"{report.name}: time for one answer, embedding included",
        xlabel=f"milliseconds{note}",
        ylabel="questions",
        xlim=(0, limit),
    )
    axes.legend(loc="upper right")


def _with_interval(figure: Figure) -> str:
    return f"{figure.value:.3f} [{figure.low:.3f}, {figure.high:.3f}]"
