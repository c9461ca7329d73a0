"""Which engine embeds: an exported one where that can be had, else the model on torch.

An export is made the first time a library's model is loaded, in seconds, and kept with the
library; from then on torch is not even imported.
"""

import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from retrieval.embedders.engine_folder import EngineFolder
from retrieval.embedders.engine_record import JUDGED_BY, Engine, EngineRecord
from retrieval.embedders.model_files import parse_name, stamps_of
from retrieval.embedders.openvino_runtime import Processor, processor
from retrieval.embedders.sentence_transformers import SETTING, SentenceTransformersEmbedder
from retrieval.protocols import Embedder, PassageText

AUTO = "auto"
CPU = "cpu"
TORCH = "torch"
_WORTH_IT = 0.9
"""An engine less exact than another must cost at most this share of what that one costs."""
_EXACTNESS = ("fp32", "bf16", "int8")
_NVIDIA_DRIVER = Path("/proc/driver/nvidia/version")

_log = logging.getLogger(__name__)


class Engines:
    """Loads models for one library, each by the engine that serves it best here."""

    def __init__(
        self,
        library: Path,
        *,
        device: str = AUTO,
        threads: int | None = None,
        at_once: int | None = None,
    ) -> None:
        """Prepare. Engines are kept in the folder `library`, and nowhere if there is none.

        `device` is "auto", "cpu", or what torch calls another ("cuda", "cuda:1", "mps"); `threads`
        is how many of the processor's are used, by default all that this process may, and
        `at_once` how many texts are computed side by side, by default as suits many askers.
        """
        self._library = library
        self._device = device
        self._threads = threads
        self._at_once = at_once

    def load(self, model: str, *, trust_code: bool = False) -> Embedder:
        """Return a model ready to embed; raise `ModelError` if there is none of that name.

        `trust_code` lets it run program code it brings.
        """
        kept = self.kept(model)
        if kept is not None:
            return kept
        embedder = self._on_torch(model, trust_code=trust_code)
        if not self._exports:
            return embedder
        made = self._exported(model, embedder)
        return (made and self._best(self._folder(model), made)) or embedder

    def kept(self, model: str) -> Embedder | None:
        """Return a model by the best engine that is kept; `None` if none is, or may serve here.

        Raise `ModelError` if the model's own folder is damaged.
        """
        record = self.record(model) if self._exports else None
        return self._best(self._folder(model), record) if record else None

    @property
    def _exports(self) -> bool:
        """Whether the processor computes, and not another device on torch."""
        return self._device == CPU or (self._device == AUTO and not _torch_has_a_gpu())

    def _folder(self, model: str) -> EngineFolder:
        return EngineFolder(self._library, parse_name(model), setting=SETTING)

    def opened(self, model: str, precision: str) -> Embedder | None:
        """Return a model by one of the engines that are kept, `None` if that is not kept."""
        record = self.record(model) if self._exports else None
        if record is None or precision not in record.engines:
            return None
        return self._folder(model).opened(record, precision, threads=self._threads)

    def record(self, model: str) -> EngineRecord | None:
        """Return what is known of a model's engines in this library, `None` if nothing."""
        return self._folder(model).record()

    def _on_torch(self, model: str, *, trust_code: bool) -> SentenceTransformersEmbedder:
        device = None if self._device == AUTO else self._device
        return SentenceTransformersEmbedder.load(
            model, trust_code=trust_code, device=device, threads=self._threads
        )

    def _exported(self, model: str, embedder: SentenceTransformersEmbedder) -> EngineRecord | None:
        """Return what is known of a model's engines, made now if need be.

        `None` if they cannot be kept here, or another process is making them.
        """
        from retrieval.embedders.engine_building import export  # noqa: PLC0415 - once a model

        folder = self._folder(model)
        try:
            with folder.writing() as may_write:
                known = folder.record()
                if known is not None or not may_write:
                    return known
                return export(
                    folder,
                    embedder,
                    self._own_passages(JUDGED_BY),
                    source=stamps_of(parse_name(model)),
                    on=processor(),
                    threads=self._threads,
                )
        except OSError as error:
            _log.info("no engine can be kept in %s (%s)", folder.path, error.strerror)
            return None

    def may_quantise(self, model: str) -> bool:
        """Whether a model is exported here, and none in integers was judged by many passages yet."""
        record = self.record(model) if self._exports else None
        if record is None or "fp32" not in record.engines:
            return False
        tried = record.engines.get("int8")
        return tried is None or (tried.quality is not None and tried.quality.passages <= JUDGED_BY)

    def serving(self, record: EngineRecord) -> str:
        """Return the precision of the engine that serves here by what is known, or "torch"."""
        return (self._exports and fastest(allowed(record, processor()), on=processor())) or TORCH

    def quantise(self, model: str) -> EngineRecord | None:
        """Return what is known of a model's engines after one in integers was made and judged.

        `None` if the model is not exported here, or cannot be written now.
        """
        from retrieval.embedders.engine_building import (  # noqa: PLC0415 - on request
            QUANTISED_BY,
            quantise,
        )

        folder = self._folder(model)
        try:
            with folder.writing() as may_write:
                record = self.record(model) if may_write and self._exports else None
                if record is None or "fp32" not in record.engines:
                    return record
                passages = self._own_passages(QUANTISED_BY)
                return quantise(folder, record, passages, on=processor(), threads=self._threads)
        except OSError as error:
            _log.info("no engine can be kept in %s (%s)", folder.path, error.strerror)
            return None

    def _best(self, folder: EngineFolder, record: EngineRecord) -> Embedder | None:
        """Return the engine that serves here, `None` if none may or its files are damaged."""
        try:
            precision = self._choice(folder, record)
            if precision is None:
                return None
            return folder.opened(record, precision, threads=self._threads, at_once=self._at_once)
        except RuntimeError as error:
            _log.warning(
                "the engine in %s cannot be used and is made anew (%s)", folder.path, error
            )
            with suppress(OSError):
                folder.forget()
            return None

    def _choice(self, folder: EngineFolder, record: EngineRecord) -> str | None:
        here = processor()
        engines = allowed(record, here)
        if len(engines) > 1 and not all(
            here.identity in engine.milliseconds for engine in engines.values()
        ):
            engines = self._timed(folder, record, engines, here)
        return fastest(engines, on=here)

    def _timed(
        self,
        folder: EngineFolder,
        record: EngineRecord,
        engines: Mapping[str, Engine],
        here: Processor,
    ) -> dict[str, Engine]:
        """Return engines with what each costs on this kind of processor, and note it."""
        from retrieval.embedders.engine_building import TIMED_BY  # noqa: PLC0415 - once a machine
        from retrieval.embedders.engine_trials import milliseconds_of  # noqa: PLC0415

        passages = self._own_passages(TIMED_BY)
        timed = {}
        for name, engine in engines.items():
            took = milliseconds_of(folder.opened(record, name, threads=self._threads), passages)
            timed[name] = engine.timed(here.identity, took)
        with suppress(OSError):
            replace(record, engines={**record.engines, **timed}).write(folder.path)
        return timed

    def _own_passages(self, most: int) -> Sequence[PassageText]:
        from corpus.store import ArticleStore  # noqa: PLC0415 - not to open a kept engine
        from retrieval.embedders.engine_trials import own_passages  # noqa: PLC0415

        with ArticleStore.open(self._library) as store:
            return own_passages(store, most)


def allowed(record: EngineRecord, on: Processor) -> dict[str, Engine]:
    """Return the engines that may serve on a processor."""
    return {
        name: engine
        for name, engine in record.engines.items()
        if not engine.refused and (name != "bf16" or on.has_bf16)
    }


def fastest(engines: Mapping[str, Engine], *, on: Processor) -> str | None:
    """Return the precision that costs least on a processor, the more exact of near equals."""
    best: str | None = None
    least = float("inf")
    for name in (name for name in _EXACTNESS if name in engines):
        took = engines[name].milliseconds.get(on.identity, float("inf"))
        if best is None or took < least * _WORTH_IT:
            best, least = name, took
    return best


def _torch_has_a_gpu() -> bool:
    """Whether torch would find a GPU, told without importing it."""
    if not _NVIDIA_DRIVER.exists():
        return False
    from importlib.metadata import version  # noqa: PLC0415 - where there is a driver

    return not version("torch").endswith("+cpu")
