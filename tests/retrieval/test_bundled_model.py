"""The bundled model: loaded once, without a network, and its vectors mean something."""

from pathlib import Path

import numpy as np
import pytest

from corpus.sentences import sentence_spans
from corpus.store import ArticleStore
from retrieval.embedders.engines import Engines
from retrieval.embedders.sentence_transformers import (
    BUNDLED_MODEL,
    BUNDLED_SHA256,
    SentenceTransformersEmbedder,
)
from retrieval.protocols import PassageText

WIRE = (
    "The river Sallow burst its banks on Tuesday night. Thirteen soldiers were killed in clashes "
    "near Latakia. The bakery on Market Street won a prize for its rye bread."
)


def passage(text: str, title: str = "News of the day") -> PassageText:
    return PassageText(title=title, text=text, sentences=tuple(sentence_spans(text, "en")))


@pytest.fixture(scope="module")
def bundled() -> SentenceTransformersEmbedder:
    return SentenceTransformersEmbedder.load()


def test_its_space_names_the_model_and_its_weights(bundled: SentenceTransformersEmbedder) -> None:
    space = bundled.space
    assert space.model == BUNDLED_MODEL
    assert BUNDLED_SHA256.startswith(space.revision)
    assert (space.dimension, space.max_tokens) == (384, 256)


@pytest.mark.parametrize(
    ("question", "answering"),
    [
        ("Where did water flood the land?", 0),
        ("How many troops lost their lives?", 1),
        ("Who bakes the best loaf?", 2),
    ],
)
def test_a_question_in_other_words_finds_its_passage_and_its_sentence(
    bundled: SentenceTransformersEmbedder, question: str, answering: int
) -> None:
    asked = bundled.embed_question(question)
    alone = [passage(span.of(WIRE)) for span in sentence_spans(WIRE, "en")]
    cosines = [float(one.passage @ asked) for one in bundled.embed_passages(alone)]
    assert int(np.argmax(cosines)) == answering
    (together,) = bundled.embed_passages([passage(WIRE)])
    assert int(np.argmax(together.sentences @ asked)) == answering


def test_a_passage_longer_than_the_model_reads_keeps_its_first_sentences(
    bundled: SentenceTransformersEmbedder,
) -> None:
    (found,) = bundled.embed_passages([passage(WIRE * 12)])
    lengths = np.linalg.norm(found.sentences, axis=1)
    assert lengths[:3] == pytest.approx(1, abs=1e-5)
    assert lengths[-1] == 0
    assert np.linalg.norm(found.passage) == pytest.approx(1, abs=1e-5)


def test_the_vector_of_a_passage_is_the_one_the_model_itself_gives(
    bundled: SentenceTransformersEmbedder,
) -> None:
    (found,) = bundled.embed_passages([passage(WIRE, title="")])
    assert found.passage @ bundled.embed_question(WIRE) == pytest.approx(1, abs=1e-4)


def test_a_new_library_has_it_in_integers_near_enough_and_without_calibrating(
    tmp_path: Path,
) -> None:
    ArticleStore.create(tmp_path / "library").close()
    engines = Engines(tmp_path / "library", device="cpu")
    engines.load(BUNDLED_MODEL)
    record = engines.record(BUNDLED_MODEL)
    assert record is not None
    integers = record.engines["int8"].quality
    assert integers is not None
    assert integers.cosine > 0.995
    kept = engines.opened(BUNDLED_MODEL, "int8")
    exact = engines.opened(BUNDLED_MODEL, "fp32")
    assert kept is not None
    assert exact is not None
    (found,), (wanted,) = (one.embed_passages([passage(WIRE)]) for one in (kept, exact))
    assert float(found.passage @ wanted.passage) > 0.995
    assert (found.sentences * wanted.sentences).sum(axis=1).min() > 0.98
