"""Sources as a person names them: by path or address."""

from collections.abc import Iterable
from pathlib import Path

from corpus.errors import AddressRefusedError, SourceError, SourceUnknownError
from corpus.pages import kind_of
from corpus.sources import Source, SourceKind
from corpus.store import ArticleStore
from corpus.urls import is_address, tidy

_HEAD = 64 * 1024  # bytes that tell a list from an article


def find_sources(store: ArticleStore, names: Iterable[str]) -> list[Source]:
    """Return the sources a person names, by path or address; raise `SourceUnknownError`."""
    found: list[Source] = []
    for name in names:
        sources = store.followed.find(_address_of(name))
        if not sources:
            message = f"{name} is not followed; `passagebot sources` lists what is"
            raise SourceUnknownError(message)
        found += sources
    return found


def _address_of(name: str) -> str:
    if not is_address(name):
        return Path(name).resolve().as_uri() if not name.startswith("file:") else name
    try:
        return tidy(name)
    except AddressRefusedError:
        return name


def is_list(path: Path) -> bool:
    """Return whether a file is a list of feeds or a sitemap: addresses, and no article."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
        return kind_of(head, path.name) in {SourceKind.OPML, SourceKind.SITEMAP}
    except (OSError, SourceError):
        return False
