"""Where the exported engines of one model lie: a folder of the library that can be deleted."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from filelock import FileLock, Timeout

from corpus.library_file import FILE_NAME as LIBRARY
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
        self, record: EngineRecord, precision: str, *, threads: int | None
    ) -> ExportedEmbedder:
        """Return an engine ready to embed. Raise `RuntimeError` if its files are damaged.

        Raise `ModelError` if the model's vectors are shorter than was asked for.
        """
        if record.habits is None:
            message = f"{self.path} holds no engine; delete it"
            raise RuntimeError(message)
        space = cut_space(record.space, self._asked.dimension, setting=self._setting)
        return ExportedEmbedder(
            CompiledGraph.compile(self.graph(precision), precision=precision, threads=threads),
            TextReader.load(self.tokenizer, record.habits),
            space=space,
            full=record.space.dimension,
            widest=record.widest,
            name=f"OpenVINO {precision}",
        )

    def graph(self, precision: str) -> Path:
        """Return the file of a precision's graph; its weights lie beside it."""
        return self.path / _GRAPHS[precision]

    @property
    def tokenizer(self) -> Path:
        """Return the file of the tokenizer."""
        return self.path / _TOKENIZER

    @contextmanager
    def writing(self) -> Iterator[bool]:
        """Yield whether engines may be written: the library is there, and nobody else writes."""
        if not (self._library / LIBRARY).exists():
            yield False
            return
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
