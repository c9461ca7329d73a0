"""Bringing the indexes of a library up to the store's position.

The indexer pulls the store's change log; it never gets a call from below. Embeddings are kept as
they are made, so whatever instant a crash comes at, the next run goes on.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from corpus.articles import Change, Passage
from corpus.store import ArticleStore
from retrieval.batches import batched
from retrieval.drafts import Draft, IndexFolder
from retrieval.embeddings import EmbeddingStore, content_hash
from retrieval.errors import OtherModelError
from retrieval.outlines import Outline, outline
from retrieval.protocols import Embedder, PassageText, Progress, Space, no_progress
from retrieval.tokens import tokenise
from retrieval.vectors.layered import Layering

_LOG_ROWS = 200
"""Changes worked through at a time."""
_EMBED_AT_ONCE = 256
"""Passages embedded and kept at a time; a crash loses at most these."""
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
    ) -> None:
        """Prepare; the embedder is loaded when something must be embedded.

        `wait_seconds` is how long to wait for another process that is indexing. `layering` says
        from what size on vectors are compressed.
        """
        self._library = library
        self._folder = IndexFolder(library, layering)
        self._store = store
        self._load_embedder = load_embedder
        self._wait_seconds = wait_seconds

    @cached_property
    def _embedder(self) -> Embedder:
        return self._load_embedder()

    def lag(self) -> int:
        """Return how many positions of the store's log the indexes do not know yet."""
        manifest = self._folder.fitting_manifest(self._store)
        return self._store.position() - (manifest.position if manifest else 0)

    def bring_up_to_date(self, progress: Progress = no_progress) -> IndexReport:
        """Index what changed in the store; return what was done. If nothing did, write nothing.

        Raise `OtherModelError` if something must be embedded and the indexes are in another
        space, `IndexBusyError` if another process is indexing, and `IndexingError` if they
        cannot be written.
        """
        if nothing := self._nothing_to_do():
            return nothing
        with self._folder.lock(self._wait_seconds):
            if nothing := self._nothing_to_do():
                return nothing
            return self._run(self._continued() or self._folder.fresh(self._own_space()), progress)

    def rebuild(self, progress: Progress = no_progress) -> IndexReport:
        """Make the indexes anew in the embedder's space; the old ones serve until the end.

        Embeddings of that space that are kept are used; those of other spaces are erased last.
        """
        with self._folder.lock(self._wait_seconds):
            draft = self._folder.fresh(self._embedder.space)
            report = self._run(draft, progress, publish_at_end=True)
            with EmbeddingStore(self._library) as kept:
                kept.keep_only(draft.space)
            return report

    def _nothing_to_do(self) -> IndexReport | None:
        known = self._folder.fitting_manifest(self._store)
        if known is None or known.position != self._store.position():
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
        self, draft: Draft, progress: Progress, *, publish_at_end: bool = False
    ) -> IndexReport:
        try:
            with EmbeddingStore(self._library) as kept:
                run = _Run(self._store, kept, draft, self._embedder_of)
                for _ in run.follow_log(progress):
                    if run.unpublished >= _enough(draft) and not publish_at_end:
                        self._publish(run)
                self._publish(run)
                if draft.is_new:
                    kept.forget(kept.passage_ids() - set(self._store.allowed_passages()))
        finally:
            draft.keywords.discard()
        return run.report()

    def _publish(self, run: "_Run") -> None:
        run.forget_gone()
        self._folder.publish(run.draft, self._store)
        run.unpublished = 0

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


class _Run:
    """One run over the store's log, and what it did."""

    def __init__(
        self,
        store: ArticleStore,
        kept: EmbeddingStore,
        draft: Draft,
        embedder_of: Callable[[Space], Embedder],
    ) -> None:
        self.draft = draft
        self.unpublished = 0
        self._store = store
        self._kept = kept
        self._embedder_of = embedder_of
        self._indexed = self._embedded = self._removed = 0

    def report(self) -> IndexReport:
        return IndexReport(
            indexed=self._indexed,
            embedded=self._embedded,
            removed=self._removed,
            position=self.draft.position,
        )

    def follow_log(self, progress: Progress) -> Iterator[None]:
        """Work through the log up to its end, pausing where what was done can be published."""
        goal = self._store.position()
        total = sum(len(change.passage_ids) for change in self._changes())
        done = 0
        for changes in batched(self._changes(), _LOG_ROWS):
            for touched in _id_ranges(changes):
                self._apply(touched)
                done += len(touched)
                progress("indexing", done, total)
            self.draft.position = changes[-1].position
            yield
        self.draft.position = max(self.draft.position, goal)

    def forget_gone(self) -> None:
        """Erase the embeddings of what is gone, before anything says that it was dealt with."""
        self._kept.forget(self.draft.gone)
        self.draft.gone.clear()

    def _changes(self) -> Iterator[Change]:
        after = self.draft.position
        while changes := self._store.changes(after=after, limit=_LOG_ROWS):
            yield from changes
            after = changes[-1].position

    def _apply(self, touched: range) -> None:
        """Make the indexes agree with what the store says now of the passages in `touched`."""
        answering: set[int] = set()
        passages = self._store.passages_to_index(touched.start, touched.stop - 1)
        for some in batched(passages, _EMBED_AT_ONCE):
            answering.update(passage.id for passage in some)
            self._index(some)
        gone = set(touched) - answering
        before = len(self.draft.vectors)
        self.draft.vectors.remove(gone)
        self.draft.keywords.remove(gone)
        self._removed += before - len(self.draft.vectors)
        self.draft.gone |= gone
        self.draft.gone -= answering
        self.unpublished += len(touched)

    def _index(self, passages: Sequence[Passage]) -> None:
        """Embed what is not kept yet, and put `passages` into both indexes.

        Which content they have is noted first, so that no embedding is ever kept that nobody
        would erase.
        """
        hashes = {passage.id: content_hash(passage) for passage in passages}
        self._kept.assign(hashes)
        self._embed({hashes[passage.id]: passage for passage in passages})
        vectors = self._kept.passages(self.draft.space, list(hashes.values()))
        rows = np.stack([vectors[key] for key in hashes.values()])
        self.draft.vectors.upsert(list(hashes), rows)
        self.draft.keywords.upsert(_tokenised(passages))
        self._indexed += len(passages)

    def _embed(self, passages: Mapping[bytes, Passage]) -> None:
        space = self.draft.space
        held = self._kept.held(space, passages)
        news = {key: passage for key, passage in passages.items() if key not in held}
        if news:
            outlines = {key: outline(passage) for key, passage in news.items()}
            texts = [_passage_text(news[key], one) for key, one in outlines.items()]
            made = self._embedder_of(space).embed_passages(texts)
            self._kept.add(space, dict(zip(news, made, strict=True)), outlines)
            self._embedded += len(made)
        stale = self._kept.without_outline(space, held)
        self._kept.outline(space, {key: outline(passages[key]) for key in stale})


def _enough(draft: Draft) -> int:
    return max(_PUBLISH_AT_LEAST, len(draft.vectors) // 4)


def _id_ranges(changes: Iterable[Change]) -> list[range]:
    """Return the ranges of ids that `changes` touch, each once, those that meet joined."""
    joined: list[range] = []
    for ids in sorted({(c.passage_ids.start, c.passage_ids.stop) for c in changes}):
        if joined and ids[0] <= joined[-1].stop:
            joined[-1] = range(joined[-1].start, max(joined[-1].stop, ids[1]))
        else:
            joined.append(range(*ids))
    return joined


def _passage_text(passage: Passage, outlined: Outline) -> PassageText:
    return PassageText(
        title=passage.citation.title, text=passage.text, sentences=outlined.sentences
    )


def _tokenised(passages: Iterable[Passage]) -> Iterator[tuple[int, list[str], list[str]]]:
    for passage in passages:
        language = passage.citation.language
        title = tokenise(passage.citation.title, language)
        yield passage.id, title, tokenise(passage.text, language)
