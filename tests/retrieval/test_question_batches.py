"""Questions computed together: who waits for whom, and what becomes of errors."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from retrieval.embedders.pooling_rows import Reading, whole_text
from retrieval.embedders.question_batches import QuestionBatches
from retrieval.protocols import Vectors


def reading(number: int) -> Reading:
    return Reading(tokens=np.array([number]), rows=whole_text("mean", 1))


def answers(readings: Sequence[Reading]) -> list[Vectors]:
    return [np.asarray(one.tokens, dtype=np.float32)[None] for one in readings]


class Gate:
    """Computes one batch at a time, each only once it is let through."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.entered = threading.Semaphore(0)
        self.let = threading.Semaphore(0)

    def run(self, readings: Sequence[Reading]) -> list[Vectors]:
        self.batches.append([int(one.tokens[0]) for one in readings])
        self.entered.release()
        assert self.let.acquire(timeout=60)
        if any(one.tokens[0] < 0 for one in readings):
            message = "it broke"
            raise ValueError(message)
        return answers(readings)


def waiting(batches: QuestionBatches, number: int) -> None:
    """Return once `number` askers wait."""
    while len(batches._waiting) < number:
        threading.Event().wait(0.001)


def test_an_asker_alone_is_computed_at_once_and_alone() -> None:
    sizes: list[int] = []

    def run(readings: Sequence[Reading]) -> list[Vectors]:
        sizes.append(len(readings))
        return answers(readings)

    batches = QuestionBatches(run, at_once=1)
    assert [float(batches.vectors(reading(n))[0, 0]) for n in range(3)] == [0, 1, 2]
    assert sizes == [1, 1, 1]


def test_who_comes_while_another_is_computed_is_computed_together_with_all_who_wait() -> None:
    gate = Gate()
    batches = QuestionBatches(gate.run, at_once=1)
    with ThreadPoolExecutor(8) as pool:
        first = pool.submit(batches.vectors, reading(0))
        assert gate.entered.acquire(timeout=60)
        others = []
        for number in range(1, 6):
            others.append(pool.submit(batches.vectors, reading(number)))
            waiting(batches, number)
        gate.let.release(2)
        assert float(first.result()[0, 0]) == 0
        assert [float(one.result()[0, 0]) for one in others] == [1, 2, 3, 4, 5]
    assert gate.batches == [[0], [1, 2, 3, 4, 5]]


def test_no_batch_is_larger_than_eight() -> None:
    gate = Gate()
    batches = QuestionBatches(gate.run, at_once=1)
    with ThreadPoolExecutor(24) as pool:
        asked = [pool.submit(batches.vectors, reading(0))]
        assert gate.entered.acquire(timeout=60)
        asked += [pool.submit(batches.vectors, reading(number)) for number in range(1, 21)]
        waiting(batches, 20)
        gate.let.release(4)
        assert {float(one.result()[0, 0]) for one in asked} == set(range(21))
    assert [len(batch) for batch in gate.batches] == [1, 8, 8, 4]


def test_as_many_compute_at_once_as_are_allowed() -> None:
    gate = Gate()
    batches = QuestionBatches(gate.run, at_once=2)
    with ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(batches.vectors, reading(number)) for number in (1, 2)]
        assert all(gate.entered.acquire(timeout=60) for _ in asked)
        gate.let.release(2)
        assert [float(one.result()[0, 0]) for one in asked] == [1, 2]


def test_an_error_reaches_all_of_its_batch_and_nobody_else() -> None:
    gate = Gate()
    batches = QuestionBatches(gate.run, at_once=1)
    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(batches.vectors, reading(0))
        assert gate.entered.acquire(timeout=60)
        broken = []
        for number in (1, 2):
            broken.append(pool.submit(batches.vectors, reading(-number)))
            waiting(batches, number)
        gate.let.release(3)
        assert float(first.result()[0, 0]) == 0
        for one in broken:
            with pytest.raises(ValueError, match="it broke"):
                one.result()
        assert float(batches.vectors(reading(7))[0, 0]) == 7
