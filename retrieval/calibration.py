"""The fitted numbers of ranking and confidence, kept with the identity of their embedder."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from retrieval.confidence import FEATURES, ConfidenceModel
from retrieval.errors import IndexingError
from retrieval.fusion import EVIDENCE, KEYWORD_FEATURES, VECTOR_FEATURES, FusionWeights

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

    Raise `IndexingError` if the file is damaged, or not of this release.
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
    if stored["schema"] > SCHEMA:
        message = "it was written by a newer passagebot"
        raise ValueError(message)
    confidence = stored["confidence"]
    return Calibration(
        fitted_for=str(stored["fitted_for"]),
        fitted_on=tuple(map(str, stored["fitted_on"])),
        first_pass=_weights(stored["first_pass"], VECTOR_FEATURES[:1], KEYWORD_FEATURES[:1]),
        final_pass=_weights(stored["final_pass"], VECTOR_FEATURES, KEYWORD_FEATURES),
        confidence=ConfidenceModel(
            weights=_numbers(confidence["weights"], FEATURES),
            bias=float(confidence["bias"]),
            possible_from=float(confidence["possible_from"]),
            strong_from=float(confidence["strong_from"]),
        ),
    )


def _weights(
    stored: dict[str, Any], vectors: Sequence[str], keywords: Sequence[str]
) -> FusionWeights:
    return FusionWeights(
        vectors=_numbers(stored["vectors"], vectors),
        keywords=_numbers(stored["keywords"], keywords),
        evidence=_numbers(stored["evidence"], EVIDENCE),
        bias=float(stored["bias"]),
    )


def _numbers(stored: Sequence[float], names: Sequence[str]) -> tuple[float, ...]:
    """Return one number for each of `names`; raise `ValueError` if there are more or fewer."""
    return tuple(float(number) for number, _ in zip(stored, names, strict=True))
