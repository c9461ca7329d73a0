import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from corpus.gathering import Gathered, Skipped, SourceFile, gather
from corpus.readers.documents import Failure


def put(path: Path, content: str = "It rained.") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, "utf-8")
    return path


def keys(gathered: Sequence[Gathered]) -> list[str]:
    return [item.key for item in gathered if isinstance(item, SourceFile)]


def failures(gathered: Sequence[Gathered]) -> list[Failure]:
    return [item for item in gathered if isinstance(item, Failure)]


def test_a_file_is_named_by_itself_and_a_file_in_a_folder_by_its_path(tmp_path: Path) -> None:
    put(tmp_path / "north" / "b.txt")
    put(tmp_path / "a.md", "1234")
    found = list(gather([tmp_path / "a.md", str(tmp_path)]))
    assert keys(found) == ["a.md", "a.md", "north/b.txt"]
    assert found[0] == SourceFile(path=tmp_path / "a.md", key="a.md", size=4)


def test_the_order_is_that_of_names(tmp_path: Path) -> None:
    for name in ("c.txt", "a.txt", "b/z.txt", "b/a.txt"):
        put(tmp_path / name)
    assert keys(list(gather([tmp_path]))) == ["a.txt", "b/a.txt", "b/z.txt", "c.txt"]


def test_hidden_files_and_folders_are_passed_over(tmp_path: Path) -> None:
    put(tmp_path / ".git" / "config")
    put(tmp_path / ".DS_Store")
    put(tmp_path / "a.txt")
    assert keys(list(gather([tmp_path]))) == ["a.txt"]


def test_a_missing_source_and_an_empty_folder_are_failures(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    found = failures(list(gather([tmp_path / "gone", tmp_path / "empty"])))
    assert [failure.reason for failure in found] == [
        "there is no such file; check the path",
        "the folder holds no files; put articles in it",
    ]


def test_addresses_are_not_fetched(tmp_path: Path) -> None:
    (failure,) = failures(list(gather(["https://example.org/a"])))
    assert failure.source == "https://example.org/a"
    assert "save the page" in failure.reason


def test_links_that_lead_nowhere_or_in_a_circle_are_failures(tmp_path: Path) -> None:
    put(tmp_path / "a.txt")
    (tmp_path / "dangling").symlink_to(tmp_path / "gone")
    (tmp_path / "loop1").symlink_to(tmp_path / "loop2")
    (tmp_path / "loop2").symlink_to(tmp_path / "loop1")
    found = list(gather([tmp_path]))
    assert keys(found) == ["a.txt"]
    assert [Path(failure.source).name for failure in failures(found)] == [
        "dangling",
        "loop1",
        "loop2",
    ]
    assert all("nowhere or in a circle" in failure.reason for failure in failures(found))


def test_a_link_to_a_folder_above_is_not_followed(tmp_path: Path) -> None:
    put(tmp_path / "deep" / "a.txt")
    (tmp_path / "deep" / "up").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "deep" / "here").symlink_to(tmp_path / "deep", target_is_directory=True)
    found = list(gather([tmp_path]))
    assert keys(found) == ["deep/a.txt"]
    assert [failure.reason for failure in failures(found)] == [
        "it is a link to a folder above itself; remove it"
    ] * 2


def test_links_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    outside = put(tmp_path / "outside" / "secret.txt")
    put(tmp_path / "in" / "a.txt")
    (tmp_path / "in" / "link.txt").symlink_to(outside)
    (tmp_path / "in" / "folder").symlink_to(outside.parent, target_is_directory=True)
    found = list(gather([tmp_path / "in"]))
    assert keys(found) == ["a.txt"]
    assert all("link out of the folder" in failure.reason for failure in failures(found))
    assert len(failures(found)) == 2


def test_a_link_within_the_folder_is_passed_over_with_its_line(tmp_path: Path) -> None:
    target = put(tmp_path / "a.txt")
    (tmp_path / "b.txt").symlink_to(target)
    found = list(gather([tmp_path]))
    assert keys(found) == ["a.txt"]
    assert found[1] == Skipped(
        source=str(tmp_path / "b.txt"),
        reason=f"it is a link to {target}, which is read by itself",
    )


def test_a_link_that_was_named_is_followed(tmp_path: Path) -> None:
    put(tmp_path / "real" / "a.txt")
    (tmp_path / "link").symlink_to(tmp_path / "real", target_is_directory=True)
    (tmp_path / "one.txt").symlink_to(tmp_path / "real" / "a.txt")
    assert keys(list(gather([tmp_path / "link", tmp_path / "one.txt"]))) == ["a.txt", "one.txt"]


def test_a_pipe_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for source in (tmp_path, tmp_path / "pipe"):
        (failure,) = failures(list(gather([source])))
        assert "a pipe or a device" in failure.reason


@pytest.mark.parametrize("name", ["flood_files", "flood-Dateien"])
def test_the_parts_of_a_saved_page_are_passed_over(tmp_path: Path, name: str) -> None:
    put(tmp_path / "flood.html", "<p>It rained.</p>")
    put(tmp_path / name / "style.css")
    put(tmp_path / "other_files" / "a.txt")
    found = list(gather([tmp_path]))
    assert keys(found) == ["flood.html", "other_files/a.txt"]
    (skipped,) = [item for item in found if isinstance(item, Skipped)]
    assert skipped.reason == "it belongs to the saved page beside it"


def test_a_file_name_that_is_no_unicode_gives_a_key_that_can_be_stored(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/caf\xe9.txt"
    with open(path, "wb") as file:  # noqa: PTH123 - Path takes no bytes
        file.write(b"It rained.")
    put(tmp_path / "two\nlines.txt")
    assert keys(list(gather([tmp_path]))) == ["caf\\xe9.txt", "two\\x0alines.txt"]


def test_a_folder_that_cannot_be_listed_is_a_failure_and_the_rest_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path / "a.txt")
    put(tmp_path / "closed" / "b.txt")
    scandir = os.scandir

    def guarded(folder: Path) -> object:
        if Path(folder).name == "closed":
            raise PermissionError(13, "Permission denied")
        return scandir(folder)

    monkeypatch.setattr("corpus.gathering.os.scandir", guarded)
    found = list(gather([tmp_path]))
    assert keys(found) == ["a.txt"]
    assert [failure.reason for failure in failures(found)] == [
        "this user may not read it; change its permissions"
    ]


class Vanishing:
    """A folder entry that is gone by the time it is looked at."""

    name = "gone.txt"

    def is_symlink(self) -> bool:
        raise FileNotFoundError(2, "No such file or directory")


def test_a_file_that_vanishes_meanwhile_is_a_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("corpus.gathering.os.scandir", lambda _: [Vanishing()])
    (failure,) = failures(list(gather([tmp_path])))
    assert failure.source == str(tmp_path / "gone.txt")
    assert failure.reason == "there is no such file; check the path"
