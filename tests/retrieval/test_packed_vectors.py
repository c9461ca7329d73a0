"""Vectors as they are kept: small, and near enough to what they were."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.packed_vectors import (
    passage_to_bytes,
    passages_from_bytes,
    sentences_from_bytes,
    sentences_to_bytes,
)
from retrieval.protocols import Vectors


def units(count: int, dimension: int, seed: int) -> Vectors:
    rows = np.random.default_rng(seed).standard_normal((count, dimension), dtype=np.float32)
    found: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return found


def kept(passage: Vectors, sentences: Vectors) -> Vectors:
    stored = passage_to_bytes(passage)
    dimension = len(passage)
    packed = sentences_to_bytes([sentences], [stored], dimension)
    [found] = sentences_from_bytes(packed, [stored], dimension)
    return found


def test_a_number_of_a_passage_takes_a_byte_and_one_of_a_sentence_a_quarter() -> None:
    stored = passage_to_bytes(units(1, 384, 1)[0])
    [packed] = sentences_to_bytes([units(5, 384, 2)], [stored], 384)
    assert len(stored) == 384
    assert len(packed) == 5 * (384 // 4 + 4)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 9_999), dimension=st.sampled_from([384, 768]))
def test_the_cosines_of_a_passage_stay_within_two_thousandths(seed: int, dimension: int) -> None:
    rows, questions = units(20, dimension, seed), units(50, dimension, seed + 1)
    found = passages_from_bytes([passage_to_bytes(row) for row in rows], dimension)
    assert np.linalg.norm(found, axis=1) == pytest.approx(np.ones(20), abs=1e-5)
    assert np.abs(found @ questions.T - rows @ questions.T).max() < 0.002


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 9_999), share=st.floats(0.3, 0.95))
def test_the_nearer_a_sentence_is_to_its_passage_the_nearer_it_is_kept(
    seed: int, share: float
) -> None:
    passage, others = units(1, 384, seed)[0], units(6, 384, seed + 1)
    sentences = share * passage + np.sqrt(1.0 - share**2) * others
    sentences /= np.linalg.norm(sentences, axis=1, keepdims=True)
    found = kept(passage, sentences)
    errors = np.linalg.norm(found - sentences, axis=1)
    rest = np.sqrt(1.0 - (sentences @ passage) ** 2)
    # Of a normal distribution four levels lose .1175 of its power (Max, 1960).
    assert np.all(errors < 0.45 * rest + 0.002)
    questions = units(50, 384, seed + 2)
    assert np.abs(found @ questions.T - sentences @ questions.T).max() < 0.1 * rest.max() + 0.005


def test_an_eighth_of_what_a_sentence_is_nearer_than_its_passage_is_lost() -> None:
    asked, passages = units(300, 384, 1), units(300, 384, 2)
    errors, expected = [], []
    for question, passage, noise in zip(asked, passages, units(300, 384, 3), strict=True):
        sentence = 0.6 * question + 0.5 * passage + 0.4 * noise
        sentence /= np.linalg.norm(sentence)
        nearer = sentence @ question - (sentence @ passage) * (passage @ question)
        errors.append((kept(passage, sentence[None]) @ question)[0] - sentence @ question)
        expected.append(-0.1175 * nearer)
    assert np.mean(errors) == pytest.approx(np.mean(expected), abs=0.004)
    assert np.std(np.subtract(errors, expected)) < 0.02


@given(seed=st.integers(0, 9_999), dimension=st.sampled_from([8, 33, 384]))
def test_the_cosine_of_a_sentence_and_its_passage_stays(seed: int, dimension: int) -> None:
    passage, sentences = units(1, dimension, seed)[0], units(6, dimension, seed + 1)
    assert kept(passage, sentences) @ passage == pytest.approx(sentences @ passage, abs=0.01)


def test_numbers_a_model_always_makes_large_cost_the_others_little() -> None:
    rows = units(41, 384, 1)
    rows[:, 7] += 2.0
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    errors = np.linalg.norm(kept(rows[0], rows[1:]) - rows[1:], axis=1)
    rest = np.sqrt(1.0 - (rows[1:] @ rows[0]) ** 2)
    assert np.all(errors < 0.5 * rest)
    found = passages_from_bytes([passage_to_bytes(row) for row in rows], 384)
    assert np.abs(found @ rows.T - rows @ rows.T).max() < 0.002


@pytest.mark.parametrize("dimension", [1, 2, 3, 5, 8, 30])
def test_any_dimension_comes_back_in_its_form(dimension: int) -> None:
    passage, sentences = units(1, dimension, 1)[0], units(4, dimension, 2)
    sentences[2] = 0.0
    found = kept(passage, sentences)
    assert found.shape == sentences.shape
    assert found.dtype == np.float32
    assert not found[2].any()
    assert np.all(np.einsum("ij,ij->i", found, sentences)[[0, 1, 3]] > 0.5)


def test_what_is_zero_stays_so() -> None:
    nothing = np.zeros(8, dtype=np.float32)
    assert not passages_from_bytes([passage_to_bytes(nothing)], 8).any()
    assert not kept(nothing, np.zeros((2, 8), dtype=np.float32)).any()


def test_many_passages_are_unpacked_as_each_is_alone() -> None:
    passages = [passage_to_bytes(row) for row in units(4, 64, 1)]
    sentences = [units(count, 64, count + 2) for count in (3, 0, 1, 6)]
    packed = sentences_to_bytes(sentences, passages, 64)
    together = sentences_from_bytes(packed, passages, 64)
    for one, stored, found in zip(packed, passages, together, strict=True):
        [alone] = sentences_from_bytes([one], [stored], 64)
        assert np.array_equal(alone, found)
    assert [len(found) for found in together] == [3, 0, 1, 6]
    assert sentences_to_bytes([], [], 64) == sentences_from_bytes([], [], 64) == []
