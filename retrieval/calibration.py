"""The fitted numbers of ranking and confidence, kept with the identity of their embedder."""

import json
from dataclasses import asdict, dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from retrieval.confidence import ConfidenceModel
from retrieval.errors import IndexingError
from retrieval.fusion import FusionWeights

FILE_NAME = "calibration.json"
SCHEMA = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """All fitted numbers. `first_pass` orders candidates before they are read closely.

    `fitted_for` names the model and revision, `fitted_on` the question sets.
    """

    fitted_for: str
    fitted_on: tuple[str, ...]
    first_pass: FusionWeights
    final_pass: FusionWeights
    confidence: ConfidenceModel


def default_calibration() -> Calibration:
    """Return the numbers shipped for the bundled model."""
    return _parse(json.loads((files("retrieval") / FILE_NAME).read_text(encoding="utf-8")))


def read_calibration(library: Path) -> Calibration | None:
    """Return the numbers fitted for one library, `None` if there are none.

    Raise `IndexingError` if the file is damaged.
    """
    path = library / FILE_NAME
    try:
        return _parse(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = f"{path} cannot be read; delete it, or run `passagebot calibrate` again"
        raise IndexingError(message) from error


def write_calibration(path: Path, calibration: Calibration) -> None:
    """Write the numbers to `path`, replacing what is there in one step."""
    content = {"schema": SCHEMA, **asdict(calibration)}
    draft = path.with_name(f"{path.name}.new")
    draft.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    draft.replace(path)


def _parse(stored: dict[str, Any]) -> Calibration:
    confidence = dict(stored["confidence"])
    return Calibration(
        fitted_for=stored["fitted_for"],
        fitted_on=tuple(stored["fitted_on"]),
        first_pass=_weights(stored["first_pass"]),
        final_pass=_weights(stored["final_pass"]),
        confidence=ConfidenceModel(
            weights=tuple(confidence["weights"]),
            bias=float(confidence["bias"]),
            possible_from=float(confidence["possible_from"]),
            strong_from=float(confidence["strong_from"]),
        ),
    )


def _weights(stored: dict[str, Any]) -> FusionWeights:
    return FusionWeights(
        vectors=tuple(stored["vectors"]),
        keywords=tuple(stored["keywords"]),
        evidence=tuple(stored["evidence"]),
        bias=float(stored["bias"]),
    )
