"""What is known of a model's exported engines: kept beside them as `engine.json`."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Self

from corpus.whole_files import written_whole
from retrieval.embedders.text_reader import Habits
from retrieval.protocols import Space

FILE_NAME = "engine.json"
_FORM = 1
"""Raised when graphs are made or measured in another way: kept ones are then made anew."""

JUDGED_BY = 16
"""Passages an engine is judged by when a model is exported, while someone waits."""

SourceFiles = Mapping[str, tuple[int, int]]
"""Size in bytes and time of change in nanoseconds of each file a model was loaded from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """How near an engine's vectors of `passages` passages are to those in full precision.

    The lowest percentile of the cosines, of passages and of sentences inside them.
    """

    passages: int
    cosine: float
    sentence_cosine: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """One precision of an exported model. `refused` says why it does not serve, "" if it may.

    `milliseconds` are those of the processor for a passage, by the kind of processor.
    """

    quality: Quality | None = None
    refused: str = ""
    milliseconds: Mapping[str, float] = field(default_factory=dict)

    def timed(self, processor: str, milliseconds: float) -> Self:
        """Return the same engine with what it costs on a kind of processor."""
        return replace(self, milliseconds={**self.milliseconds, processor: round(milliseconds, 2)})


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineRecord:
    """The engines of one model, by precision. `space` is that of its whole vectors.

    `refused` says why nothing could be exported, "" if something was.
    """

    space: Space
    source: SourceFiles
    habits: Habits | None = None
    widest: int = 1
    refused: str = ""
    engines: Mapping[str, Engine] = field(default_factory=dict)

    def with_engine(self, precision: str, engine: Engine) -> Self:
        """Return the record with one engine more, or another in its place."""
        return replace(self, engines={**self.engines, precision: engine})

    def without(self, precision: str) -> Self:
        """Return the record without an engine."""
        kept = {name: one for name, one in self.engines.items() if name != precision}
        return replace(self, engines=kept)

    def write(self, folder: Path) -> None:
        """Replace the record in one step. Raises `OSError`."""
        with written_whole(folder / FILE_NAME) as draft:
            draft.write_text(json.dumps({"form": _FORM, **asdict(self)}, indent=1), "utf-8")


def read_record(folder: Path) -> EngineRecord | None:
    """Return the record of a folder, `None` if there is none of this form that can be read."""
    try:
        stored = json.loads((folder / FILE_NAME).read_text(encoding="utf-8"))
        return _record(stored) if stored.pop("form") == _FORM else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _record(stored: dict[str, Any]) -> EngineRecord:
    habits = stored["habits"]
    return EngineRecord(
        space=Space(**stored["space"]),
        source={str(name): (int(a), int(b)) for name, (a, b) in stored["source"].items()},
        habits=Habits(**habits) if habits else None,
        widest=int(stored["widest"]),
        refused=str(stored["refused"]),
        engines={str(name): _engine(one) for name, one in stored["engines"].items()},
    )


def _engine(stored: dict[str, Any]) -> Engine:
    quality = stored["quality"]
    return Engine(
        quality=Quality(**quality) if quality else None,
        refused=str(stored["refused"]),
        milliseconds={str(k): float(v) for k, v in stored["milliseconds"].items()},
    )
