import gzip
import shutil
import socket
import ssl
import subprocess
import threading
import zlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from corpus.addresses import Reach
from corpus.errors import (
    AddressRefusedError,
    FetchError,
    OversizedSourceError,
    PageGoneError,
    PageMissingError,
    SourceError,
    UnreachableError,
)
from corpus.fetching import Fetcher, Validators
from corpus.pacing import Pacing
from corpus.pages import decoded, kind_of
from corpus.sources import SourceKind
from tests.corpus.web_site import HTML, Page, WebSite, web_site


@pytest.fixture
def site() -> Iterator[WebSite]:
    with web_site() as served:
        yield served


class Ticks:
    """A monotonic clock that a pause moves."""

    def __init__(self) -> None:
        self.moment = 0.0
        self.pauses: list[float] = []

    def __call__(self) -> float:
        return self.moment

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.moment += seconds


def packed(data: bytes, **headers: str) -> Page:
    return Page(data, headers={"Content-Encoding": "gzip", **headers})


def test_a_request_says_who_asks_and_nothing_else_of_us(site: WebSite) -> None:
    site.pages["/a"] = Page("text", etag='"1"', headers={"Set-Cookie": "id=1"})
    fetcher = site.fetcher()
    fetched = fetcher.fetch(site.url("/a"))
    assert (fetched.data, fetched.content_type) == (b"text", HTML)
    assert fetched.validators == Validators(etag='"1"')
    fetcher.fetch(site.url("/a"))
    sent = site.headers[-1]
    assert sent["user-agent"].startswith("passagebot/")
    assert sent["host"] == f"news.example:{site.port}"
    assert not {"cookie", "authorization", "referer", "from", "if-none-match"} & set(sent)


def test_what_has_not_changed_is_not_sent(site: WebSite) -> None:
    site.pages["/a"] = Page("text", etag='"1"')
    fetched = site.fetcher().fetch(site.url("/a"), Validators(etag='"1"', last_modified="then"))
    assert fetched.data is None
    assert site.headers[-1]["if-modified-since"] == "then"


def test_proxies_of_the_environment_are_not_used(
    site: WebSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    site.pages["/a"] = Page("text")
    assert site.fetcher().fetch(site.url("/a")).data == b"text"


@pytest.mark.parametrize("address", ["127.0.0.2", "10.0.0.1", "169.254.169.254", "::1", "fe80::1"])
def test_a_name_that_leads_inside_is_never_connected_to(site: WebSite, address: str) -> None:
    site.addresses["inside.example"] = [address]
    with pytest.raises(AddressRefusedError, match="no public address"):
        site.fetcher().fetch(site.url("/a", host="inside.example"))


def test_this_machine_is_out_of_reach_without_the_allowance(site: WebSite) -> None:
    fetcher = site.fetcher(reach=Reach(ports=frozenset({site.port})))
    for host in ("news.example", "127.0.0.1", "localhost"):
        site.addresses[host] = ["127.0.0.1"]
        with pytest.raises(SourceError):
            fetcher.fetch(site.url("/a", host=host))
    assert site.asked == []


def test_a_redirect_inside_is_refused_before_anything_is_sent(site: WebSite) -> None:
    site.addresses["inside.example"] = ["127.0.0.2"]
    site.pages["/a"] = Page(status=302, headers={"Location": site.url("/b", "inside.example")})
    with pytest.raises(AddressRefusedError):
        site.fetcher().fetch(site.url("/a"))
    assert site.asked_for_pages == ["/a"]


@pytest.mark.parametrize(
    "location",
    [
        "file:///etc/passwd",
        "ftp://news.example/",
        "http://u:p@news.example/",
        "http://x.example:22/",
    ],
)
def test_a_redirect_to_what_is_never_fetched_is_refused(site: WebSite, location: str) -> None:
    site.pages["/a"] = Page(status=301, headers={"Location": location})
    with pytest.raises(AddressRefusedError):
        site.fetcher().fetch(site.url("/a"))


def test_a_name_that_changes_its_address_between_check_and_connection_gains_nothing(
    site: WebSite,
) -> None:
    answers = iter([["127.0.0.1"], ["127.0.0.1"], ["10.0.0.1"], ["10.0.0.1"]])
    asked = []

    def rebinding(host: str, _port: int) -> list[str]:
        asked.append(host)
        return next(answers)

    site.pages["/a"] = Page("text")
    fetcher = site.fetcher(resolver=rebinding)
    assert fetcher.fetch(site.url("/a")).data == b"text"
    assert len(asked) == 2  # robots.txt and the page: one look each, used for the connection
    with pytest.raises(AddressRefusedError, match=r"10\.0\.0\.1"):
        fetcher.fetch(site.url("/a"))


def test_the_next_address_is_tried_when_one_does_not_answer(site: WebSite) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        closed = free.getsockname()[1]
    trusted = frozenset({("127.0.0.1", site.port), ("::1", site.port), ("127.0.0.1", closed)})
    site.addresses["two.example"] = ["::1", "127.0.0.1"]
    site.pages["/a"] = Page("text")
    fetcher = site.fetcher(reach=Reach(trusted=trusted))
    assert fetcher.fetch(site.url("/a", "two.example")).data == b"text"
    with pytest.raises(UnreachableError):
        fetcher.fetch(f"http://news.example:{closed}/a")


def test_redirects_are_followed_five_times(site: WebSite) -> None:
    for step in range(7):
        site.pages[f"/{step}"] = Page(status=301, headers={"Location": f"/{step + 1}"})
    site.pages["/7"] = Page("text")
    fetched = site.fetcher().fetch(site.url("/2"))
    assert (fetched.url, fetched.moved_to) == (site.url("/7"), site.url("/7"))
    with pytest.raises(FetchError, match="more than 5 times"):
        site.fetcher().fetch(site.url("/1"))


@pytest.mark.parametrize(
    ("status", "moved"), [(301, True), (308, True), (302, False), (307, False)]
)
def test_only_what_moved_for_good_has_a_new_address(
    site: WebSite, status: int, *, moved: bool
) -> None:
    site.pages["/a"] = Page(status=status, headers={"Location": "/b"})
    site.pages["/b"] = Page("text")
    fetched = site.fetcher().fetch(site.url("/a"))
    assert fetched.address == site.url("/b" if moved else "/a")
    assert (fetched.moved_to is not None) is moved


def test_a_document_too_large_is_refused_by_what_it_says_of_itself(site: WebSite) -> None:
    site.pages["/a"] = Page(b"x" * 5_000)
    with pytest.raises(OversizedSourceError, match="more than"):
        site.fetcher(limit=4_999).fetch(site.url("/a"))
    assert site.fetcher(limit=5_000).fetch(site.url("/a")).data == b"x" * 5_000


def test_a_document_without_end_is_cut_off(site: WebSite) -> None:
    sent = []

    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", HTML)
        handler.end_headers()
        for _ in range(10_000):
            handler.wfile.write(b"x" * 10_000)
            sent.append(1)

    site.pages["/a"] = endless
    with pytest.raises(OversizedSourceError):
        site.fetcher(limit=100_000).fetch(site.url("/a"))
    assert len(sent) < 10_000


def test_a_small_packed_document_that_unpacks_to_a_huge_one_is_refused(site: WebSite) -> None:
    bomb = gzip.compress(b"\0" * 30_000_000)
    assert len(bomb) < 40_000
    site.pages["/a"] = packed(bomb)
    with pytest.raises(OversizedSourceError):
        site.fetcher(limit=1_000_000).fetch(site.url("/a"))


def test_packed_documents_are_unpacked(site: WebSite) -> None:
    text = b"".join(b"%d bridges. " % number for number in range(50_000))
    site.pages["/a"] = packed(gzip.compress(text))
    assert site.fetcher().fetch(site.url("/a")).data == text
    site.pages["/a"] = packed(b"")
    assert site.fetcher().fetch(site.url("/a")).data == b""


def test_packed_bytes_beyond_the_limit_are_not_taken_either(site: WebSite) -> None:
    stored = zlib.compressobj(0, zlib.DEFLATED, 31)
    data = stored.compress(b"x" * 300_000) + stored.flush()

    def chunked(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", HTML)
        handler.send_header("Content-Encoding", "gzip")
        handler.end_headers()
        handler.wfile.write(data)

    site.pages["/a"] = chunked
    with pytest.raises(OversizedSourceError):
        site.fetcher(limit=100_000).fetch(site.url("/a"))


@pytest.mark.parametrize("cut", [slice(0, 20), slice(3, None)])
def test_damaged_packing_is_named(site: WebSite, cut: slice) -> None:
    site.pages["/a"] = packed(gzip.compress(b"the river rose " * 100)[cut])
    with pytest.raises(FetchError, match="damaged or cut off"):
        site.fetcher().fetch(site.url("/a"))


def test_a_packing_nobody_asked_for_is_refused(site: WebSite) -> None:
    site.pages["/a"] = Page(b"x", headers={"Content-Encoding": "br"})
    with pytest.raises(FetchError, match="'br', which was not asked for"):
        site.fetcher().fetch(site.url("/a"))
    assert site.headers[-1]["accept-encoding"] == "gzip"


@pytest.mark.parametrize("kind", ["image/png", "VIDEO/mp4", "text/css; charset=utf-8"])
def test_what_cannot_be_an_article_is_not_downloaded(site: WebSite, kind: str) -> None:
    site.pages["/a"] = Page(b"x", kind=kind)
    with pytest.raises(FetchError, match="no article"):
        site.fetcher().fetch(site.url("/a"))


def drip(handler: BaseHTTPRequestHandler, stop: threading.Event, *, head: bool) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    if not head:
        handler.wfile.write(b"Content-Type: text/html\r\n\r\n")
    while not stop.wait(0.02):
        handler.wfile.write(b"x")
        handler.wfile.flush()


@pytest.mark.parametrize("head", [True, False])
def test_a_document_that_comes_byte_by_byte_runs_out_of_time(site: WebSite, *, head: bool) -> None:
    stop = threading.Event()
    site.pages["/a"] = lambda handler: drip(handler, stop, head=head)
    try:
        with pytest.raises(UnreachableError, match=r"longer than|in time"):
            site.fetcher(seconds=0.3).fetch(site.url("/a"))
    finally:
        stop.set()


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (404, PageMissingError),
        (410, PageGoneError),
        (403, FetchError),
        (451, FetchError),
        (206, FetchError),
        (300, FetchError),
        (500, UnreachableError),
        (503, UnreachableError),
    ],
)
def test_answers_without_a_document_are_told_apart(
    site: WebSite, status: int, error: type[FetchError]
) -> None:
    site.pages["/a"] = Page(status=status)
    with pytest.raises(FetchError) as caught:
        site.fetcher().fetch(site.url("/a"))
    assert type(caught.value) is error
    assert str(status) in str(caught.value)


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [
        ("120", 120.0),
        ("9" * 30, 86_400.0),
        ("Sun, 01 Mar 2026 12:10:00 GMT", 600.0),
        ("Sun, 01 Mar 2026 11:00:00 GMT", 0.0),
        ("Sun, 01 Mar 2026 12:10:00 -0000", 600.0),
        ("soon", None),
        (None, None),
    ],
)
def test_the_time_a_site_asks_for_is_told(
    site: WebSite, asked: str | None, seconds: float | None
) -> None:
    site.pages["/a"] = Page(status=429, headers={"Retry-After": asked} if asked else {})
    with pytest.raises(UnreachableError) as caught:
        site.fetcher().fetch(site.url("/a"))
    assert caught.value.retry_after == seconds


def test_a_site_that_breaks_off_or_speaks_no_http_is_unreachable(site: WebSite) -> None:
    site.pages["/a"] = lambda handler: handler.connection.close()
    site.pages["/b"] = lambda handler: handler.wfile.write(b"SSH-2.0\r\n\r\n") and None
    for path in ("/a", "/b"):
        with pytest.raises(UnreachableError, match="cannot be reached or breaks off"):
            site.fetcher().fetch(site.url(path))


def test_a_name_nobody_knows_is_unreachable(site: WebSite) -> None:
    with pytest.raises(UnreachableError, match="cannot be resolved"):
        site.fetcher().fetch(site.url("/a", host="nowhere.invalid"))


def test_a_certificate_nobody_vouches_for_is_refused(site: WebSite) -> None:
    with pytest.raises(UnreachableError, match="TLS"):
        site.fetcher().fetch(f"https://news.example:{site.port}/a")


def test_certificates_and_names_are_checked() -> None:
    context = Fetcher()._trusted()
    assert context.check_hostname
    assert context.verify_mode is ssl.CERT_REQUIRED


class TestRobots:
    def test_what_a_site_keeps_to_itself_is_not_fetched(self, site: WebSite) -> None:
        site.pages["/robots.txt"] = Page(
            "User-agent: *\nDisallow: /\n\nUser-agent: PassageBot\nDisallow: /private*.html$\n"
            "Allow: /private-but-shown.html\n",
            kind="text/plain",
        )
        site.pages["/a"] = site.pages["/private-but-shown.html"] = Page("text")
        fetcher = site.fetcher()
        fetcher.fetch(site.url("/a"))
        fetcher.fetch(site.url("/private-but-shown.html"))
        with pytest.raises(AddressRefusedError, match=r"robots\.txt keeps programs out"):
            fetcher.fetch(site.url("/private1.html"))
        assert site.asked.count("/robots.txt") == 1

    def test_a_redirect_does_not_lead_around_it(self, site: WebSite) -> None:
        site.pages["/robots.txt"] = Page("User-agent: *\nDisallow: /b", kind="text/plain")
        site.pages["/a"] = Page(status=302, headers={"Location": "/b"})
        with pytest.raises(AddressRefusedError, match=r"robots\.txt"):
            site.fetcher().fetch(site.url("/a"))

    @pytest.mark.parametrize("status", [404, 403, 410])
    def test_a_site_without_it_allows_all(self, site: WebSite, status: int) -> None:
        site.pages["/robots.txt"] = Page(status=status)
        site.pages["/a"] = Page("text")
        assert site.fetcher().fetch(site.url("/a")).data == b"text"

    def test_a_site_that_cannot_tell_allows_nothing_for_now(self, site: WebSite) -> None:
        site.pages["/robots.txt"] = Page(status=503)
        site.pages["/a"] = Page("text")
        ticks = Ticks()
        fetcher = site.fetcher(ticks=ticks)
        for _ in range(2):
            with pytest.raises(UnreachableError, match=r"robots\.txt cannot be read"):
                fetcher.fetch(site.url("/a"))
        assert site.asked == ["/robots.txt"]
        del site.pages["/robots.txt"]
        ticks.moment += 61
        assert fetcher.fetch(site.url("/a")).data == b"text"

    def test_it_is_asked_for_again_after_a_day(self, site: WebSite) -> None:
        site.pages["/a"] = Page("text")
        ticks = Ticks()
        fetcher = site.fetcher(ticks=ticks)
        fetcher.fetch(site.url("/a"))
        ticks.moment += 24 * 3600 + 1
        fetcher.fetch(site.url("/a"))
        assert site.asked.count("/robots.txt") == 2

    def test_requests_keep_the_pause_a_site_asks_for_within_bounds(self, site: WebSite) -> None:
        site.pages["/robots.txt"] = Page("User-agent: *\nCrawl-delay: 4", kind="text/plain")
        site.pages["/a"] = Page("text")
        ticks = Ticks()
        fetcher = site.fetcher(ticks=ticks, pacing=Pacing(ticks=ticks, sleep=ticks.sleep))
        fetcher.fetch(site.url("/a"))
        fetcher.fetch(site.url("/a"))
        assert ticks.pauses == [1.0, 4.0]


def test_hosts_have_pauses_of_their_own_and_endless_delays_are_cut() -> None:
    ticks = Ticks()
    pacing = Pacing(interval=2.0, ticks=ticks, sleep=ticks.sleep)
    with pacing.turn("a", delay=3_600.0):
        pass
    with pacing.turn("b"):
        pass
    with pacing.turn("b"):
        pass
    with pacing.turn("a"):
        pass
    assert ticks.pauses == [2.0, 8.0]


def fetched(data: bytes, kind: str) -> Any:
    from corpus.fetching import NEW, Fetched  # noqa: PLC0415 - beside its one use

    return Fetched(
        asked="http://n.example/a",
        url="http://n.example/a",
        moved_to=None,
        data=data,
        content_type=kind,
        validators=NEW,
    )


def test_a_charset_only_the_header_names_is_believed() -> None:
    text = "Мост закрыт"
    data = text.encode("cp1251")
    assert decoded(fetched(data, "text/html; charset=windows-1251")) == text.encode()
    assert decoded(fetched(data, "text/html; charset=nonsense")) == data
    assert decoded(fetched(data, "application/pdf; charset=windows-1251")) == data
    assert decoded(fetched(text.encode(), "text/html; charset=windows-1251")) == text.encode()
    assert decoded(fetched(b"\xff\xfe\x1c", "text/html; charset=utf-8")) == b"\xff\xfe\x1c"
    assert decoded(fetched(b"caf\xe9 \xff", "text/html; charset=ascii")) == b"caf\xe9 \xff"


def test_what_a_document_is_followed_as_is_told_by_its_content() -> None:
    xml = '<?xml version="1.0"?>'
    assert kind_of(f"{xml}<rss></rss>".encode(), "http://n.example/") is SourceKind.FEED
    assert kind_of(f"{xml}<opml></opml>".encode(), "http://n.example/") is SourceKind.OPML
    assert kind_of(f"{xml}<urlset></urlset>".encode(), "http://n.example/a") is SourceKind.SITEMAP
    assert kind_of(gzip.compress(b"<urlset>"), "http://n.example/s.xml.gz") is SourceKind.SITEMAP
    assert kind_of(b"<html><body>The bridge", "http://n.example/feed.xml") is SourceKind.PAGE


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificate")
def test_tls_checks_the_name_although_the_address_is_pinned(site: WebSite, tmp_path: Path) -> None:
    command = (
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 "
        "-subj /CN=news.example -addext subjectAltName=DNS:news.example "
        "-keyout key.pem -out certificate.pem"
    )
    subprocess.run(command.split(), cwd=tmp_path, check=True, capture_output=True)
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(tmp_path / "certificate.pem", tmp_path / "key.pem")
    names: list[str | None] = []
    serving.set_servername_callback(lambda _socket, name, _context: names.append(name))
    trust = ssl.create_default_context(cafile=tmp_path / "certificate.pem")
    with web_site(tls=serving) as secured:
        secured.pages["/a"] = Page("text")
        fetcher = secured.fetcher(trust=trust)
        url = f"https://news.example:{secured.port}/a"
        assert fetcher.fetch(url).data == b"text"
        assert set(names) == {"news.example"}
        with pytest.raises(UnreachableError, match="TLS"):
            fetcher.fetch(f"https://other.example:{secured.port}/a")
        with pytest.raises(UnreachableError, match="TLS"):
            secured.fetcher().fetch(url)
