"""Where the exported engines of one model lie: a folder of the library that can be deleted."""

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from corpus.library_file import FILE_NAME as LIBRARY
from retrieval.embedders.engine_record import FILE_NAME as RECORD
from retrieval.embedders.engine_record import EngineRecord, read_record
from retrieval.embedders.exported import ExportedEmbedder
from retrieval.embedders.model_files import (
    BUNDLED_SHA256,
    REVISION_LENGTH,
    ModelName,
    place_of,
    stamps_of,
)
from retrieval.embedders.openvino_runtime import CompiledGraph
from retrieval.embedders.text_reader import TextReader
from retrieval.embedders.unit_vectors import cut_space

FOLDER = "engines"
_TOKENIZER = "tokenizer.json"
_GRAPHS = {"fp32": "fp32.xml", "bf16": "fp32.xml", "int8": "int8.xml"}
"""bf16 is how the graph of fp32 is computed, not another graph."""
_COMPILED = "compiled"
_NAME_LENGTH = 12


class EngineFolder:
    """The engines of one model, kept in one library."""

    def __init__(self, library: Path, asked: ModelName, *, setting: str) -> None:
        """Prepare; nothing is read yet. `setting` is the variable that names the model."""
        self._library = library
        self._asked = asked
        self._setting = setting
        name = hashlib.sha256(asked.known_as.encode()).hexdigest()[:_NAME_LENGTH]
        self.path = library / FOLDER / name

    def record(self) -> EngineRecord | None:
        """Return what is known of the engines, `None` if there are none of this very model.

        Raise `ModelError` if the model's own folder is damaged.
        """
        kept = read_record(self.path)
        if kept is None or kept.space.model != self._asked.known_as:
            return None
        if self._asked.is_bundled:
            return kept if kept.space.revision == BUNDLED_SHA256[:REVISION_LENGTH] else None
        stamps = stamps_of(self._asked)
        if stamps == dict(kept.source):
            return kept
        place = place_of(self._asked, setting=self._setting)
        return replace(kept, source=stamps) if place.revision == kept.space.revision else None

    def opened(
        self,
        record: EngineRecord,
        precision: str,
        *,
        threads: int | None,
        at_once: int | None = None,
        draft: Path | None = None,
    ) -> ExportedEmbedder:
        """Return an engine ready to embed, of its `draft` if one is named.

        `at_once` is how many runs may go on side by side, by default as suits many askers.
        Raise `RuntimeError` if its files are damaged, and `ModelError` if the model's vectors are
        shorter than was asked for.
        """
        if record.habits is None:
            message = f"{self.path} holds no engine; delete it"
            raise RuntimeError(message)
        space = cut_space(record.space, self._asked.dimension, setting=self._setting)
        return ExportedEmbedder(
            CompiledGraph.compile(
                draft or self.graph(precision),
                precision=precision,
                threads=threads,
                at_once=at_once,
                longest=record.habits.longest,
                kept_in=None if draft else self.path / _COMPILED,
            ),
            TextReader.load(self.tokenizer, record.habits),
            space=space,
            full=record.space.dimension,
            widest=record.widest,
            name=f"OpenVINO {precision}",
        )

    @contextmanager
    def drafting(self, precision: str) -> Iterator[Path]:
        """Yield a path to write a graph to; what is left there after the block is deleted."""
        draft = self.path / f"{precision}.{os.getpid()}.partial.xml"
        try:
            yield draft
        finally:
            draft.unlink(missing_ok=True)
            draft.with_suffix(".bin").unlink(missing_ok=True)

    def take(self, draft: Path, precision: str) -> None:
        """Put a draft in the place of a precision's graph.

        The record must not name that precision meanwhile: two files change places. A program
        that runs with the old ones keeps them.
        """
        graph = self.graph(precision)
        draft.with_suffix(".bin").replace(graph.with_suffix(".bin"))
        draft.replace(graph)
        shutil.rmtree(self.path / _COMPILED, ignore_errors=True)

    def graph(self, precision: str) -> Path:
        """Return the file of a precision's graph; its weights lie beside it."""
        return self.path / _GRAPHS[precision]

    @property
    def tokenizer(self) -> Path:
        """Return the file of the tokenizer."""
        return self.path / _TOKENIZER

    def forget(self) -> None:
        """Delete the note and what was compiled: the engines are no more. Raises `OSError`."""
        (self.path / RECORD).unlink(missing_ok=True)
        shutil.rmtree(self.path / _COMPILED, ignore_errors=True)

    @contextmanager
    def writing(self) -> Iterator[bool]:
        """Yield whether engines may be written: the library is there, and nobody else writes."""
        if not (self._library / LIBRARY).exists():
            yield False
            return
        from filelock import FileLock, Timeout  # noqa: PLC0415 - not needed to answer

        self.path.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.path / "writing.lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            yield False
            return
        try:
            yield True
        finally:
            lock.release()
