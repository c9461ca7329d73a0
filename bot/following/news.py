"""What is new in a library since somebody last looked, read from the store's own log.

News is an article version that was stored since and answers now. What was retired and returned,
or whose title, date or passages were merely revised, is none; what was removed again is gone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from bot.following.follows import Look
from corpus.articles import Article, Change, Passage
from retrieval.stories import Name

CHANGES_AT_ONCE = 200
"""Rows of the log that are worked through in one step."""
PASSAGES_AT_ONCE = 5_000
"""A step ends sooner if it has brought so many passages."""


class Library(Protocol):
    """The store, as far as news is read from it."""

    def changes(self, *, after: int, limit: int = ...) -> list[Change]:
        """Return changes after a position, oldest first."""

    def passages_to_index(self, first: int, last: int) -> Iterator[Passage]:
        """Yield the passages with ids in `first..last` that answer now."""

    def history(self, position: int) -> str | None:
        """Return a hash of the log up to a position, None if it is shorter."""

    def position(self) -> int:
        """Return the position of the newest change."""

    def newest_version(self) -> int:
        """Return the highest id of a version."""

    def article(self, key: str, *, collection: str, version: int | None = None) -> Article:
        """Return a version of an article."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A new version of an article, and the position of the log at which it came."""

    name: Name
    position: int
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What a step of the log brought, and where the next step begins."""

    arrivals: tuple[Arrival, ...]
    reached: Look


def first_look(library: Library) -> Look:
    """Return a look for which everything there is now is old."""
    version, position = library.newest_version(), library.position()
    return Look(position=position, history=library.history(position) or "", version=version)


def is_of(library: Library, look: Look) -> bool:
    """Return whether a look was at this library: not if a backup was restored since."""
    return library.history(look.position) == look.history


def news_after(library: Library, look: Look, *, until: int) -> News | None:
    """Return the news of the next changes, up to the position `until`; None if there are none."""
    some = library.changes(after=look.position, limit=CHANGES_AT_ONCE)
    changes = _not_too_many([change for change in some if change.position <= until])
    if not changes:
        return None
    found = _versions(library, changes)
    position = changes[-1].position
    reached = Look(
        position=position,
        history=library.history(position) or "",
        version=max([look.version, *found]),
    )
    new = [arrival for version, arrival in found.items() if version > look.version]
    return News(arrivals=tuple(new), reached=reached)


def _not_too_many(changes: list[Change]) -> list[Change]:
    """Return the first changes that bring few enough passages; at least one, if there is any."""
    passages = 0
    for number, change in enumerate(changes):
        passages += len(change.passage_ids)
        if passages > PASSAGES_AT_ONCE and number:
            return changes[:number]
    return changes


def _versions(library: Library, changes: list[Change]) -> dict[int, Arrival]:
    """Return by id the versions that changes made answer and that still do, in their order."""
    passages: dict[int, dict[int, Passage]] = {}
    positions: dict[int, int] = {}
    for change in changes:
        if change.kind != "add":
            continue
        ids = change.passage_ids
        for passage in library.passages_to_index(ids.start, ids.stop - 1):
            passages.setdefault(passage.version_id, {})[passage.id] = passage
            positions.setdefault(passage.version_id, change.position)
    return {
        version: Arrival(
            name=_name(next(iter(some.values()))),
            position=positions[version],
            passages=tuple(some.values()),
        )
        for version, some in passages.items()
    }


def _name(passage: Passage) -> Name:
    return passage.citation.collection, passage.citation.key
