"""The only HTTP client: documents at addresses that strangers wrote down.

What it keeps to stands in docs/sources.md: http and https to public addresses, each checked and
pinned anew on every redirect; limits on size and time while bytes arrive; no cookies, no
credentials, no proxies; robots.txt and a pause between requests.
"""

import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from corpus.addresses import PUBLIC, Reach, Resolver, resolve
from corpus.clock import Clock, utc_now
from corpus.errors import (
    FetchError,
    PageGoneError,
    PageMissingError,
    UnreachableError,
)
from corpus.pacing import Pacing
from corpus.robots import LARGEST_ROBOTS, Robots
from corpus.unpacking import ACCEPTED, oversized, read_body
from corpus.urls import WebAddress, joined, parse_address
from corpus.validators import NEW, Validators

if TYPE_CHECKING:
    import httpcore

MOST_REDIRECTS = 5
LARGEST_DOCUMENT = 20 * 1024 * 1024
"""Bytes of one document, as sent and as unpacked."""

WHOLE_SECONDS = 60.0
"""Seconds one document may take, its redirects included."""

_SILENT_SECONDS = 15.0
_LONGEST_WAIT = 24 * 3600.0
_OK, _NOT_MODIFIED, _NOT_FOUND, _GONE = 200, 304, 404, 410
_MOVED_FOR_GOOD = frozenset({301, 308})
_MOVED = frozenset({301, 302, 303, 307, 308})
_LATER = frozenset({408, 425, 429})
_SERVER_ERRORS = 500
_ACCEPT = (
    "text/html, application/xhtml+xml, application/rss+xml, application/atom+xml, "
    "application/feed+json, application/xml;q=0.9, text/*;q=0.8, */*;q=0.5"
)
_REFUSED_KINDS = ("image/", "audio/", "video/", "font/", "model/")
_REFUSED_TYPES = frozenset(
    {
        "application/javascript",
        "application/x-javascript",
        "text/javascript",
        "text/css",
        "application/wasm",
        "application/x-msdownload",
        "application/java-archive",
        "application/vnd.android.package-archive",
        "application/x-shockwave-flash",
        "application/ogg",
        "application/vnd.apple.mpegurl",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A document as a site gave it. `data` is `None` if it is what it was (304).

    `asked` is where the request began, `url` where it ended after all redirects; `moved_to` is
    that too if every redirect was for good, so that the next request may start there.
    """

    asked: str
    url: str
    moved_to: str | None
    data: bytes | None
    content_type: str
    validators: Validators

    @property
    def address(self) -> str:
        """Return the address the document goes by: a detour for now does not change it."""
        return self.moved_to or self.asked


class Fetcher:
    """Fetches documents. Safe to share by threads."""

    def __init__(
        self,
        *,
        reach: Reach = PUBLIC,
        resolver: Resolver = resolve,
        pacing: Pacing | None = None,
        limit: int = LARGEST_DOCUMENT,
        seconds: float = WHOLE_SECONDS,
        now: Clock = utc_now,
        ticks: Callable[[], float] = time.monotonic,
        trust: ssl.SSLContext | None = None,
    ) -> None:
        """Connect to what `reach` allows only; `trust` checks certificates in place of the usual context.

        `limit` is in bytes, `seconds` for one document with its redirects; `ticks` is a
        monotonic clock.
        """
        self._reach = reach
        self._resolver = resolver
        self._pacing = pacing or Pacing()
        self._limit = limit
        self._seconds = seconds
        self._now = now
        self._ticks = ticks
        self._trust = trust
        self._robots = Robots(self._robots_at, ticks=ticks)

    def fetch(self, url: str, validators: Validators = NEW) -> Fetched:
        """Return the document at `url`, asking for it only if it has changed since `validators`.

        Raise `AddressRefusedError`, `PageGoneError`, `PageMissingError`, `UnreachableError` for
        what may work later, `OversizedSourceError`, or another `FetchError`.
        """
        return self._followed(url, validators, limit=self._limit, asks_robots=True)

    def _robots_at(self, url: str) -> bytes | None:
        try:
            return self._followed(url, NEW, limit=LARGEST_ROBOTS, asks_robots=False).data
        except (PageMissingError, PageGoneError):
            return None

    def _followed(
        self, url: str, validators: Validators, *, limit: int, asks_robots: bool
    ) -> Fetched:
        is_permanent = True
        current = parse_address(url).url
        started = current
        for _ in range(MOST_REDIRECTS + 1):
            delay = self._robots.delay_for(current) if asks_robots else 0.0
            answer = self._asked(parse_address(current), validators, limit=limit, delay=delay)
            if answer.redirect is None:
                moved = current if is_permanent and current != started else None
                return _fetched(answer, asked=started, url=current, moved_to=moved)
            is_permanent = is_permanent and answer.status in _MOVED_FOR_GOOD
            current = parse_address(joined(current, answer.redirect)).url
        message = f"it leads on more than {MOST_REDIRECTS} times; open it in a browser, and save it"
        raise FetchError(message)

    def _asked(
        self, address: WebAddress, validators: Validators, *, limit: int, delay: float
    ) -> "_Answer":
        """Send one request, in the turn of its host."""
        self._reach.require_port(address.port)
        with self._pacing.turn(address.authority, delay=delay):
            return self._exchanged(address, validators.headers(), limit)

    def _exchanged(self, address: WebAddress, extra: Mapping[str, str], limit: int) -> "_Answer":
        import httpcore  # noqa: PLC0415 - for the web alone

        from corpus.connecting import CheckedBackend, Deadline  # noqa: PLC0415 - as above

        deadline = Deadline(self._seconds, ticks=self._ticks)
        backend = CheckedBackend(self._reach, self._resolver, deadline)
        try:
            with (
                httpcore.ConnectionPool(
                    ssl_context=self._trusted(), network_backend=backend, retries=0
                ) as pool,
                pool.stream(
                    "GET",
                    address.url,
                    headers=[*_headers(address), *extra.items()],
                    extensions={"timeout": dict.fromkeys(_PHASES, _SILENT_SECONDS)},
                ) as response,
            ):
                return self._answered(response, limit)
        except httpcore.TimeoutException as error:
            message = "the site does not answer in time; try again later"
            raise UnreachableError(message) from error
        except (httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise UnreachableError(_told(error)) from error

    def _answered(self, response: "httpcore.Response", limit: int) -> "_Answer":
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1")
            for name, value in reversed(response.headers)
        }
        status = response.status
        if status in _MOVED and headers.get("location"):
            return _Answer(status=status, headers=headers, redirect=headers["location"])
        if status == _NOT_MODIFIED:
            return _Answer(status=status, headers=headers)
        self._refuse(status, headers)
        _refuse_type(headers.get("content-type", ""))
        if int(_digits(headers.get("content-length", ""))) > limit:
            raise oversized(limit)
        encoding = headers.get("content-encoding", "")
        data = read_body(response.iter_stream(), encoding=encoding, limit=limit)
        return _Answer(status=status, headers=headers, data=data)

    def _refuse(self, status: int, headers: Mapping[str, str]) -> None:
        """Raise unless `status` says that the document follows."""
        if status == _OK:
            return
        if status == _GONE:
            message = "the site says it is gone for good (410); forget the source"
            raise PageGoneError(message)
        if status == _NOT_FOUND:
            message = "the site has no such page (404); check the address"
            raise PageMissingError(message)
        if status in _LATER or status >= _SERVER_ERRORS:
            message = f"the site asks to come again later ({status}); try again later"
            wait = _seconds_in(headers.get("retry-after", ""), self._now())
            raise UnreachableError(message, retry_after=wait)
        message = f"the site refuses it ({status}); open it in a browser, and save it"
        raise FetchError(message)

    def _trusted(self) -> ssl.SSLContext:
        if self._trust is None:
            import httpcore  # noqa: PLC0415 - for the web alone

            self._trust = httpcore.default_ssl_context()
        return self._trust


_PHASES = ("connect", "read", "write", "pool")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    status: int
    headers: Mapping[str, str]
    redirect: str | None = None
    data: bytes | None = None


def _fetched(answer: _Answer, *, asked: str, url: str, moved_to: str | None) -> Fetched:
    return Fetched(
        asked=asked,
        url=url,
        moved_to=moved_to,
        data=answer.data,
        content_type=answer.headers.get("content-type", ""),
        validators=Validators(
            etag=answer.headers.get("etag"), last_modified=answer.headers.get("last-modified")
        ),
    )


def _headers(address: WebAddress) -> list[tuple[str, str]]:
    from importlib.metadata import version  # noqa: PLC0415 - for the web alone

    return [
        ("Host", address.authority),
        ("User-Agent", f"passagebot/{version('passagebot')}"),
        ("Accept", _ACCEPT),
        ("Accept-Encoding", ACCEPTED),
        ("Connection", "close"),
    ]


def _refuse_type(content_type: str) -> None:
    kind = content_type.partition(";")[0].strip().lower()
    if kind.startswith(_REFUSED_KINDS) or kind in _REFUSED_TYPES:
        message = f"it is {kind}, no article; give the address of the page"
        raise FetchError(message)


def _seconds_in(retry_after: str, now: datetime) -> float | None:
    """Return the seconds a `Retry-After` asks for, given as a number or a date."""
    if retry_after.strip().isdigit():
        return min(float(_digits(retry_after)), _LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max((aware - now).total_seconds(), 0.0), _LONGEST_WAIT)


def _digits(text: str) -> str:
    """Return a header's number, "0" for none; digits beyond any real length are cut."""
    number = text.strip()
    return number[:18] if number.isascii() and number.isdigit() else "0"


def _told(error: Exception) -> str:
    text = str(error).lower()
    if "certificate" in text or "ssl" in text or "tls" in text:
        return "its certificate cannot be trusted or it breaks off TLS; check the address"
    return "the site cannot be reached or breaks off; check the address, or try again later"
