"""What every reranker promises, run over all of them."""

import numpy as np
import pytest

from retrieval.protocols import Reranker
from retrieval.rerankers.cross_encoder import CrossEncoderReranker
from tests.retrieval.tiny_models import save_tiny_cross_encoder
from tests.retrieval.word_reranker import WordReranker

QUESTION = "Who was hurt?"
TEXTS = ["Nobody was hurt.", "Five houses burned down on the road.", "", "the storm " * 200]


@pytest.fixture(scope="module", params=["words", "cross-encoder"])
def reranker(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Reranker:
    if request.param == "words":
        return WordReranker()
    folder = save_tiny_cross_encoder(tmp_path_factory.mktemp("models") / "judge")
    return CrossEncoderReranker.load(str(folder))


def test_every_text_gets_one_judgement_between_nought_and_one(reranker: Reranker) -> None:
    judgements = reranker.judge(QUESTION, TEXTS)
    assert judgements.shape == (len(TEXTS),)
    assert judgements.dtype == np.float64
    assert ((judgements >= 0) & (judgements <= 1)).all()


def test_no_texts_get_no_judgements(reranker: Reranker) -> None:
    assert reranker.judge(QUESTION, []).shape == (0,)


def test_a_pair_is_judged_alike_alone_and_among_others_and_in_any_order(
    reranker: Reranker,
) -> None:
    together = reranker.judge(QUESTION, TEXTS)
    alone = [float(reranker.judge(QUESTION, [text])[0]) for text in TEXTS]
    assert np.allclose(together, alone, atol=1e-3)
    assert np.allclose(reranker.judge(QUESTION, TEXTS[::-1])[::-1], together, atol=1e-3)


def test_judgements_depend_on_question_and_text(reranker: Reranker) -> None:
    assert len(set(np.round(reranker.judge(QUESTION, TEXTS[:2]), 6))) == 2
    other = reranker.judge("the road?", TEXTS[:2])
    assert not np.allclose(other, reranker.judge(QUESTION, TEXTS[:2]), atol=1e-6)
