"""Which implementation is used, and how the parts of one library are put together."""

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bot.early_loading import EarlyLoading
from bot.settings import Settings
from corpus.clock import Clock, utc_now
from corpus.store import ArticleStore
from retrieval.calibration import calibration_for
from retrieval.drafts import IndexFolder
from retrieval.embedders.engines import TORCH, Engines
from retrieval.embedders.sentence_transformers import BUNDLED_MODEL, SentenceTransformersEmbedder
from retrieval.engine import AnswerEngine
from retrieval.errors import IndexBusyError, IndexingError
from retrieval.indexes import indexed_space
from retrieval.protocols import Embedder, Progress, Reranker, Space
from retrieval.reranking import Reranking

if TYPE_CHECKING:
    from retrieval.indexer import Indexer, IndexReport
    from retrieval.story_index import StoryIndex

EmbedderLoader = Callable[[str], Embedder]
"""Loads a model by name or path."""

RerankerLoader = Callable[[], Reranking]
"""Loads the reranker the settings name and measures what it costs."""

NOT_CALIBRATED = (
    "not fitted to this model, so no match is called strong; run `passagebot calibrate DIR`"
)
"""What is said of a library for whose model there are no numbers."""

LARGE_LIBRARY = 1_000
"""Passages from which an engine in integers is made unasked: making it costs what it saves on
embedding half as many."""

_log = logging.getLogger(__name__)
_WAIT_SECONDS = 60.0
"""How long a command that changes the library waits for another that is indexing it."""


def known_languages(space: Space | None) -> frozenset[str] | None:
    """Return the languages (ISO 639-1) a model was trained for, `None` if that is not known here."""
    name = space.model.rpartition("/")[2].partition("@")[0] if space else ""
    return frozenset({"en"}) if name == BUNDLED_MODEL else None


def load_embedder(model: str, *, trust_code: bool = False) -> Embedder:
    """Return a model ready to embed on torch; `ModelError` if there is none of that name.

    `trust_code` lets it run program code it brings.
    """
    _quieten()
    return SentenceTransformersEmbedder.load(model, trust_code=trust_code)


def embedder_loader(settings: Settings, early: EarlyLoading | None = None) -> EmbedderLoader:
    """Return what loads models for the library of the settings, each by its best engine there.

    What is being loaded `early` is waited for.
    """
    engines = engines_of(settings)

    def load(model: str) -> Embedder:
        loaded = early.take(model) if early else None
        if loaded is not None:
            return loaded
        _quieten()
        return engines.load(model, trust_code=settings.trust_model_code)

    return load


def engines_of(settings: Settings) -> Engines:
    """Return the embedding engines of the library of the settings."""
    return Engines(settings.library, device=settings.device, threads=settings.threads)


def _quieten() -> None:
    """Keep the model libraries' bars off the terminal: we draw our own, on terminals only."""
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")


def load_reranker(model: str, *, trust_code: bool = False) -> Reranker:
    """Return a cross-encoder ready to judge; `ModelError` if there is none of that name."""
    from retrieval.rerankers.cross_encoder import (  # noqa: PLC0415 - for the few that ask for it
        CrossEncoderReranker,
    )

    return CrossEncoderReranker.load(model, trust_code=trust_code)


def reranker_loader(settings: Settings) -> RerankerLoader | None:
    """Return what loads the reranker of the settings, `None` if they name none."""
    model = settings.reranker
    if model is None:
        return None
    return lambda: Reranking(
        load_reranker(model, trust_code=settings.trust_model_code),
        budget_ms=settings.reranker_budget_ms,
    )


def default_model(settings: Settings) -> str:
    """Return the model for a library that is built anew."""
    return settings.model or BUNDLED_MODEL


@contextmanager
def open_library(
    settings: Settings,
    *,
    load: EmbedderLoader | None = None,
    engines: Engines | None = None,
    create: bool = False,
) -> Iterator["Library"]:
    """Yield the library of the settings; with `create` it is made or migrated if need be.

    Without, opening writes nothing. With neither `load` nor `engines`, models are loaded by the
    engines the settings name. Raises what `ArticleStore.create` and `open` raise.
    """
    folder = settings.library
    with ExitStack() as closing:
        store = closing.enter_context(
            ArticleStore.create(folder) if create else ArticleStore.open(folder)
        )
        yield Library(
            folder,
            store,
            model=settings.model,
            load=load or embedder_loader(settings),
            load_reranking=reranker_loader(settings),
            closing=closing,
            engines=engines if load else engines_of(settings),
        )


class Library:
    """An open library: its store, and on demand its indexes and what answers from them."""

    def __init__(
        self,
        folder: Path,
        store: ArticleStore,
        *,
        model: str | None,
        load: EmbedderLoader,
        load_reranking: RerankerLoader | None,
        closing: ExitStack,
        now: Clock = utc_now,
        engines: Engines | None = None,
    ) -> None:
        """Put nothing together yet; `closing` closes what is opened later.

        `load` loads a model by name. "Yesterday" in a question counts from `now`. `engines` make
        a quicker engine once the library is large; without them, none is made.
        """
        self.folder = folder
        self.store = store
        self._model = model
        self.load = load
        self._now = now
        self._load_reranking = load_reranking
        self._closing = closing
        self._engines = engines
        self._embedder: Embedder | None = None

    def over(
        self,
        folder: Path,
        store: ArticleStore,
        *,
        now: Clock,
        closing: ExitStack,
        load: EmbedderLoader | None = None,
    ) -> "Library":
        """Return a library of other articles with the models and settings of this one."""
        return Library(
            folder,
            store,
            model=self._model or self._own_model(),
            load=load or self.load,
            load_reranking=self._load_reranking,
            closing=closing,
            now=now,
        )

    @property
    def is_empty(self) -> bool:
        """Whether nothing was ever read in, or all of it was removed."""
        return not self.store.counts().versions

    def model(self) -> str | None:
        """Return the model the settings name, else the library's own; `None` if it has none."""
        space = self.space()
        return self._model or (space.model if space else None)

    def space(self) -> Space | None:
        """Return the space the library is indexed in, `None` before the first index."""
        return indexed_space(self.folder)

    def serving(self) -> str | None:
        """Return what embeds here: the precision of an exported engine, or "torch".

        `None` before the first index. Loads no model.
        """
        space = self.space()
        if space is None:
            return None
        engines = self._engines
        record = engines.record(self._model or space.model) if engines is not None else None
        return engines.serving(record) if engines is not None and record is not None else TORCH

    def lag(self) -> int:
        """Return how many positions of the store's log the indexes do not know yet."""
        return IndexFolder(self.folder).lag(self.store)

    def catch_up(self, progress: Progress) -> "IndexReport | None":
        """Bring the indexes up to the store; `None` if they are. Waits for another process."""
        indexer = self._indexer(progress, wait_seconds=_WAIT_SECONDS)
        report = None
        if indexer.is_behind():
            if indexer.lag():
                self._suit_engine(progress)
            report = indexer.bring_up_to_date(progress)
        with self._story_index() as stories:
            stories.bring_up_to_date(self.store, progress)
        return report

    @contextmanager
    def indexing(self, progress: Progress) -> Iterator[None]:
        """Bring the indexes up to what a block stores; while it stores it, if the engine is made.

        An engine that is still to be made is judged by passages from all over the library.
        """
        if self._is_engine_made():
            with self._indexer(progress, wait_seconds=_WAIT_SECONDS).beside(progress):
                yield
        else:
            yield
        self.catch_up(progress)

    def _is_engine_made(self) -> bool:
        if self._engines is None:
            return False
        model = self._model or self._own_model()
        is_large = self.store.counts().passages >= LARGE_LIBRARY
        return self._engines.record(model) is not None and not (
            is_large and self._engines.may_quantise(model)
        )

    def stories(self, progress: Progress | None = None) -> "StoryIndex":
        """Return the stories of the library; with `progress` they are brought up to the store."""
        index = self._story_index()
        self._closing.callback(index.close)
        if progress is not None:
            index.bring_up_to_date(self.store, progress)
        return index

    def _story_index(self) -> "StoryIndex":
        from retrieval.story_index import StoryIndex  # noqa: PLC0415 - not needed to answer

        return StoryIndex(self.folder)

    def reindex(self, progress: Progress) -> "IndexReport":
        """Build the indexes anew; the old ones serve until the end.

        If they are damaged so that nothing tells their model, it is the default one.
        """
        try:
            self._embedder_now(progress)
        except IndexingError:
            self._embedder = self._loaded(BUNDLED_MODEL, progress)
        self._suit_engine(progress)
        return self._indexer(progress, wait_seconds=_WAIT_SECONDS).rebuild(progress)

    def engine(self, progress: Progress) -> AnswerEngine:
        """Return what answers, over indexes that know the store as far as that can be had."""
        if self.lag():
            try:
                self._indexer(progress).bring_up_to_date(progress)
            except IndexBusyError:
                progress("another process is indexing", 0, 0)
        engine = AnswerEngine(
            self.folder,
            self.store,
            self._embedder_now(progress),
            load=self._followed,
            reranking=self._reranking(progress),
            now=self._now,
        )
        self._closing.callback(engine.close)
        return engine

    def _followed(self, model: str) -> Embedder:
        """Return the model another process has embedded this library with in the meantime."""
        if self._model is not None and self._model != model:
            _log.warning(
                "PASSAGEBOT_MODEL names %s, but the library is embedded with %s now; "
                "set PASSAGEBOT_MODEL=%s before the next start",
                self._model,
                model,
                model,
            )
        self._embedder = self.load(model)
        return self._embedder

    def _suit_engine(self, progress: Progress) -> None:
        """Make the engine that a library of this size is worth, before much is embedded."""
        if self._engines is None or self.store.counts().passages < LARGE_LIBRARY:
            return
        embedder = self._embedder_now(progress)
        if self._engines.may_quantise(embedder.space.model):
            progress("making a quicker engine", 0, 0)
            self._engines.quantise(embedder.space.model)
            progress("making a quicker engine", 1, 1)
            self._embedder = self.load(embedder.space.model)

    def _reranking(self, progress: Progress) -> Reranking | None:
        if self._load_reranking is None:
            return None
        progress("loading the reranker", 0, 0)
        reranking = self._load_reranking()
        progress("loading the reranker", 1, 1)
        return reranking

    def embedder(self, progress: Progress) -> Embedder:
        """Return the model the settings name, else the library's own, loaded once."""
        return self._embedder_now(progress)

    def is_calibrated(self) -> bool:
        """Return whether there are fitted numbers for the model the library is indexed with.

        Raise `IndexingError` if the library's own cannot be read.
        """
        space = self.space()
        return space is None or calibration_for(self.folder, space).fits(space)

    def _indexer(self, progress: Progress, *, wait_seconds: float = 0.0) -> "Indexer":
        from retrieval.indexer import Indexer  # noqa: PLC0415 - not needed to answer

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
        embedder = self.load(model)
        progress("loading the model", 1, 1)
        return embedder

    def _own_model(self) -> str:
        space = self.space()
        return space.model if space else BUNDLED_MODEL
