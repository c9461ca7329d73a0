"""A real browser opens our links at the sentence: it highlights that one and no other."""

import shutil
import subprocess
from collections.abc import Iterator
from functools import partial
from html import escape
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from bot.links import text_fragment_url
from corpus.articles import Span

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
STYLE = "::target-text,mark{background:#ff0000;color:#ff0000}body{margin:20px;font:16px sans-serif}"
OPTIONS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--hide-scrollbars",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=700,900",
    "--virtual-time-budget=3000",
]
LONG = (
    "Trains & trams stood still; 50% of the cellars were full, more than in 2014, the town said on "
    "Friday after its engineers had walked along the whole wall from the mill to the station."
)
PARAGRAPHS = (
    "Nobody was hurt, said the well-known mayor. The river rose 2.4 metres, and the bridge held.",
    "In the evening it rained. Nobody was hurt.",
    LONG,
    "Then it snowed. Nobody was hurt.",
    "Река поднялась на два метра. Никто не пострадал.",
)
TEXT = "\n\n".join(PARAGRAPHS)

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no chromium here: apt-get install chromium"
)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """Serve a folder on this machine; yield it and its address."""
    folder = tmp_path_factory.mktemp("site")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=folder))
    Thread(target=server.serve_forever, daemon=True).start()
    yield folder, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def page(marked: Span | None = None) -> str:
    """Return the article as a page, with the range marked by the page itself if one is given."""
    body, position = [], 0
    for paragraph in PARAGRAPHS:
        inner = escape(paragraph)
        if marked and position <= marked.start < position + len(paragraph):
            start, end = marked.start - position, marked.end - position
            inner = (
                f"{escape(paragraph[:start])}<mark>{escape(paragraph[start:end])}</mark>"
                f"{escape(paragraph[end:])}"
            )
        body.append(f"<p>{inner}</p>")
        position += len(paragraph) + 2
    return f"<!doctype html><meta charset=utf-8><style>{STYLE}</style>{''.join(body)}"


def red_of(url: str, picture: Path, profile: Path) -> set[tuple[int, int]]:
    """Return the places of the red points on the page as the browser shows it."""
    from PIL import Image  # noqa: PLC0415 - only where there is a browser

    assert CHROMIUM is not None
    subprocess.run(
        [CHROMIUM, *OPTIONS, f"--user-data-dir={profile}", f"--screenshot={picture}", url],
        check=True,
        capture_output=True,
        timeout=120,
    )
    with Image.open(picture) as image:
        points = image.convert("RGB")
        width, height = points.size
        pixels = points.load()
        assert pixels is not None
        return {
            (x, y)
            for y in range(0, height, 3)
            for x in range(0, width, 3)
            if pixels[x, y] == (255, 0, 0)
        }


@pytest.mark.parametrize(
    "sentence",
    [
        "The river rose 2.4 metres, and the bridge held.",
        "Nobody was hurt, said the well-known mayor.",
        "In the evening it rained.",
        LONG,
        "Никто не пострадал.",
    ],
)
def test_the_sentence_is_highlighted(sentence: str, site: tuple[Path, str], tmp_path: Path) -> None:
    check(TEXT.index(sentence), sentence, site, tmp_path)


def test_the_second_of_equal_sentences_is_highlighted(
    site: tuple[Path, str], tmp_path: Path
) -> None:
    check(TEXT.rindex("Nobody was hurt."), "Nobody was hurt.", site, tmp_path)


def check(start: int, sentence: str, site: tuple[Path, str], tmp_path: Path) -> None:
    folder, address = site
    span = Span(start=start, end=start + len(sentence))
    (folder / "page.html").write_text(page(), encoding="utf-8")
    (folder / "marked.html").write_text(page(span), encoding="utf-8")
    opened = text_fragment_url(f"{address}/page.html", TEXT, span)
    found = red_of(opened, tmp_path / "found.png", tmp_path / "profile")
    wanted = red_of(f"{address}/marked.html", tmp_path / "wanted.png", tmp_path / "profile")
    assert len(wanted) > 50
    assert len(found ^ wanted) < 0.1 * len(wanted)
