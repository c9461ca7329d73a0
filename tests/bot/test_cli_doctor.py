"""`doctor`: every way a library can be unwell, and what is said to mend it."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from corpus.store import ArticleStore
from retrieval.calibration import FILE_NAME as CALIBRATION
from retrieval.calibration import default_calibration, write_calibration
from retrieval.indexes import indexed_space
from tests.bot.command_line import passagebot


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """Return a library of one article, indexed."""
    article = tmp_path / "flood.txt"
    article.write_text("Flood\n\nThe river rose. The old bridge held.\n", encoding="utf-8")
    folder = tmp_path / "library"
    assert passagebot("--library", folder, "ingest", article).code == 0
    return folder


def lines(library: Path) -> list[str]:
    done = passagebot("--library", library, "doctor")
    assert done.code == 1
    return done.out.splitlines()


def calibrated(found: list[str]) -> list[str]:
    """Return the findings but that the tests' own model has no fitted numbers."""
    assert any(line.startswith("confidence: it is not fitted") for line in found)
    return [line for line in found if not line.startswith("confidence:")]


def test_a_sound_library_has_no_finding_but_what_its_model_lacks(library: Path) -> None:
    assert calibrated(lines(library)) == []


def test_nothing_wrong_is_said_and_ends_with_zero(library: Path) -> None:
    space = indexed_space(library)
    assert space is not None
    fitted = replace(default_calibration(), fitted_for=space.name)
    write_calibration(library / CALIBRATION, fitted)
    done = passagebot("--library", library, "doctor")
    assert (done.code, done.out) == (0, f"nothing is wrong with {library}\n")


def test_no_library_is_a_finding_that_says_how_to_make_one(tmp_path: Path) -> None:
    [line] = lines(tmp_path / "none")
    assert line.startswith("library: there is no library in")
    assert "passagebot ingest" in line


def test_a_damaged_database_is_named_with_what_mends_it(library: Path) -> None:
    for name in ("stories.sqlite", "bot.sqlite"):
        (library / name).write_bytes(b"SQLite format 3\x00" + b"\xff" * 5000)
    found = calibrated(lines(library))
    assert [line.split(":")[0] for line in found] == ["stories.sqlite", "bot.sqlite"]
    assert "the next `passagebot ingest` makes it again" in found[0]
    assert "passagebot restore" in found[1]


def test_a_damaged_store_is_told_though_the_library_does_not_open(library: Path) -> None:
    (library / "library.sqlite").write_bytes(b"\xff" * 5000)
    found = lines(library)
    assert any(line.startswith("library.sqlite: it is damaged") for line in found)


def test_a_damaged_index_names_the_command_that_builds_it_anew(library: Path) -> None:
    manifest = json.loads((library / "index" / "manifest.json").read_text("utf-8"))
    (library / "index" / manifest["vectors"]).write_bytes(b"no index")
    [line] = calibrated(lines(library))
    assert line.startswith("index: ")
    assert "passagebot reindex" in line


def test_changes_that_are_not_indexed_are_counted(library: Path, tmp_path: Path) -> None:
    more = tmp_path / "more.txt"
    more.write_text("Snow\n\nIt snowed for a week. Nobody was hurt.\n", encoding="utf-8")
    assert passagebot("--library", library, "ingest", "--no-embed", more).code == 0
    [line] = calibrated(lines(library))
    assert line.startswith("index: 1 changes are not indexed yet")


def test_a_missing_index_is_no_finding_but_what_it_does_not_know(library: Path) -> None:
    shutil.rmtree(library / "index")
    found = lines(library)
    assert [line for line in found if line.startswith("index: 1 changes")]


def test_another_model_in_the_settings_is_named_with_both_ways_out(
    library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PASSAGEBOT_MODEL", "another/model")
    [line] = calibrated(lines(library))
    assert line.startswith("model: the library is embedded with")
    assert "passagebot reindex --model another/model" in line


def test_a_source_that_fails_is_named_with_its_reason(library: Path, tmp_path: Path) -> None:
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "a.txt").write_text("Snow\n\nIt snowed for a week. Nobody was hurt.\n", "utf-8")
    assert passagebot("--library", library, "ingest", folder).code == 0
    shutil.rmtree(folder)
    passagebot("--library", library, "sync")
    [line] = calibrated(lines(library))
    assert line.startswith(f"source: {folder}: the folder is not there")


def test_a_token_of_a_wrong_form_is_told_and_never_shown(
    library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "not-a-token-but-secret")
    [line] = calibrated(lines(library))
    assert line.startswith("token: the Telegram token in TELEGRAM_BOT_TOKEN has a wrong form")
    assert "secret" not in line


def test_a_full_disk_is_foreseen(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    little = SimpleNamespace(free=5 << 20)
    monkeypatch.setattr("bot.diagnosis.shutil.disk_usage", lambda _folder: little)
    [line] = calibrated(lines(library))
    assert line.startswith("disk: only 5 MB are free")


def test_findings_are_told_to_programs_too(library: Path) -> None:
    done = passagebot("--library", library, "doctor", "--json")
    told = json.loads(done.out)
    assert done.code == 1
    assert told["schema"] == 1
    assert [finding["part"] for finding in told["findings"]] == ["confidence"]


def test_looking_changes_no_article_and_no_index(library: Path) -> None:
    with ArticleStore.open(library) as store:
        before = store.position()
    files = {path: path.read_bytes() for path in (library / "index").rglob("*") if path.is_file()}
    lines(library)
    with ArticleStore.open(library) as store:
        assert store.position() == before
    assert files == {path: path.read_bytes() for path in files}
