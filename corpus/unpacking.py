"""Bodies of answers as they stream in, unpacked within a limit."""

import zlib
from collections.abc import Iterable, Iterator

from corpus.errors import FetchError, OversizedSourceError

ACCEPTED = "gzip"
"""The packing we ask for: its decoder can be stopped at any byte."""

_GZIP = 16 + zlib.MAX_WBITS
_PIECE = 64 * 1024
_MEGABYTE = 1024 * 1024


def read_body(chunks: Iterable[bytes], *, encoding: str, limit: int) -> bytes:
    """Return the bytes of an answer, unpacked; no more than `limit` are ever held.

    `encoding` is its `Content-Encoding`. Raise `OversizedSourceError` beyond the limit, and
    `FetchError` for a packing nobody asked for or one that is damaged or cut off.
    """
    held = bytearray()
    for piece in _unpacked(chunks, encoding.strip().lower(), limit):
        held += piece
        if len(held) > limit:
            raise oversized(limit)
    return bytes(held)


def oversized(limit: int) -> OversizedSourceError:
    """Return the error for a document of more than `limit` bytes."""
    megabytes = limit / _MEGABYTE
    return OversizedSourceError(
        f"it has more than {megabytes:.3g} MB, and no more is fetched; save it and give its file"
    )


def _unpacked(chunks: Iterable[bytes], encoding: str, limit: int) -> Iterator[bytes]:
    if encoding in {"", "identity"}:
        return iter(chunks)
    if encoding in {"gzip", "x-gzip"}:
        return _inflated(chunks, limit)
    message = f"the site packs it as {encoding[:40]!r}, which was not asked for; save the page"
    raise FetchError(message)


def _inflated(chunks: Iterable[bytes], limit: int) -> Iterator[bytes]:
    """Yield the unpacked bytes in small pieces, however much one byte unpacks to."""
    unpacker = zlib.decompressobj(_GZIP)
    packed_bytes = 0
    for chunk in chunks:
        packed_bytes += len(chunk)
        if packed_bytes > limit:
            raise oversized(limit)
        yield from _pieces(unpacker, chunk)
    yield from _pieces(unpacker, b"")
    if packed_bytes and not unpacker.eof:
        raise _damaged()


def _pieces(unpacker: "zlib._Decompress", chunk: bytes) -> Iterator[bytes]:
    """Yield what `chunk` unpacks to, a bounded piece at a time."""
    pending = chunk
    while not unpacker.eof:
        try:
            piece = unpacker.decompress(pending, _PIECE)
        except zlib.error as error:
            raise _damaged() from error
        pending = unpacker.unconsumed_tail
        if piece:
            yield piece
        elif not pending:
            return


def _damaged() -> FetchError:
    return FetchError("its packed bytes are damaged or cut off; try again later")
