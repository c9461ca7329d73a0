"""Embeddings by an exported graph: the vectors of its model without torch, sooner and cheaper."""

from collections.abc import Sequence
from itertools import islice

import numpy as np

from retrieval.embedders.length_batches import run_by_length
from retrieval.embedders.openvino_runtime import CompiledGraph
from retrieval.embedders.pooling_rows import Reading
from retrieval.embedders.question_batches import QuestionBatches
from retrieval.embedders.text_reader import TextReader
from retrieval.embedders.unit_vectors import cut_to_unit
from retrieval.protocols import PassageText, PassageVectors, Space, Vectors


class ExportedEmbedder:
    """An `Embedder` over a compiled graph and the tokenizer of its model."""

    parts_at_once = 2
    """Threads that gain by embedding passages side by side: one reads while the other computes."""

    def __init__(
        self,
        graph: CompiledGraph,
        reader: TextReader,
        *,
        space: Space,
        full: int,
        widest: int,
        name: str,
    ) -> None:
        """Embed into `space`; the graph's own vectors have `full` numbers.

        `widest` is the width of the model's widest layer. `name` says which engine it is, for
        people: "OpenVINO int8".
        """
        self._graph = graph
        self.reader = reader
        self._space = space
        self._widest = widest
        self._questions = QuestionBatches(graph.run, at_once=graph.streams)
        self._nothing = np.zeros((0, full), dtype=np.float32)
        self.name = name

    @property
    def space(self) -> Space:
        """Return the space all vectors of this embedder lie in."""
        return self._space

    def embed_passages(self, passages: Sequence[PassageText]) -> list[PassageVectors]:
        """Return the vectors of `passages`, in the order given."""
        if not passages:
            return []
        found = self._run(self.reader.passages(passages))
        if not self.reader.habits.late:
            apart = self._apart(passages)
            found = [np.concatenate(parts) for parts in zip(found, apart, strict=True)]
        return [
            PassageVectors(passage=vectors[0], sentences=vectors[1:])
            for vectors in (cut_to_unit(rows, self._space.dimension) for rows in found)
        ]

    def _run(self, readings: Sequence[Reading]) -> list[Vectors]:
        return run_by_length(
            readings, self._graph.run, widest=self._widest, at_once=self._graph.streams
        )

    def _apart(self, passages: Sequence[PassageText]) -> list[Vectors]:
        """Return the vectors of each passage's sentences, read one by one."""
        texts = [span.of(passage.text) for passage in passages for span in passage.sentences]
        vectors = iter(self._run(self.reader.texts(texts)))
        return [
            np.concatenate([self._nothing, *islice(vectors, len(passage.sentences))])
            for passage in passages
        ]

    def embed_question(self, text: str) -> Vectors:
        """Return float32 [dimension], of length 1."""
        (vector,) = self._questions.vectors(self.reader.question(text))
        return cut_to_unit(vector, self._space.dimension)
