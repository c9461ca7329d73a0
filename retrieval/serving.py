"""What answers at one moment: indexes, and the model that made their vectors."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from retrieval.errors import ModelError, OtherModelError
from retrieval.indexes import Indexes
from retrieval.protocols import Embedder, Space

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """Indexes with an embedder of their own space: what a question is answered from, whole."""

    indexes: Indexes
    embedder: Embedder

    @classmethod
    def of(cls, indexes: Indexes, embedder: Embedder) -> Self:
        """Return both together; raise `OtherModelError` if their spaces differ."""
        require_same(indexes.space, embedder.space)
        return cls(indexes=indexes, embedder=embedder)

    def followed(self, newer: Indexes, load: Callable[[str], Embedder]) -> Self | None:
        """Return what answers from `newer`, with their model loaded if it is another one.

        `None` if that model cannot be had here: the log says so, and this one goes on answering.
        """
        if newer.space == self.embedder.space:
            return type(self)(indexes=newer, embedder=self.embedder)
        model = newer.space.model
        try:
            serving = type(self).of(newer, load(model))
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
    """Raise `OtherModelError` with the command that repairs it if the spaces differ."""
    if indexed == found:
        return
    message = (
        f"this library is indexed with the model {_named(indexed)}, not {_named(found)}; "
        f"set PASSAGEBOT_MODEL={indexed.model}, or run `passagebot reindex --model {found.model}`"
    )
    raise OtherModelError(message)


def _named(space: Space) -> str:
    return f"{space.model} ({space.revision})"
