"""A file is there whole or not at all."""

from pathlib import Path

import pytest

from corpus.whole_files import written_whole


def test_the_file_takes_its_place_when_the_block_is_done(tmp_path: Path) -> None:
    place = tmp_path / "notes"
    place.write_text("before")
    with written_whole(place) as draft:
        draft.write_text("after")
        assert place.read_text() == "before"
    assert place.read_text() == "after"
    assert list(tmp_path.iterdir()) == [place]


def test_a_block_that_fails_leaves_all_as_it_was(tmp_path: Path) -> None:
    place = tmp_path / "notes"
    place.write_text("before")
    with pytest.raises(ZeroDivisionError), written_whole(place) as draft:
        draft.write_text(f"half {1 / 0}")
    assert place.read_text() == "before"
    assert list(tmp_path.iterdir()) == [place]


def test_what_was_written_before_a_failure_is_gone(tmp_path: Path) -> None:
    drafts: list[Path] = []

    def fill(draft: Path) -> None:
        draft.write_text("half")
        drafts.append(draft)
        drafts[9].unlink()

    with pytest.raises(IndexError), written_whole(tmp_path / "notes") as draft:
        fill(draft)
    assert len(drafts) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_said_by_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), written_whole(tmp_path / "no" / "notes") as draft:
        draft.write_text("after")
