"""The manifest: whole or refused, replaced in one step."""

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from retrieval import manifest as manifests
from retrieval.errors import IndexingError
from retrieval.manifest import FILE_NAME, Manifest, read_manifest, write_manifest
from retrieval.protocols import Space

SPACE = Space(model="m\u00f6del", revision="5e5e", dimension=64, prompts="", max_tokens=256)
MANIFEST = Manifest(
    space=SPACE,
    position=7,
    history="ab12",
    vectors="vectors-7-keywords-0.ids",
    keywords="keywords-0",
    languages={"en": 12, "de": 3},
)


def refusal(folder: Path) -> str:
    with pytest.raises(IndexingError) as caught:
        read_manifest(folder)
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_what_was_written_is_read_back_in_the_same_order(tmp_path: Path) -> None:
    write_manifest(tmp_path, MANIFEST)
    found = read_manifest(tmp_path)
    assert found == MANIFEST
    assert list(found.languages) == ["en", "de"]
    assert [path.name for path in tmp_path.iterdir()] == [FILE_NAME]


@pytest.mark.parametrize("schema", [1, 2])
def test_what_earlier_releases_wrote_is_read_and_known_as_theirs(
    tmp_path: Path, schema: int
) -> None:
    older = replace(MANIFEST, vectors="vectors-7-keywords-0.faiss")
    stored = {"schema": schema, **asdict(older)}
    if schema == 1:
        del stored["compressed"]
    (tmp_path / FILE_NAME).write_text(json.dumps(stored), encoding="utf-8")
    found = read_manifest(tmp_path)
    assert found == older
    assert found.is_of_older_release
    assert not MANIFEST.is_of_older_release


def test_earlier_releases_refuse_what_they_cannot_read(tmp_path: Path) -> None:
    write_manifest(tmp_path, MANIFEST)
    assert json.loads((tmp_path / FILE_NAME).read_text(encoding="utf-8"))["schema"] == 3
    compressed = replace(MANIFEST, compressed="vectors-compressed-0")
    write_manifest(tmp_path, compressed)
    assert read_manifest(tmp_path) == compressed


def test_no_manifest_is_no_error(tmp_path: Path) -> None:
    assert read_manifest(tmp_path) is None
    assert read_manifest(tmp_path / "no such folder") is None


def test_the_manifest_is_replaced_in_one_step(tmp_path: Path) -> None:
    write_manifest(tmp_path, MANIFEST)
    with (tmp_path / FILE_NAME).open(encoding="utf-8") as held_open:
        write_manifest(tmp_path, replace(MANIFEST, position=8))
        assert json.load(held_open)["position"] == 7
    found = read_manifest(tmp_path)
    assert found is not None
    assert found.position == 8


def test_a_manifest_cut_anywhere_is_refused(tmp_path: Path) -> None:
    write_manifest(tmp_path, MANIFEST)
    whole = (tmp_path / FILE_NAME).read_bytes()
    for length in range(0, len(whole) - 1, 5):
        (tmp_path / FILE_NAME).write_bytes(whole[:length])
        assert "passagebot reindex" in refusal(tmp_path)


@pytest.mark.parametrize(
    "changed",
    [
        {"space": None},
        {"space": {"model": "m"}},
        {"space": {**asdict(SPACE), "colour": "red"}},
        {"position": "far"},
        {"position": None},
        {"languages": ["en"]},
        {"languages": {"en": "many"}},
        {"schema": "one"},
    ],
)
def test_a_manifest_with_a_wrong_part_is_refused(tmp_path: Path, changed: dict[str, Any]) -> None:
    write_manifest(tmp_path, MANIFEST)
    stored = json.loads((tmp_path / FILE_NAME).read_text(encoding="utf-8"))
    (tmp_path / FILE_NAME).write_text(json.dumps({**stored, **changed}))
    assert "is damaged; run `passagebot reindex`" in refusal(tmp_path)


@pytest.mark.parametrize("part", ["space", "position", "history", "vectors", "schema"])
def test_a_manifest_without_a_part_is_refused(tmp_path: Path, part: str) -> None:
    write_manifest(tmp_path, MANIFEST)
    stored = json.loads((tmp_path / FILE_NAME).read_text(encoding="utf-8"))
    del stored[part]
    (tmp_path / FILE_NAME).write_text(json.dumps(stored))
    assert "passagebot reindex" in refusal(tmp_path)


@pytest.mark.parametrize("content", [b"", b"[]", b"7", b"null", b"\xff\xfe", b'"text"'])
def test_a_file_that_is_something_else_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE_NAME).write_bytes(content)
    assert "passagebot reindex" in refusal(tmp_path)


def test_a_folder_in_the_place_of_the_manifest_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).mkdir()
    assert "passagebot reindex" in refusal(tmp_path)


def test_a_manifest_of_a_newer_release_says_to_upgrade(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text(json.dumps({"schema": manifests.SCHEMA + 1}))
    assert "upgrade passagebot" in refusal(tmp_path)


def test_a_manifest_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(IndexingError, match=r"cannot be written .*; make room"):
        write_manifest(tmp_path / "no such folder", MANIFEST)
