"""Texts batched by length: each once, within the bound, in the order they came."""

import itertools
from collections.abc import Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from retrieval.embedders.length_batches import BATCH_BYTES, batches_by_length, run_by_length
from retrieval.embedders.pooling_rows import Reading, whole_text
from retrieval.protocols import Vectors

lengths = st.lists(st.integers(1, 600), max_size=40)
widths = st.integers(16, 8192)


def readings(of: Sequence[int]) -> list[Reading]:
    return [Reading(tokens=np.full(n, n), rows=whole_text("mean", n)) for n in of]


@given(of=lengths, widest=widths)
def test_each_text_is_in_one_batch_and_no_batch_of_several_exceeds_the_bound(
    of: list[int], widest: int
) -> None:
    batches = batches_by_length(readings(of), widest=widest)
    assert sorted(place for batch in batches for place in batch) == list(range(len(of)))
    for batch in batches:
        padded = len(batch) * max(of[place] for place in batch)
        assert len(batch) == 1 or padded * widest * 4 <= BATCH_BYTES


@given(of=lengths, widest=widths)
def test_texts_of_like_length_stand_together_and_no_two_batches_would_fit_in_one(
    of: list[int], widest: int
) -> None:
    batches = batches_by_length(readings(of), widest=widest)
    flat = [of[place] for batch in batches for place in batch]
    assert flat == sorted(flat, reverse=True)
    for first, second in itertools.pairwise(batches):
        assert (len(first) + 1) * of[first[0]] * widest * 4 > BATCH_BYTES
        assert second


@given(of=lengths, widest=widths)
def test_what_is_made_of_each_comes_in_the_order_given(of: list[int], widest: int) -> None:
    def run(some: Sequence[Reading]) -> list[Vectors]:
        return [np.full((1, 1), len(one.tokens), dtype=np.float32) for one in some]

    made = run_by_length(readings(of), run, widest=widest, at_once=2)
    assert [int(one[0, 0]) for one in made] == of
