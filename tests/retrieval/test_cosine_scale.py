"""Cosines of other models on the scale the shipped numbers were fitted to."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.answers import Question
from retrieval.calibration import default_calibration
from retrieval.cosine_scale import FITTED_BACKGROUND, CosineScale, background, scale_for
from retrieval.embedders.sentence_transformers import SentenceTransformersEmbedder
from retrieval.engine import AnswerEngine
from retrieval.protocols import Embedder, PassageText, PassageVectors, Space, Vectors
from tests.retrieval.hashing_embedder import HashingEmbedder
from tests.retrieval.libraries import indexer, make_library


class Narrow:
    """An embedder whose vectors all lean to one side: its cosines are squeezed together."""

    parts_at_once = 1

    def __init__(self, lean: float) -> None:
        self._plain = HashingEmbedder(dimension=255)
        self._lean = lean
        dense = np.random.default_rng(1).standard_normal((256, 256))
        self._turn = np.linalg.qr(dense)[0]
        """Vectors of models are dense, and are kept for that."""

    @property
    def space(self) -> Space:
        plain = self._plain.space
        return replace(plain, revision=f"lean {self._lean}", dimension=plain.dimension + 1)

    def embed_passages(self, passages: Sequence[PassageText]) -> list[PassageVectors]:
        return [
            PassageVectors(
                passage=self._leaning(made.passage),
                sentences=np.stack([self._leaning(row) for row in made.sentences])
                if len(made.sentences)
                else np.zeros((0, self.space.dimension), dtype=np.float32),
            )
            for made in self._plain.embed_passages(passages)
        ]

    def embed_question(self, text: str) -> Vectors:
        return self._leaning(self._plain.embed_question(text))

    def _leaning(self, vector: Vectors) -> Vectors:
        """Return the vector with one more number, so that c becomes lean + (1 - lean) * c."""
        both = np.append(vector * np.sqrt(1 - self._lean), np.sqrt(self._lean))
        return (both @ self._turn).astype(np.float32)


@pytest.fixture(scope="module")
def bundled() -> Embedder:
    return SentenceTransformersEmbedder.load()


def test_the_bundled_model_sets_the_scale_and_is_left_as_it_is(bundled: Embedder) -> None:
    assert background(bundled) == pytest.approx(FITTED_BACKGROUND, abs=2e-3)
    assert scale_for(bundled, default_calibration()) is None


def test_numbers_fitted_to_a_model_take_its_cosines_as_they_are() -> None:
    space = HashingEmbedder().space
    for name in (space.name, f"{space.model}@{space.revision}"):
        fitted = replace(default_calibration(), fitted_for=name)
        assert scale_for(HashingEmbedder(), fitted) is None
        assert scale_for(HashingEmbedder(revision="2"), fitted) is not None


@pytest.mark.parametrize("lean", [0.0, 0.4, 0.8])
def test_unrelated_texts_and_equal_ones_come_to_the_same_places(lean: float) -> None:
    embedder = Narrow(lean)
    scale = scale_for(embedder, default_calibration())
    assert scale is not None
    places = scale.cosines(np.array([background(embedder), 1.0]))
    assert places == pytest.approx([FITTED_BACKGROUND, 1.0], abs=1e-6)


@given(
    gain=st.floats(0.5, 50),
    rows=st.lists(st.lists(st.floats(-1, 1, width=32), min_size=4, max_size=4), max_size=5),
    asked=st.lists(st.floats(-1, 1, width=32), min_size=4, max_size=4),
)
def test_sentences_are_scaled_as_passages_are_and_none_stays_none(
    gain: float, rows: list[list[float]], asked: list[float]
) -> None:
    scale = CosineScale(gain=gain, shift=1 - gain)
    vectors = np.array(rows, dtype=np.float32).reshape(-1, 4)
    question = np.array(asked, dtype=np.float32)
    found = scale.sentences(vectors) @ scale.question(question)
    expected = scale.cosines((vectors @ question).astype(np.float64))
    zeros = ~vectors.any(axis=1)
    assert found[~zeros] == pytest.approx(expected[~zeros], abs=1e-3 * gain)
    assert not found[zeros].any()


def test_a_model_that_tells_nothing_apart_is_not_stretched_without_end() -> None:
    scale = scale_for(Narrow(1.0), default_calibration())
    assert scale is not None
    assert np.isfinite(scale.gain)
    assert scale.gain < 50


@pytest.mark.parametrize("lean", [0.3, 0.85])
def test_a_model_with_squeezed_cosines_answers_like_one_without(
    tmp_path: Path, lean: float
) -> None:
    found = []
    for name, embedder in {"plain": Narrow(0.0), "narrow": Narrow(lean)}.items():
        with make_library(tmp_path / name) as store:
            indexer(store, embedder).bring_up_to_date()
            with AnswerEngine(store.path.parent, store, embedder) as engine:
                answer = engine.answer(Question(text="Was anybody hurt?", hits=7))
        found.append(answer)
    plain, narrow = found
    assert narrow.hits[0].passage.text == plain.hits[0].passage.text
    assert plain.explanation is not None
    assert narrow.explanation is not None
    # What is lost in keeping a sentence's vector grows as the cosines of a model are stretched.
    assert narrow.explanation.probability == pytest.approx(plain.explanation.probability, abs=0.1)
    scores = [{hit.passage.text: hit.score for hit in answer.hits} for answer in found]
    assert scores[1] == pytest.approx(scores[0], abs=0.15)
