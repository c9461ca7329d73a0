"""`engines`: what embeds, as a person and as a script reads it."""

import json
import threading
from pathlib import Path
from typing import Any

import pytest

from bot import assembly
from bot.commands import ingesting
from corpus.ingest import IngestReport, ingest
from corpus.store import ArticleStore
from retrieval.indexer import Indexer
from tests.bot.command_line import passagebot
from tests.retrieval.tiny_models import save_tiny_model


@pytest.fixture
def indexed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a library of one article that a tiny model has indexed."""
    model = save_tiny_model(tmp_path / "model")
    article = tmp_path / "flood.txt"
    article.write_text("Flood\n\nThe river rose. The old bridge held.\n", encoding="utf-8")
    monkeypatch.setenv("PASSAGEBOT_MODEL", str(model))
    monkeypatch.setenv("PASSAGEBOT_LIBRARY", str(tmp_path / "library"))
    assert passagebot("ingest", article, load=None).code == 0
    return tmp_path / "library"


def test_the_engines_are_listed_with_what_they_are_worth_and_cost(indexed: Path) -> None:
    told = passagebot("engines", load=None)
    assert told.code == 0
    assert "fp32" in told.out
    assert "cosine 1.0000" in told.out
    assert "ms a passage on" in told.out
    assert "serves" in told.out
    assert indexed.is_dir()


@pytest.mark.usefixtures("indexed")
def test_a_script_reads_the_same_and_integers_are_made_when_asked_for() -> None:
    before = json.loads(passagebot("engines", "--json", load=None).out)
    assert before["serving"] == "fp32"
    assert set(before["engines"]) == {"fp32"}
    after = json.loads(passagebot("engines", "--make", "--json", load=None).out)
    assert set(after["engines"]) == {"fp32", "int8"}
    assert after["engines"]["int8"]["quality"]["passages"] > 0
    assert "int8" in passagebot("engines", load=None).out


@pytest.mark.usefixtures("indexed")
def test_status_and_doctor_tell_what_embeds(monkeypatch: pytest.MonkeyPatch) -> None:
    for command in ("status", "doctor"):
        assert json.loads(passagebot(command, "--json", load=None).out)["engine"] == "fp32"
    assert "engine     fp32 (OpenVINO)" in passagebot("status", load=None).out.splitlines()
    assert "engine: fp32 (OpenVINO)" in passagebot("doctor", load=None).err.splitlines()
    monkeypatch.setenv("PASSAGEBOT_DEVICE", "cpu:0")
    assert json.loads(passagebot("status", "--json", load=None).out)["engine"] == "torch"
    assert "engine     torch" in passagebot("status", load=None).out.splitlines()


@pytest.mark.parametrize("command", ["status", "doctor"])
def test_before_the_first_index_nothing_embeds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("PASSAGEBOT_LIBRARY", str(tmp_path))
    ArticleStore.create(tmp_path).close()
    assert json.loads(passagebot(command, "--json").out)["engine"] is None
    assert "engine" not in passagebot(command).err


@pytest.mark.usefixtures("indexed")
def test_a_device_of_torch_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASSAGEBOT_DEVICE", "cpu:0")
    assert "torch    the model itself; serves" in passagebot("engines", load=None).out


def test_a_library_without_an_index_has_no_engine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PASSAGEBOT_LIBRARY", str(tmp_path / "library"))
    article = tmp_path / "flood.txt"
    article.write_text("Flood\n\nThe river rose.\n", encoding="utf-8")
    assert passagebot("ingest", "--no-embed", article, load=None).code == 0
    told = passagebot("engines", load=None)
    assert told.code == 2
    assert "run `passagebot ingest` first" in told.err


@pytest.mark.usefixtures("indexed")
def test_a_library_that_has_grown_gets_an_engine_in_integers_before_it_embeds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assembly, "LARGE_LIBRARY", 1)
    article = tmp_path / "fire.txt"
    article.write_text("Fire\n\nFive houses burned down.\n", encoding="utf-8")
    assert passagebot("ingest", article, load=None).code == 0
    made = json.loads(passagebot("engines", "--json", load=None).out)
    assert set(made["engines"]) == {"fp32", "int8"}
    assert passagebot("reindex", load=None).code == 0


def test_with_an_engine_made_articles_are_embedded_while_others_are_read(
    indexed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    running: list[str] = []

    def reading(*sources: Any, **options: Any) -> IngestReport:
        running.extend(it.name for it in threading.enumerate() if it.name.startswith("indexing"))
        return ingest(*sources, **options)

    monkeypatch.setattr(ingesting, "ingest", reading)
    article = tmp_path / "fire.txt"
    article.write_text("Fire\n\nFive houses burned down.\n", encoding="utf-8")
    assert passagebot("ingest", article, load=None).code == 0
    assert len(running) == 1
    assert passagebot("sync", load=None).code == 0
    with ArticleStore.open(indexed) as store:
        assert Indexer(indexed, store, lambda: pytest.fail("all is embedded")).lag() == 0
