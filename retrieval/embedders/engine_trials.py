"""Judging an exported engine before it serves: how near its vectors are, and what they cost."""

import time
from collections.abc import Sequence

import numpy as np

from corpus.store import ArticleStore
from retrieval.embedders.engine_record import Quality
from retrieval.outlines import outline
from retrieval.protocols import Embedder, PassageText, PassageVectors, Vectors

LEAST_COSINE = 0.99
"""What the lowest percentile of the cosines of passages must reach: engines share vectors."""
LEAST_SENTENCE_COSINE = 0.98
"""The same of sentences inside passages: fewer tokens are averaged, and they only order hits."""
_PERCENTILE = 1.0
_ROUNDS = 2
_STAND_INS = (
    ("", "Who was hurt?"),
    ("", "how many houses burned down in 2024"),
    (
        "A storm",
        "The river rose in the night. Five houses burned down, the mayor said. Nobody was hurt.",
    ),
    ("Markets", "Shares fell by 3.2 per cent on Tuesday. Traders had hoped for lower rates."),
    (
        "Science",
        "The probe entered orbit after a journey of seven years. Its first pictures show ice.",
    ),
    (
        "",
        "It was closed. It opens again on 3 May at 9 a.m., with free entry for children under 12.",
    ),
)
"""Texts for a library that has too few of its own."""


def own_passages(store: ArticleStore, most: int) -> list[PassageText]:
    """Return up to `most` passages of a library, spread over it, and stand-ins if it has few."""
    ids = store.allowed_passages()
    step = max(1, len(ids) // most)
    found = store.passages(list(ids[::step][:most])).values()
    own = [
        PassageText(
            title=passage.citation.title, text=passage.text, sentences=outline(passage).sentences
        )
        for passage in found
    ]
    return own if len(own) >= len(_STAND_INS) else [*own, *stand_ins()]


def stand_ins() -> list[PassageText]:
    """Return a few passages of no library; each is one sentence."""
    return [PassageText(title=title, text=text, sentences=()) for title, text in _STAND_INS]


def quality(expected: Sequence[PassageVectors], found: Sequence[PassageVectors]) -> Quality:
    """Return how near `found` is to `expected`, the same passages in full precision."""
    pairs = list(zip(expected, found, strict=True))
    return Quality(
        passages=len(pairs),
        cosine=_lowest([one.passage for one, _ in pairs], [one.passage for _, one in pairs]),
        sentence_cosine=_lowest(
            [row for one, _ in pairs for row in one.sentences],
            [row for _, one in pairs for row in one.sentences],
        ),
    )


def why_refused(found: Quality) -> str:
    """Return why vectors as near as `found` may not stand for those of the model, "" if they may."""
    if not found.cosine >= LEAST_COSINE:
        return f"its cosine to the model's own vectors is {found.cosine:.4f}, below {LEAST_COSINE}"
    if not found.sentence_cosine >= LEAST_SENTENCE_COSINE:
        return (
            f"its cosine to the model's own sentence vectors is {found.sentence_cosine:.4f}, "
            f"below {LEAST_SENTENCE_COSINE}"
        )
    return ""


def milliseconds_of(embedder: Embedder, passages: Sequence[PassageText]) -> float:
    """Return the processor's milliseconds for one of `passages`, the least of a few rounds."""
    embedder.embed_passages(passages[:1])
    rounds = []
    for _ in range(_ROUNDS):
        before = time.process_time()
        embedder.embed_passages(passages)
        rounds.append(time.process_time() - before)
    return 1000 * min(rounds) / len(passages)


def _lowest(expected: Sequence[Vectors], found: Sequence[Vectors]) -> float:
    """Return the lowest percentile of the cosines of unit rows; 1 if all rows are zero."""
    cosines = [float(one @ other) for one, other in zip(expected, found, strict=True) if one.any()]
    return float(np.percentile(cosines, _PERCENTILE)) if cosines else 1.0
