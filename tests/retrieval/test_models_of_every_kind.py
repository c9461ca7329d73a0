"""Models that pool, prompt, cut and end otherwise than the bundled one."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from corpus.articles import Span
from retrieval.embedders.late_pooling import can_pool_late
from retrieval.embedders.model_files import parse_name
from retrieval.embedders.sentence_transformers import (
    BUNDLED_MODEL,
    SentenceTransformersEmbedder,
    locate,
)
from retrieval.errors import ModelError
from retrieval.protocols import PassageText, Vectors
from tests.retrieval.tiny_models import MAX_TOKENS, WIDTH, save_static_model, save_tiny_model

TEXT = "The river rose. Nobody was hurt."
PASSAGE = PassageText(
    title="a storm", text=TEXT, sentences=(Span(start=0, end=15), Span(start=16, end=32))
)


@pytest.fixture(scope="module")
def mean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_model(tmp_path_factory.mktemp("model") / "mean")


def load(folder: Path, cut: str = "", *, trust_code: bool = False) -> SentenceTransformersEmbedder:
    return SentenceTransformersEmbedder.load(f"{folder}{cut}", trust_code=trust_code)


def encoded(folder: Path, *texts: str) -> Vectors:
    """Return what sentence-transformers itself makes of whole texts."""
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415 - takes seconds

    model = SentenceTransformer(str(folder), device="cpu")
    found: Vectors = model.encode_document(list(texts), prompt="", normalize_embeddings=True)
    return found


def unit(vector: Vectors) -> Vectors:
    return vector / np.float32(np.linalg.norm(vector))


@pytest.mark.parametrize("pooling", ["cls", "lasttoken", "max", "weightedmean"])
def test_other_poolings_read_passages_and_each_sentence_alone(tmp_path: Path, pooling: str) -> None:
    folder = save_tiny_model(tmp_path / "other", pooling=pooling)
    (vectors,) = load(folder).embed_passages([PASSAGE])
    expected = encoded(folder, PASSAGE.indexed, "The river rose.", "Nobody was hurt.")
    assert np.allclose(vectors.passage, expected[0], atol=1e-5)
    assert np.allclose(vectors.sentences, expected[1:], atol=1e-5)


def test_a_layer_after_the_pooling_is_applied_to_passages_and_to_sentences(tmp_path: Path) -> None:
    folder = save_tiny_model(tmp_path / "dense", dense=20)
    embedder = load(folder)
    assert embedder.space.dimension == 20
    alone = PassageText(title="", text=TEXT, sentences=(Span(start=0, end=32),))
    (vectors,) = embedder.embed_passages([alone])
    assert np.allclose(vectors.passage, encoded(folder, TEXT)[0], atol=1e-5)
    assert vectors.sentences.shape == (1, 20)
    # All but the two tokens around the text are the sentence's: nearly the same, hardly equal.
    assert 0.7 < float(vectors.sentences[0] @ vectors.passage) < 1 - 1e-6


def test_a_sentence_out_of_reach_stays_zero_through_a_layer_after_the_pooling(
    tmp_path: Path,
) -> None:
    folder = save_tiny_model(tmp_path / "dense", dense=20, max_tokens=8)
    (vectors,) = load(folder).embed_passages([PASSAGE])
    assert np.linalg.norm(vectors.sentences, axis=1) == pytest.approx([1, 0])


def test_a_shorter_longest_text_is_kept_to_and_is_part_of_the_space(tmp_path: Path) -> None:
    embedder = load(save_tiny_model(tmp_path / "short", max_tokens=10))
    assert embedder.space.max_tokens == 10
    assert " t10 " in embedder.space.name
    texts = ("The river rose. Nobody was hurt.", "The river rose. Nobody was in town.")
    alike = [PassageText(title="a storm", text=text, sentences=()) for text in texts]
    first, second = embedder.embed_passages(alike)
    assert np.allclose(first.passage, second.passage, atol=1e-5)
    other = PassageText(title="a storm", text="The river rose. Five was hurt.", sentences=())
    assert not np.allclose(first.passage, embedder.embed_passages([other])[0].passage, atol=1e-3)


def test_a_table_of_words_reads_sentences_alone_and_has_no_longest_text(tmp_path: Path) -> None:
    folder = save_static_model(tmp_path / "static")
    embedder = load(folder)
    assert (embedder.space.dimension, embedder.space.max_tokens) == (24, 0)
    (vectors,) = embedder.embed_passages([PASSAGE])
    expected = encoded(folder, PASSAGE.indexed, "The river rose.", "Nobody was hurt.")
    assert np.allclose(vectors.passage, expected[0], atol=1e-5)
    assert np.allclose(vectors.sentences, expected[1:], atol=1e-5)
    asked = embedder.embed_question("nobody was hurt")
    assert (vectors.sentences @ asked).argmax() == 1


def test_a_cut_model_gives_the_leading_numbers_as_unit_vectors(mean: Path) -> None:
    whole, cut = load(mean), load(mean, "@8")
    assert cut.space.dimension == 8
    (full,), (short,) = whole.embed_passages([PASSAGE]), cut.embed_passages([PASSAGE])
    assert np.allclose(short.passage, unit(full.passage[:8]), atol=1e-5)
    for row, found in zip(full.sentences, short.sentences, strict=True):
        assert np.allclose(found, unit(row[:8]), atol=1e-5)
    asked = whole.embed_question("who was hurt")
    assert np.allclose(cut.embed_question("who was hurt"), unit(asked[:8]), atol=1e-5)


def test_models_that_read_sentences_alone_are_cut_too(tmp_path: Path) -> None:
    folder = save_tiny_model(tmp_path / "first", pooling="cls", normalised=False)
    (full,) = load(folder).embed_passages([PASSAGE])
    (short,) = load(folder, "@5").embed_passages([PASSAGE])
    assert np.allclose(short.passage, unit(full.passage[:5]), atol=1e-5)
    assert short.sentences.shape == (2, 5)


def test_each_dimension_is_a_space_of_its_own_that_its_name_loads_again(mean: Path) -> None:
    spaces = [load(mean, cut).space for cut in ("", "@16", "@8")]
    assert len({space.name for space in spaces}) == len(spaces)
    for space in spaces:
        assert SentenceTransformersEmbedder.load(space.model).space == space
    assert load(mean, f"@{WIDTH}").space == spaces[0]


def test_more_numbers_than_a_vector_has_are_refused_in_one_line(mean: Path) -> None:
    with pytest.raises(ModelError, match=r"makes vectors of 32 numbers, not 64; leave out @64"):
        load(mean, "@64")


def test_a_folder_whose_own_name_ends_in_a_number_is_that_folder(
    mean: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(mean, tmp_path / "model@8"))
    assert load(folder).space.dimension == WIDTH
    assert load(folder, "@8").space.dimension == 8


@pytest.mark.parametrize(
    ("model", "name", "dimension"),
    [
        ("some/model", "some/model", None),
        ("some/model@256", "some/model", 256),
        ("some/model@0", "some/model@0", None),
        ("some/model@main", "some/model@main", None),
        ("@256", "@256", None),
    ],
)
def test_a_number_after_a_name_is_a_dimension(model: str, name: str, dimension: int | None) -> None:
    parsed = parse_name(model)
    assert (parsed.name, parsed.dimension) == (name, dimension)


def test_the_hub_name_of_the_bundled_model_needs_no_network() -> None:
    assert locate(f"sentence-transformers/{BUNDLED_MODEL}@128") == locate(BUNDLED_MODEL)


def test_a_model_elsewhere_has_no_folder() -> None:
    with pytest.raises(ModelError, match="no folder here"):
        locate("somebody/some-model")


def test_a_default_prompt_stands_where_no_other_is_named(tmp_path: Path) -> None:
    folder = save_tiny_model(
        tmp_path / "default", prompts={"always": "the town "}, default_prompt="always"
    )
    (vectors,) = load(folder).embed_passages([PASSAGE])
    assert np.allclose(
        vectors.passage, encoded(folder, f"the town {PASSAGE.indexed}")[0], atol=1e-5
    )


def test_another_pooling_of_the_same_weights_is_another_space(mean: Path, tmp_path: Path) -> None:
    other = Path(shutil.copytree(mean, tmp_path / "other"))
    config = other / "1_Pooling" / "config.json"
    config.write_text(json.dumps({**json.loads(config.read_text()), "pooling_mode": "cls"}))
    assert load(other).space.revision != load(mean).space.revision


def test_tokens_that_cannot_be_traced_make_sentences_read_alone(mean: Path) -> None:
    from tokenizers.normalizers import Replace  # noqa: PLC0415 - for this test only

    embedder = load(mean)
    model = embedder.model
    model.tokenizer.backend_tokenizer.normalizer = Replace("nobody", "river")
    (vectors,) = embedder.embed_passages([PASSAGE])
    options = {"prompt": "", "normalize_embeddings": True}
    apart = model.encode_document(["The river rose.", "Nobody was hurt."], **options)
    assert np.allclose(vectors.sentences, apart, atol=1e-5)
    assert np.allclose(
        vectors.passage, model.encode_document(PASSAGE.indexed, **options), atol=1e-5
    )


def test_only_means_of_traceable_tokens_are_pooled_late(mean: Path, tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415 - takes seconds

    assert can_pool_late(SentenceTransformer(str(mean), device="cpu"))
    static = save_static_model(tmp_path / "static")
    assert not can_pool_late(SentenceTransformer(str(static), device="cpu"))


OWN_CODE = """
from sentence_transformers.sentence_transformer.modules import Normalize

class Louder(Normalize):
    \"\"\"A module that this folder brings.\"\"\"
"""


def test_program_code_of_a_model_is_refused_in_one_line_unless_it_is_allowed(
    mean: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "transformers.dynamic_module_utils.HF_MODULES_CACHE", str(tmp_path / "modules")
    )
    folder = Path(shutil.copytree(mean, tmp_path / "coded"))
    (folder / "louder.py").write_text(OWN_CODE)
    modules = json.loads((folder / "modules.json").read_text())
    modules[2]["type"] = "louder.Louder"
    (folder / "modules.json").write_text(json.dumps(modules))
    with pytest.raises(ModelError) as caught:
        load(folder)
    assert "PASSAGEBOT_TRUST_MODEL_CODE=true" in str(caught.value)
    assert "\n" not in str(caught.value)
    allowed = load(folder, trust_code=True)
    (vectors,) = allowed.embed_passages([PASSAGE])
    assert np.allclose(vectors.passage, encoded(mean, PASSAGE.indexed)[0], atol=1e-5)


def test_the_longest_text_of_a_tiny_model_is_what_its_folder_says(mean: Path) -> None:
    assert load(mean).space.max_tokens == MAX_TOKENS
