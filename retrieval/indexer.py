"""Bringing the indexes of a library up to the store's position.

The indexer pulls the store's change log; it never gets a call from below. Embeddings are kept as
they are made, so whatever instant a crash comes at, the next run goes on. The work itself is done
by the three stages of `retrieval/pipeline.py`.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from corpus.store import ArticleStore
from retrieval.drafts import Draft, IndexFolder
from retrieval.embeddings import EmbeddingStore
from retrieval.errors import OtherModelError
from retrieval.lots import LOT_BYTES, Ending, FollowedLog, Tally
from retrieval.pipeline import Pipeline
from retrieval.protocols import Embedder, Progress, Space, no_progress
from retrieval.vectors.layered import Layering

_PUBLISH_AT_LEAST = 2_000
"""Passages changed before the indexes are written in mid-run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexReport:
    """What a run did: passages indexed, of these newly embedded, and passages removed."""

    indexed: int
    embedded: int
    removed: int
    position: int


class Indexer:
    """Keeps the indexes of one library. One process indexes at a time."""

    def __init__(
        self,
        library: Path,
        store: ArticleStore,
        load_embedder: Callable[[], Embedder],
        *,
        wait_seconds: float = 0.0,
        layering: Layering | None = None,
        lot_bytes: int = LOT_BYTES,
    ) -> None:
        """Prepare; the embedder is loaded when something must be embedded.

        `wait_seconds` is how long to wait for another process that is indexing. `layering` says
        from what size on vectors are compressed. `lot_bytes` bounds what is indexed at a time:
        four such lots may be in memory, and a crash loses no more of what was computed.
        """
        self._library = library
        self._folder = IndexFolder(library, layering)
        self._store = store
        self._load_embedder = load_embedder
        self._wait_seconds = wait_seconds
        self._lot_bytes = lot_bytes

    @cached_property
    def _embedder(self) -> Embedder:
        return self._load_embedder()

    def lag(self) -> int:
        """Return how many positions of the store's log the indexes do not know yet."""
        manifest = self._folder.fitting_manifest(self._store)
        return self._store.position() - (manifest.position if manifest else 0)

    def is_behind(self) -> bool:
        """Whether something is to be done: indexes lag, or are in the form of an older release."""
        return self._nothing_to_do() is None

    def bring_up_to_date(self, progress: Progress = no_progress) -> IndexReport:
        """Index what changed in the store; return what was done. If nothing did, write nothing.

        Raise `OtherModelError` if something must be embedded and the indexes are in another
        space, `IndexBusyError` if another process is indexing, and `IndexingError` if they
        cannot be written.
        """
        return self._bring_up_to_date(progress, Ending(reached=True))

    @contextmanager
    def beside(self, progress: Progress = no_progress) -> Iterator[None]:
        """Index what a block stores while it stores it; all of it, when the block is left.

        Raise what `bring_up_to_date` raises, after the block. If the block itself raises, what
        was indexed by then is kept and the rest is left to the next run.
        """
        ending = Ending()
        with ThreadPoolExecutor(1, thread_name_prefix="indexing") as thread:
            following = thread.submit(self._follow, progress, ending)
            try:
                yield
                ending.reach()
                following.result()
            except BaseException:
                ending.reach(gives_up=True)
                wait([following])  # what else went wrong in it is not told: one error is
                raise

    def _follow(self, progress: Progress, ending: Ending) -> None:
        """Wait until there is something to index, and index up to the end."""
        while True:
            is_all = ending.is_reached
            if self.lag():
                self._bring_up_to_date(progress, ending)
                return
            if is_all:
                return
            ending.wait()

    def _bring_up_to_date(self, progress: Progress, ending: Ending) -> IndexReport:
        if nothing := self._nothing_to_do():
            return nothing
        with self._folder.lock(self._wait_seconds):
            if nothing := self._nothing_to_do():
                return nothing
            draft = self._continued() or self._folder.fresh(self._own_space())
            return self._run(draft, progress, ending)

    def rebuild(self, progress: Progress = no_progress) -> IndexReport:
        """Make the indexes anew in the embedder's space; the old ones serve until the end.

        Embeddings of that space that are kept are used; those of other spaces are erased last.
        """
        with self._folder.lock(self._wait_seconds):
            draft = self._folder.fresh(self._embedder.space)
            report = self._run(draft, progress, Ending(reached=True), publish_at_end=True)
            with EmbeddingStore(self._library) as kept:
                kept.keep_only(draft.space)
            return report

    def _nothing_to_do(self) -> IndexReport | None:
        known = self._folder.fitting_manifest(self._store)
        if known is None or known.is_of_older_release:
            return None
        if known.position != self._store.position():
            return None
        return IndexReport(indexed=0, embedded=0, removed=0, position=known.position)

    def _continued(self) -> Draft | None:
        manifest = self._folder.fitting_manifest(self._store)
        return self._folder.continued(manifest) if manifest else None

    def _own_space(self) -> Space:
        """Return the space the library was indexed in, the embedder's if nothing tells."""
        manifest = self._folder.manifest()
        return manifest.space if manifest else self._embedder.space

    def _run(
        self, draft: Draft, progress: Progress, ending: Ending, *, publish_at_end: bool = False
    ) -> IndexReport:
        try:
            with EmbeddingStore(self._library) as kept:
                pipeline = Pipeline(kept, draft, self._embedder_of)
                published, unpublished = draft.position, 0
                for touched in self._indexed(pipeline, draft, progress, ending):
                    unpublished += touched
                    is_worth_it = unpublished >= _enough(draft) and draft.position > published
                    if is_worth_it and not publish_at_end:
                        self._publish(kept, draft, more_comes=True)
                        published, unpublished = draft.position, 0
                self._publish(kept, draft)
                if draft.is_new:
                    kept.forget(kept.passage_ids() - set(self._store.allowed_passages()))
        finally:
            draft.keywords.discard()
        return IndexReport(
            indexed=pipeline.indexed,
            embedded=pipeline.embedded,
            removed=pipeline.removed,
            position=draft.position,
        )

    def _indexed(
        self, pipeline: Pipeline, draft: Draft, progress: Progress, ending: Ending
    ) -> Iterator[int]:
        """Work through the log up to its end; yield how many ids were looked at, lot by lot."""
        log = FollowedLog(
            self._store,
            after=draft.position,
            ending=ending,
            dimension=draft.space.dimension,
            most_bytes=self._lot_bytes,
        )
        tally = Tally(self._store, draft.position)
        done = 0
        with closing(pipeline.run(log.lots(), ending)) as lots:
            for lot in lots:
                if lot.touched:
                    done += lot.touched
                    progress("indexing", done, tally.at_least(done))
                yield lot.touched

    def _publish(self, kept: EmbeddingStore, draft: Draft, *, more_comes: bool = False) -> None:
        """Put the indexes in use; before, erase the embeddings of what is gone."""
        kept.forget(draft.gone)
        draft.gone.clear()
        self._folder.publish(draft, self._store, more_comes=more_comes)

    def _embedder_of(self, space: Space) -> Embedder:
        found = self._embedder.space
        if found != space:
            message = (
                f"this library is indexed with the model {space.model} ({space.revision}), not "
                f"{found.model} ({found.revision}); set PASSAGEBOT_MODEL={space.model}, or run "
                f"`passagebot reindex --model {found.model}`"
            )
            raise OtherModelError(message)
        return self._embedder


def _enough(draft: Draft) -> int:
    return max(_PUBLISH_AT_LEAST, len(draft.vectors) // 4)
