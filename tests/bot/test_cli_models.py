"""Models and rerankers as a user names them: settings, `reindex --model`, a program that runs on."""

import json
import logging
from pathlib import Path

import pytest

from bot.assembly import load_embedder, open_library, reranker_loader
from bot.settings import Settings
from retrieval.answers import Question
from retrieval.protocols import no_progress
from tests.bot.command_line import passagebot
from tests.retrieval.tiny_models import save_tiny_cross_encoder, save_tiny_model

FLOOD = "Flood\n\nThe river rose. The old bridge held. Nobody was hurt in the storm.\n"
FIRE = "Fire\n\nFive houses burned down on the road. The mayor was in town.\n"
HURT = Question(text="who was hurt in the storm")


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the models `old` and `new` and the reranker `judge`."""
    folder = tmp_path_factory.mktemp("models")
    save_tiny_model(folder / "old")
    save_tiny_model(folder / "new", seed=8, pooling="cls", prompts={"passage": "passage: "})
    save_tiny_cross_encoder(folder / "judge")
    return folder


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PASSAGEBOT_LIBRARY", "library")
    Path("articles").mkdir()
    for name, text in {"flood": FLOOD, "fire": FIRE}.items():
        Path(f"articles/{name}.txt").write_text(text, encoding="utf-8")
    return Path("library")


def with_model(*argv: str | Path, model: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("PASSAGEBOT_MODEL", str(model))
    ended = passagebot(*argv, load=load_embedder)
    assert ended.code == 0, ended.err
    return ended.err


def test_reindexing_with_a_model_tells_that_the_setting_still_names_another(
    library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PASSAGEBOT_MODEL", "words-1")
    assert passagebot("ingest", "articles/flood.txt").code == 0
    same = passagebot("reindex", "--model", "words-1")
    assert "still names" not in same.err
    other = passagebot("reindex", "--model", "words-2")
    assert "PASSAGEBOT_MODEL still names words-1; set PASSAGEBOT_MODEL=words-2" in other.err
    assert library.is_dir()


def test_a_running_program_follows_a_library_embedded_anew_with_real_models(
    library: Path,
    models: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    old, new = models / "old", models / "new"
    with_model("ingest", "articles", model=old, monkeypatch=monkeypatch)
    with open_library(Settings(library=library, model=str(old))) as opened:
        engine = opened.engine(no_progress)
        before = engine.answer(HURT)
        monkeypatch.delenv("PASSAGEBOT_MODEL")
        ended = passagebot("reindex", "--model", f"{new}@16", load=load_embedder)
        assert ended.code == 0
        assert engine.answer(HURT).hits[0].receipt == before.hits[0].receipt
        with caplog.at_level(logging.WARNING):
            assert engine.refresh()
        assert f"PASSAGEBOT_MODEL names {old}" in caplog.text
        after = engine.answer(HURT)
    assert len(after.hits) == len(before.hits)
    status = json.loads(passagebot("status", "--json").out)
    assert (status["model"]["model"], status["model"]["dimension"]) == (f"{new}@16", 16)
    with open_library(Settings(library=library)) as opened:
        fresh = opened.engine(no_progress).answer(HURT)
    assert [hit.receipt for hit in fresh.hits] == [hit.receipt for hit in after.hits]
    assert [hit.score for hit in fresh.hits] == pytest.approx([hit.score for hit in after.hits])


@pytest.mark.usefixtures("library")
def test_a_reranker_that_is_named_judges_within_its_budget(
    models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_model("ingest", "articles", model=models / "old", monkeypatch=monkeypatch)
    monkeypatch.setenv("PASSAGEBOT_RERANKER", str(models / "judge"))
    monkeypatch.setenv("PASSAGEBOT_RERANKER_BUDGET_MS", "60000")
    ended = passagebot("ask", "--json", HURT.text, load=load_embedder)
    answer = json.loads(ended.out)
    assert "rerank" in answer["timings_ms"]
    assert {hit["article"]["key"] for hit in answer["hits"]} == {"flood.txt", "fire.txt"}


@pytest.mark.usefixtures("library")
def test_a_reranker_that_is_nowhere_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    assert passagebot("ingest", "articles/flood.txt").code == 0
    monkeypatch.setenv("PASSAGEBOT_RERANKER", "/no/such/reranker")
    ended = passagebot("ask", "who was hurt")
    assert ended.code == 2
    assert "check PASSAGEBOT_RERANKER" in ended.err
    assert ended.err.count("\n") == 1


@pytest.mark.parametrize("budget", ["0", "-5", "60001", "soon"])
def test_a_budget_out_of_bounds_is_refused_by_name(
    budget: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PASSAGEBOT_RERANKER_BUDGET_MS", budget)
    ended = passagebot("status")
    assert ended.code == 2
    assert "PASSAGEBOT_RERANKER_BUDGET_MS" in ended.err


def test_no_reranker_is_loaded_unless_one_is_named() -> None:
    assert reranker_loader(Settings()) is None


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize(("trust", "code"), [("false", 2), ("true", 0)])
def test_a_models_own_code_runs_only_if_the_setting_allows_it(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    trust: str,
    code: int,
) -> None:
    monkeypatch.setattr(
        "transformers.dynamic_module_utils.HF_MODULES_CACHE", str(tmp_path / "modules")
    )
    coded = save_tiny_model(tmp_path / "coded")
    (coded / "louder.py").write_text(
        "from sentence_transformers.sentence_transformer.modules import Normalize\n"
        "class Louder(Normalize):\n    pass\n"
    )
    listed = json.loads((coded / "modules.json").read_text())
    listed[2]["type"] = "louder.Louder"
    (coded / "modules.json").write_text(json.dumps(listed))
    monkeypatch.setenv("PASSAGEBOT_MODEL", str(coded))
    monkeypatch.setenv("PASSAGEBOT_TRUST_MODEL_CODE", trust)
    ended = passagebot("ingest", "articles/flood.txt", load=None)
    assert ended.code == code
    assert ("PASSAGEBOT_TRUST_MODEL_CODE=true" in ended.err) is (code == 2)
