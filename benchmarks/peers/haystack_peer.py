"""Haystack: the pipeline its documentation gives for hybrid retrieval, on the in-memory store.

BM25 and embedding retriever into a `DocumentJoiner` with reciprocal rank fusion; no ranker after
it, for that would be another model. Ways: `hybrid`, and `keyword`, its BM25 alone.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from haystack import Document, Pipeline
from haystack.components.joiners import DocumentJoiner
from haystack.components.retrievers.in_memory import (
    InMemoryBM25Retriever,
    InMemoryEmbeddingRetriever,
)
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack_integrations.components.embedders.sentence_transformers import (
    SentenceTransformersDocumentEmbedder,
    SentenceTransformersTextEmbedder,
)

from benchmarks.peers.protocol import Passage, ReadyVectors, serve


class HaystackPeer:
    """One store and one pipeline over it."""

    def __init__(self, model: Path, ready: ReadyVectors | None) -> None:
        """Embed with the model's components, or leave them out and hand over ready vectors."""
        self._model = str(model)
        self._ready = ready

    def build(self, passages: Sequence[Passage], index: Path | None) -> None:
        """Index title and text."""
        documents = [
            Document(id=str(one.id), content=one.indexed, meta={"title": one.title})
            for one in passages
        ]
        store = InMemoryDocumentStore()
        store.write_documents(self._embedded(documents))
        if index is not None:
            store.save_to_disk(str(index / "documents.json"))
        self._search(store)

    def open(self, index: Path) -> None:
        """Read the store and load the model."""
        self._search(InMemoryDocumentStore.load_from_disk(str(index / "documents.json")))

    def search(self, question: str, depth: int, way: str) -> list[int]:
        """Return ids, best first."""
        worded: dict[str, Any] = {"query": question, "top_k": depth}
        if way == "keyword":
            found = self._keywords.run(**worded)
        else:
            inputs = {"words": worded, "meaning": {"top_k": depth}, "join": {"top_k": depth}}
            if self._ready is None:
                inputs["embed"] = {"text": question}
            else:
                inputs["meaning"]["query_embedding"] = self._ready.of([question])[0].tolist()
            found = self._pipeline.run(inputs)["join"]
        return [int(document.id) for document in found["documents"]]

    def _embedded(self, documents: list[Document]) -> list[Document]:
        if self._ready is None:
            embedder = SentenceTransformersDocumentEmbedder(model=self._model, progress_bar=False)
            return list(embedder.run(documents=documents)["documents"])
        vectors = self._ready.of([str(document.content) for document in documents])
        for document, vector in zip(documents, vectors, strict=True):
            document.embedding = vector.tolist()
        return documents

    def _search(self, store: InMemoryDocumentStore) -> None:
        self._keywords = InMemoryBM25Retriever(store)
        pipeline = Pipeline()
        pipeline.add_component("words", self._keywords)
        pipeline.add_component("meaning", InMemoryEmbeddingRetriever(store))
        pipeline.add_component("join", DocumentJoiner(join_mode="reciprocal_rank_fusion"))
        pipeline.connect("words", "join")
        pipeline.connect("meaning", "join")
        if self._ready is None:
            embedder = SentenceTransformersTextEmbedder(model=self._model, progress_bar=False)
            pipeline.add_component("embed", embedder)
            pipeline.connect("embed.embedding", "meaning.query_embedding")
        pipeline.warm_up()
        self._pipeline = pipeline


if __name__ == "__main__":
    serve(HaystackPeer)
