"""Reranking by a sentence-transformers `CrossEncoder` on torch, by name or by path."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from retrieval.embedders.model_files import loaded, parse_name, place_of
from retrieval.errors import ModelError
from retrieval.protocols import Judgements

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

SETTING = "PASSAGEBOT_RERANKER"
_BATCH = 32


class CrossEncoderReranker:
    """A `Reranker` over one loaded cross-encoder."""

    def __init__(self, model: "CrossEncoder", *, name: str) -> None:
        """Wrap `model`; raise `ModelError` if it gives a pair of texts more than one number."""
        labels = int(model.num_labels)
        if labels != 1:
            message = (
                f"the model {name!r} sorts pairs of texts into {labels} classes; "
                f"name a cross-encoder that gives one score in {SETTING}"
            )
            raise ModelError(message)
        self._model = model
        self._name = name

    @classmethod
    def load(cls, model: str, *, trust_code: bool = False) -> Self:
        """Load a model by name or path; one that is no folder here goes to the library as it is.

        Raise `ModelError` when it cannot be found or loaded.
        """
        place = place_of(parse_name(model), setting=SETTING)
        found = loaded(
            partial(_load, place.source, trust_code=trust_code),
            place,
            kind="a cross-encoder",
            setting=SETTING,
        )
        return cls(found, name=place.name)

    def judge(self, question: str, texts: Sequence[str]) -> Judgements:
        """Return the probability in [0, 1] that each of `texts` answers, float64 [texts].

        Raise `ModelError` if the model cannot be run.
        """
        if not texts:
            return np.zeros(0)
        from torch.nn import Sigmoid  # noqa: PLC0415 - takes seconds

        pairs: Any = [(question, text) for text in texts]
        try:
            scores = self._model.predict(
                pairs, batch_size=_BATCH, show_progress_bar=False, activation_fn=Sigmoid()
            )
        except (RuntimeError, ValueError, IndexError) as error:
            message = f"the model {self._name!r} cannot judge; leave {SETTING} out, or name another"
            raise ModelError(message) from error
        return np.asarray(scores, dtype=np.float64).reshape(-1)


def _load(source: str, *, trust_code: bool, local_files_only: bool) -> "CrossEncoder":
    from sentence_transformers import CrossEncoder  # noqa: PLC0415 - takes seconds

    model: CrossEncoder = CrossEncoder(
        source, trust_remote_code=trust_code, local_files_only=local_files_only
    )
    return model
