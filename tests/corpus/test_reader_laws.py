"""Laws of all readers: whatever a file holds, it is read or refused, and the text is final."""

import io
import zipfile

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from corpus.normalising import normalise
from corpus.preparing import prepare
from corpus.readers.documents import Failure, Found, Place
from corpus.readers.reading import read_data
from tests.corpus.sample_files import FILES, sample

NAMES = sorted(path.name for path in FILES.iterdir())
ZIPPED = ["book.epub", "lighthouse.docx", "lighthouse.odt"]
PLACE = Place(source="some file", key="a", origin="file:///a")


def is_read_or_refused(data: bytes, name: str) -> None:
    """Hold a file to the laws: some lines, each an article in its final form or a reason."""
    lines = list(read_data(data, PLACE, name=name))
    assert lines
    for line in lines:
        if isinstance(line, Failure):
            assert line.reason == " ".join(line.reason.split())
        else:
            assert isinstance(line, Found)
            assert line.article.text == normalise(line.article.text)
            assert line.article.title == " ".join(line.article.title.split())
            assert any(map(str.isalnum, line.article.text))
            assert all(span.end <= len(line.article.text) for span in line.article.furniture)
            prepare(line.article)


@given(name=st.sampled_from(NAMES), share=st.floats(0, 1))
@example(name="lighthouse.pdf", share=0.999)
def test_a_file_cut_anywhere_is_read_or_refused(name: str, share: float) -> None:
    content = sample(name)
    is_read_or_refused(content[: int(len(content) * share)], name)


@settings(max_examples=200)
@given(
    name=st.sampled_from(NAMES),
    flips=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(1, 255)), max_size=20),
)
def test_a_file_with_changed_bytes_is_read_or_refused(
    name: str, flips: list[tuple[float, int]]
) -> None:
    content = bytearray(sample(name))
    for share, change in flips:
        content[int(len(content) * share)] ^= change
    is_read_or_refused(bytes(content), name)


@given(
    name=st.sampled_from(ZIPPED),
    part=st.integers(0, 50),
    at=st.floats(0, 1),
    change=st.binary(max_size=40),
)
def test_a_document_whose_parts_are_changed_is_read_or_refused(
    name: str, part: int, at: float, change: bytes
) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(FILES / name) as packed, zipfile.ZipFile(target, "w") as changed:
        members = packed.namelist()
        for number, member in enumerate(members):
            content = packed.read(member)
            start = int(len(content) * at)
            if number == part % len(members):
                content = content[:start] + change + content[start + len(change) :]
            changed.writestr(member, content)
    is_read_or_refused(target.getvalue(), name)


@given(
    data=st.binary(max_size=2_000),
    head=st.sampled_from(
        [b"", b"%PDF-1.7\n", b"PK\x03\x04", b"{\\rtf1", b"\x1f\x8b\x08", b"From a@b 2024\nTo: x\n"]
    ),
    suffix=st.sampled_from(["pdf", "docx", "epub", "zip", "csv", "json", "jsonl", "xml", "eml"]),
)
def test_any_bytes_are_read_or_refused(data: bytes, head: bytes, suffix: str) -> None:
    is_read_or_refused(head + data, f"a.{suffix}")


@given(
    text=st.text(max_size=2_000),
    head=st.sampled_from(
        ["", "<html>", "<rss version='2.0'>", "{", "[{", "title,text\n", "---\ntitle: x\n---\n"]
    ),
)
def test_any_text_is_read_or_refused(text: str, head: str) -> None:
    is_read_or_refused((head + text).encode(errors="replace"), "a.txt")


@pytest.mark.parametrize("name", NAMES)
def test_the_same_file_gives_the_same_articles(name: str) -> None:
    first, second = (list(read_data(sample(name), PLACE, name=name)) for _ in range(2))
    assert first == second
