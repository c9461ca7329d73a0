"""Which implementation is used, and how the parts of one library are put together."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bot.settings import Settings
from corpus.store import ArticleStore
from retrieval.embedders.sentence_transformers import BUNDLED_MODEL, SentenceTransformersEmbedder
from retrieval.engine import AnswerEngine
from retrieval.errors import IndexBusyError, IndexingError
from retrieval.indexer import Indexer, IndexReport
from retrieval.indexes import indexed_space
from retrieval.protocols import Embedder, Progress, Space, no_progress

EmbedderLoader = Callable[[str], Embedder]
"""Loads a model by name or path."""

_WAIT_SECONDS = 60.0
"""How long a command that changes the library waits for another that is indexing it."""


def load_embedder(model: str) -> Embedder:
    """Return a model ready to embed; `ModelError` if there is none of that name."""
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")  # we draw our own, on terminals only
    return SentenceTransformersEmbedder.load(model)


def default_model(settings: Settings) -> str:
    """Return the model for a library that is built anew."""
    return settings.model or BUNDLED_MODEL


@contextmanager
def open_library(
    settings: Settings, *, load: EmbedderLoader = load_embedder, create: bool = False
) -> Iterator["Library"]:
    """Yield the library of the settings; with `create` it is made or migrated if need be.

    Without, opening writes nothing. Raises what `ArticleStore.create` and `open` raise.
    """
    folder = settings.library
    with ExitStack() as closing:
        store = closing.enter_context(
            ArticleStore.create(folder) if create else ArticleStore.open(folder)
        )
        yield Library(folder, store, model=settings.model, load=load, closing=closing)


class Library:
    """An open library: its store, and on demand its indexes and what answers from them."""

    def __init__(
        self,
        folder: Path,
        store: ArticleStore,
        *,
        model: str | None,
        load: EmbedderLoader,
        closing: ExitStack,
    ) -> None:
        """Put nothing together yet; `closing` closes what is opened later."""
        self.folder = folder
        self.store = store
        self._model = model
        self._load = load
        self._closing = closing
        self._embedder: Embedder | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing was ever read in, or all of it was removed."""
        return not self.store.counts().versions

    def space(self) -> Space | None:
        """Return the space the library is indexed in, `None` before the first index."""
        return indexed_space(self.folder)

    def lag(self) -> int:
        """Return how many positions of the store's log the indexes do not know yet."""
        return self._indexer(no_progress).lag()

    def catch_up(self, progress: Progress) -> IndexReport | None:
        """Bring the indexes up to the store; `None` if they are. Waits for another process."""
        indexer = self._indexer(progress, wait_seconds=_WAIT_SECONDS)
        return indexer.bring_up_to_date(progress) if indexer.lag() else None

    def reindex(self, progress: Progress) -> IndexReport:
        """Build the indexes anew; the old ones serve until the end.

        If they are damaged so that nothing tells their model, it is the default one.
        """
        try:
            self._embedder_now(progress)
        except IndexingError:
            self._embedder = self._loaded(BUNDLED_MODEL, progress)
        return self._indexer(progress, wait_seconds=_WAIT_SECONDS).rebuild(progress)

    def engine(self, progress: Progress) -> AnswerEngine:
        """Return what answers, over indexes that know the store as far as that can be had."""
        indexer = self._indexer(progress)
        if indexer.lag():
            try:
                indexer.bring_up_to_date(progress)
            except IndexBusyError:
                progress("another process is indexing", 0, 0)
        engine = AnswerEngine(self.folder, self.store, self._embedder_now(progress))
        self._closing.callback(engine.close)
        return engine

    def _indexer(self, progress: Progress, *, wait_seconds: float = 0.0) -> Indexer:
        return Indexer(
            self.folder,
            self.store,
            lambda: self._embedder_now(progress),
            wait_seconds=wait_seconds,
        )

    def _embedder_now(self, progress: Progress) -> Embedder:
        """Return the model the settings name, else the library's own, loaded once."""
        if self._embedder is None:
            self._embedder = self._loaded(self._model or self._own_model(), progress)
        return self._embedder

    def _loaded(self, model: str, progress: Progress) -> Embedder:
        progress("loading the model", 0, 0)
        embedder = self._load(model)
        progress("loading the model", 1, 1)
        return embedder

    def _own_model(self) -> str:
        space = self.space()
        return space.model if space else BUNDLED_MODEL
