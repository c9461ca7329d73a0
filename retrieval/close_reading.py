"""Reading passages closely, with a memory of those that questions read lately.

What is read of a passage follows from the library at one moment. So it is remembered together with
the hash of the library's whole log of changes, and forgotten as soon as the store names another:
whether a passage still answers, and under which title, is always for the store to say. The memory
is bounded in bytes.
"""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from threading import Lock

from corpus.store import ArticleStore
from retrieval.closeups import Closeup, Closeups
from retrieval.cosine_scale import CosineScale
from retrieval.indexes import Indexes
from retrieval.reading import ReadPassage, read_passages

MOST_BYTES = 16 << 20
"""What is remembered at most: some 1,200 passages."""


class Recent:
    """The passages that were read last, by id, up to so many bytes. Safe to share by threads."""

    def __init__(self, most_bytes: int) -> None:
        """Remember nothing yet."""
        self._most_bytes = most_bytes
        self._bytes = 0
        self._reads: OrderedDict[int, ReadPassage] = OrderedDict()
        self._lock = Lock()

    def known(self, ids: Iterable[int]) -> dict[int, ReadPassage]:
        """Return those of `ids` that are remembered."""
        with self._lock:
            found = {key: self._reads[key] for key in ids if key in self._reads}
            for key in found:
                self._reads.move_to_end(key)
        return found

    def keep(self, reads: Iterable[ReadPassage]) -> None:
        """Remember passages, and forget those that were not asked for the longest."""
        with self._lock:
            for read in reads:
                if read.passage.id not in self._reads:
                    self._reads[read.passage.id] = read
                    self._bytes += read.nbytes
            while self._bytes > self._most_bytes:
                _, oldest = self._reads.popitem(last=False)
                self._bytes -= oldest.nbytes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Remembered:
    """What was read in one state of the library, of its indexes, and on one scale of cosines."""

    state: tuple[str, int, str]
    scale: CosineScale | None
    passages: Recent


class CloseReading:
    """Reads the passages of one library closely. Safe to share by threads."""

    def __init__(
        self, store: ArticleStore, closeups: Closeups, *, most_bytes: int = MOST_BYTES
    ) -> None:
        """Read passages from `store`, and their sentences from `closeups`."""
        self._store = store
        self._closeups = closeups
        self._most_bytes = most_bytes
        self._remembered: _Remembered | None = None

    def read(
        self, ids: Sequence[int], indexes: Indexes, scale: CosineScale | None
    ) -> list[ReadPassage]:
        """Return those of `ids` that answer now, read closely, in the order given.

        `scale` brings the cosines of sentences to the scale of the model the numbers were fitted
        to, `None` if they are on it.
        """
        recent = self._recent(indexes, scale)
        found = recent.known(ids)
        missing = [key for key in ids if key not in found]
        if missing:
            reads = self._read(missing, indexes, scale)
            recent.keep(reads)
            found |= {read.passage.id: read for read in reads}
        return [found[key] for key in ids if key in found]

    def _read(
        self, ids: Sequence[int], indexes: Indexes, scale: CosineScale | None
    ) -> list[ReadPassage]:
        closeups = self._closeups.closeups(indexes.space, ids)
        own = {key: _own(closeup, scale) for key, closeup in closeups.items()}
        return read_passages(self._store.passages(ids), own, ids)

    def _recent(self, indexes: Indexes, scale: CosineScale | None) -> Recent:
        """Return what is remembered of the library as it is now.

        Who read the library as it was before goes on with what was remembered then.
        """
        state = (indexes.space.name, indexes.position, self._store.state())
        known = self._remembered
        if known is None or known.state != state or known.scale is not scale:
            known = _Remembered(state=state, scale=scale, passages=Recent(self._most_bytes))
            self._remembered = known
        return known.passages


def _own(closeup: Closeup, scale: CosineScale | None) -> Closeup:
    """Return a closeup on the right scale whose vectors are no part of a larger array."""
    vectors = closeup.sentence_vectors
    return replace(closeup, sentence_vectors=scale.sentences(vectors) if scale else vectors.copy())
