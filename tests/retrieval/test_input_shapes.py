"""What a graph is run on: texts of any lengths, in few shapes, each as if it were alone."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.embedders.openvino_runtime import CompiledGraph, _padded, questions_at_once
from retrieval.embedders.pooling_rows import Reading
from retrieval.protocols import Vectors


def reading(tokens: int, rows: int = 1) -> Reading:
    return Reading(
        tokens=np.arange(1, tokens + 1, dtype=np.int64),
        rows=np.full((rows, tokens), 1 / tokens, dtype=np.float32),
    )


class Pooling(CompiledGraph):
    """Pools the numbers of the tokens by the rows asked for, and notes what shapes it got."""

    def __init__(self) -> None:
        super().__init__(None, streams=1, longest=256)
        self.shapes: list[tuple[int, ...]] = []

    def _outputs(self, inputs: dict[str, Any]) -> list[Vectors]:
        assert inputs["attention_mask"].any(axis=1).all()  # a text of no token has no vector
        self.shapes.append(inputs["rows"].shape)
        return [inputs["rows"] @ inputs["input_ids"][:, :, None].astype(np.float32)]


@given(st.lists(st.tuples(st.integers(1, 70), st.integers(1, 9)), min_size=1, max_size=20))
def test_each_text_gets_what_it_would_alone(sizes: list[tuple[int, int]]) -> None:
    graph = Pooling()
    readings = [reading(tokens, rows) for tokens, rows in sizes]
    found = graph.run(readings)
    assert [vectors.shape for vectors in found] == [(rows, 1) for _, rows in sizes]
    for (tokens, _), vectors in zip(sizes, found, strict=True):
        assert np.allclose(vectors, (tokens + 1) / 2, rtol=1e-5)


def test_questions_come_in_few_shapes() -> None:
    graph = Pooling()
    for count in range(1, 9):
        for tokens in range(3, 33):
            graph.run([reading(tokens)] * count)
    assert len(set(graph.shapes)) == 4 * 2  # 1, 2, 4 and 8 of them, by 16 tokens


def test_long_texts_are_filled_up_by_few_tokens_and_no_texts() -> None:
    readings = [reading(161, 5), reading(90, 2), reading(140)]
    assert _padded(readings, 256)["rows"].shape == (3, 8, 168)


@pytest.mark.parametrize(("most", "filled"), [(77, 77), (75, 75), (0, 75), (512, 80)])
def test_no_text_is_filled_up_beyond_what_the_model_bears(most: int, filled: int) -> None:
    assert _padded([reading(75)], most)["rows"].shape == (1, 1, filled)


@pytest.mark.parametrize(("threads", "at_once"), [(1, 1), (2, 1), (3, 1), (8, 4)])
def test_questions_are_embedded_side_by_side_with_two_threads_each(
    threads: int, at_once: int
) -> None:
    assert questions_at_once(threads) == at_once
