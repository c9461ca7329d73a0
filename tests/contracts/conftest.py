"""One embedder of each kind, loaded once for all contract tests."""

from collections.abc import Callable

import pytest

from retrieval.embedders.sentence_transformers import SentenceTransformersEmbedder
from retrieval.protocols import Embedder
from tests.retrieval.exported_models import EXPORTED_KINDS, exported
from tests.retrieval.hashing_embedder import HashingEmbedder
from tests.retrieval.tiny_models import save_tiny_model

PROMPTS = {"query": "query: ", "passage": "passage: "}
TORCH_KINDS = ("hashing", "mean", "mean without a norm", "first token", "prompted")
KINDS = (*TORCH_KINDS, *EXPORTED_KINDS)


@pytest.fixture(scope="session")
def load_kind(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Embedder]:
    """Return what loads an embedder of one kind, always from the same files."""
    folder = tmp_path_factory.mktemp("models")
    saved: dict[str, str] = {}

    def on_torch(kind: str) -> SentenceTransformersEmbedder:
        if kind not in saved:
            saved[kind] = str(
                save_tiny_model(
                    folder / kind.replace(" ", "-"),
                    pooling="cls" if kind == "first token" else "mean",
                    normalised=kind != "mean without a norm",
                    prompts=PROMPTS if kind == "prompted" else None,
                )
            )
        return SentenceTransformersEmbedder.load(saved[kind])

    def load(kind: str) -> Embedder:
        if kind == "hashing":
            return HashingEmbedder(max_tokens=40)
        if kind not in EXPORTED_KINDS:
            return on_torch(kind)
        precision = "int8" if kind == "integers" else "fp32"
        return exported(on_torch(EXPORTED_KINDS[kind]), folder / "library", precision)

    return load


@pytest.fixture(scope="session", params=KINDS)
def embedder(request: pytest.FixtureRequest, load_kind: Callable[[str], Embedder]) -> Embedder:
    kind: str = request.param
    return load_kind(kind)


@pytest.fixture
def kind_of(embedder: Embedder, request: pytest.FixtureRequest) -> str:
    """Return the kind of the embedder under test."""
    return str(request.node.callspec.params["embedder"])
