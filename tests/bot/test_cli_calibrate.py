"""`calibrate` at the command line: fits, reports, writes, and refuses in one line."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from retrieval import calibrating, calibration_report
from retrieval.calibration import (
    FILE_NAME,
    default_calibration,
    read_calibration,
    write_calibration,
)
from retrieval.embedders.sentence_transformers import BUNDLED_MODEL
from tests.bot.command_line import Ended, load_words, passagebot
from tests.retrieval.small_sets import many_articles


@pytest.fixture(autouse=True)
def few_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calibration_report, "_ENOUGH", 5)
    monkeypatch.setattr(calibrating, "LEAST_QUESTIONS", 12)


@pytest.fixture(scope="module")
def sets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sets")
    for seed, name in enumerate(("one", "two")):
        many_articles(folder / name, seed=seed)
    return folder


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "library"
    (tmp_path / "a.txt").write_text("Flood\n\nTwo houses were evacuated.\n", encoding="utf-8")
    assert passagebot("--library", folder, "ingest", tmp_path / "a.txt").code == 0
    monkeypatch.setenv("PASSAGEBOT_LIBRARY", str(folder))
    return folder


def one_line(ended: Ended, *said: str) -> None:
    assert ended.code == 2
    assert not ended.out
    assert ended.err.count("\n") == 1
    for words in said:
        assert words in ended.err


def test_numbers_are_fitted_for_the_librarys_model_and_written_beside_it(
    library: Path, sets: Path
) -> None:
    advice = "run `passagebot calibrate DIR`"
    assert advice in passagebot("status").out
    assert advice in passagebot("reindex").err
    ended = passagebot("calibrate", sets / "one", sets / "two")
    assert ended.code == 0
    assert ended.err == f"wrote {library / FILE_NAME}\n"
    lines = ended.out.splitlines()
    assert lines[0] == f"26 questions of {sets / 'one'}, {sets / 'two'}"
    assert lines[2] == "the new figures are of sets left out of the fit in turn"
    (bar,) = (line.split() for line in lines if line.startswith("a strong match from"))
    assert bar[-2] == "never"
    own = read_calibration(library)
    assert own is not None
    assert own.fits(load_words(BUNDLED_MODEL).space)
    assert f"{own.confidence.strong_from:.2f}" == bar[-1]
    assert own.final_pass != default_calibration().final_pass
    assert advice not in passagebot("status").out
    assert advice not in passagebot("reindex").err


def test_a_second_calibration_starts_from_the_first_and_keeps_its_ranking(
    library: Path, sets: Path
) -> None:
    assert passagebot("calibrate", sets / "one").code == 0
    first = read_calibration(library)
    ended = passagebot("calibrate", sets / "two", "--json")
    assert ended.code == 0
    second, report = read_calibration(library), json.loads(ended.out)
    assert first is not None
    assert second is not None
    assert (first.final_pass, second.fitted_on) == (second.final_pass, (str(sets / "two"),))
    assert report["schema"] == 1
    assert report["model"] == second.fitted_for
    assert report["written"] == str(library / FILE_NAME)
    assert report["held_out"] == "articles"
    assert report["before"]["bars"]["strong_from"] == first.confidence.strong_from
    assert report["after"]["bars"]["strong_from"] == second.confidence.strong_from


def test_a_dry_run_writes_nothing(library: Path, sets: Path) -> None:
    ended = passagebot("calibrate", sets / "one", "--dry-run")
    assert ended.code == 0
    assert "articles left out of the fit in turn" in ended.out
    assert ended.err.startswith("nothing is written")
    assert not (library / FILE_NAME).exists()
    report = json.loads(passagebot("calibrate", sets / "one", "--dry-run", "--json").out)
    assert report["written"] is None


def test_another_model_can_be_named_and_its_numbers_wait_for_it(library: Path, sets: Path) -> None:
    assert passagebot("calibrate", sets / "one", "--model", "another").code == 0
    own = read_calibration(library)
    assert own is not None
    assert own.fits(load_words("another").space)
    assert "run `passagebot calibrate DIR`" in passagebot("status").out
    assert "calibrate" not in passagebot("reindex", "--model", "another").err
    assert "calibrate" not in passagebot("status").out


def test_damaged_numbers_are_replaced(library: Path, sets: Path) -> None:
    (library / FILE_NAME).write_text("{")
    one_line(passagebot("status"), "cannot be read", "calibrate DIR")
    assert passagebot("calibrate", sets / "one").code == 0
    assert read_calibration(library) is not None


def test_what_cannot_be_fitted_to_is_refused_in_one_line(
    library: Path, sets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one_line(passagebot("calibrate", tmp_path), "has no corpus.jsonl")
    one_line(passagebot("calibrate", sets / "one", sets / "one"), "named twice")
    monkeypatch.setattr(calibrating, "LEAST_QUESTIONS", 30)
    one_line(passagebot("calibrate", sets / "one"), str(sets / "one"), "at least 30")
    assert not (library / FILE_NAME).exists()


def test_json_tells_whether_there_are_numbers_for_the_model(library: Path) -> None:
    assert json.loads(passagebot("status", "--json").out)["calibrated"] is False
    shipped = default_calibration()
    fitting = replace(shipped, fitted_for=load_words(BUNDLED_MODEL).space.name)
    write_calibration(library / FILE_NAME, fitting)
    assert json.loads(passagebot("status", "--json").out)["calibrated"] is True
