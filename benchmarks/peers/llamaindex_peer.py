"""LlamaIndex: `QueryFusionRetriever` by reciprocal rank over FAISS and BM25, no queries made up.

FAISS holds inner products: distances, which the guide uses, would be fused upside down.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import faiss
from llama_index.core import StorageContext, VectorStoreIndex, load_index_from_storage
from llama_index.core.embeddings import BaseEmbedding
from llama_index.core.llms import MockLLM
from llama_index.core.retrievers import QueryFusionRetriever
from llama_index.core.schema import TextNode
from llama_index.embeddings.huggingface import HuggingFaceEmbedding
from llama_index.retrievers.bm25 import BM25Retriever
from llama_index.vector_stores.faiss import FaissVectorStore

from benchmarks.peers.protocol import Passage, ReadyVectors, serve

DIMENSION = 384
WORDS = "bm25"


class GivenEmbedding(BaseEmbedding):
    """Ready vectors, as LlamaIndex asks for them."""

    ready: Any

    def _get_text_embedding(self, text: str) -> list[float]:
        row: list[float] = self.ready.of([text])[0].tolist()
        return row

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)


class LlamaIndexPeer:
    """A vector index and a BM25 retriever over the same nodes."""

    def __init__(self, model: Path, ready: ReadyVectors | None) -> None:
        """Embed with the model, or take ready vectors."""
        self._embedding: BaseEmbedding = (
            GivenEmbedding(ready=ready) if ready else HuggingFaceEmbedding(model_name=str(model))
        )

    def build(self, passages: Sequence[Passage], index: Path | None) -> None:
        """Index title and text."""
        nodes = [_node(one) for one in passages]
        store = FaissVectorStore(faiss_index=faiss.IndexFlatIP(DIMENSION))
        context = StorageContext.from_defaults(vector_store=store)
        self._vectors = VectorStoreIndex(
            nodes, storage_context=context, embed_model=self._embedding
        )
        self._words = BM25Retriever.from_defaults(nodes=nodes)
        if index is not None:
            context.persist(persist_dir=str(index))
            self._words.persist(str(index / WORDS))

    def open(self, index: Path) -> None:
        """Load both."""
        context = StorageContext.from_defaults(
            vector_store=FaissVectorStore.from_persist_dir(str(index)), persist_dir=str(index)
        )
        self._vectors = load_index_from_storage(context, embed_model=self._embedding)
        self._words = BM25Retriever.from_persist_dir(str(index / WORDS))

    def search(self, question: str, depth: int, way: str) -> list[int]:
        """Return ids, best first."""
        self._words.similarity_top_k = min(depth, self._held)
        if way == "keyword":
            found = self._words.retrieve(question)
        else:
            both = QueryFusionRetriever(
                [self._vectors.as_retriever(similarity_top_k=depth), self._words],
                llm=MockLLM(),
                similarity_top_k=depth,
                num_queries=1,
                mode="reciprocal_rerank",
                use_async=False,
            )
            found = both.retrieve(question)
        return [int(one.node.node_id) for one in found]

    @property
    def _held(self) -> int:
        """Return how many passages there are; BM25 refuses to be asked for more."""
        return int(self._words.bm25.scores["num_docs"])


def _node(passage: Passage) -> TextNode:
    """Return a node whose hash is its own: fusion counts equal passages as one, many times."""
    return TextNode(
        id_=str(passage.id),
        text=passage.indexed,
        metadata={"id": passage.id},
        excluded_embed_metadata_keys=["id"],
    )


if __name__ == "__main__":
    serve(LlamaIndexPeer)
