"""The comparison as Markdown."""

from collections.abc import Iterable, Sequence

from benchmarks.peers.comparison import ALLOWED, MRR, RECALL, Comparison
from benchmarks.peers.systems import PRODUCT


def to_markdown(found: Comparison, with_copies: Comparison) -> str:
    """Return the tables and, as the last line, whether the conditions hold, copies not counted."""
    return "\n\n".join(
        [
            f"MRR@10:\n\n{_measures(found, MRR)}",
            f"MRR@10, a copy counted as what it is a copy of:\n\n{_measures(with_copies, MRR)}",
            f"recall@10:\n\n{_measures(found, RECALL)}",
            f"MRR@10 of {PRODUCT} less that of the best of plain dense and BM25:\n\n{_plain(found)}",
            f"Mean MRR@10 of {PRODUCT} less that of each other system:\n\n{_leads(found)}",
            _verdict(found),
        ]
    )


def _measures(found: Comparison, measure: str) -> str:
    rows = [_row(one.name, len(one.groups), one.means(measure)) for one in found.counted]
    means, _ = found.overall(measure)
    rows.append(_row(f"**mean of {len(found.counted)}**", "", means))
    beside = [one for one in found.sets if one.repeats]
    rows += [_row(one.name, len(one.groups), one.means(measure)) for one in beside]
    return _table(["set", "questions", *found.systems], rows)


def _row(name: str, questions: int | str, values: Iterable[float]) -> list[str]:
    """Return cells, the highest value bold."""
    cells = [f"{value:.3f}" for value in values]
    best = max(cells)
    return [name, str(questions), *(f"**{cell}**" if cell == best else cell for cell in cells)]


def _plain(found: Comparison) -> str:
    rows = [[name, best, str(lead)] for name, (best, lead) in found.shortfalls().items()]
    return _table(["set", "best plain", "difference [95 %]"], rows)


def _leads(found: Comparison) -> str:
    return _table(
        ["system", "difference [95 %]"], [[name, str(lead)] for name, lead in found.leads().items()]
    )


def _verdict(found: Comparison) -> str:
    first = "holds" if found.is_first else "does NOT hold"
    safe = "holds" if found.is_safe else "does NOT hold"
    return (
        f"First on the mean of MRR@10: {first}. "
        f"On no set more than {ALLOWED} below the best of dense and BM25: {safe}."
    )


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
