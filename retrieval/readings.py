"""How a question may be understood: phrases found in it, and what is searched if they are limits.

A phrase like "in 2024" may limit when an article was published, or be what is asked about. So a
question is searched both ways where that is in doubt, and the better answered reading is kept.
"""

from dataclasses import dataclass, replace
from enum import Enum

from retrieval.answers import Filters


class Sureness(Enum):
    """How far a reading with the limit may fall behind the one without, in probability.

    `STATED`: the question speaks of articles ("news since March"). `FIRM`: what people say of
    publication as a rule ("since March", "last week"). `LOOSE`: as often about the event itself
    ("in 2024"). See docs/decisions.
    """

    STATED = 1.0
    FIRM = 0.35
    LOOSE = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """The characters `start` to `end` of a question, and the limit they may express.

    `filters` has only the limit's own fields set.
    """

    start: int
    end: int
    filters: Filters
    sureness: Sureness


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One way to understand a question: the text to search under filters.

    `said` are the limits in English that phrases of the question set, "" if none did. `sureness`
    is that of the least sure of them.
    """

    text: str
    filters: Filters
    said: str = ""
    sureness: Sureness = Sureness.STATED

    @property
    def searched_for(self) -> str:
        """Return the text with its limits, as a reader is shown it."""
        return f"{self.text} ({self.said})" if self.said else self.text


def narrowed(by_hand: Filters, further: Filters) -> Filters | None:
    """Return both filters together, `None` if they exclude each other."""
    since = max(filter(None, (by_hand.since, further.since)), default=None)
    until = min(filter(None, (by_hand.until, further.until)), default=None)
    if since is not None and until is not None and since >= until:
        return None
    for ours, theirs in ((by_hand.source, further.source), (by_hand.language, further.language)):
        if ours is not None and theirs is not None and ours.casefold() != theirs.casefold():
            return None
    return replace(
        by_hand,
        since=since,
        until=until,
        source=by_hand.source or further.source,
        language=by_hand.language or further.language,
    )
