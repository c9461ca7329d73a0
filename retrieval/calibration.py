"""The fitted numbers of ranking and confidence, kept with the identity of their embedder."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

from corpus.whole_files import written_whole
from retrieval.candidates import EVIDENCE
from retrieval.confidence import FEATURES, ConfidenceModel
from retrieval.errors import IndexingError
from retrieval.fusion import KEYWORD_FEATURES, VECTOR_FEATURES, FusionWeights
from retrieval.protocols import Space

FILE_NAME = "calibration.json"
SCHEMA = 2
NEVER = 2.0
"""A bar that no probability reaches."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """All fitted numbers. `first_pass` orders candidates before they are read closely.

    `fitted_for` is the name of the model's vector space, `fitted_on` names the question sets.
    """

    fitted_for: str
    fitted_on: tuple[str, ...]
    first_pass: FusionWeights
    final_pass: FusionWeights
    confidence: ConfidenceModel

    def fits(self, space: Space) -> bool:
        """Return whether the numbers were fitted for vectors of this space."""
        return self.fitted_for == space.name


def calibration_for(library: Path, space: Space) -> Calibration:
    """Return the numbers to answer with from a library indexed in `space`.

    They are the library's own if they were fitted for this space, else the shipped ones if those
    were, else the shipped ones without a strong match. Raise `IndexingError` if the
    library's own cannot be read.
    """
    own = read_calibration(library)
    return own if own is not None and own.fits(space) else shipped_for(space)


def shipped_for(space: Space) -> Calibration:
    """Return the shipped numbers; for another model they call no match strong.

    Its cosines are brought to the scale the numbers were fitted to (`CosineScale`), which tells
    well enough what to answer. How often that is right, no one has measured.
    """
    shipped = default_calibration()
    careful = replace(shipped.confidence, strong_from=NEVER)
    return shipped if shipped.fits(space) else replace(shipped, confidence=careful)


def default_calibration() -> Calibration:
    """Return the numbers shipped for the bundled model."""
    return _parse(json.loads((files("retrieval") / FILE_NAME).read_text(encoding="utf-8")))


def read_calibration(library: Path) -> Calibration | None:
    """Return the numbers fitted for one library, `None` if there are none of this release.

    Raise `IndexingError` if the file is damaged, or of a newer release.
    """
    path = library / FILE_NAME
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        return None if stored["schema"] < SCHEMA else _parse(stored)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = f"{path} cannot be read; delete it, or run `passagebot calibrate DIR` again"
        raise IndexingError(message) from error


def changed_at(library: Path) -> int | None:
    """Return when a library's own numbers were written, in nanoseconds; `None` without any."""
    try:
        return (library / FILE_NAME).stat().st_mtime_ns
    except OSError:
        return None


def write_calibration(path: Path, calibration: Calibration) -> None:
    """Write the numbers to `path`, replacing what is there in one step.

    Raise `IndexingError` if it cannot be written.
    """
    content = {"schema": SCHEMA, **asdict(calibration)}
    try:
        with written_whole(path) as draft:
            draft.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        message = f"{path} cannot be written ({error.strerror}); make room, or mend its rights"
        raise IndexingError(message) from error


def _parse(stored: dict[str, Any]) -> Calibration:
    if stored["schema"] > SCHEMA:
        message = "it was written by a newer passagebot"
        raise ValueError(message)
    return Calibration(
        fitted_for=str(stored["fitted_for"]),
        fitted_on=tuple(map(str, stored["fitted_on"])),
        first_pass=_weights(stored["first_pass"], VECTOR_FEATURES[:1], KEYWORD_FEATURES[:1]),
        final_pass=_weights(stored["final_pass"], VECTOR_FEATURES, KEYWORD_FEATURES),
        confidence=_confidence(stored["confidence"]),
    )


def _confidence(stored: dict[str, Any]) -> ConfidenceModel:
    return ConfidenceModel(
        weights=_numbers(stored["weights"], FEATURES),
        bias=float(stored["bias"]),
        possible_from=float(stored["possible_from"]),
        strong_from=float(stored["strong_from"]),
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
