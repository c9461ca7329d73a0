"""The small library most tests of retrieval begin with."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.store import ArticleStore
from tests.retrieval.libraries import make_library


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ArticleStore]:
    """Yield a store with the articles of `libraries.ARTICLES`; a module may have one of its own."""
    with make_library(tmp_path / "library") as made:
        yield made


@pytest.fixture
def library(store: ArticleStore) -> Path:
    """Return the folder of the store's library."""
    return store.path.parent
