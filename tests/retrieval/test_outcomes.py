"""Outcomes in files: what is written is read back, what is none is refused in one line."""

import json
from pathlib import Path

import pytest

from retrieval.outcomes import OutcomesError, read_outcomes
from tests.retrieval.evaluated import mixed, outcome


def written(path: Path, content: object) -> Path:
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def test_outcomes_are_read_as_they_were_written(tmp_path: Path) -> None:
    path = written(tmp_path / "a.json", {"schema": 1, "outcomes": [o.to_json() for o in mixed()]})
    assert read_outcomes(path) == mixed()


def test_numbers_are_written_no_finer_than_they_mean_anything() -> None:
    found = outcome("q", probability=0.123456789, spent=1.23456).to_json()
    assert (found["probability"], found["timings_ms"]["total"]) == (0.123457, 1.235)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("{", "is not JSON"),
        ([], "holds no outcomes"),
        ({"outcomes": 7}, "holds no outcomes"),
        ({"questions": 7}, "holds no outcomes"),
        ({"schema": 2, "outcomes": []}, "by a newer passagebot"),
        ({"outcomes": [{"id": "q"}]}, "is damaged"),
        ({"outcomes": ["q"]}, "is damaged"),
        ({"outcomes": [outcome("q").to_json() | {"kind": "odd"}]}, "is damaged"),
        ({"outcomes": [outcome("q").to_json() | {"highlighted": {"x": 1}}]}, "is damaged"),
    ],
)
def test_a_file_without_outcomes_is_refused_in_one_line(
    tmp_path: Path, content: object, reason: str
) -> None:
    path = written(tmp_path / "a.json", content)
    with pytest.raises(OutcomesError, match=reason) as caught:
        read_outcomes(path)
    assert "\n" not in str(caught.value)
    assert "; " in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(OutcomesError, match=r"cannot read .*nowhere\.json"):
        read_outcomes(tmp_path / "nowhere.json")
    (tmp_path / "latin.json").write_bytes(b'{"outcomes": "\xff"}')
    with pytest.raises(OutcomesError, match="is not JSON"):
        read_outcomes(tmp_path / "latin.json")
