"""What a command brings into memory before it answers: nothing it does not use."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.assembly import embedder_loader
from bot.commands import _PLACES, _command
from bot.early_loading import EarlyLoading
from bot.settings import Settings, load_settings
from tests.bot.command_line import passagebot
from tests.retrieval.tiny_models import save_tiny_model

PROJECT = Path(__file__).parents[2]
UNUSED = (
    "alembic",
    "asyncio",
    "babel",
    "corpus.schema",
    "dateparser",
    "dotenv",
    "feedparser",
    "filelock",
    "httpcore",
    "httpx",
    "huggingface_hub",
    "lxml",
    "mammoth",
    "matplotlib",
    "multiprocessing",
    "nncf",
    "numpy.ma",
    "openvino.tools.ovc",
    "openvino_telemetry",
    "pandas",
    "platformdirs",
    "pydantic",
    "pypdfium2",
    "retrieval.embeddings",
    "retrieval.indexer",
    "rich.progress",
    "safetensors",
    "scipy",
    "sentence_transformers",
    "sqlalchemy",
    "telegram",
    "torch",
    "trafilatura",
    "transformers",
    "watchfiles",
)
"""What no answer needs once the library's model is exported."""
ANSWER = (
    "import sys\n"
    "from bot.cli import main\n"
    "code = main({argv!r})\n"
    "print(code, *(name for name, module in sys.modules.items() if module), file=sys.stderr)\n"
)


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a library whose tiny model is exported."""
    model = save_tiny_model(tmp_path / "model")
    article = tmp_path / "flood.txt"
    article.write_text("Flood\n\nThe river rose. The old bridge held.\n", encoding="utf-8")
    monkeypatch.setenv("PASSAGEBOT_MODEL", str(model))
    monkeypatch.setenv("PASSAGEBOT_LIBRARY", str(tmp_path / "library"))
    assert passagebot("ingest", article, load=None).code == 0
    return tmp_path / "library"


def loaded_by(*argv: str, typed: str = "") -> tuple[str, set[str]]:
    run = subprocess.run(
        [sys.executable, "-c", ANSWER.format(argv=argv)],
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        input=typed,
        capture_output=True,
        text=True,
        check=True,
    )
    code, *modules = run.stderr.split()
    assert code in {"0", "3"}, run.stderr
    return run.stdout, set(modules) - _loaded_anyway()


def _loaded_anyway() -> set[str]:
    """Return what any program finds there, as what measures the coverage of this one."""
    bare = [sys.executable, "-c", "import sys; print(*sys.modules)"]
    return set(subprocess.run(bare, capture_output=True, text=True, check=True).stdout.split())


@pytest.mark.usefixtures("library")
def test_a_question_brings_in_only_what_it_uses() -> None:
    out, modules = loaded_by("ask", "--json", "did the old bridge hold?")
    assert json.loads(out)["hits"][0]["article"]["key"] == "flood.txt"
    assert "openvino" in modules
    assert set() == modules & set(UNUSED)


@pytest.mark.usefixtures("library")
def test_a_chat_brings_in_no_more_than_a_question() -> None:
    out, modules = loaded_by("chat", typed="did the old bridge hold?\n")
    assert "Flood" in out
    assert modules & set(UNUSED) <= {"dateparser"}  # it may be loaded meanwhile


def test_what_dates_need_is_loaded_beside_a_conversation_unless_it_ends_before() -> None:
    program = (
        "import sys, threading\n"
        "from bot.warming import warming\n"
        "with warming() as soon: pass\n"
        "soon.join()\n"
        "left = 'dateparser' in sys.modules\n"
        "with warming(after=0) as ready: ready.join()\n"
        "print(left, 'dateparser' in sys.modules)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert run.stdout == "False True\n"


def test_a_library_opens_with_the_engine_that_was_loaded_early(library: Path) -> None:
    settings = load_settings(library=library)
    early = EarlyLoading(settings)
    model = str(settings.model)
    loaded = early.take(model)
    assert loaded is not None
    assert embedder_loader(settings, early)(model) is loaded
    assert early.take("another model") is None


def test_nothing_is_loaded_early_for_a_library_without_an_engine(tmp_path: Path) -> None:
    assert EarlyLoading(Settings(library=tmp_path)).take("") is None


def test_what_fails_early_is_told_by_whoever_needs_it(library: Path) -> None:
    (library / "index" / "manifest.json").write_text("{", encoding="utf-8")
    assert EarlyLoading(load_settings(library=library)).take("any") is None


@pytest.mark.parametrize("command", sorted(_PLACES))
def test_every_command_is_where_it_is_said_to_be(command: str) -> None:
    assert _command(command).__doc__
