"""A sentence-transformers model as an OpenVINO graph, pooling and the layers after it inside.

Loaded only to export: it needs torch. The graph takes token numbers and rows of weights
(`pooling_rows`) and returns one vector a row.
"""

import copy
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from retrieval.embedders.late_pooling import can_pool_late
from retrieval.embedders.openvino_runtime import openvino
from retrieval.embedders.pooling_rows import POOLINGS
from retrieval.embedders.text_reader import Habits

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_AFTER_POOLING = frozenset({"Dense", "Dropout", "LayerNorm", "Normalize"})
_ALMOST_NOTHING = 1e-9


def why_not_exportable(model: "SentenceTransformer", passage_prompt: str) -> str | None:
    """Return what keeps a model from being exported, `None` if nothing is known to."""
    kinds = [type(module).__name__ for module in model]
    if kinds[:2] != ["Transformer", "Pooling"] or not set(kinds[2:]) <= _AFTER_POOLING:
        return f"it is made of {', '.join(kinds)}"
    pooling: Any = model[1]
    how = pooling.get_config_dict()
    if how.get("pooling_mode") not in POOLINGS:
        return f"it pools by {how.get('pooling_mode')}"
    if passage_prompt and not how.get("include_prompt", True):
        return "it leaves the prompt out of its pooling"
    tokenizer: Any = model.tokenizer
    if not getattr(tokenizer, "is_fast", False) or tokenizer.truncation_side != "right":
        return "its tokenizer is not one of the fast ones"
    return None


def habits_of(
    model: "SentenceTransformer", *, question_prompt: str, passage_prompt: str, longest: int
) -> Habits:
    """Return how a model that can be exported wants its texts."""
    pooling: Any = model[1]
    return Habits(
        question_prompt=question_prompt,
        passage_prompt=passage_prompt,
        longest=longest,
        pooling=str(pooling.get_config_dict()["pooling_mode"]),
        late=can_pool_late(model),
    )


def save_tokenizer(model: "SentenceTransformer", file: Path) -> None:
    """Write a model's tokenizer as the Rust library reads it."""
    tokenizer: Any = model.tokenizer
    tokenizer.backend_tokenizer.save(str(file))


def graph_of(model: "SentenceTransformer") -> Any:  # noqa: ANN401 - a library's own
    """Return the graph of a model, in fp32.

    Inputs: `input_ids` and `attention_mask` int64 [texts, tokens], `rows` float32 [texts, rows,
    tokens]. Output: float32 [texts, rows, dimension]. Raises what torch and OpenVINO raise for a
    model they cannot trace.
    """
    library = openvino()
    from openvino.frontend.pytorch.ts_decoder import (  # noqa: PLC0415 - after its door
        TorchScriptPythonDecoder,
    )

    example = {
        "input_ids": torch.ones((2, 7), dtype=torch.long),
        "attention_mask": torch.ones((2, 7), dtype=torch.long),
        "rows": torch.ones((2, 3, 7)),
    }
    with torch.inference_mode(), _silenced():
        # The decoder patches what it traces: it gets modules of its own, on the processor.
        parts = _Parts(*(copy.deepcopy(module).cpu().float() for module in model)).eval()
        # Tracing once more to compare would take longer than judging what comes of it.
        decoder = TorchScriptPythonDecoder(
            parts, example_input=example, trace_kwargs={"check_trace": False}
        )
        frontend = library.frontend.FrontEndManager().load_by_framework("pytorch")
        return frontend.convert(frontend.load(decoder))


def widest_layer(graph: Any) -> int:  # noqa: ANN401
    """Return the numbers a token has where it has most, by the graph's matrices."""
    widths = [
        output.partial_shape[-1].get_length()
        for node in graph.get_ops()
        if node.get_type_name() == "MatMul"
        for output in node.outputs()
        if output.partial_shape.rank.is_static and output.partial_shape[-1].is_static
    ]
    return max(widths, default=1)


@contextmanager
def _silenced() -> Iterator[None]:
    """Keep to ourselves what the tracer says of shapes that stay open, and what it stumbles upon."""
    log = logging.getLogger("transformers")
    before = log.level
    log.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        log.setLevel(before)


class _Parts(torch.nn.Module):
    """Transformer, pooling by given rows, and the layers after it."""

    def __init__(self, transformer: Any, _pooling: Any, *heads: Any) -> None:  # noqa: ANN401
        super().__init__()
        self.transformer = transformer.auto_model
        self.heads = torch.nn.ModuleList(heads)

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, rows: torch.Tensor
    ) -> torch.Tensor:
        made = self.transformer(input_ids=input_ids, attention_mask=attention_mask)
        sums = torch.matmul(rows, made.last_hidden_state)
        means = sums / rows.sum(-1, keepdim=True).clamp(min=_ALMOST_NOTHING)
        features = {"sentence_embedding": means.flatten(0, 1)}
        for head in self.heads:
            features = head(features)
        found: torch.Tensor = features["sentence_embedding"]
        return found.reshape(*means.shape[:2], -1)
