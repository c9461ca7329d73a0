"""How an evaluation reads in a terminal: short tables of figures with their intervals."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from textwrap import shorten

from retrieval.bootstrap import Figure
from retrieval.comparing import Change, Comparison, Difference, Turn
from retrieval.report import Report

_LABEL = 30
_CELL = 24
_NAME = 4
_NUMBER = 10
_TURN = 14
_MARK = "*"
_DIGITS = 6
"""Below is noise of computing, whose sign would puzzle."""
_SHARE = "{:.3f}"
_MILLISECONDS = "{:.1f}"
_CHANGES_SHOWN = 20
_TEXT_SHOWN = 66
_HEADINGS = {
    "spans": "Answers in the first passages",
    "highlights": "Highlight of the first hit",
    "abstention": "Answering and abstaining",
    "calibration": "Calibration (lower is better)",
}


def report_lines(report: Report) -> Iterator[str]:
    """Yield the figures of one evaluation."""
    library = report.library
    kinds = ", ".join(f"{count:,} {kind}" for kind, count in report.kinds.items() if count)
    yield f"{report.name}: {len(report.outcomes):,} questions ({kinds})"
    yield (
        f"asked of {library.articles:,} articles in {library.passages:,} passages, by "
        f"{report.model}; {report.judged['spans']:,} have a gold text"
    )
    yield (
        f"in brackets: 95 % intervals by {report.resamples:,} draws of {report.groups:,} groups "
        f"of questions about the same articles"
    )
    quality = report.quality
    columns = {"articles": quality["ranking"], "passages": quality["passages"]}
    yield from _table("Ranking", columns, _SHARE)
    for section, heading in _HEADINGS.items():
        yield from _table(heading, {"": quality[section]}, _SHARE)
    hops = report.latency_ms
    spent = {share: {hop: hops[hop][share] for hop in hops} for share in ("p50", "p99")}
    yield from _table("Milliseconds", spent, _MILLISECONDS)
    yield from ("", "Bytes")
    for name, size in {**library.files, "all": sum(library.files.values())}.items():
        yield f"  {name:<{_LABEL + _NAME}}{size:>14,}"
    if not report.verbatim:
        yield from (
            "",
            "A passage was not a slice of its article: a fault of this program; report it",
        )


def comparison_lines(comparison: Comparison, before: str, after: str) -> Iterator[str]:
    """Yield what changed between two evaluations, named `before` and `after`."""
    yield f"A: {before}"
    yield f"B: {after}"
    yield f"{comparison.questions:,} questions in both{_left_out(comparison)}"
    yield ""
    yield from _change_lines(comparison.changes)
    for section, found in {**comparison.quality, "latency": _totals(comparison)}.items():
        form = _MILLISECONDS if section == "latency" else _SHARE
        yield from _differences(section, found, form)
    yield from ("", f"{_MARK} B - A is more than chance: its 95 % interval, paired, leaves out 0")


def _table(heading: str, columns: Mapping[str, Mapping[str, Figure]], form: str) -> Iterator[str]:
    """Yield a heading and a row for each name; a column of which the set shows nothing is left out."""
    shown = {name: cells for name, cells in columns.items() if cells}
    if shown:
        yield from ("", _row(heading, list(shown)))
    for name in next(iter(shown.values()), {}):
        yield _row(f"  {_words(name)}", [_cell(cells[name], form) for cells in shown.values()])


def _differences(section: str, found: Mapping[str, Difference], form: str) -> Iterator[str]:
    if found:
        columns = "".join(name.rjust(_NUMBER) for name in ("A", "B"))
        yield from ("", f"{section.capitalize():<{_LABEL}}{columns}{'B - A':>{_NUMBER}}")
    signed = form.replace(":", ":+")
    for name, one in found.items():
        numbers = (
            _number(form, one.before),
            _number(form, one.after),
            _number(signed, one.change.value),
        )
        cells = "".join(number.rjust(_NUMBER) for number in numbers)
        bounds = _bounds(one.change, signed)
        mark = "" if one.is_chance else f" {_MARK}"
        yield f"  {_words(name):<{_LABEL - 2}}{cells} {bounds}{mark}"


def _totals(comparison: Comparison) -> Mapping[str, Difference]:
    """Return the latencies of the whole answer; those of its hops are left to --json."""
    total = comparison.latency_ms.get("total", {})
    return {f"{name} milliseconds": one for name, one in total.items()}


def _change_lines(changes: Sequence[Change]) -> Iterator[str]:
    counted = Counter(change.turn for change in changes)
    yield ", ".join(f"{counted[turn]:,} {turn}" for turn in Turn)
    for change in changes[:_CHANGES_SHOWN]:
        text = shorten(change.text, _TEXT_SHOWN, placeholder=" ...")
        yield f"  {change.turn:<{_TURN}}{change.kind:<{_TURN}}{change.id}  {text}"
    if (more := len(changes) - _CHANGES_SHOWN) > 0:
        yield f"  and {more:,} more; --json lists them all"


def _left_out(comparison: Comparison) -> str:
    return "".join(
        f", {count:,} only in {name} and left out"
        for name, count in (("A", comparison.only_before), ("B", comparison.only_after))
        if count
    )


def _row(label: str, cells: Sequence[str]) -> str:
    return f"{label:<{_LABEL}}{''.join(f'{cell:<{_CELL}}' for cell in cells)}".rstrip()


def _cell(figure: Figure, form: str) -> str:
    return f"{_number(form, figure.value)} {_bounds(figure, form)}"


def _bounds(figure: Figure, form: str) -> str:
    if math.isnan(figure.low):
        return "[no interval]"
    return f"[{_number(form, figure.low)}, {_number(form, figure.high)}]"


def _number(form: str, value: float) -> str:
    return form.format(round(value, _DIGITS) + 0.0)


def _words(name: str) -> str:
    return name.replace("_", " ")
