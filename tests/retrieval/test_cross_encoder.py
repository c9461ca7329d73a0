"""The cross-encoder adapter: what it makes of a model's numbers, and models it refuses."""

import shutil
from pathlib import Path

import huggingface_hub.constants
import numpy as np
import pytest

from retrieval.errors import ModelError
from retrieval.rerankers.cross_encoder import CrossEncoderReranker
from tests.retrieval.tiny_models import save_tiny_cross_encoder

QUESTION, TEXT = "who was hurt", "nobody was hurt"


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_cross_encoder(tmp_path_factory.mktemp("model") / "judge")


def refusal(model: str | Path) -> str:
    with pytest.raises(ModelError) as caught:
        CrossEncoderReranker.load(str(model))
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_judgement_is_the_logistic_of_the_models_own_number(judge: Path) -> None:
    import torch  # noqa: PLC0415
    from transformers import AutoTokenizer, BertForSequenceClassification  # noqa: PLC0415

    inputs = AutoTokenizer.from_pretrained(str(judge))(QUESTION, TEXT, return_tensors="pt")
    with torch.no_grad():
        model = BertForSequenceClassification.from_pretrained(str(judge)).eval()
        logit = float(model(**inputs).logits[0, 0])
    (found,) = CrossEncoderReranker.load(str(judge)).judge(QUESTION, [TEXT])
    assert found == pytest.approx(1 / (1 + np.exp(-logit)), abs=1e-5)


def test_a_model_that_sorts_into_classes_is_refused(tmp_path: Path) -> None:
    folder = save_tiny_cross_encoder(tmp_path / "classes", labels=3)
    assert "3 classes" in refusal(folder)


def test_a_model_that_is_nowhere_is_refused_by_the_name_of_its_setting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    for model in ("nobody/no-such-model", "/no/such/folder"):
        assert "check PASSAGEBOT_RERANKER and the network" in refusal(model)


def test_a_damaged_model_is_refused(judge: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(judge, tmp_path / "cut"))
    (folder / "model.safetensors").write_bytes(b"no weights")
    assert "name a cross-encoder" in refusal(folder)


def test_a_model_that_breaks_while_it_judges_is_told_in_one_line(judge: Path) -> None:
    reranker = CrossEncoderReranker.load(str(judge))
    table = reranker._model[0].auto_model.bert.embeddings.word_embeddings
    table.weight.data = table.weight.data[:2]
    with pytest.raises(ModelError, match="leave PASSAGEBOT_RERANKER out"):
        reranker.judge(QUESTION, [TEXT])
