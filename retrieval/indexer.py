"""Bringing the indexes of a library up to the store's position.

The indexer pulls the store's change log; it never gets a call from below. Embeddings are kept as
they are made, the index files are written beside the old ones, and the manifest is replaced
last: whatever instant a crash comes at, the old indexes serve and the next run goes on.
"""

import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout

from corpus.articles import Change, Passage, Span
from corpus.sentences import sentence_spans
from corpus.store import ArticleStore
from retrieval.batches import batched
from retrieval.embeddings import EmbeddingStore, content_hash
from retrieval.errors import IndexBusyError, IndexingError, OtherModelError
from retrieval.indexes import index_folder
from retrieval.keywords import TantivyIndex
from retrieval.manifest import Manifest, read_manifest, write_manifest
from retrieval.protocols import Embedder, PassageText, Progress, Space, no_progress
from retrieval.tokens import tokenise
from retrieval.vectors.faiss import FaissIndex

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


@dataclass(slots=True, kw_only=True)
class _Draft:
    """Indexes under work, and what happened to them since they were last written."""

    space: Space
    position: int
    vectors: FaissIndex
    keywords: TantivyIndex
    keywords_name: str
    indexed: int = 0
    embedded: int = 0
    unpublished: int = 0
    removed: set[int]


class Indexer:
    """Keeps the indexes of one library. One process indexes at a time."""

    def __init__(
        self,
        library: Path,
        store: ArticleStore,
        load_embedder: Callable[[], Embedder],
        *,
        wait_seconds: float = 0.0,
    ) -> None:
        """Prepare; the embedder is loaded when something must be embedded.

        `wait_seconds` is how long to wait for another process that is indexing.
        """
        self._library = library
        self._folder = index_folder(library)
        self._store = store
        self._load_embedder = load_embedder
        self._wait_seconds = wait_seconds

    @cached_property
    def _embedder(self) -> Embedder:
        return self._load_embedder()

    def lag(self) -> int:
        """Return how many positions of the store's log the indexes do not know yet."""
        manifest = self._fitting_manifest()
        return self._store.position() - (manifest.position if manifest else 0)

    def bring_up_to_date(self, progress: Progress = no_progress) -> IndexReport:
        """Index what changed in the store; return what was done.

        Raise `OtherModelError` if the indexes are in another space, and `IndexBusyError` if
        another process is indexing.
        """
        with self._lock():
            draft = self._continued() or self._fresh(self._embedder.space)
            return self._run(draft, progress)

    def rebuild(self, progress: Progress = no_progress) -> IndexReport:
        """Make the indexes anew in the embedder's space; the old ones serve until the end.

        Embeddings of that space that are kept are used; those of other spaces are erased last.
        """
        with self._lock():
            report = self._run(self._fresh(self._embedder.space), progress, publish_at_end=True)
            with EmbeddingStore(self._library) as kept:
                kept.keep_only(self._embedder.space)
            return report

    def _run(
        self, draft: _Draft, progress: Progress, *, publish_at_end: bool = False
    ) -> IndexReport:
        goal = self._store.position()
        total = sum(len(change.passage_ids) for change in self._changes(draft.position))
        done = 0
        with EmbeddingStore(self._library) as kept:
            for changes in batched(self._changes(draft.position), _LOG_ROWS):
                for touched in _id_ranges(changes):
                    self._apply(draft, kept, touched)
                    done += len(touched)
                    progress("indexing", done, total)
                draft.position = changes[-1].position
                enough = max(_PUBLISH_AT_LEAST, len(draft.vectors) // 4)
                if draft.unpublished >= enough and not publish_at_end:
                    self._publish(draft, kept)
            draft.position = max(draft.position, goal)
            removed = len(draft.removed)
            self._publish(draft, kept)
        return IndexReport(
            indexed=draft.indexed,
            embedded=draft.embedded,
            removed=removed,
            position=draft.position,
        )

    def _changes(self, after: int) -> Iterator[Change]:
        while changes := self._store.changes(after=after, limit=_LOG_ROWS):
            yield from changes
            after = changes[-1].position

    def _apply(self, draft: _Draft, kept: EmbeddingStore, touched: range) -> None:
        """Make the indexes agree with what the store says now of the passages in `touched`."""
        answering: set[int] = set()
        passages = self._store.passages_to_index(touched.start, touched.stop - 1)
        for some in batched(passages, _EMBED_AT_ONCE):
            answering.update(passage.id for passage in some)
            self._index(draft, kept, some)
        gone = set(touched) - answering
        draft.vectors.remove(gone)
        draft.keywords.remove(gone)
        draft.removed |= gone
        draft.removed -= answering
        draft.unpublished += len(touched)

    def _index(self, draft: _Draft, kept: EmbeddingStore, passages: Sequence[Passage]) -> None:
        hashes = {passage.id: content_hash(passage) for passage in passages}
        unknown = set(hashes.values()) - kept.held(draft.space, set(hashes.values()))
        if unknown:
            news = {hashes[p.id]: p for p in passages if hashes[p.id] in unknown}
            texts = [_passage_text(passage) for passage in news.values()]
            made = self._embedder_of(draft.space).embed_passages(texts)
            kept.add(draft.space, dict(zip(news, made, strict=True)))
            draft.embedded += len(made)
        kept.assign(hashes)
        vectors = kept.passages(draft.space, list(hashes.values()))
        draft.vectors.upsert(list(hashes), np.stack([vectors[key] for key in hashes.values()]))
        draft.keywords.upsert(_tokenised(passages))
        draft.indexed += len(passages)

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

    def _continued(self) -> _Draft | None:
        """Return the indexes on disk as a draft, `None` if there are none that can be read."""
        manifest = self._fitting_manifest()
        if manifest is None:
            return None
        try:
            return _Draft(
                space=manifest.space,
                position=manifest.position,
                vectors=FaissIndex.read(self._folder / manifest.vectors, manifest.space.dimension),
                keywords=TantivyIndex(self._folder / manifest.keywords),
                keywords_name=manifest.keywords,
                removed=set(),
            )
        except IndexingError:
            return None

    def _fitting_manifest(self) -> Manifest | None:
        """Return the manifest if it can be read and is about this store's own past."""
        try:
            manifest = read_manifest(self._folder)
        except IndexingError:
            return None
        if manifest is None or self._store.history(manifest.position) != manifest.history:
            return None
        return manifest

    def _fresh(self, space: Space) -> _Draft:
        taken = {path.name for path in self._folder.iterdir()}
        name = next(f"keywords-{n}" for n in range(len(taken) + 1) if f"keywords-{n}" not in taken)
        return _Draft(
            space=space,
            position=0,
            vectors=FaissIndex(space.dimension),
            keywords=TantivyIndex(self._folder / name, create=True),
            keywords_name=name,
            removed=set(),
        )

    def _publish(self, draft: _Draft, kept: EmbeddingStore) -> None:
        draft.keywords.commit()
        name = f"vectors-{draft.position}-{draft.keywords_name}.faiss"
        draft.vectors.write(self._folder / name)
        manifest = Manifest(
            space=draft.space,
            position=draft.position,
            history=self._store.history(draft.position),
            vectors=name,
            keywords=draft.keywords_name,
            languages=self._store.languages(),
        )
        write_manifest(self._folder, manifest)
        kept.forget(draft.removed)
        draft.removed.clear()
        draft.unpublished = 0
        self._sweep({name, draft.keywords_name})

    def _sweep(self, in_use: set[str]) -> None:
        """Delete the files of older indexes; readers that have them open keep them."""
        for path in self._folder.iterdir():
            if path.name in in_use or not path.name.startswith(("vectors-", "keywords-")):
                continue
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                with suppress(OSError):
                    path.unlink()

    @contextmanager
    def _lock(self) -> Iterator[None]:
        self._folder.mkdir(exist_ok=True)
        lock = FileLock(self._folder / "lock")
        try:
            with lock.acquire(timeout=self._wait_seconds):
                yield
        except Timeout as error:
            message = "another process is indexing this library; try again when it is done"
            raise IndexBusyError(message) from error


def _id_ranges(changes: Iterable[Change]) -> list[range]:
    """Return the ranges of ids that `changes` touch, each once, those that meet joined."""
    joined: list[range] = []
    for ids in sorted({(c.passage_ids.start, c.passage_ids.stop) for c in changes}):
        if joined and ids[0] <= joined[-1].stop:
            joined[-1] = range(joined[-1].start, max(joined[-1].stop, ids[1]))
        else:
            joined.append(range(*ids))
    return joined


def _passage_text(passage: Passage) -> PassageText:
    return PassageText(
        title=passage.citation.title,
        text=passage.text,
        sentences=passage_sentences(passage),
    )


def passage_sentences(passage: Passage) -> tuple[Span, ...]:
    """Return the sentences of a passage as offsets in `passage.text`."""
    return tuple(sentence_spans(passage.text, passage.citation.language))


def _tokenised(passages: Iterable[Passage]) -> Iterator[tuple[int, list[str], list[str]]]:
    for passage in passages:
        language = passage.citation.language
        title = tokenise(passage.citation.title, language)
        yield passage.id, title, tokenise(passage.text, language)
