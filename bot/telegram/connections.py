"""HTTP/1.1 connections to a Bot API server, as many as are needed at once, kept and used again.

httpx takes some two milliseconds of processor time for one call, which is most of what a whole
answer costs; what the Bot API needs of HTTP takes a tenth of that. Proxies are httpx's affair.
"""

import asyncio
import ssl
from dataclasses import dataclass
from typing import Self

LONGEST_HEAD = 65_536
MOST_BYTES = 2**31
"""The longest answer: a file from a server of one's own."""
_HAPPY_EYEBALLS = 0.25
"""Seconds after which the next address of a host is tried beside the first (RFC 8305)."""


class NeverLeftError(Exception):
    """No byte of a request left: it may be repeated."""


class BrokenAnswerError(Exception):
    """A request left, and no answer that can be read came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a server listens; `tls` is None for plain HTTP."""

    host: str
    port: int
    tls: ssl.SSLContext | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A server's answer."""

    status: int
    body: bytes


class _Reading:
    """An answer while it comes in."""

    def __init__(self) -> None:
        self.buffer = bytearray()
        self.answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self.keeps_open = True
        self._status = 0
        self._length: int | None = None
        self._is_chunked = False
        self._chunks = bytearray()
        self._has_head = False

    def feed(self, data: bytes) -> None:
        """Take what came in; resolves `answer` when it is whole."""
        self.buffer += data
        try:
            while not self._has_head and self._read_head():
                pass
            if self._has_head:
                self._read_body()
        except ValueError as error:
            self.fail(f"the server does not speak HTTP/1.1: {error}")

    def end(self) -> None:
        """Take the end of the connection, which ends an answer of no stated length."""
        self.keeps_open = False
        if self._has_head and self._length is None and not self._is_chunked:
            self._done(bytes(self.buffer))
        else:
            self.fail("the server closed the connection before its answer was whole")

    def fail(self, reason: str) -> None:
        """Give up."""
        if not self.answer.done():
            self.answer.set_exception(BrokenAnswerError(reason))

    def _read_head(self) -> bool:
        """Read a head if it is there; return whether another may follow: 1xx announce one."""
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            if len(self.buffer) > LONGEST_HEAD:
                reason = "its head is too long"
                raise ValueError(reason)
            return False
        first, *lines = bytes(self.buffer[:end]).decode("latin-1").split("\r\n")
        del self.buffer[: end + 4]
        version, _, rest = first.partition(" ")
        if not version.startswith("HTTP/1."):
            raise ValueError(first[:40])
        self._status = int(rest[:3])
        if self._status < 200:  # noqa: PLR2004 - RFC 9110, 15.2: interim answers
            return True
        self._note_headers(version, lines)
        self._has_head = True
        return False

    def _note_headers(self, version: str, lines: list[str]) -> None:
        headers = {
            name.strip().lower(): value.strip()
            for name, _, value in (line.partition(":") for line in lines)
        }
        said = headers.get("connection", "").lower()
        self.keeps_open = said != "close" and (version == "HTTP/1.1" or said == "keep-alive")
        self._is_chunked = "chunked" in headers.get("transfer-encoding", "").lower()
        if "content-length" in headers and not self._is_chunked:
            self._length = int(headers["content-length"])
            if not 0 <= self._length <= MOST_BYTES:
                reason = f"its answer would be {self._length} bytes long"
                raise ValueError(reason)
        if self._length is None and not self._is_chunked:
            self.keeps_open = False
            if self._status in {204, 304}:
                self._length = 0

    def _read_body(self) -> None:
        if self._is_chunked:
            self._read_chunks()
        elif self._length is not None and len(self.buffer) >= self._length:
            body = bytes(self.buffer[: self._length])
            self.keeps_open = self.keeps_open and len(self.buffer) == self._length
            self._done(body)

    def _read_chunks(self) -> None:
        while (end := self.buffer.find(b"\r\n")) >= 0:
            size = int(self.buffer[:end].split(b";")[0], 16)
            after = end + 2 + size + 2
            if size == 0:
                self.keeps_open = self.keeps_open and self.buffer[end + 2 :] == b"\r\n"
                self._done(bytes(self._chunks))
                return
            if len(self.buffer) < after:
                return
            self._chunks += self.buffer[end + 2 : after - 2]
            del self.buffer[:after]

    def _done(self, body: bytes) -> None:
        if not self.answer.done():
            self.answer.set_result(Answer(status=self._status, body=body))


class Connection(asyncio.Protocol):
    """One connection; one request at a time."""

    def __init__(self) -> None:
        """Be made by `open`."""
        self._transport: asyncio.Transport | None = None
        self._reading: _Reading | None = None
        self._received = 0

    @classmethod
    async def open(cls, address: Address, *, seconds: float | None) -> Self:
        """Connect. Raises `OSError` or `TimeoutError`."""
        async with asyncio.timeout(seconds):
            _, protocol = await asyncio.get_running_loop().create_connection(
                cls,
                address.host,
                address.port,
                ssl=address.tls,
                happy_eyeballs_delay=_HAPPY_EYEBALLS,
            )
        return protocol

    @property
    def is_open(self) -> bool:
        """Return whether a request can be sent, as far as is known."""
        return self._transport is not None and not self._transport.is_closing()

    def send(self, request: bytes) -> None:
        """Let a request leave: all of it is given to the kernel, or waits for it, at once."""
        if self._transport is None or not self.is_open:
            raise NeverLeftError
        self._reading = _Reading()
        self._transport.write(request)

    async def answer(self, *, seconds: float | None) -> Answer:
        """Return the answer; raises `TimeoutError` when nothing moves for so many seconds.

        Raises `BrokenAnswerError` for what is no answer. Afterwards the connection may be closed.
        """
        if self._reading is None:
            raise NeverLeftError
        reading = self._reading
        while not reading.answer.done():
            before = self._moved()
            await asyncio.wait((reading.answer,), timeout=seconds)
            if not reading.answer.done() and self._moved() == before:
                raise TimeoutError
        self._reading = None
        if not reading.keeps_open:
            self.close()
        return reading.answer.result()

    def close(self) -> None:
        """Close at once; who waits for an answer waits no more for it."""
        self._reading = None
        if self._transport is not None:
            self._transport.abort()

    def _moved(self) -> tuple[int, int]:
        """Return how much came in, and how much is still to go out."""
        waiting = self._transport.get_write_buffer_size() if self._transport else 0
        return self._received, waiting

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the transport; asyncio calls this."""
        if isinstance(transport, asyncio.Transport):
            self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Take what came in; what nobody asked for ends the connection."""
        self._received += len(data)
        if self._reading is None or self._reading.answer.done():
            self.close()
        else:
            self._reading.feed(data)

    def eof_received(self) -> None:
        """Take the end of what comes in; asyncio closes the connection then."""
        if self._reading is not None:
            self._reading.end()

    def connection_lost(self, error: Exception | None) -> None:
        """Take the end of the connection."""
        if self._reading is not None:
            self._reading.fail(f"the connection was lost: {error}")


class Connections:
    """Up to so many connections to one server, each used again as long as it stays open."""

    def __init__(self, address: Address, *, most: int) -> None:
        """Open none yet."""
        self._address = address
        self._room = asyncio.Semaphore(most)
        self._idle: list[Connection] = []

    async def take(self, *, room_seconds: float | None, seconds: float | None) -> Connection:
        """Return an open connection, the one used last if one is idle.

        Raises `OSError`, or `TimeoutError` if none is free or made in time. What is taken must be
        given back.
        """
        async with asyncio.timeout(room_seconds):
            await self._room.acquire()
        try:
            return await self._opened(seconds)
        except BaseException:
            self._room.release()
            raise

    async def renewed(self, connection: Connection, *, seconds: float | None) -> Connection:
        """Return a connection that was taken, or another in its place if it was closed since."""
        return connection if connection.is_open else await self._opened(seconds)

    def give_back(self, connection: Connection) -> None:
        """Keep a connection for the next request if it is still open."""
        if connection.is_open:
            self._idle.append(connection)
        self._room.release()

    def close(self) -> None:
        """Close all that are idle."""
        while self._idle:
            self._idle.pop().close()

    async def _opened(self, seconds: float | None) -> Connection:
        while self._idle:
            connection = self._idle.pop()
            if connection.is_open:
                return connection
        return await Connection.open(self._address, seconds=seconds)
