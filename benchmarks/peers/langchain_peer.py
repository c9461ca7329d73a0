"""LangChain: `EnsembleRetriever` over FAISS and BM25 with equal weights, as its guide has it.

The ensemble fuses by reciprocal rank, told apart by id, as equal passages would count as one, many
times. BM25 (`rank_bm25`) cannot be kept: `open` builds it again.
"""

import json
from collections.abc import Sequence
from pathlib import Path

from langchain_classic.retrievers import EnsembleRetriever
from langchain_community.retrievers import BM25Retriever
from langchain_community.vectorstores import FAISS
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_huggingface import HuggingFaceEmbeddings

from benchmarks.peers.protocol import Passage, ReadyVectors, serve

PASSAGES = "passages.json"


class GivenEmbeddings(Embeddings):
    """Ready vectors, as LangChain asks for them."""

    def __init__(self, ready: ReadyVectors) -> None:
        """Look texts up in `ready`."""
        self._ready = ready

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Return a vector for each text."""
        return [row.tolist() for row in self._ready.of(texts)]

    def embed_query(self, text: str) -> list[float]:
        """Return the vector of a question."""
        return self.embed_documents([text])[0]


class LangChainPeer:
    """A FAISS store and a BM25 retriever over the same documents."""

    def __init__(self, model: Path, ready: ReadyVectors | None) -> None:
        """Embed with the model, or take ready vectors."""
        self._embeddings: Embeddings = (
            GivenEmbeddings(ready) if ready else HuggingFaceEmbeddings(model_name=str(model))
        )

    def build(self, passages: Sequence[Passage], index: Path | None) -> None:
        """Index title and text."""
        documents = [Document(one.indexed, metadata={"id": one.id}) for one in passages]
        self._store = FAISS.from_documents(documents, self._embeddings)
        if index is not None:
            self._store.save_local(str(index))
            kept = [{"id": one.id, "text": one.indexed} for one in passages]
            (index / PASSAGES).write_text(json.dumps(kept), encoding="utf-8")
        self._words = BM25Retriever.from_documents(documents)

    def open(self, index: Path) -> None:
        """Load the store, build BM25 again, and load the model."""
        self._store = FAISS.load_local(
            str(index), self._embeddings, allow_dangerous_deserialization=True
        )
        kept = json.loads((index / PASSAGES).read_text(encoding="utf-8"))
        self._words = BM25Retriever.from_documents(
            [Document(one["text"], metadata={"id": one["id"]}) for one in kept]
        )

    def search(self, question: str, depth: int, way: str) -> list[int]:
        """Return ids, best first."""
        words = self._words.model_copy(update={"k": depth})
        if way == "keyword":
            found = words.invoke(question)
        else:
            meaning = self._store.as_retriever(search_kwargs={"k": depth})
            both = EnsembleRetriever(retrievers=[words, meaning], weights=[0.5, 0.5], id_key="id")
            found = both.invoke(question)
        return [int(document.metadata["id"]) for document in found[:depth]]


if __name__ == "__main__":
    serve(LangChainPeer)
