"""What the store says about what it did and what it holds."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class PutOutcome(StrEnum):
    """What putting an article changed."""

    ADDED = "added"
    UPDATED = "updated"
    """A new version, or an article that was retired and answers again."""
    REVISED = "revised"
    """The same text with other metadata, cleaning, passages or origin."""
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovedCounts:
    """What was removed. `wiped` tells whether it is gone from the file's bytes as well.

    It is not while another process reads an earlier state, or when the disk has no room to
    rewrite the file; the next removal, or the next `ArticleStore.create`, then tries again.
    """

    versions: int
    passages: int
    wiped: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryCounts:
    """How much a library holds.

    `articles`, `passages`, `newest_published` and `collections` speak of what answers now;
    `versions` and `newest_stored` of all that is kept.
    """

    articles: int
    retired: int
    versions: int
    passages: int
    collections: int
    newest_published: datetime | None
    newest_stored: datetime | None
    bytes_on_disk: int
