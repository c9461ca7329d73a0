"""Packs the part of py3langid's model that names our languages, as `corpus/languages.model`.

    python -m benchmarks.language_model

To be run again when `corpus.languages.LANGUAGES` or the release of py3langid changes. What comes
with py3langid is packed by LZMA, in 142 languages: half a second to read. This is read in a tenth.
"""

from io import BytesIO

import numpy as np
import zstandard
from py3langid.langid import MODEL_DIR, MODEL_FILE
from py3langid.modelio import load_model

from corpus.languages import LANGUAGES, MODEL

_LEVEL = 19
_WINDOW_BITS = 26
"""The table of steps repeats itself over its whole length."""


def main() -> None:
    """Write the model."""
    weights, priors, languages, steps, rows, features = load_model(MODEL_DIR / MODEL_FILE)
    kept = [place for place, language in enumerate(languages) if language in LANGUAGES]
    buffer = BytesIO()
    np.savez(
        buffer,
        weights=np.ascontiguousarray(np.asarray(weights)[:, kept].T),
        priors=np.asarray(priors)[kept],
        languages=np.array([languages[place] for place in kept]),
        steps=np.asarray(steps),
        rows=np.asarray(rows),
        features=np.asarray(features, dtype=np.int32),
    )
    parameters = zstandard.ZstdCompressionParameters.from_level(
        _LEVEL, enable_ldm=True, window_log=_WINDOW_BITS
    )
    packed = zstandard.ZstdCompressor(compression_params=parameters).compress(buffer.getvalue())
    MODEL.write_bytes(packed)


if __name__ == "__main__":
    main()
