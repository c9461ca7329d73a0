"""The sample articles: what a first run has to talk about."""

from pathlib import Path

import corpus

COLLECTION = "samples"
EXAMPLES = (
    "How old can an Arctic tern get?",
    "Why does swimming wear an octopus out?",
    "How many houses had to be cleared in the end?",
)
"""Questions the samples answer."""


def folder() -> Path:
    """Return the folder of the sample articles inside the installed package."""
    return Path(corpus.__file__).parent / "samples"
