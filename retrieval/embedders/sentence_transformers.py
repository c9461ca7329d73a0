"""Embeddings by sentence-transformers on torch: any of its models, by name or by path."""

import hashlib
import json
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from retrieval.embedders.late_pooling import LatePooling, can_pool_late
from retrieval.embedders.model_files import (
    BUNDLED_MODEL,
    BUNDLED_SHA256,
    REVISION_LENGTH,
    hub_commit,
    loaded,
    parse_name,
    place_of,
)
from retrieval.embedders.unit_vectors import cut_space, cut_to_unit
from retrieval.errors import ModelError
from retrieval.protocols import PassageText, PassageVectors, Space, Vectors

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

__all__ = ["BUNDLED_MODEL", "BUNDLED_SHA256", "SentenceTransformersEmbedder", "locate"]

SETTING = "PASSAGEBOT_MODEL"
_BATCH = 32
_QUESTION_PROMPTS = ("query", "search_query", "retrieval.query", "question")
_PASSAGE_PROMPTS = ("document", "passage", "corpus", "search_document", "retrieval.passage")
_LONGEST = 1_000_000
"""A maximum length beyond this many tokens is none."""


class SentenceTransformersEmbedder:
    """An `Embedder` over one loaded sentence-transformers model."""

    name = "torch"
    parts_at_once = 1
    """It uses all threads for one part."""

    def __init__(
        self,
        model: "SentenceTransformer",
        *,
        name: str,
        revision: str,
        dimension: int | None = None,
    ) -> None:
        """Wrap `model`; `name` and `revision` become its identity.

        With a `dimension`, vectors are cut to their first numbers and made unit vectors again.
        Raise `ModelError` if the model's vectors have fewer. `full_space` is that of whole vectors.
        """
        self.model = model
        prompts = json.dumps(model.prompts, sort_keys=True)
        self.full_space = Space(
            model=name,
            revision=revision,
            dimension=_dimension_of(model),
            prompts=hashlib.sha256(prompts.encode()).hexdigest()[:REVISION_LENGTH],
            max_tokens=_max_tokens(model),
        )
        self._space = cut_space(self.full_space, dimension, setting=SETTING)
        self.question_prompt = _prompt_of(model, _QUESTION_PROMPTS)
        self.passage_prompt = _prompt_of(model, _PASSAGE_PROMPTS)
        self._late = LatePooling(model, self.passage_prompt) if can_pool_late(model) else None

    @classmethod
    def load(
        cls,
        model: str = BUNDLED_MODEL,
        *,
        trust_code: bool = False,
        device: str | None = None,
        threads: int | None = None,
    ) -> Self:
        """Load a model by name or path; the default one is bundled and needs no network.

        A name that is no folder here goes to sentence-transformers as it is. `trust_code` lets a
        model run program code it brings. `device` is one of torch's ("cuda:1"; default: a GPU if
        torch sees one), `threads` how many of the processor's it uses. Raise `ModelError` when the
        model cannot be found or loaded, its weights are not the expected ones, or there is no
        such device.
        """
        asked = parse_name(model)
        place = place_of(asked, setting=SETTING)
        found = loaded(
            partial(_load, place.source, trust_code=trust_code, device=device, threads=threads),
            place,
            kind="a sentence-transformers model",
            setting=SETTING,
        )
        revision = hub_commit(place.name) if place.revision is None else place.revision
        return cls(found, name=place.name, revision=revision, dimension=asked.dimension)

    @property
    def space(self) -> Space:
        """Return the space all vectors of this embedder lie in."""
        return self._space

    def embed_passages(self, passages: Sequence[PassageText]) -> list[PassageVectors]:
        """Return the vectors of `passages`, in the order given.

        Models that average tokens read each passage once (`LatePooling`); with others every
        sentence is read on its own, too, which costs about as much again.
        """
        if not passages:
            return []
        if self._late is None:
            return self._separately(passages)
        outputs: Any = self.model.encode_document(
            [passage.indexed for passage in passages],
            prompt=self.passage_prompt,
            batch_size=_BATCH,
            output_value=None,
            show_progress_bar=False,
        )
        pooled = self._late.sentences(passages, outputs)
        return [
            PassageVectors(
                passage=self._cut(output["sentence_embedding"].float().cpu().numpy()),
                sentences=self._apart(passage) if rows is None else self._cut(rows),
            )
            for passage, output, rows in zip(passages, outputs, pooled, strict=True)
        ]

    def _separately(self, passages: Sequence[PassageText]) -> list[PassageVectors]:
        """Read passages and sentences one by one."""
        vectors = self._encode([passage.indexed for passage in passages])
        sentences = [span.of(passage.text) for passage in passages for span in passage.sentences]
        rows = self._encode(sentences)
        ends = np.cumsum([len(passage.sentences) for passage in passages])
        return [
            PassageVectors(passage=vector, sentences=some)
            for vector, some in zip(vectors, np.split(rows, ends[:-1]), strict=True)
        ]

    def _apart(self, passage: PassageText) -> Vectors:
        return self._encode([span.of(passage.text) for span in passage.sentences])

    def _encode(self, texts: list[str]) -> Vectors:
        """Return float32 [texts, dimension], unit rows."""
        if not texts:
            return np.zeros((0, self._space.dimension), dtype=np.float32)
        vectors = self.model.encode_document(
            texts, prompt=self.passage_prompt, batch_size=_BATCH, show_progress_bar=False
        )
        return self._cut(np.asarray(vectors))

    def embed_question(self, text: str) -> Vectors:
        """Return float32 [dimension], of length 1."""
        with _one_thread():
            vector = self.model.encode_query(
                text, prompt=self.question_prompt, show_progress_bar=False
            )
        return self._cut(np.asarray(vector))

    def _cut(self, vectors: Any) -> Vectors:  # noqa: ANN401 - floats of any precision
        return cut_to_unit(vectors, self._space.dimension)


def locate(model: str) -> tuple[Path, str]:
    """Return the folder of a model that is here and its revision; `ModelError` if it is not."""
    place = place_of(parse_name(model), setting=SETTING)
    if place.revision is None:
        message = f"the model {model!r} is no folder here; name one in {SETTING}"
        raise ModelError(message)
    return Path(place.source), place.revision


def _load(
    source: str,
    *,
    trust_code: bool,
    device: str | None,
    threads: int | None,
    local_files_only: bool,
) -> "SentenceTransformer":
    import torch  # noqa: PLC0415 - takes seconds
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415 - takes seconds

    if device is not None:
        _require_device(device)
    if threads is not None:
        torch.set_num_threads(threads)
    return SentenceTransformer(
        source, trust_remote_code=trust_code, local_files_only=local_files_only, device=device
    )


def _require_device(device: str) -> None:
    """Raise `ModelError` if torch cannot compute on a device."""
    import torch  # noqa: PLC0415 - takes seconds

    try:
        torch.zeros(1, device=device)
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        message = (
            f"torch cannot use the device {device!r} here ({str(error).splitlines()[0][:120]}); "
            "correct PASSAGEBOT_DEVICE, or leave it out"
        )
        raise ModelError(message) from error


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


def _prompt_of(model: "SentenceTransformer", names: Sequence[str]) -> str:
    """Return the first prompt the model has by one of `names`, else its default one, else ""."""
    prompts = [model.prompts[name] for name in names if name in model.prompts]
    named = next((prompt for prompt in prompts if prompt), "")
    default = model.prompts.get(model.default_prompt_name or "")
    return named or default or ""


def _dimension_of(model: "SentenceTransformer") -> int:
    """Return how many numbers a vector has; a model that does not say is asked to make one."""
    said = model.get_embedding_dimension()
    return int(said) if said else len(np.asarray(model.encode("a", show_progress_bar=False)))


def _max_tokens(model: "SentenceTransformer") -> int:
    """Return how many tokens of a text are read, 0 if there is no limit."""
    said = float(model.max_seq_length or 0)
    return int(said) if math.isfinite(said) and said <= _LONGEST else 0
