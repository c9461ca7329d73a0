"""Texts and documents come back to the last character and byte, and take less room."""

import json

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import LibraryDamagedError
from corpus.packing import Unpacker, packed_document, packed_text, unpacked_document

PROSE = (
    "The council said on Tuesday that the bridge would be closed for three weeks, because the "
    "river had risen by two metres during the night. People who live on the other side will "
    "have to take the road through the village, which is not as wide as it should be.\n\n"
    "“It was very surprising,” the mayor said. “We have been told that it is safe.”"
)


@settings(max_examples=200)
@given(text=st.text(max_size=2_000))
def test_a_text_comes_back_exactly(text: str) -> None:
    assert Unpacker().text(packed_text(text)) == text


@given(
    document=st.binary(max_size=500),
    text=st.text(max_size=300),
    share=st.sampled_from(["", "<html>", "\\u2019"]),
)
def test_a_document_comes_back_exactly(document: bytes, text: str, share: str) -> None:
    whole = share.encode() + text.encode() + document
    assert unpacked_document(packed_document(whole, text), text) == whole


def test_one_unpacker_reads_many_texts() -> None:
    unpacker = Unpacker()
    texts = [PROSE, "", "Kurz.", PROSE * 3]
    assert [unpacker.text(packed_text(text)) for text in texts] == texts


def test_a_short_text_takes_little_more_than_half_its_room_and_its_document_little_more() -> None:
    document = json.dumps({"_id": "7", "title": "Bridge closed", "text": PROSE}).encode()
    assert len(packed_text(PROSE)) < 0.55 * len(PROSE.encode())
    assert len(packed_document(document, PROSE)) < 0.2 * len(document)


def test_what_cannot_be_packed_takes_a_byte_more() -> None:
    assert packed_text("") == b"\x00"
    assert len(packed_text("漢字")) == len("漢字".encode()) + 1


def test_a_long_text_helps_its_document_from_its_beginning() -> None:
    text = " ".join(f"{number:06}" for number in range(250_000))
    document = f"<p>{text}</p>".encode()
    assert unpacked_document(packed_document(document, text), text) == document


def test_documents_of_earlier_releases_are_read() -> None:
    frame = zstandard.ZstdCompressor().compress(PROSE.encode())
    assert unpacked_document(frame, "another text") == PROSE.encode()


@pytest.mark.parametrize("damaged", [b"", b"\x07abc", b"\x01abc", packed_text(PROSE)[:-3]])
def test_a_text_that_is_none_is_told(damaged: bytes) -> None:
    with pytest.raises(LibraryDamagedError, match="stored"):
        Unpacker().text(damaged)


@pytest.mark.parametrize("damaged", [b"", b"\x01abc", b"plain words"])
def test_a_document_that_is_none_is_told(damaged: bytes) -> None:
    with pytest.raises(LibraryDamagedError, match="cannot be unpacked"):
        unpacked_document(damaged, PROSE)
