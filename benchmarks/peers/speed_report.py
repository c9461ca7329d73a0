"""What was measured of all systems, as a table with ratios to the best peer."""

import statistics
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.peers.systems import PRODUCT

VECTORS_ALONE = frozenset({"handmade"})
"""Peers that look for no words: their questions are not hybrid ones."""
LARGER = "larger"
SMALLER = "smaller"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One column: its head, which values are better, and the goal beside the best peer.

    `hybrid` columns are held against the peers that look for words as well.
    """

    head: str
    better: str
    goal: float | None = None
    hybrid: bool = False


UNITS = {
    "passages_per_second": Unit(head="passages/s", better=LARGER, goal=5),
    "first_answer_seconds": Unit(head="start to first answer, s", better=SMALLER, goal=1 / 7),
    "p50_milliseconds": Unit(
        head="hybrid question p50, ms", better=SMALLER, goal=1 / 3, hybrid=True
    ),
    "large_p50_milliseconds": Unit(
        head="the same in the large library, ms", better=SMALLER, goal=1 / 5, hybrid=True
    ),
    "answers_per_second": Unit(head="answers/s, 16 askers", better=LARGER, goal=4.5),
    "rss_megabytes": Unit(head="RSS serving, MB", better=SMALLER, goal=1 / 2),
    "disk_bytes_a_passage": Unit(head="disk, bytes/passage", better=SMALLER, goal=1),
    "mrr_10": Unit(head="MRR@10", better=LARGER, goal=1),
}


@dataclass(slots=True, kw_only=True)
class Figures:
    """All of one run. `rounds` has what each system took, by column, a dictionary a round.

    `limit_per_second` is how many passages a second the machine could embed in single precision
    if a matrix product were all there is to it.
    """

    machine: str
    load_before: str
    load_after: str = ""
    passages: int
    large: int
    limit_per_second: float
    rounds: dict[str, list[dict[str, float]]]

    def medians(self) -> dict[str, dict[str, float]]:
        """Return the medians over the rounds, by system and column."""
        return {
            name: {
                column: statistics.median(one[column] for one in found if column in one)
                for column in found[0]
            }
            for name, found in self.rounds.items()
        }

    def ratios(self) -> dict[str, float]:
        """Return passagebot's median over that of the best peer, by column."""
        medians = self.medians()
        best = {LARGER: max, SMALLER: min}
        return {
            column: medians[PRODUCT][column] / best[unit.better](held)
            for column, unit in UNITS.items()
            if (held := _of_peers(medians, column, unit)) and column in medians[PRODUCT]
        }

    def to_json(self) -> dict[str, Any]:
        """Return everything, with medians and ratios."""
        return {**asdict(self), "medians": self.medians(), "ratios": self.ratios()}


def _of_peers(medians: Mapping[str, Mapping[str, float]], column: str, unit: Unit) -> list[float]:
    """Return what the peers took that a column is held against."""
    left_out = {PRODUCT, *(VECTORS_ALONE if unit.hybrid else ())}
    return [
        found[column] for name, found in medians.items() if name not in left_out and column in found
    ]


def to_markdown(figures: Figures) -> str:
    """Return a line about the machine, the table of medians, ratios, and the share of the limit."""
    medians, ratios = figures.medians(), figures.ratios()
    columns = [column for column in UNITS if column in medians[PRODUCT]]
    heads = [UNITS[column].head for column in columns]
    lines = [["system", *heads], ["---"] * (len(columns) + 1)]
    lines += [
        [name, *(f"{found[column]:.4g}" if column in found else "" for column in columns)]
        for name, found in medians.items()
    ]
    if ratios:
        lines.append(
            ["passagebot / best peer", *(f"{ratios.get(column, 1.0):.3g}" for column in columns)]
        )
        lines.append(["goal", *(_goal(UNITS[column]) for column in columns)])
    table = "\n".join("| " + " | ".join(line) + " |" for line in lines)
    share = medians[PRODUCT]["passages_per_second"] / figures.limit_per_second
    return (
        f"{figures.machine}; load {figures.load_before} before, {figures.load_after} after; "
        f"{figures.passages} passages, {figures.large} in the large library; "
        f"{len(figures.rounds[PRODUCT])} rounds.\n\n{table}\n\n"
        f"Indexing reaches {share:.0%} of the passages a second that single-precision products "
        f"measured here would allow ({figures.limit_per_second:.0f})."
    )


def _goal(unit: Unit) -> str:
    if unit.goal is None:
        return ""
    sign = ">=" if unit.better == LARGER else "<="
    return f"{sign} {unit.goal:.3g}"
