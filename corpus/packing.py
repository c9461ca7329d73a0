"""Texts and documents as the store keeps them: packed, each row by itself, unpacked in microseconds.

A text is packed with a dictionary that comes with the program (`texts.zdict`): words and phrases
that stand in many articles of several languages, which a short text has no room to repeat. It
holds nothing of the library's own, so that nothing of a removed article stays in it. A document is
packed with its text in place of a dictionary: what it says beyond that is all it costs.

The first byte of either names its form. Documents of earlier releases are zstandard frames, whose
first byte is 0x28.
"""

from pathlib import Path

import zstandard

from corpus.errors import LibraryDamagedError
from corpus.shipped_packing import ShippedPacking, parameters

_PLAIN, _PACKED = b"\x00", b"\x01"
_TEXTS = ShippedPacking(Path(__file__).parent / "texts.zdict")
_BOILERPLATE = (
    b'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title></title>\n</head>\n'
    b"<body>\n<p></p>\n</body>\n</html>\n\\u00e9\\u201c\\u201d\\u2013\\u2014\\u2019\\n\\n"
    b'"}\n{"id": "", "_id": "", "url": "https://www.", "date": "20", "source": "", "title": "", "text": "'
)
"""What documents say beyond their texts; changing it makes what is stored unreadable."""
_DOCUMENT_LEVEL = 6
"""Of zstandard: higher ones take several times as long for a few per cent."""
_PREFIX = 1 << 20
"""Bytes of a text a document is compared with: they must be read again to unpack it."""


class Unpacker:
    """Unpacks any number of texts, in one thread."""

    def __init__(self) -> None:
        """Prepare; the dictionary is read once in a process."""
        self._frames = _TEXTS.unpacker()

    def text(self, packed: bytes) -> str:
        """Return the text `packed_text` packed; raise `LibraryDamagedError`."""
        form, kept = packed[:1], packed[1:]
        if form == _PLAIN:
            return kept.decode()
        if form != _PACKED:
            message = f"a text is stored in an unknown form {form.hex()}; upgrade passagebot"
            raise LibraryDamagedError(message)
        try:
            return self._frames.decompress(kept).decode()
        except zstandard.ZstdError as error:
            message = f"a stored text cannot be unpacked ({error}); restore a backup"
            raise LibraryDamagedError(message) from error


def packed_text(text: str) -> bytes:
    """Return a text as `Unpacker.text` reads it: packed, unless that is no shorter."""
    plain = text.encode()
    frame = _TEXTS.packed(plain)
    return _PACKED + frame if len(frame) < len(plain) else _PLAIN + plain


def packed_document(document: bytes, text: str) -> bytes:
    """Return a document packed beside its `text`, as `unpacked_document` reads it."""
    frame = zstandard.ZstdCompressor(
        compression_params=parameters(_DOCUMENT_LEVEL), dict_data=_text_as_dictionary(text)
    ).compress(document)
    return _PACKED + frame


def unpacked_document(packed: bytes, text: str) -> bytes:
    """Return the document `packed_document`, or an earlier release, packed beside its `text`.

    Raise `LibraryDamagedError` for anything else.
    """
    try:
        if packed[:1] != _PACKED:
            return zstandard.ZstdDecompressor().decompress(packed)
        return zstandard.ZstdDecompressor(
            dict_data=_text_as_dictionary(text), format=zstandard.FORMAT_ZSTD1_MAGICLESS
        ).decompress(packed[1:])
    except zstandard.ZstdError as error:
        message = f"a stored document cannot be unpacked ({error}); restore a backup"
        raise LibraryDamagedError(message) from error


def _text_as_dictionary(text: str) -> zstandard.ZstdCompressionDict:
    content = text.encode()[:_PREFIX] + _BOILERPLATE
    return zstandard.ZstdCompressionDict(content, dict_type=zstandard.DICT_TYPE_RAWCONTENT)
