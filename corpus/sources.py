"""What is followed: sources, their items, and when each is looked at again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from corpus.validators import NEW, Validators

FIRST_PAUSE = timedelta(minutes=5)
LONGEST_PAUSE = timedelta(days=1)
"""The pause after a failure doubles with each, from the first to this."""

REVISIT = timedelta(days=1)
"""After this a page is asked for again though nothing says that it has changed."""

REVISIT_GONE = timedelta(days=7)


class SourceKind(StrEnum):
    """What a source is, and so how it is brought up to date."""

    FOLDER = "folder"
    FILE = "file"
    FEED = "feed"
    OPML = "list of feeds"
    SITEMAP = "sitemap"
    PAGE = "page"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One source as it is remembered.

    `columns` is the `--map` it was given. `parent_id` is the list of feeds that names it.
    `next_attempt` is set while it fails: until then only being named wakes it.
    """

    id: int
    collection: str
    address: str
    kind: SourceKind
    added_at: datetime
    parent_id: int | None = None
    columns: Mapping[str, str] | None = None
    validators: Validators = NEW
    device: str | None = None
    tried_at: datetime | None = None
    succeeded_at: datetime | None = None
    next_attempt: datetime | None = None
    error: str | None = None
    failures: int = 0

    @property
    def is_local(self) -> bool:
        """Whether it lies in the file system."""
        return self.address.startswith("file:")

    @property
    def path(self) -> Path:
        """Return where a local source lies."""
        return Path(unquote(urlsplit(self.address).path))

    @property
    def name(self) -> str:
        """Return the source as a person would name it: a path or an address."""
        return str(self.path) if self.is_local else self.address

    def is_due(self, now: datetime) -> bool:
        """Return whether it may be looked at by itself: it does not wait after a failure."""
        return self.is_local or self.next_attempt is None or self.next_attempt <= now

    def to_json(self, articles: int) -> dict[str, Any]:
        """Return the outside form; `articles` of it answer."""
        return {
            "source": self.name,
            "kind": self.kind.value,
            "collection": self.collection,
            "articles": articles,
            "added": _told(self.added_at),
            "last_try": _told(self.tried_at),
            "last_success": _told(self.succeeded_at),
            "last_error": self.error,
            "failures": self.failures,
            "next_attempt": _told(self.next_attempt),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One file, page or entry of a source; what the fields hold stands in `corpus.schema`."""

    address: str
    origin: str
    hint: str | None = None
    validators: Validators = field(default=NEW)
    gone: bool = False
    missing_since: datetime | None = None
    next_attempt: datetime | None = None
    error: str | None = None
    failures: int = 0

    def is_due(self, now: datetime) -> bool:
        """Return whether the time to look at it again has come."""
        return self.next_attempt is not None and self.next_attempt <= now


def pause_after(failures: int, retry_after: float | None = None) -> timedelta:
    """Return how long to leave a source alone after so many failures, the last one counted.

    `retry_after` is how many seconds its site asks for; the longer of the two holds.
    """
    doubled = FIRST_PAUSE * (1 << min(failures - 1, 20))
    return max(min(doubled, LONGEST_PAUSE), timedelta(seconds=retry_after or 0.0))


def _told(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")
