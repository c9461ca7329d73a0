import json
import os
from pathlib import Path

import pytest

from corpus.articles import RawArticle
from corpus.errors import SourceNotFoundError, UnreadableSourceError
from corpus.readers.documents import Failure, Found
from corpus.readers.reading import file_error, format_of_data, read_source
from corpus.readers.sniffing import Format
from tests.corpus.sample_files import sample


def put(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def article(path: Path) -> RawArticle:
    (found,) = read_source(path)
    assert isinstance(found, Found), found
    return found.article


def reason(path: Path, **options: int) -> str:
    (failure,) = read_source(path, **options)
    assert isinstance(failure, Failure), failure
    assert failure.source == str(path)
    return failure.reason


def test_a_file_is_an_article_under_its_name_with_its_bytes(tmp_path: Path) -> None:
    content = "\ufeffA flood\r\n\r\nIt rained."
    path = put(tmp_path, "flood.txt", content)
    found = article(path)
    assert found.key == "flood.txt"
    assert found.origin == path.resolve().as_uri()
    assert found.raw == content.encode()
    assert (found.title, found.text) == ("A flood", "A flood\n\nIt rained.")


def test_the_key_may_be_given(tmp_path: Path) -> None:
    path = put(tmp_path, "flood.txt", "It rained.")
    (found,) = read_source(path, key="north/flood.txt")
    assert isinstance(found, Found)
    assert found.article.key == "north/flood.txt"
    assert not found.names_itself


@pytest.mark.parametrize(
    ("content", "title", "text"),
    [
        ("<html><title>Flood</title><p>It rained.</p></html>", "Flood", "It rained."),
        ("# Flood\n\nIt *rained*.", "Flood", "Flood\n\nIt rained."),
        ("**Flood**\nIt rained.", "Flood", "Flood\nIt rained."),
        ('{"_id": "a", "title": "Flood", "text": "It rained."}', "Flood", "It rained."),
        ('{\n"_id": "a", "title": "Flood", "text": "It rained."}', "Flood", "It rained."),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_read_as_what_it_is(
    tmp_path: Path, content: str, title: str, text: str
) -> None:
    found = article(put(tmp_path, "note.txt", content))
    assert (found.title, found.text) == (title, text)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1251"])
def test_other_encodings_are_read(tmp_path: Path, encoding: str) -> None:
    text = "Наводнение\n\nПрезидент объявил вчера, что встреча состоится осенью."
    assert article(put(tmp_path, "a.txt", text.encode(encoding))).text == text


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
@pytest.mark.parametrize("name", ["a.jsonl", "a.txt"])
def test_json_lines_are_read_with_a_mark_and_in_utf16(
    tmp_path: Path, name: str, encoding: str
) -> None:
    content = '{"_id": "a", "text": "It rained."}\n{"_id": "b", "text": "It froze."}\n'
    found = list(read_source(put(tmp_path, name, content.encode(encoding))))
    assert [item.article.key for item in found if isinstance(item, Found)] == ["a", "b"]


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.txt", b"", "empty"),
        ("a.jsonl", b" \n\n", "empty"),
        ("a.txt", b"%PDF-1.7", "PDF"),
        ("a.jsonl", b"PK\x03\x04", "ZIP"),
        ("a.txt", b"text\0text", "NUL"),
        ("a.jsonl", b"text\0text", "NUL"),
        ("a.txt", b"*** --- ***", "no words"),
        ("a.txt", "größere Bücher für schöne".encode() + b"\xc3", "cut off"),
        ("a.json", b'[{"_id": "a", "text"', "cut off"),
        ("a.xml", b"<?xml version='1.0'?><svg/>", "XML"),
        ("a.jsonl", b"<rss version='2.0'><channel></channel></rss>", "no entries"),
        ("a.html", b"<html><body></body></html>", "no text"),
    ],
)
def test_what_cannot_be_read_says_why(
    tmp_path: Path, name: str, content: bytes, expected: str
) -> None:
    assert expected in reason(put(tmp_path, name, content))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("feed.rss", Format.FEED),
        ("feed.json", Format.JSON_FEED),
        ("sitemap.xml", Format.SITEMAP),
        ("feeds.opml", Format.OPML),
        ("bridge.html", Format.HTML),
        ("lighthouse.docx", Format.WORD),
        ("lighthouse.pdf", Format.PDF),
    ],
)
def test_the_format_of_what_was_fetched_is_told_without_reading_it(
    name: str, expected: Format
) -> None:
    assert format_of_data(sample(name), name="page") is expected


def test_a_missing_file_and_a_folder_in_its_place_say_so(tmp_path: Path) -> None:
    assert "no such file" in reason(tmp_path / "gone.txt")
    folder = tmp_path / "folder.txt"
    folder.mkdir()
    assert "is a directory" in reason(folder)


def test_what_the_file_system_says_becomes_our_error() -> None:
    assert isinstance(file_error(FileNotFoundError()), SourceNotFoundError)
    assert "permissions" in str(file_error(PermissionError()))
    error = file_error(OSError(5, "Input/output error"))
    assert isinstance(error, UnreadableSourceError)
    assert "input/output error" in str(error)
    assert "strange" in str(file_error(OSError("strange")))


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read every file")
def test_a_file_without_permission_says_so(tmp_path: Path) -> None:
    path = put(tmp_path, "a.txt", "It rained.")
    path.chmod(0)
    assert "permissions" in reason(path)


def test_an_oversized_file_is_refused_without_reading_it(tmp_path: Path) -> None:
    path = tmp_path / "big.txt"
    with path.open("wb") as file:
        file.write(b"It rained. " * 10_000)
        file.truncate(200 * 1024 * 1024)  # sparse: reading it whole would take a while
    assert reason(path).startswith("200 MB is more than the 64 MB one article may have; split")


def test_the_limit_counts_bytes_of_one_article_not_of_json_lines(tmp_path: Path) -> None:
    line = json.dumps({"_id": "a", "text": "It rained. " * 20})
    path = put(tmp_path, "a.jsonl", f"{line}\n")
    assert article(path).key == "a"
    (found,) = read_source(path, limit=10)
    assert isinstance(found, Found)
    text = put(tmp_path, "a.txt", "It rained. It rained.")
    assert "more than" in reason(text, limit=10)


def test_json_lines_named_txt_are_known_by_a_first_line_longer_than_the_head(
    tmp_path: Path,
) -> None:
    long = json.dumps({"_id": "a", "text": "It rained. " * 20_000})
    short = json.dumps({"_id": "b", "text": "It froze."})
    found = list(read_source(put(tmp_path, "a.txt", f"{long}\n{short}\n"), limit=1_000))
    assert [item.article.key for item in found if isinstance(item, Found)] == ["a", "b"]


def test_characters_lost_before_are_warned_of(tmp_path: Path) -> None:
    (found,) = read_source(put(tmp_path, "a.txt", "It r\ufffdined."))
    assert isinstance(found, Found)
    assert found.warnings == (
        "1 characters were lost before it came here (U+FFFD); fetch the original again",
    )
