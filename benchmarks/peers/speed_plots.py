"""Pictures of what was measured of all systems: throughput, latency, memory, quality and cost."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.peers.speed_report import Figures
from benchmarks.peers.systems import PRODUCT

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_SIZE = (7.0, 4.4)  # inches
_DOTS = 130  # per inch
_BLUE, _GREY = "#0072b2", "#999999"


def draw(figures: Figures, folder: Path) -> list[Path]:
    """Draw all pictures as PNG files; return them."""
    folder.mkdir(parents=True, exist_ok=True)
    pictures: dict[str, Callable[[Axes, Figures], None]] = {
        "throughput.png": _throughput,
        "latency.png": _latency,
        "memory.png": _memory,
        "quality.png": _quality,
    }
    return [_drawn(folder / name, how, figures) for name, how in pictures.items()]


def _drawn(path: Path, how: "Callable[[Axes, Figures], None]", figures: Figures) -> Path:
    from matplotlib.figure import Figure  # noqa: PLC0415 - optional, and slow to load

    picture = Figure(figsize=_SIZE, dpi=_DOTS, layout="constrained")
    axes = picture.subplots()
    how(axes, figures)
    axes.spines[["top", "right"]].set_visible(False)
    picture.savefig(path)
    return path


def _throughput(axes: "Axes", figures: Figures) -> None:
    _bars(axes, figures, "passages_per_second")
    axes.axvline(figures.limit_per_second, color=_GREY, linestyle=":")
    axes.set_xlabel("passages embedded and indexed a second (dotted: single-precision limit)")


def _memory(axes: "Axes", figures: Figures) -> None:
    _bars(axes, figures, "rss_megabytes")
    axes.set_xlabel("resident memory while serving, MB")


def _bars(axes: "Axes", figures: Figures, column: str) -> None:
    medians = figures.medians()
    names = list(reversed(medians))
    values = [medians[name][column] for name in names]
    bars = axes.barh(names, values, color=[_colour(name) for name in names])
    axes.bar_label(bars, fmt="%.0f", padding=3)


def _latency(axes: "Axes", figures: Figures) -> None:
    for name, found in figures.medians().items():
        if "large_p50_milliseconds" in found:
            times = [found["p50_milliseconds"], found["large_p50_milliseconds"]]
            axes.plot([figures.passages, figures.large], times, marker="o", color=_colour(name))
            axes.annotate(
                name, (figures.large, times[1]), xytext=(5, 0), textcoords="offset points"
            )
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("passages in the library")
    axes.set_ylabel("one question alone, median, ms")


def _quality(axes: "Axes", figures: Figures) -> None:
    for name, found in figures.medians().items():
        place = (found["p50_milliseconds"], found["mrr_10"])
        axes.scatter(*place, color=_colour(name))
        axes.annotate(name, place, xytext=(5, 4), textcoords="offset points")
    axes.set_xlabel("one question alone, median, ms")
    axes.set_ylabel("MRR@10")


def _colour(name: str) -> str:
    return _BLUE if name == PRODUCT else _GREY
