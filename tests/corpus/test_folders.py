import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.articles import ArticleState
from corpus.folders import FolderSync
from corpus.ingest import ingest
from corpus.reports import ReportLine
from corpus.sources import SourceKind
from corpus.store import ArticleStore
from corpus.sync_reports import SourceReport
from corpus.syncing import Syncing
from tests.corpus.web_site import Clock, WebSite, web_site

RAIN = "It rained for a week. Nobody was hurt."
SNOW = "It snowed for a week. Nobody was cold."


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ArticleStore]:
    with ArticleStore.create(tmp_path / "library", now=Clock()) as opened:
        yield opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "articles"
    path.mkdir()
    return path


@pytest.fixture
def site() -> Iterator[WebSite]:
    with web_site() as served:
        yield served


@pytest.fixture
def syncing(store: ArticleStore, site: WebSite) -> Syncing:
    return Syncing(store, site.fetcher(), now=Clock())


def put(folder: Path, name: str, content: str = RAIN) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    return path


def line(key: str, text: str) -> str:
    return json.dumps({"_id": key, "text": text}) + "\n"


def follow(store: ArticleStore, *sources: Path) -> None:
    ingest(store, sources, remember=True)


def sync(syncing: Syncing, store: ArticleStore) -> list[SourceReport]:
    return list(syncing.sync(store.followed.all()))


def results(reports: list[SourceReport]) -> list[tuple[str, str | None]]:
    return [(it.result.value, it.key) for report in reports for it in report.lines]


def keys(store: ArticleStore) -> list[str]:
    return [it.key for it in store.citations()]


def test_a_folder_is_followed_from_its_first_ingest(
    store: ArticleStore, syncing: Syncing, folder: Path
) -> None:
    put(folder, "a.txt")
    put(folder, "north/b.txt", SNOW)
    follow(store, folder)
    follow(store, folder)
    [source] = store.followed.all()
    assert (source.kind, source.path) == (SourceKind.FOLDER, folder)
    [report] = sync(syncing, store)
    assert (report.lines, report.unchanged) == ((), 2)
    put(folder, "north/c.txt", RAIN + SNOW)
    put(folder, "a.txt", SNOW + RAIN)
    (folder / "north/b.txt").unlink()
    assert sorted(results(sync(syncing, store))) == [
        ("added", "north/c.txt"),
        ("retired", "north/b.txt"),
        ("updated", "a.txt"),
    ]
    assert keys(store) == ["a.txt", "north/c.txt"]
    assert store.article("north/b.txt").state is ArticleState.RETIRED


def test_without_being_told_to_remember_nothing_is_followed(
    store: ArticleStore, folder: Path
) -> None:
    put(folder, "a.txt")
    ingest(store, [folder])
    ingest(store, [folder], remember=True, dry_run=True)
    assert store.followed.all() == []


def test_unchanged_files_are_not_opened(
    store: ArticleStore, syncing: Syncing, folder: Path
) -> None:
    path = put(folder, "a.txt", RAIN)
    follow(store, folder)
    before = path.stat()
    with path.open("r+") as file:
        file.write(RAIN.replace("rained", "hailed"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert results(sync(syncing, store)) == []
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + 1))
    assert results(sync(syncing, store)) == [("updated", "a.txt")]


def test_a_file_that_came_back_answers_again(
    store: ArticleStore, syncing: Syncing, folder: Path
) -> None:
    put(folder, "b.txt", SNOW)
    path = put(folder, "a.txt")
    follow(store, folder)
    path.unlink()
    sync(syncing, store)
    put(folder, "a.txt")
    assert results(sync(syncing, store)) == [("updated", "a.txt")]
    assert keys(store) == ["a.txt", "b.txt"]


def test_a_single_file_is_followed_too(store: ArticleStore, syncing: Syncing, folder: Path) -> None:
    path = put(folder, "a.txt")
    follow(store, path)
    assert store.followed.all()[0].kind is SourceKind.FILE
    path.unlink()
    assert results(sync(syncing, store)) == [("retired", "a.txt")]
    assert "no such file" in (sync(syncing, store)[0].lines[0].reason or "")
    put(folder, "a.txt")
    assert results(sync(syncing, store)) == [("updated", "a.txt")]


def test_lines_that_left_a_file_are_retired(
    store: ArticleStore, syncing: Syncing, folder: Path
) -> None:
    put(folder, "w.jsonl", line("1", RAIN) + line("2", SNOW))
    follow(store, folder)
    put(folder, "w.jsonl", line("2", SNOW))
    assert results(sync(syncing, store)) == [("unchanged", "2"), ("retired", "1")]
    put(folder, "w.jsonl", line("2", SNOW) + "{broken\n")
    failed = sync(syncing, store)
    assert [it[0] for it in results(failed)] == ["unchanged", "failed"]
    assert [it[0] for it in results(sync(syncing, store))] == ["failed"]


def test_lines_that_left_before_an_ingest_are_retired_by_the_next_sync(
    store: ArticleStore, syncing: Syncing, folder: Path
) -> None:
    path = put(folder, "w.jsonl", line("1", RAIN) + line("2", SNOW))
    follow(store, path)
    put(folder, "w.jsonl", line("2", SNOW))
    follow(store, path)
    assert keys(store) == ["1", "2"]
    assert ("retired", "1") in results(sync(syncing, store))


def test_a_damaged_line_retires_nothing_of_its_file(
    store: ArticleStore, syncing: Syncing, folder: Path
) -> None:
    put(folder, "w.jsonl", line("1", RAIN) + line("2", SNOW))
    follow(store, folder)
    put(folder, "w.jsonl", line("2", SNOW)[:-10])
    assert [it[0] for it in results(sync(syncing, store))] == ["failed"]
    assert keys(store) == ["1", "2"]


def test_a_folder_that_is_not_there_retires_nothing(
    store: ArticleStore, syncing: Syncing, folder: Path
) -> None:
    put(folder, "a.txt")
    follow(store, folder)
    folder.rename(folder.with_name("elsewhere"))
    [report] = sync(syncing, store)
    assert report.lines[0].reason == (
        "the folder is not there; bring it back, or `passagebot sources --forget` it"
    )
    assert keys(store) == ["a.txt"]
    assert store.followed.all()[0].next_attempt is None


def test_an_empty_folder_on_another_disk_retires_nothing(
    store: ArticleStore, syncing: Syncing, folder: Path
) -> None:
    path = put(folder, "a.txt")
    follow(store, folder)
    store.followed.change(store.followed.all()[0], device="another")
    path.unlink()
    assert "on another disk" in (sync(syncing, store)[0].lines[0].reason or "")
    assert keys(store) == ["a.txt"]


def test_a_folder_that_has_become_empty_retires_what_it_held(
    store: ArticleStore, syncing: Syncing, folder: Path
) -> None:
    path = put(folder, "a.txt")
    follow(store, folder)
    path.unlink()
    assert results(sync(syncing, store)) == [("retired", "a.txt")]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_part_that_cannot_be_read_retires_nothing(
    store: ArticleStore, syncing: Syncing, folder: Path
) -> None:
    put(folder, "north/a.txt")
    put(folder, "b.txt", SNOW)
    follow(store, folder)
    (folder / "north").chmod(0)
    try:
        assert [it[0] for it in results(sync(syncing, store))] == ["failed"]
        assert keys(store) == ["b.txt", "north/a.txt"]
    finally:
        (folder / "north").chmod(0o700)


def test_what_cannot_be_listed_hides_what_lies_in_it(
    store: ArticleStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(folder, "north/a.txt")
    put(folder, "b.txt", SNOW)
    follow(store, folder)
    scandir = os.scandir

    def closed(path: Path) -> object:
        if Path(path).name == "north":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", closed)
    lines: list[ReportLine] = list(FolderSync(store, store.followed.all()[0]).lines())
    assert [it.result.value for it in lines] == ["failed"]
    assert keys(store) == ["b.txt", "north/a.txt"]


def test_links_are_named_as_before(store: ArticleStore, syncing: Syncing, folder: Path) -> None:
    path = put(folder, "a.txt")
    (folder / "b.txt").symlink_to(path)
    follow(store, folder)
    assert results(sync(syncing, store)) == [("skipped", None)]


def test_a_file_in_two_sources_is_retired_when_the_last_one_lost_it(
    store: ArticleStore, syncing: Syncing, folder: Path
) -> None:
    put(folder, "b.txt", SNOW)
    path = put(folder, "a.txt")
    follow(store, folder, path)
    path.unlink()
    assert results(sync(syncing, store)) == [("retired", "a.txt")]
    assert keys(store) == ["b.txt"]


def test_names_with_blanks_and_signs_are_followed(
    store: ArticleStore, syncing: Syncing, folder: Path
) -> None:
    path = put(folder / "a #1 100% ü", "b ?.txt")
    follow(store, path.parent)
    [report] = sync(syncing, store)
    assert (report.source.name, report.unchanged) == (str(path.parent), 1)
    path.unlink()
    assert [it[0] for it in results(sync(syncing, store))] == ["retired"]


def test_articles_of_an_archive_are_counted_and_retired(
    store: ArticleStore, syncing: Syncing, folder: Path
) -> None:
    import zipfile  # noqa: PLC0415 - for one test

    with zipfile.ZipFile(folder / "w.zip", "w") as packed:
        packed.writestr("a.txt", RAIN)
        packed.writestr("b.txt", SNOW)
    put(folder, "c.txt", SNOW + RAIN)
    follow(store, folder)
    [report] = sync(syncing, store)
    assert report.unchanged == 3
    (folder / "w.zip").unlink()
    assert [it[0] for it in results(sync(syncing, store))] == ["retired", "retired"]
