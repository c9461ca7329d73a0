"""The head of the list in a better order, by a slow model that is held to a budget of time.

Nothing depends on it. The model judges the first hits, as many as fit the budget, none if too few
do. Its judgement and our own score count equally, and a hit moves only among those judged: the
rest of the list, and our confidence, which is about the hit that comes first, stay as they are.
"""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from threading import Lock

import numpy as np

from retrieval.batches import batched
from retrieval.errors import ModelError
from retrieval.protocols import Judgements, Reranker
from retrieval.rankings import best_first
from retrieval.search import FoldedHit

MOST_JUDGED = 20
DEFAULT_BUDGET_MS = 300
_FEWEST = 2
"""One hit alone cannot change places."""
_AT_ONCE = 4
"""Pairs judged between two looks at the clock."""
_NEWEST = 0.2
"""How much the newest measurement counts in the average cost of a pair."""
_FORGETTING = 0.9
"""What is left of a cost too high for the budget after each question that went without."""
_SAMPLE = (
    "Where was the road cut?",
    "The river rose two metres in nine hours and cut the only road to the village. " * 8,
)

_log = logging.getLogger(__name__)


class Budget:
    """How many pairs fit a time, by what pairs have cost so far. Safe to share by threads."""

    def __init__(self, milliseconds: float) -> None:
        """Allow `milliseconds` a question; nothing fits before the first measurement."""
        self.milliseconds = milliseconds
        self._cost: float | None = None
        self._least = 0.0
        self._lock = Lock()

    @property
    def cost_ms(self) -> float:
        """Return what a pair costs: an exponential average over the measurements."""
        return self._cost or 0.0

    def note(self, pairs: int, milliseconds: float) -> None:
        """Take in what some pairs have cost together."""
        found = milliseconds / pairs
        with self._lock:
            if self._cost is None:
                self._cost = self._least = found
            self._cost += _NEWEST * (found - self._cost)
            self._least = min(self._least, found)

    def room(self) -> int:
        """Return how many pairs fit now, 0 to `MOST_JUDGED`.

        Where too few fit, the average sinks with every question to what a pair cost at best: a
        machine that was busy for a while is tried again, a model that is too slow is not.
        """
        with self._lock:
            if self._cost is None:
                return 0
            fitting = MOST_JUDGED
            if self._cost * MOST_JUDGED > self.milliseconds:
                fitting = int(self.milliseconds / self._cost)
            if fitting >= _FEWEST:
                return fitting
            self._cost = max(self._least, self._cost * _FORGETTING)
            return 0


class Reranking:
    """Brings the first hits into a better order within a budget. Safe to share by threads."""

    def __init__(
        self,
        reranker: Reranker,
        *,
        budget_ms: float = DEFAULT_BUDGET_MS,
        ticks: Callable[[], float] = time.perf_counter,
    ) -> None:
        """Measure what a pair costs; `ticks` returns seconds.

        Raise `ModelError` if the model cannot be run.
        """
        self._reranker = reranker
        self._ticks = ticks
        self._budget = Budget(budget_ms)
        self._failed = False
        self._measure()

    def _measure(self) -> None:
        question, text = _SAMPLE
        self._reranker.judge(question, [text])  # what is done only once is not the cost of a pair
        before = self._ticks()
        self._reranker.judge(question, [text] * _AT_ONCE)
        self._budget.note(_AT_ONCE, (self._ticks() - before) * 1_000)
        if not self._budget.room():
            _log.warning(
                "the reranker takes %.0f ms a passage, too long for its budget of %.0f ms: "
                "answers go without; raise PASSAGEBOT_RERANKER_BUDGET_MS or name a smaller model",
                self._budget.cost_ms,
                self._budget.milliseconds,
            )

    def reorder(self, question: str, hits: Sequence[FoldedHit]) -> tuple[FoldedHit, ...]:
        """Return `hits` with those that could be judged in time in a new order."""
        judgements = self._judged(question, hits[: self._budget.room()])
        if len(judgements) < _FEWEST:
            return tuple(hits)
        return (*merged(hits[: len(judgements)], judgements), *hits[len(judgements) :])

    def _judged(self, question: str, hits: Sequence[FoldedHit]) -> Judgements:
        """Return the judgements of the first of `hits`, as many as the time sufficed for."""
        started = self._ticks()
        found = [np.zeros(0)]
        try:
            for some in batched(hits, _AT_ONCE):
                before = self._ticks()
                spent = (before - started) * 1_000
                if spent + len(some) * self._budget.cost_ms > self._budget.milliseconds:
                    break
                found.append(self._reranker.judge(question, [_text(hit) for hit in some]))
                self._budget.note(len(some), (self._ticks() - before) * 1_000)
        except ModelError as error:
            self._tell(error)
            return np.zeros(0)
        return np.concatenate(found)

    def _tell(self, error: ModelError) -> None:
        if not self._failed:
            _log.warning("answers go without the reranker: %s", error, exc_info=True)
        self._failed = True


def merged(hits: Sequence[FoldedHit], judgements: Judgements) -> list[FoldedHit]:
    """Return `hits` by the mean of both opinions, best first, ties by id.

    Our scores are stretched to [0, 1] over these hits, as judgements are; the mean is put back on
    our scale, so that no score leaves the range the hits had before.
    """
    ours = np.array([hit.score for hit in hits])
    low, spread = ours.min(), np.ptp(ours)
    stretched = (ours - low) / spread if spread else np.full(len(hits), 0.5)
    both = (stretched + judgements) / 2.0
    ids = [hit.ranked.read.passage.id for hit in hits]
    order = best_first(both, ids)
    return [replace(hits[place], reranked=float(low + spread * both[place])) for place in order]


def _text(hit: FoldedHit) -> str:
    passage = hit.ranked.read.passage
    return f"{passage.citation.title}\n{passage.text}"
