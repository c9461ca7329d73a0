"""python-telegram-bot's HTTP transport over connections of our own, for servers without a proxy."""

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.telegram.connections import (
    Address,
    Answer,
    BrokenAnswerError,
    Connection,
    Connections,
    NeverLeftError,
)
from bot.telegram.wire import announcement

_PORTS = {"http": 80, "https": 443}
_JSON = "application/json"


def needs_proxy(server: str) -> bool:
    """Return whether the environment names a proxy for a server (http_proxy, no_proxy ...)."""
    url = urlsplit(server)
    proxies = getproxies()
    is_named = url.scheme in proxies or "all" in proxies
    return is_named and not proxy_bypass(url.hostname or "")


class DirectRequest(BaseRequest):
    """Sends requests to one server; those that matter announce that they leave.

    A timeout counts seconds in which nothing moved, as httpx's do. What surely never left is a
    `NetworkError` caused by a `NeverLeftError`.
    """

    def __init__(
        self, server: str, *, connections: int, seconds: float, connect_seconds: float
    ) -> None:
        """Use up to so many connections; wait so long for an answer, or for a connection."""
        url = urlsplit(server)
        self._host = url.netloc.rpartition("@")[2]
        self._seconds = seconds
        self._connect_seconds = connect_seconds
        address = Address(
            host=url.hostname or "",
            port=url.port or _PORTS[url.scheme],
            tls=httpx.create_ssl_context() if url.scheme == "https" else None,
        )
        self._connections = Connections(address, most=connections)

    @property
    def read_timeout(self) -> float:
        """Return after how many seconds without an answer a request is given up."""
        return self._seconds

    async def initialize(self) -> None:
        """Connections are opened when they are needed."""

    async def shutdown(self) -> None:
        """Close all connections."""
        self._connections.close()

    async def do_request(  # noqa: PLR0917 - python-telegram-bot's signature
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = BaseRequest.DEFAULT_NONE,
        write_timeout: object = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - see the class
        connect_timeout: object = BaseRequest.DEFAULT_NONE,
        pool_timeout: object = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Return the status and the body of the answer."""
        request = self._written(url, method, request_data)
        connecting = _given(connect_timeout, self._connect_seconds)
        departing = announcement()
        with _never_left():
            connection = await self._connections.take(
                room_seconds=_given(pool_timeout, self._seconds), seconds=connecting
            )
        try:
            if departing is not None:
                await departing.turn()
            with _never_left():
                connection = await self._connections.renewed(connection, seconds=connecting)
            if departing is not None:
                departing.leaving()
            answer = await _exchanged(connection, request, _given(read_timeout, self._seconds))
        except BaseException:
            connection.close()
            raise
        finally:
            self._connections.give_back(connection)
        return answer.status, answer.body

    def _written(self, url: str, method: str, data: RequestData | None) -> bytes:
        """Return a request as it goes over the wire."""
        parts = urlsplit(url)
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        kind, body = _body(data) if data is not None else (_JSON, b"")
        head = (
            f"{method} {target} HTTP/1.1\r\nHost: {self._host}\r\nUser-Agent: {self.USER_AGENT}\r\n"
            f"Accept: */*\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode("ascii") + body


async def _exchanged(connection: Connection, request: bytes, seconds: float | None) -> Answer:
    try:
        connection.send(request)
        return await connection.answer(seconds=seconds)
    except TimeoutError as error:
        raise TimedOut from error
    except BrokenAnswerError as error:
        raise NetworkError(str(error)) from error


@contextmanager
def _never_left() -> Iterator[None]:
    """Tell what happens before a request leaves from what happens after."""
    try:
        yield
    except TimeoutError as error:
        reason = "no connection in time"
        raise NetworkError(reason) from NeverLeftError(error)
    except OSError as error:
        raise NetworkError(str(error)) from NeverLeftError(error)


def _given(timeout: object, usual: float) -> float | None:
    """Return the seconds asked for, None for ever; python-telegram-bot's default means `usual`."""
    if timeout is None:
        return None
    return float(timeout) if isinstance(timeout, int | float) else usual


def _body(data: RequestData) -> tuple[str, bytes]:
    """Return the content type and the body that carry a method's parameters and files."""
    if not data.contains_files:
        return _JSON, json.dumps(data.parameters, ensure_ascii=False).encode()
    boundary = secrets.token_hex(16)
    parts = [_part(name, value.encode()) for name, value in data.json_parameters.items()]
    for name, (file_name, content, kind) in data.multipart_data.items():
        held = content if isinstance(content, bytes) else content.read()
        parts.append(_part(name, held, file_name=file_name, kind=kind))
    divided = b"".join(b"--%b\r\n%b\r\n" % (boundary.encode(), part) for part in parts)
    return f"multipart/form-data; boundary={boundary}", divided + f"--{boundary}--\r\n".encode()


def _part(
    name: str, content: bytes, *, file_name: str | None = None, kind: str | None = None
) -> bytes:
    """Return one part of a form (RFC 7578); names are quoted as browsers do (WHATWG HTML, 4.10)."""
    disposition = f'form-data; name="{_quoted(name)}"'
    if file_name is not None:
        disposition += f'; filename="{_quoted(file_name)}"'
    head = f"Content-Disposition: {disposition}\r\n"
    if kind is not None:
        head += f"Content-Type: {kind}\r\n"
    return head.encode() + b"\r\n" + content


def _quoted(name: str) -> str:
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
