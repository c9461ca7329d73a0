"""The store's log, cut into what is indexed at a time."""

import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from corpus.articles import Change, Passage
from corpus.store import ArticleStore

_LOG_ROWS = 200
"""Changes of the log read at a time."""
LOT_BYTES = 2 * 2**20
"""What a lot may hold: texts, ids, and the vectors to be made of them; some 200 passages of the
bundled model. A crash loses at most the four lots under way, which are embedded again."""
_FIRST_SHARE = 8
"""The first lot is so many times smaller, so that embedding begins soon."""
_ID_BYTES = 64
_FLOAT_BYTES = 4
_SENTENCE_CHARACTERS = 120
"""Of a usual sentence: tells how many vectors a passage will have before it is split."""
_LOOK_SECONDS = 0.02


class Ending:
    """Tells whoever follows a log whether more may come."""

    def __init__(self, *, reached: bool = False) -> None:
        """Expect more, unless the end is `reached`: what is there now is all there will be."""
        self._reached = threading.Event()
        self._given_up = False
        if reached:
            self._reached.set()

    @property
    def is_reached(self) -> bool:
        """Whether what the log holds now is all there will be."""
        return self._reached.is_set()

    @property
    def is_given_up(self) -> bool:
        """Whether nobody wants the rest."""
        return self._given_up

    def reach(self, *, gives_up: bool = False) -> None:
        """Say that no more comes, and with `gives_up` that the rest is not wanted either."""
        self._given_up = gives_up
        self._reached.set()

    def wait(self) -> None:
        """Wait a moment for more, or for the end."""
        self._reached.wait(_LOOK_SECONDS)


@dataclass(slots=True, kw_only=True)
class Lot:
    """Passages that answer, by id, and ids that do not, as the store said when it was asked.

    Once they are indexed, the indexes know the log up to `position`. `touched` counts all ids
    that were looked at, `size` the bytes.
    """

    position: int
    passages: dict[int, Passage] = field(default_factory=dict)
    gone: set[int] = field(default_factory=set)
    touched: int = 0
    size: int = 0

    def take(self, passage: Passage, size: int) -> None:
        """Take up a passage that answers."""
        self.passages[passage.id] = passage
        self.gone.discard(passage.id)
        self.touched += 1
        self.size += size

    def drop(self, ids: set[int]) -> None:
        """Take up ids that answer no more."""
        for key in ids & self.passages.keys():
            del self.passages[key]
        self.gone |= ids
        self.touched += len(ids)
        self.size += len(ids) * _ID_BYTES


class FollowedLog:
    """The log of a store from a position on, as lots of at most `most_bytes`, or a passage more."""

    def __init__(
        self,
        store: ArticleStore,
        *,
        after: int,
        ending: Ending,
        dimension: int,
        most_bytes: int = LOT_BYTES,
    ) -> None:
        """Read nothing yet. `dimension` is that of the vectors to be made."""
        self._store = store
        self._after = after
        self._ending = ending
        self._vector_bytes = dimension * _FLOAT_BYTES
        self._most_bytes = most_bytes

    def lots(self) -> Iterator[Lot]:
        """Yield lots up to the end of the log, and empty ones while it is waited for."""
        room = self._most_bytes // _FIRST_SHARE
        lot = Lot(position=self._after)
        for changes in self._pages():
            for touched in id_ranges(changes):
                answering: set[int] = set()
                for passage in self._store.passages_to_index(touched.start, touched.stop - 1):
                    answering.add(passage.id)
                    lot.take(passage, self._size(passage))
                    if lot.size >= room:
                        yield lot
                        lot, room = Lot(position=lot.position), min(2 * room, self._most_bytes)
                lot.drop(set(touched) - answering)
            lot.position = changes[-1].position if changes else lot.position
            if lot.size >= room or not changes:
                yield lot
                lot = Lot(position=lot.position)

    def _pages(self) -> Iterator[Sequence[Change]]:
        """Yield the changes some at a time, and none when there are none yet."""
        after = self._after
        while not self._ending.is_given_up:
            is_all = self._ending.is_reached  # asked first: what came before it is read below
            changes = self._store.changes(after=after, limit=_LOG_ROWS)
            yield changes
            if changes:
                after = changes[-1].position
            elif is_all:
                return
            else:
                self._ending.wait()

    def _size(self, passage: Passage) -> int:
        characters = len(passage.citation.title) + len(passage.text)
        return characters + (2 + characters // _SENTENCE_CHARACTERS) * self._vector_bytes


class Tally:
    """How many ids the log names, counted on as it grows."""

    def __init__(self, store: ArticleStore, after: int) -> None:
        """Count from the position `after`."""
        self._store = store
        self._after = after
        self._total = 0

    def at_least(self, done: int) -> int:
        """Return how many there are; what came lately is only counted once `done` reaches it."""
        if self._total <= done:
            while changes := self._store.changes(after=self._after):
                self._total += sum(len(change.passage_ids) for change in changes)
                self._after = changes[-1].position
        return max(self._total, done)


def id_ranges(changes: Iterable[Change]) -> list[range]:
    """Return the ranges of ids that `changes` touch, each once, those that meet joined."""
    joined: list[range] = []
    for ids in sorted({(c.passage_ids.start, c.passage_ids.stop) for c in changes}):
        if joined and ids[0] <= joined[-1].stop:
            joined[-1] = range(joined[-1].start, max(joined[-1].stop, ids[1]))
        else:
            joined.append(range(*ids))
    return joined
