"""Small web sites on this machine, under names of their own, for the tests of fetching."""

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from corpus.addresses import Reach
from corpus.fetching import Fetcher
from corpus.pacing import Pacing
from tests.corpus.builders import NOON

HTML = "text/html; charset=utf-8"
PROSE = (
    "The river rose overnight and the old bridge was closed to all traffic. "
    "Engineers inspected the pillars at dawn and found no damage. "
    "The town council will meet on Thursday to decide when it opens again. "
)


@dataclass(slots=True)
class Page:
    """What a path answers. `etag` makes it answer conditional requests with 304."""

    body: bytes | str = b""
    status: int = 200
    kind: str = HTML
    headers: dict[str, str] = field(default_factory=dict)
    etag: str | None = None


Answering = Callable[[BaseHTTPRequestHandler], None]
"""Writes an answer by itself: slowly, wrongly, without end."""


class Clock:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.moment = NOON

    def __call__(self) -> datetime:
        return self.moment

    def pass_by(self, **span: float) -> None:
        self.moment += timedelta(**span)


class WebSite:
    """A server on 127.0.0.1 that any name ending in `.example` leads to."""

    def __init__(self, server: ThreadingHTTPServer) -> None:
        self.port: int = server.server_address[1]
        self.pages: dict[str, Page | Answering] = {}
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.addresses: dict[str, list[str]] = {}

    def url(self, path: str = "/", host: str = "news.example") -> str:
        return f"http://{host}:{self.port}{path}"

    @property
    def asked_for_pages(self) -> list[str]:
        return [path for path in self.asked if path != "/robots.txt"]

    def resolve(self, host: str, port: int) -> list[str]:
        if host in self.addresses:
            return self.addresses[host]
        if host.endswith(".example"):
            return ["127.0.0.1"]
        message = f"no such host {host} {port}"
        raise OSError(message)

    def reach(self) -> Reach:
        return Reach(trusted=frozenset({("127.0.0.1", self.port)}))

    def fetcher(self, **changed: Any) -> Fetcher:
        given: dict[str, Any] = {
            "reach": self.reach(),
            "resolver": self.resolve,
            "pacing": Pacing(interval=0.0),
            "now": lambda: NOON,
        }
        return Fetcher(**{**given, **changed})

    def article(
        self, path: str, text: str = PROSE, *, title: str = "The bridge", **more: Any
    ) -> None:
        paragraphs = "".join(f"<p>{text}</p>" for _ in range(1))
        body = f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1>{paragraphs}</article></body></html>"
        self.pages[path] = Page(body, **more)


class _Handler(BaseHTTPRequestHandler):
    site: WebSite

    def do_GET(self) -> None:
        self.site.asked.append(self.path)
        self.site.headers.append({name.lower(): value for name, value in self.headers.items()})
        page = self.site.pages.get(self.path)
        if callable(page):
            page(self)
            return
        page = page or Page("nothing here", status=404)
        if page.etag and self.headers.get("If-None-Match") == page.etag:
            page = Page(status=304)
        body = page.body if isinstance(page.body, bytes) else page.body.encode()
        self.send_response(page.status)
        self.send_header("Content-Type", page.kind)
        self.send_header("Content-Length", str(len(body)))
        if page.etag:
            self.send_header("ETag", page.etag)
        for name, value in page.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A client that hangs up is what some tests are about."""


@contextmanager
def web_site(*, tls: ssl.SSLContext | None = None) -> Iterator[WebSite]:
    """Yield a site that serves while the block runs, over TLS if a context is given."""
    handler = type("Handler", (_Handler,), {})
    server = _Server(("127.0.0.1", 0), handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    site = WebSite(server)
    handler.site = site
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def feed(*entries: str, title: str = "The Courier") -> str:
    return f'<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>{title}</title><link>http://news.example/</link>{"".join(entries)}</channel></rss>'


def entry(link: str, *, title: str = "The bridge", summary: str = "", content: str = "") -> str:
    whole = f"<content:encoded><![CDATA[<p>{content}</p>]]></content:encoded>" if content else ""
    return f"<item><title>{title}</title><link>{link}</link><description>{summary}</description>{whole}</item>"


def sitemap(*pages: tuple[str, str | None]) -> str:
    urls = "".join(
        f"<url><loc>{url}</loc>{f'<lastmod>{date}</lastmod>' if date else ''}</url>"
        for url, date in pages
    )
    return f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'
