"""A damaged, an empty, a huge and a lying file of each format: one clear line, no harm beside."""

import gzip
import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from corpus.ingest import ingest
from corpus.reports import ReportLine, Result
from tests.corpus.sample_files import FILES, sample

MEGABYTE = 1024 * 1024
NEIGHBOURS = {"a.txt": "The river rose for three days.", "z.md": "# Ice\n\nThe lake froze over."}


def reported(folder: Path, name: str, content: bytes, size: int = 0) -> list[ReportLine]:
    """Return the lines for a file beside two that are read, which have to be."""
    for neighbour, text in NEIGHBOURS.items():
        (folder / neighbour).write_text(text, "utf-8")
    with (folder / name).open("wb") as file:
        file.write(content)
        if size:
            file.truncate(size)  # sparse: it takes no room
    report = ingest(None, [folder], dry_run=True)
    first, *lines, last = report.lines
    assert [line.result for line in (first, last)] == [Result.ADDED] * 2
    assert [line.key for line in (first, last)] == list(NEIGHBOURS)
    return lines


def refused(folder: Path, name: str, content: bytes, size: int = 0) -> str:
    """Return the only line there is for a file that is refused."""
    (line,) = reported(folder, name, content, size)
    assert line.result is Result.FAILED
    assert line.reason is not None
    assert "\n" not in line.reason
    assert ";" in line.reason  # what to do next stands behind it
    return line.reason


def cut(name: str, share: float = 0.6) -> bytes:
    content = sample(name)
    return content[: int(len(content) * share)]


def tar_gz() -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w:gz") as packed:
        packed.add(FILES / "lighthouse.odt", arcname="lighthouse.odt")
    return target.getvalue()


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return target.getvalue()


def stuffed(name: str) -> bytes:
    """Return a document that is a ZIP file with a picture of 65 MB in it."""
    target = io.BytesIO(sample(name))
    with zipfile.ZipFile(target, "a", zipfile.ZIP_STORED) as packed:
        packed.writestr("media/picture.bin", bytes(65 * MEGABYTE))
    return target.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("m.pdf", cut("lighthouse.pdf"), "a PDF document that is damaged or cut off"),
        ("m.docx", cut("lighthouse.docx"), "damaged or cut off"),
        ("m.odt", cut("lighthouse.odt"), "damaged or cut off"),
        ("m.epub", cut("book.epub"), "damaged or cut off"),
        ("m.rtf", cut("lighthouse.rtf"), "an RTF document that is cut off"),
        ("m.mhtml", cut("bridge.mhtml"), "a saved page (MHTML) that is cut off"),
        ("m.html", cut("bridge.html", 0.3), "the page holds no text"),
        ("m.html", b"<html><p>Br\xfccke \xc3\xa9 \xc3\xa8 \xc3\xaa", "damaged byte"),
        ("m.rss", cut("feed.rss"), "a feed that is damaged or cut off"),
        ("m.atom", cut("feed.atom"), "a feed that is damaged or cut off"),
        ("m.json", cut("feed.json"), "a JSON feed that is damaged or cut off"),
        ("m.json", cut("telegram.json"), "a Telegram export that is damaged or cut off"),
        ("m.json", b'[{"_id": "a", "te', "not JSON, or cut off"),
        ("m.jsonl", b'{"_id": "a", "te', "not JSON, or cut off"),
        ("m.xml", cut("wordpress.xml", 0.4), "an export of WordPress that is damaged"),
        ("m.opml", cut("feeds.opml"), "a list of feeds (OPML) that is damaged"),
        ("m.xml", cut("sitemap.xml"), "a sitemap that is damaged"),
        ("m.csv", cut("articles.csv", 0.3), "its quotes do not close"),
        ("m.zip", cut("lighthouse.docx", 0.9), "damaged or cut off"),
        ("m.tar.gz", tar_gz()[:9_000], "a TAR archive that is damaged or cut off"),
        ("m.gz", gzip.compress(sample("note.md"))[:-9], "a gzip file that is damaged or cut off"),
        ("m.txt", "größere Bücher für schöne".encode() + b"\xc3", "cut off"),
        ("m.md", "# Größere Bücher für schöne".encode() + b"\xc3", "cut off"),
        (
            "m.eml",
            b"From: a@b.example\nDate: Mon, 3 Jun 2024 10:00:00 +0000\nSubject: x\n\n",
            "no words",
        ),
    ],
)
def test_a_damaged_file_is_one_line(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    assert reason in refused(tmp_path, name, content)


def test_a_cut_mail_is_read_with_a_warning(tmp_path: Path) -> None:
    (line,) = reported(tmp_path, "m.eml", cut("newsletter.eml", 0.9))
    assert line.result is Result.ADDED
    assert "may be cut off" in line.warnings[0]


SUFFIXES = [
    "pdf",
    "docx",
    "odt",
    "epub",
    "rtf",
    "mhtml",
    "html",
    "rss",
    "atom",
    "json",
    "jsonl",
    "xml",
    "opml",
    "csv",
    "tsv",
    "zip",
    "tar.gz",
    "gz",
    "txt",
    "md",
    "eml",
    "mbox",
]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_an_empty_file_is_one_line(tmp_path: Path, suffix: str) -> None:
    assert refused(tmp_path, f"m.{suffix}", b"").startswith("it is empty")


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_picture_under_another_name_is_one_line(tmp_path: Path, suffix: str) -> None:
    picture = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(200)
    assert refused(tmp_path, f"m.{suffix}", picture).startswith("it is a picture")


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        *(
            (f"m.{suffix}", sample(name), "more than the 64 MB one article may have")
            for suffix, name in {
                "pdf": "lighthouse.pdf",
                "rtf": "lighthouse.rtf",
                "mhtml": "bridge.mhtml",
                "rss": "feed.rss",
                "json": "telegram.json",
                "csv": "articles.csv",
                "eml": "newsletter.eml",
                "opml": "feeds.opml",
            }.items()
        ),
        ("m.html", b"<html><body>It rained.</body></html>", "more than the 64 MB"),
        ("m.txt", b"It rained.", "more than the 64 MB"),
        ("m.md", b"# Rain", "more than the 64 MB"),
        ("m.jsonl", b'{"_id": "a", "text": "' + b"x" * 70_000, "longer than 8 MB"),
        ("m.mbox", sample("letters.mbox")[:400], "message 1: longer than 64 MB"),
    ],
)
def test_a_huge_file_is_one_line(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    assert reason in refused(tmp_path, name, content, size=200 * MEGABYTE)


@pytest.mark.parametrize("name", ["lighthouse.docx", "lighthouse.odt", "book.epub"])
def test_a_huge_document_that_is_a_zip_file_is_one_line(tmp_path: Path, name: str) -> None:
    assert "more than the 64 MB" in refused(tmp_path, f"m{Path(name).suffix}", stuffed(name))


def test_a_huge_file_in_an_archive_is_one_line_and_its_neighbours_are_read(tmp_path: Path) -> None:
    members = {"b.txt": b"It rained.", "c.txt": bytes(65 * MEGABYTE), "d.txt": b"It froze."}
    rained, huge, froze = reported(tmp_path, "m.zip", zipped(members, zipfile.ZIP_STORED))
    assert (rained.result, froze.result) == (Result.ADDED, Result.ADDED)
    assert huge.reason == "c.txt in it has more than 64 MB; split it"


BOMB = bytes(80 * MEGABYTE)


def tar_bomb() -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w:gz", compresslevel=1) as packed:
        member = tarfile.TarInfo("a.txt")
        member.size = len(BOMB)
        packed.addfile(member, io.BytesIO(BOMB))
    return target.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("m.zip", zipped({"a.txt": BOMB})),
        ("m.docx", zipped({"word/document.xml": BOMB})),
        ("m.epub", zipped({"mimetype": b"application/epub+zip", "a.xhtml": BOMB})),
        ("m.tar.gz", tar_bomb()),
        ("m.gz", gzip.compress(BOMB, 1)),
    ],
)
def test_a_bomb_is_one_line(tmp_path: Path, name: str, content: bytes) -> None:
    reason = refused(tmp_path, name, content)
    assert "200 times its size" in reason or "unpacks to more than 64 MB" in reason


LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY f SYSTEM "file:///etc/hostname">]>'
)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("m.rss", LAUGHS + b"<rss version='2.0'><channel><title>&c;&f;</title></channel></rss>"),
        (
            "m.opml",
            LAUGHS + b"<opml><body><outline text='&c;' xmlUrl='http://a.example'/></body></opml>",
        ),
        ("m.xml", LAUGHS + b"<urlset><url><loc>http://a.example/&f;</loc></url></urlset>"),
        (
            "m.odt",
            zipped(
                {
                    "mimetype": b"application/vnd.oasis.opendocument.text",
                    "content.xml": LAUGHS + b"<a>&c;&f;</a>",
                }
            ),
        ),
        (
            "m.docx",
            zipped(
                {"[Content_Types].xml": b"<Types/>", "word/document.xml": LAUGHS + b"<a>&c;</a>"}
            ),
        ),
        (
            "m.epub",
            zipped(
                {
                    "mimetype": b"application/epub+zip",
                    "META-INF/container.xml": LAUGHS + b"<a>&f;</a>",
                }
            ),
        ),
    ],
)
def test_entities_are_refused_in_one_line(tmp_path: Path, name: str, content: bytes) -> None:
    assert "entities of its own" in refused(tmp_path, name, content)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("m.zip", zipped({}), "an empty ZIP archive"),
        (
            "m.zip",
            zipped({".hidden": b"It rained.", "__MACOSX/a.txt": b"It rained."}),
            "no files to read",
        ),
        ("m.xlsx", zipped({"xl/workbook.xml": b"<a/>"}), "a spreadsheet; save it as CSV"),
        ("m.pptx", zipped({"ppt/presentation.xml": b"<a/>"}), "a presentation"),
        (
            "m.ods",
            zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}),
            "a spreadsheet",
        ),
        ("m.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "an old office document"),
        (
            "m.epub",
            zipped({"mimetype": b"application/epub+zip"}),
            "without its part META-INF/container.xml",
        ),
        ("m.csv", b"name,age\nNell,41\n", "no column for the text among name, age"),
        ("m.csv", b"title,text\n", "no rows"),
    ],
)
def test_what_holds_no_article_is_one_line(
    tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    assert reason in refused(tmp_path, name, content)
