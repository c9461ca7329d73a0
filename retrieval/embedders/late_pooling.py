"""Sentence vectors out of the pass over the whole passage ("late chunking", Guenther et al., 2024).

They know their surroundings and cost no second pass. It is right only where a text's vector is the
mean of its tokens' vectors, and where every token can be traced to the characters it stands for.
"""

import copy
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from retrieval.embedders.pooling_rows import sentence_rows
from retrieval.protocols import PassageText, Vectors

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_AFTER_POOLING = frozenset({"Dense", "Dropout", "LayerNorm", "Normalize"})
_WITHOUT_WEIGHTS = frozenset({"Dropout", "Normalize"})


class LatePooling:
    """Pools sentences from the token vectors one model made of a passage."""

    def __init__(self, model: "SentenceTransformer", prompt: str) -> None:
        """Pool for a model that `can_pool_late`; `prompt` stands before its passages."""
        # A tokenizer that is given other settings than before changes for every thread that uses it.
        self._tokenizer: Any = copy.deepcopy(model.tokenizer)
        self._prompt = prompt
        self._limit = int(model.max_seq_length or 0)
        self._heads = [
            module for module in list(model)[2:] if type(module).__name__ not in _WITHOUT_WEIGHTS
        ]

    def sentences(
        self, passages: Sequence[PassageText], outputs: Sequence[Any]
    ) -> list[Vectors | None]:
        """Return float32 [sentences, dimension] for each passage, rows of any length.

        `outputs` is what the model says of each, token by token. `None` stands for a passage that
        the model cut into other tokens than can be traced. A sentence beyond the model's maximum
        length has a row of zeros.
        """
        texts = [f"{self._prompt}{passage.indexed}" for passage in passages]
        traced: Any = self._tokenizer(
            texts,
            truncation=self._limit > 0,
            max_length=self._limit or None,
            return_offsets_mapping=True,
        )
        return [
            self._pooled(passage, output, ids, np.asarray(offsets).reshape(-1, 2))
            for passage, output, ids, offsets in zip(
                passages, outputs, traced["input_ids"], traced["offset_mapping"], strict=True
            )
        ]

    def _pooled(
        self,
        passage: PassageText,
        output: Any,  # noqa: ANN401 - tensors by name, as the library returns them
        ids: Sequence[int],
        offsets: NDArray[np.int64],
    ) -> Vectors | None:
        seen = output["attention_mask"].bool()
        if output["input_ids"][seen].tolist() != list(ids):
            return None
        tokens = output["token_embeddings"][seen].float().cpu().numpy()
        start = len(self._prompt) + len(passage.title) + 1
        return self._through_heads(_means(passage, tokens, offsets, start))

    def _through_heads(self, rows: Vectors) -> Vectors:
        """Return what the model makes of pooled vectors; zeros stay zeros."""
        if not self._heads or not len(rows):
            return rows
        import torch  # noqa: PLC0415 - takes seconds

        with torch.inference_mode():
            features = {"sentence_embedding": torch.from_numpy(rows).to(_place_of(self._heads))}
            for head in self._heads:
                features = head(features)
        found: Vectors = features["sentence_embedding"].float().cpu().numpy()
        found[~rows.any(axis=1)] = 0.0
        return found


def can_pool_late(model: "SentenceTransformer") -> bool:
    """Whether a text's vector is made of its tokens' mean, and tokens can be traced."""
    kinds = [type(module).__name__ for module in model]
    if kinds[:2] != ["Transformer", "Pooling"] or not set(kinds[2:]) <= _AFTER_POOLING:
        return False
    pooling: Any = model[1]
    means = pooling.get_config_dict().get("pooling_mode") == "mean"
    return bool(means and getattr(model.tokenizer, "is_fast", False))


def _means(
    passage: PassageText, tokens: NDArray[np.float32], offsets: NDArray[np.int64], start: int
) -> Vectors:
    """Return the mean of each sentence's `tokens` [tokens, width]; zeros for one without any."""
    rows = sentence_rows(passage.sentences, offsets, start)
    counts = np.maximum(rows.sum(axis=1, keepdims=True), 1.0)
    means: Vectors = (rows @ tokens / counts).astype(np.float32)
    return means


def _place_of(heads: Sequence[Any]) -> Any:  # noqa: ANN401 - a device, of a library loaded lazily
    return next((weights.device for head in heads for weights in head.parameters()), "cpu")
