"""The real files in `files/`, one of each format, and what becomes of them."""

from pathlib import Path

from corpus.articles import RawArticle
from corpus.readers.documents import Failure, Found
from corpus.readers.reading import read_source

FILES = Path(__file__).parent / "files"


def sample(name: str) -> bytes:
    """Return the bytes of a sample file."""
    return (FILES / name).read_bytes()


def articles(path: Path) -> list[RawArticle]:
    """Return the articles in a file in which nothing fails."""
    found = list(read_source(path))
    assert all(isinstance(item, Found) for item in found), found
    return [item.article for item in found if isinstance(item, Found)]


def failures(path: Path) -> list[str]:
    """Return the reasons of what failed in a file."""
    return [item.reason for item in read_source(path) if isinstance(item, Failure)]
