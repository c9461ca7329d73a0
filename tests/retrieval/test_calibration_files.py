"""Calibration files: written and read back, damaged ones refused in one line."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from retrieval.answers import Confidence
from retrieval.calibration import (
    FILE_NAME,
    SCHEMA,
    calibration_for,
    default_calibration,
    read_calibration,
    shipped_for,
    write_calibration,
)
from retrieval.confidence import FEATURES
from retrieval.errors import IndexingError
from retrieval.protocols import Space
from tests.retrieval.passages import PLAIN


def refusal(library: Path) -> str:
    with pytest.raises(IndexingError) as caught:
        read_calibration(library)
    message = str(caught.value)
    assert "\n" not in message
    assert "delete it, or run `passagebot calibrate DIR` again" in message
    return message


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    assert read_calibration(tmp_path) is None
    for calibration in (PLAIN, default_calibration()):
        write_calibration(tmp_path / FILE_NAME, calibration)
        assert read_calibration(tmp_path) == calibration
    assert [path.name for path in tmp_path.iterdir()] == [FILE_NAME]


def test_numbers_of_an_earlier_release_are_as_good_as_none(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text(json.dumps({"schema": SCHEMA - 1, "confidence": {}}))
    assert read_calibration(tmp_path) is None


def a_space(name: str) -> Space:
    return Space(model=name, revision="1", dimension=8, prompts="p", max_tokens=9)


def test_numbers_are_used_for_the_space_they_were_fitted_for_and_no_other(tmp_path: Path) -> None:
    mine, other = a_space("mine"), a_space("other")
    own = replace(PLAIN, fitted_for=mine.name)
    write_calibration(tmp_path / FILE_NAME, own)
    assert calibration_for(tmp_path, mine) == own
    careful = calibration_for(tmp_path, other)
    assert careful == shipped_for(other)
    assert not careful.fits(other)
    assert calibration_for(tmp_path, replace(mine, prompts="q")) == shipped_for(other)


def test_the_shipped_numbers_call_no_match_of_another_model_strong() -> None:
    shipped, careful = default_calibration(), shipped_for(a_space("other"))
    confidence = careful.confidence
    assert replace(careful, confidence=shipped.confidence) == shipped
    assert confidence.grade(1.0) is Confidence.POSSIBLE
    assert confidence.grade(confidence.possible_from) is Confidence.POSSIBLE
    assert shipped.confidence.grade(1.0) is Confidence.STRONG


def test_a_file_that_cannot_be_written_is_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(IndexingError, match="cannot be written"):
        write_calibration(tmp_path / "nowhere" / FILE_NAME, PLAIN)


def test_the_shipped_numbers_are_for_the_bundled_model_and_in_order() -> None:
    shipped = default_calibration()
    assert shipped.fitted_for.startswith("all-MiniLM-L6-v2@")
    assert 0 < shipped.confidence.possible_from <= shipped.confidence.strong_from < 1


def drop(*path: str) -> Callable[[Any], None]:
    def change(content: Any) -> None:
        for name in path[:-1]:
            content = content[name]
        del content[path[-1]]

    return change


def put(value: Any, *path: str) -> Callable[[Any], None]:
    def change(content: Any) -> None:
        for name in path[:-1]:
            content = content[name]
        content[path[-1]] = value

    return change


@pytest.mark.parametrize(
    "change",
    [
        drop("confidence"),
        drop("confidence", "bias"),
        drop("first_pass", "vectors"),
        drop("schema"),
        put([1.0, 2.0], "first_pass", "vectors"),
        put([1.0], "final_pass", "keywords"),
        put([], "final_pass", "evidence"),
        put([1.0] * 99, "confidence", "weights"),
        put(["much"] * len(FEATURES), "confidence", "weights"),
        put("high", "confidence", "possible_from"),
        put(7, "confidence"),
        put(None, "fitted_on"),
        put(SCHEMA + 1, "schema"),
    ],
)
def test_numbers_that_are_missing_too_many_or_none_are_refused(
    tmp_path: Path, change: Callable[[Any], None]
) -> None:
    write_calibration(tmp_path / FILE_NAME, PLAIN)
    content = json.loads((tmp_path / FILE_NAME).read_text(encoding="utf-8"))
    change(content)
    (tmp_path / FILE_NAME).write_text(json.dumps(content))
    refusal(tmp_path)


@pytest.mark.parametrize("content", [b"", b"[]", b"7", b"{", b"\xff\xff", b'"text"'])
def test_a_file_that_is_something_else_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE_NAME).write_bytes(content)
    refusal(tmp_path)


def test_a_folder_in_the_place_of_the_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).mkdir()
    refusal(tmp_path)
