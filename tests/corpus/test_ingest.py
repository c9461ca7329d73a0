import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from corpus.articles import ArticleState
from corpus.errors import LibraryFullError
from corpus.ingest import IngestReport, ingest
from corpus.reports import Result
from corpus.store import ArticleStore, PutOutcome

RAIN = "A flood in Harlow\n\nIt rained for a week. Nobody was hurt."
SNOW = "A flood in Harlow\n\nIt snowed for a week. Nobody was hurt."


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ArticleStore]:
    with ArticleStore.create(tmp_path / "library") as opened:
        yield opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "articles"
    path.mkdir()
    return path


def put(folder: Path, name: str, content: str | bytes = RAIN) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def counts(report: IngestReport) -> tuple[int, int, int, int, int]:
    return (
        report.added,
        report.updated,
        report.revised,
        report.unchanged,
        len(report.failed),
    )


def line(**fields: object) -> str:
    return json.dumps({"_id": "a", "text": RAIN, **fields}) + "\n"


def test_files_and_folders_become_articles_with_language_and_passages(
    store: ArticleStore, folder: Path
) -> None:
    put(folder, "north/flood.txt")
    put(folder, "wire.jsonl", line(_id=7) + line(_id="b", lang="de", date="2024-03-05"))
    report = ingest(store, [folder])
    assert counts(report) == (3, 0, 0, 0, 0)
    assert [citation.key for citation in store.citations()] == ["7", "b", "north/flood.txt"]
    article = store.article("north/flood.txt")
    assert article.text == RAIN
    assert article.citation.language == "en"
    assert [span.of(RAIN) for span in article.spans] == ["It rained for a week. Nobody was hurt."]
    assert article.origin == (folder / "north" / "flood.txt").resolve().as_uri()
    assert store.article("b").citation.language == "de"
    assert store.article("b").citation.published == datetime(2024, 3, 5, tzinfo=UTC)
    assert store.raw(article.version_id) == RAIN.encode()


def test_doing_it_again_changes_nothing(store: ArticleStore, folder: Path) -> None:
    put(folder, "flood.txt")
    put(folder, "wire.jsonl", line())
    ingest(store, [folder])
    position = store.position()
    assert counts(ingest(store, [folder])) == (0, 0, 0, 2, 0)
    assert store.position() == position


def test_new_content_makes_a_new_version_and_new_metadata_a_revision(
    store: ArticleStore, folder: Path
) -> None:
    put(folder, "flood.txt")
    put(folder, "wire.jsonl", line())
    ingest(store, [folder])
    put(folder, "flood.txt", SNOW)
    put(folder, "wire.jsonl", line(title="Another title"))
    assert counts(ingest(store, [folder])) == (0, 1, 1, 0, 0)
    assert store.article("flood.txt").citation.version == 2
    assert store.article("flood.txt", version=1).text == RAIN
    assert store.article("a").citation.title == "Another title"


def test_a_retired_article_comes_back_when_it_is_read_again(
    store: ArticleStore, folder: Path
) -> None:
    path = put(folder, "flood.txt")
    ingest(store, [path])
    store.retire("flood.txt")
    assert counts(ingest(store, [path], dry_run=True)) == (0, 1, 0, 0, 0)
    assert store.article("flood.txt").state is ArticleState.RETIRED
    assert counts(ingest(store, [path])) == (0, 1, 0, 0, 0)
    assert store.article("flood.txt").state is ArticleState.ACTIVE


def test_a_file_keeps_its_key_however_it_is_named(store: ArticleStore, folder: Path) -> None:
    path = put(folder, "north/flood.txt")
    ingest(store, [folder])
    report = ingest(store, [path, folder / "north"])
    assert counts(report) == (0, 0, 0, 2, 0)
    assert {entry.key for entry in report.lines} == {"north/flood.txt"}
    assert len(store.citations()) == 1


def test_a_bad_source_is_a_line_and_the_others_go_on(store: ArticleStore, folder: Path) -> None:
    put(folder, "a.txt")
    put(folder, "b.txt", b"%PDF-1.7")
    put(folder, "c.jsonl", line() + "not json\n")
    (folder / "d.txt").symlink_to(folder / "gone")
    (folder / "e.txt").symlink_to(folder / "a.txt")
    report = ingest(store, [folder, folder / "missing"])
    assert counts(report) == (2, 0, 0, 0, 4)
    assert [(Path(it.source).name, it.reason.split(";")[0]) for it in report.failed] == [
        ("b.txt", "it is a PDF document that is damaged or cut off"),
        ("c.jsonl", "line 2: not JSON, or cut off"),
        ("d.txt", "it is a link that leads nowhere or in a circle"),
        ("missing", "there is no such file"),
    ]
    assert [Path(it.source).name for it in report.skipped] == ["e.txt"]


def test_a_key_of_another_origin_is_refused_unless_replaced(
    store: ArticleStore, folder: Path
) -> None:
    first, second = put(folder, "one/flood.txt"), put(folder, "two/flood.txt", SNOW)
    ingest(store, [first])
    for dry_run in (True, False):
        (failure,) = ingest(store, [second], dry_run=dry_run).failed
        assert "belongs to" in failure.reason
        assert "--replace" in failure.reason
    assert store.article("flood.txt").text == RAIN
    assert counts(ingest(store, [second], replace=True, dry_run=True)) == (0, 1, 0, 0, 0)
    assert counts(ingest(store, [second], replace=True)) == (0, 1, 0, 0, 0)
    assert store.article("flood.txt").text == SNOW


def test_collections_do_not_meet(store: ArticleStore, folder: Path) -> None:
    first, second = put(folder, "one/flood.txt"), put(folder, "two/flood.txt", SNOW)
    assert ingest(store, [first], collection="one").added == 1
    assert ingest(store, [second], collection="two").added == 1
    assert store.article("flood.txt", collection="two").text == SNOW


def test_the_same_key_twice_in_one_run_is_refused(store: ArticleStore, folder: Path) -> None:
    paths = [put(folder, "one/flood.txt"), put(folder, "two/flood.txt", SNOW)]
    for dry_run in (True, False):
        assert counts(ingest(store, paths, dry_run=dry_run)) == (1, 0, 0, 0, 1)


def test_a_dry_run_says_what_would_happen_and_writes_nothing(
    store: ArticleStore, folder: Path
) -> None:
    for name in ("a.txt", "b.txt"):
        put(folder, name)
    put(folder, "wire.jsonl", line() + line(_id="b"))
    ingest(store, [folder])
    position, folders = store.position(), sorted(folder.parent.rglob("*.txt"))
    put(folder, "b.txt", SNOW)
    put(folder, "c.txt")
    put(folder, "wire.jsonl", line(title="Another") + line(_id="b"))
    put(folder, "bad.txt", b"")
    expected = (1, 1, 1, 2, 1)
    report = ingest(store, [folder], dry_run=True)
    assert counts(report) == expected
    assert report.dry_run
    assert store.position() == position
    assert len(folders) + 2 == len(sorted(folder.parent.rglob("*.txt")))
    assert counts(ingest(store, [folder])) == expected


def test_a_dry_run_needs_no_library(folder: Path) -> None:
    put(folder, "a.txt")
    report = ingest(None, [folder, folder], dry_run=True)
    assert counts(report) == (1, 0, 0, 1, 0)
    put(folder, "north/b.txt")
    both = ingest(None, [folder / "north", folder / "north" / "b.txt", folder], dry_run=True)
    assert counts(both) == (2, 0, 0, 2, 0)
    with pytest.raises(ValueError, match="dry run"):
        ingest(None, [folder])


def test_within_a_dry_run_later_lines_know_of_earlier_ones(folder: Path) -> None:
    put(folder, "a.jsonl", line())
    put(folder, "b/a.jsonl", line())
    report = ingest(None, [folder], dry_run=True)
    assert counts(report) == (1, 0, 0, 0, 1)
    replaced = ingest(None, [folder], dry_run=True, replace=True)
    assert counts(replaced) == (1, 0, 1, 0, 0)


def test_warnings_stand_in_the_report_and_do_no_harm(store: ArticleStore, folder: Path) -> None:
    put(folder, "wire.jsonl", line(date="some day"))
    report = ingest(store, [folder])
    assert counts(report) == (1, 0, 0, 0, 0)
    ((source, warning),) = report.warnings
    assert source.endswith("wire.jsonl (line 1)")
    assert "some day" in warning


def test_progress_counts_bytes_up_to_all_of_them(store: ArticleStore, folder: Path) -> None:
    size = put(folder, "a.txt").stat().st_size
    size += put(folder, "wire.jsonl", line() + line(_id="b")).stat().st_size
    seen: list[tuple[str, int, int]] = []
    ingest(store, [folder], progress=lambda *step: seen.append(step))
    assert seen[0] == ("reading", 0, size)
    assert seen[-1] == ("reading", size, size)
    assert [done for _, done, _ in seen] == sorted(done for _, done, _ in seen)
    assert {total for _, _, total in seen} == {size}


def test_a_large_file_does_not_keep_others_from_writing(store: ArticleStore, folder: Path) -> None:
    put(folder, "a.txt")
    put(folder, "b.txt", f"It rained{' and rained' * 500}. " * 300)
    assert ingest(store, [folder]).added == 2


class FullStore(ArticleStore):
    """A store whose disk is full."""

    def put(self, *_: object, **__: object) -> PutOutcome:
        message = "the disk is full; free some space"
        raise LibraryFullError(message)


def test_a_library_that_cannot_be_used_ends_the_run(tmp_path: Path, folder: Path) -> None:
    put(folder, "a.txt")
    with FullStore.create(tmp_path / "full") as full, pytest.raises(LibraryFullError):
        ingest(full, [folder])


def test_the_report_tells_scripts_all_of_it(store: ArticleStore, folder: Path) -> None:
    put(folder, "a.txt")
    put(folder, "b.txt", b"")
    put(folder, "wire.jsonl", line(date="some day"))
    content = ingest(store, [folder]).to_json()
    assert json.loads(json.dumps(content)) == content
    expected = dict.fromkeys(["updated", "revised", "unchanged", "skipped"], 0)
    expected |= {"added": 2, "failed": 1}
    assert {name: content[name] for name in expected} == expected
    assert content["schema"] == 1
    assert content["dry_run"] is False
    (failure,) = content["failures"]
    assert failure == {
        "source": str(folder / "b.txt"),
        "reason": "it is empty; fill it or remove it from the sources",
    }
    assert content["sources"][0] == {
        "source": str(folder / "a.txt"),
        "result": "added",
        "key": "a.txt",
    }
    assert content["sources"][2]["warnings"]


def test_every_outcome_of_the_store_is_a_result() -> None:
    assert {outcome.value for outcome in PutOutcome} < {result.value for result in Result}


@pytest.mark.skipif("SHARED_DIR" not in os.environ, reason="SHARED_DIR is not set")
@pytest.mark.parametrize(
    ("name", "articles"),
    [
        ("onestop_news", 182),
        ("clapnq", 596),
        ("mtrag/human_subset", 350),
        ("norquad/news", 403),
        ("xquad/en", 48),
        ("xquad/es", 48),
        ("xquad/ru", 48),
        ("xquad/zh", 48),
        ("xquad/ar", 48),
    ],
)
def test_articles_of_others_are_all_read(store: ArticleStore, name: str, articles: int) -> None:
    report = ingest(store, [Path(os.environ["SHARED_DIR"]) / "data" / name / "corpus.jsonl"])
    assert counts(report) == (articles, 0, 0, 0, 0)
    assert report.warnings == ()
    assert all(store.article(citation.key).spans for citation in store.citations())


def test_a_dry_run_knows_an_article_with_an_update_again(store: ArticleStore, folder: Path) -> None:
    put(folder, "wire.jsonl", line(date="2024-03-05", updated="2024-03-06"))
    assert counts(ingest(store, [folder])) == (1, 0, 0, 0, 0)
    assert counts(ingest(store, [folder], dry_run=True)) == (0, 0, 0, 1, 0)
