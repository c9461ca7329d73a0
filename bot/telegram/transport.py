"""python-telegram-bot's HTTP transport over aiohttp, announcing requests the instant they leave.

httpx, its default, takes two milliseconds of processor time for one call, which would be most of
what a whole answer costs; aiohttp takes a tenth of that. Its trace tells of the moment before the
first bytes go out, headers and body together: a process that dies loses one message at most.
"""

import json
from types import SimpleNamespace
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
import httpx
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.telegram.wire import announcement

NEVER_LEFT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)
"""What surely happened before a request left: it may be repeated."""

_KEPT_SECONDS = 60.0
"""For so long an idle connection is kept; the Bot API's servers keep theirs at least as long."""


class AiohttpRequest(BaseRequest):
    """Sends requests, through the proxy the environment names if it names one.

    A timeout counts seconds in which nothing comes in. The cause of a `NetworkError` is what
    aiohttp raised.
    """

    def __init__(self, *, connections: int, seconds: float, connect_seconds: float) -> None:
        """Use up to so many connections; wait so long for an answer, or for a connection."""
        self._connections = connections
        self._seconds = seconds
        self._connect_seconds = connect_seconds
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """Return after how many seconds without an answer a request is given up."""
        return self._seconds

    async def initialize(self) -> None:
        """Connections are opened when they are needed."""

    async def shutdown(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

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
        departing = announcement()
        if departing is not None:
            await departing.turn()
        timeout = aiohttp.ClientTimeout(
            connect=_given(pool_timeout, self._seconds),
            sock_connect=_given(connect_timeout, self._connect_seconds),
            sock_read=_given(read_timeout, self._seconds),
        )
        session = self._session = self._session or self._opened(url)
        try:
            async with session.request(
                method,
                url,
                data=_body(request_data),
                headers={"Content-Type": "application/json"} if _is_json(request_data) else None,
                timeout=timeout,
                allow_redirects=False,
                trace_request_ctx=departing,
            ) as answer:
                return answer.status, await answer.read()
        except aiohttp.SocketTimeoutError as error:
            raise TimedOut from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise NetworkError(_said(error)) from error

    def _opened(self, url: str) -> aiohttp.ClientSession:
        """Return a session for the server of `url`; certificates take a while to load."""
        trace = aiohttp.TraceConfig()
        trace.on_request_chunk_sent.append(_leaving)
        connector = aiohttp.TCPConnector(
            limit=self._connections,
            keepalive_timeout=_KEPT_SECONDS,
            ssl=httpx.create_ssl_context() if url.startswith("https") else True,
        )
        return aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": self.USER_AGENT},
            proxy=proxy_for(url),
            trace_configs=[trace],
        )


def proxy_for(url: str) -> str | None:
    """Return the proxy the environment names for a server (https_proxy, no_proxy ...), if any.

    aiohttp would ask the environment again for each request, which takes as long as sending it.
    """
    server, proxies = urlsplit(url), getproxies()
    if proxy_bypass(server.hostname or ""):
        return None
    return proxies.get(server.scheme) or proxies.get("all")


async def _leaving(
    _session: aiohttp.ClientSession,
    context: SimpleNamespace,
    _chunk: aiohttp.TraceRequestChunkSentParams,
) -> None:
    """Announce a request: aiohttp calls this just before the bytes go out, for each piece."""
    departing, context.trace_request_ctx = context.trace_request_ctx, None
    if departing is not None:
        departing.leaving()


def _is_json(data: RequestData | None) -> bool:
    return data is None or not data.contains_files


def _body(data: RequestData | None) -> bytes | aiohttp.FormData:
    """Return what carries a method's parameters and files."""
    if data is None:
        return b""
    if not data.contains_files:
        return json.dumps(data.parameters, ensure_ascii=False).encode()
    form = aiohttp.FormData(quote_fields=False)
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (file_name, content, kind) in data.multipart_data.items():
        form.add_field(name, content, filename=file_name, content_type=kind)
    return form


def _given(timeout: object, usual: float) -> float | None:
    """Return the seconds asked for, None for ever; python-telegram-bot's default means `usual`."""
    if timeout is None:
        return None
    return float(timeout) if isinstance(timeout, int | float) else usual


def _said(error: Exception) -> str:
    """Return an error in one line, without the address, which holds the token."""
    return type(error).__name__ if isinstance(error, aiohttp.InvalidURL) else str(error)
