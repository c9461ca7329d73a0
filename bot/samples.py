"""The sample articles: what a first run has to talk about."""

from pathlib import Path

import corpus

COLLECTION = "samples"
EXAMPLES = (
    "How did Inky escape from the aquarium?",
    "How much is a ticket for line 4?",
    "What do the letters QR mean?",
)
"""Questions the samples answer."""


def folder() -> Path:
    """Return the folder of the sample articles inside the installed package."""
    return Path(corpus.__file__).parent / "samples"
