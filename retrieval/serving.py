"""What answers at one moment: indexes, and the model that made their vectors."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from retrieval.calibration import Calibration
from retrieval.cosine_scale import CosineScale, scale_for
from retrieval.errors import ModelError, OtherModelError
from retrieval.indexes import Indexes
from retrieval.protocols import Embedder, Space

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """Indexes with an embedder of their own space: what a question is answered from, whole.

    `calibration` has the numbers for that model. `scale` brings its cosines to the scale they
    were fitted to, `None` if they are on it.
    """

    indexes: Indexes
    embedder: Embedder
    calibration: Calibration
    scale: CosineScale | None


Numbers = Callable[[Space], Calibration]
"""Gives the numbers to answer with for a model."""


def served(indexes: Indexes, embedder: Embedder, numbers: Numbers) -> Serving:
    """Return all together; raise `OtherModelError` with the repair if their spaces differ."""
    require_same(indexes.space, embedder.space)
    calibration = numbers(embedder.space)
    scale = scale_for(embedder, calibration)
    return Serving(indexes=indexes, embedder=embedder, calibration=calibration, scale=scale)


def followed(
    newer: Indexes,
    embedder: Embedder,
    load: Callable[[str], Embedder],
    numbers: Numbers,
) -> Serving | None:
    """Return what answers from `newer`: with `embedder`, or with their own model, loaded now.

    `None` if that model cannot be had here; the log says so in one line.
    """
    if newer.space == embedder.space:
        return served(newer, embedder, numbers)
    model = newer.space.model
    try:
        serving = served(newer, load(model), numbers)
    except (ModelError, OtherModelError) as error:
        _log.warning(
            "the library was embedded anew with the model %s, which cannot be used here (%s): "
            "answering from the old index until this is mended and the program started again",
            model,
            error,
        )
        return None
    _log.warning("the library was embedded anew: answering with the model %s", model)
    return serving


def require_same(indexed: Space, found: Space) -> None:
    """Raise `OtherModelError`, with the repair, unless both spaces are one."""
    if indexed == found:
        return
    message = (
        f"this library is indexed with the model {_named(indexed)}, not {_named(found)}; "
        f"set PASSAGEBOT_MODEL={indexed.model}, or run `passagebot reindex --model {found.model}`"
    )
    raise OtherModelError(message)


def _named(space: Space) -> str:
    return f"{space.model} ({space.revision})"
