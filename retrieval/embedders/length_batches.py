"""Texts of like length computed together, within a bound on memory."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from retrieval.embedders.pooling_rows import Reading
from retrieval.protocols import Vectors

BATCH_BYTES = 6 * 2**20
"""What the widest layer of a model may hold of one batch.

1,024 tokens of the bundled model. Twice as much was no faster, four times as much slower: it
leaves the processor's own memory (`python -m benchmarks.engines --batches`).
"""
_FLOAT_BYTES = 4

Run = Callable[[Sequence[Reading]], list[Vectors]]


def batches_by_length(readings: Sequence[Reading], *, widest: int) -> list[list[int]]:
    """Return places in `readings`, the longest first, as batches of at most `BATCH_BYTES`.

    `widest` is how many numbers a token has in the model's widest layer. A single text may be
    longer than that. A batch is as long as its longest text, padding included.
    """
    order = sorted(range(len(readings)), key=lambda place: -len(readings[place].tokens))
    batches: list[list[int]] = []
    longest = 0
    for place in order:
        taken = (len(batches[-1]) + 1) * longest * widest * _FLOAT_BYTES if batches else 0
        if not batches or taken > BATCH_BYTES:
            batches.append([])
            longest = len(readings[place].tokens)
        batches[-1].append(place)
    return batches


def run_by_length(
    readings: Sequence[Reading], run: Run, *, widest: int, at_once: int
) -> list[Vectors]:
    """Return what `run` makes of each reading, in their order; `at_once` batches side by side."""
    batches = batches_by_length(readings, widest=widest)
    made: list[Vectors | None] = [None] * len(readings)
    with ThreadPoolExecutor(at_once, thread_name_prefix="embedding") as pool:
        results = pool.map(run, [[readings[place] for place in batch] for batch in batches])
        for batch, vectors in zip(batches, results, strict=True):
            for place, one in zip(batch, vectors, strict=True):
                made[place] = one
    return [one for one in made if one is not None]
