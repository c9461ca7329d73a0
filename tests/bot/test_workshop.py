"""Work beside the bot: real processes, whose end loses nothing."""

import io
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.administration import workshop
from bot.administration.keeping import How, articles_in, planned
from bot.administration.material import Material, unpacked
from bot.administration.office import LARGEST_DOWNLOAD, largest_download, office_of
from bot.administration.workbench import main
from bot.administration.workshop import Beside, WorkError
from bot.assembly import Library, open_library
from bot.drafts import Edits
from bot.settings import Settings
from corpus.errors import LibraryError
from corpus.readers.reading import LARGEST_FILE
from corpus.reports import Result
from corpus.store import ArticleStore
from retrieval.errors import IndexBusyError, IndexingError
from retrieval.protocols import Progress
from tests.bot.command_line import load_words

PAGE = b"The ferry stays in port\n\nThe ferry to Gull Island is cancelled until Friday.\n"
POSTED = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture(name="folder")
def make_folder(tmp_path: Path) -> Path:
    """Return the folder of an empty library."""
    with ArticleStore.create(tmp_path):
        return tmp_path


def told_by(*lines: str) -> tuple[str, ...]:
    code = "\n".join(("import sys, time", "sys.stdin.buffer.read()", *lines))
    return (sys.executable, "-c", code)


def beside(folder: Path, *lines: str, seconds: float = 60.0) -> Beside:
    with open_library(Settings(library=folder), load=load_words) as library:
        return Beside(library, ports=(80, 443), seconds=seconds, command=told_by(*lines))


def test_a_file_is_read_in_a_process_of_its_own(folder: Path) -> None:
    with open_library(Settings(library=folder), load=load_words) as library:
        material = Material.file("ferry.txt", PAGE).of_post(
            key="k", url="https://t.me/a/1", source="Harbour", published=POSTED
        )
        read = Beside(library, ports=(80,)).read(material, collection="main")
    [found] = articles_in(unpacked(read.content))
    assert read.summary["facts"]["published"] == POSTED.isoformat()
    assert (found.article.raw, found.article.source) == (PAGE, "Harbour")


def test_a_text_that_was_pasted_is_read_at_once(folder: Path) -> None:
    with open_library(Settings(library=folder), load=load_words) as library:
        nowhere = Beside(library, ports=(80,), command=(sys.executable, "-c", "pass"))
        read = nowhere.read(Material.text(PAGE.decode()), collection="main")
    assert read.summary["titles"] == ["The ferry stays in port"]


def ordered(what: str, folder: Path, order: dict[str, object], data: bytes) -> list[bytes]:
    told = io.BytesIO()
    header = json.dumps(order | {"bytes": len(data)}).encode()
    given = io.BytesIO(header + b"\n" + data)
    assert main([what, str(folder)], given, told, load=load_words) == 0
    return told.getvalue().split(b"\n")


def test_the_workbench_reads_what_is_ordered(folder: Path) -> None:
    material = {
        "kind": "text",
        "name": "n",
        "key": "k",
        "origin": "o",
        "url": None,
        "source": None,
        "published": POSTED.isoformat(),
    }
    order = {"material": material, "collection": "main", "ports": [80]}
    line, *content = ordered("read", folder, order, PAGE)
    told = json.loads(line)
    assert told["summary"]["titles"] == ["The ferry stays in port"]
    assert len(b"\n".join(content)) == told["bytes"]


def adding(folder: Path, content: bytes) -> dict[str, object]:
    with ArticleStore.open(folder) as store:
        found = articles_in(unpacked(content))
        plan = planned(store, found, collection="main", how=How.ADD, token="t")
    return {"edits": Edits().to_json(), "plan": plan, "collection": "main"}


def content_of(folder: Path) -> bytes:
    with open_library(Settings(library=folder), load=load_words) as library:
        here = workshop.Here(library, fetcher=workshop.Fetcher())
        return here.read(Material.file("ferry.txt", PAGE), collection="main").content


def test_the_workbench_adds_what_is_ordered_and_tells_how_far_it_is(folder: Path) -> None:
    content = content_of(folder)
    *progress, tally, _ = ordered("add", folder, adding(folder, content), content)
    assert json.loads(progress[0]) == {"done": 1, "total": 1}
    assert all(json.loads(line)["total"] == 0 for line in progress[1:])
    assert json.loads(tally)["tally"]["counts"] == {"added": 1}
    with ArticleStore.open(folder) as store:
        assert store.counts().articles == 1


def test_the_workbench_tells_why_a_library_cannot_be_changed(tmp_path: Path) -> None:
    order = {"edits": Edits().to_json(), "plan": [], "collection": "main"}
    line, _ = ordered("add", tmp_path / "nowhere", order, b"")
    assert "error" in json.loads(line)


def test_the_workbench_knows_two_orders() -> None:
    assert main(["sing", "library"], io.BytesIO(), io.BytesIO()) == 2
    assert main([], io.BytesIO(), io.BytesIO()) == 2


def test_much_is_added_in_a_process_and_little_here(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = content_of(folder)
    plan = adding(folder, content)["plan"]
    tally = json.dumps({"tally": {"counts": {"added": 9}, "passages": 1, "reasons": []}})
    lines = ('print(\'{"done": 1, "total": 9}\')', f"print({tally!r})")
    told: list[tuple[int, int]] = []

    def add(*given: str) -> dict[Result, int]:
        done = beside(folder, *given).add(
            content,
            Edits(),
            plan,
            collection="main",
            telling=lambda *one: told.append(one),
        )
        return dict(done.counts)

    monkeypatch.setattr(workshop, "FEW_ARTICLES", 0)
    assert add(*lines) == {Result.ADDED: 9}
    assert told == [(1, 9)]
    with pytest.raises(LibraryError, match="the disk is full"):
        add('print(\'{"error": "the disk is full"}\')')
    with pytest.raises(WorkError, match="took too long or broke off"):
        add("print('{\"done\": 1, ')")


def test_reading_that_takes_too_long_or_breaks_off_is_ended(folder: Path) -> None:
    material = Material.file("ferry.txt", PAGE)
    for bench in (
        beside(folder, "time.sleep(60)", seconds=0.2),
        beside(folder, "sys.exit(3)"),
        beside(folder, "print('no JSON at all')"),
    ):
        with pytest.raises(WorkError, match="took too long or broke off"):
            bench.read(material, collection="main")


def test_a_process_that_does_not_even_listen_is_one_that_broke_off(folder: Path) -> None:
    with open_library(Settings(library=folder), load=load_words) as library:
        deaf = Beside(library, ports=(80,), command=(sys.executable, "-c", "pass"))
        with pytest.raises(WorkError):
            deaf.read(Material.file("long.txt", PAGE * 100_000), collection="main")


def test_a_closed_workshop_begins_nothing(folder: Path) -> None:
    bench = beside(folder)
    bench.close()
    with pytest.raises(WorkError):
        bench.read(Material.file("ferry.txt", PAGE), collection="main")


class Unindexed(Library):
    """A library whose indexes cannot be brought up to date."""

    problem: Exception = IndexingError("the disk is full; make room")

    def catch_up(self, _progress: Progress) -> None:
        raise self.problem


def test_what_is_stored_and_not_indexed_is_told_and_what_another_process_indexes_is_not(
    folder: Path,
) -> None:
    content = content_of(folder)
    plan = adding(folder, content)["plan"]
    with open_library(Settings(library=folder), load=load_words) as library:
        library.__class__ = Unindexed
        assert isinstance(library, Unindexed)
        here = workshop.Here(library, workshop.Fetcher())

        def add() -> tuple[str, ...]:
            tally = here.add(content, Edits(), plan, collection="main", telling=lambda *_: None)
            return tally.reasons

        assert add() == ("it is stored, and not searchable yet: the disk is full; make room",)
        library.problem = IndexBusyError("another process is indexing; wait")
        assert add() == ()
        here.close()


def test_a_server_of_ones_own_hands_out_larger_files() -> None:
    assert largest_download("https://api.telegram.org") == LARGEST_DOWNLOAD
    assert largest_download("http://127.0.0.1:8081") == LARGEST_FILE


def test_without_administrators_there_is_no_office(folder: Path) -> None:
    with open_library(Settings(library=folder), load=load_words) as library:
        assert office_of(library, Settings(library=folder)) is None
        office = office_of(library, Settings(library=folder, admins=(7,)))
        assert office is not None
        assert office.sync[-4:] == ("--library", str(folder), "sync", "--json")
        office.workshop.close()
