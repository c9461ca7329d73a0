"""A library as it stood at an earlier moment, made in a folder of its own.

What answered then is copied, with the embeddings that are kept of it; what is not kept any more is
embedded again when the copy is indexed. So the past is searched exactly as the present is, and its
scores are those of the articles of then alone. It costs as much time as indexing these articles
without embedding them, and the room for a copy of them.
"""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from corpus.store import ArticleStore
from retrieval.batches import batched
from retrieval.calibration import FILE_NAME as CALIBRATION
from retrieval.closeups import FILE_NAME as EMBEDDINGS
from retrieval.embeddings import EmbeddingStore, content_hash
from retrieval.indexes import indexed_space
from retrieval.protocols import Progress, Space, no_progress

_AT_ONCE = 1_000


@contextmanager
def library_as_of(
    library: Path, store: ArticleStore, moment: datetime, progress: Progress = no_progress
) -> Iterator[Path]:
    """Yield a folder with the library of `store` as it stood at `moment`, not indexed yet.

    Passage ids and version numbers are the same. The folder is only this user's, and is deleted
    at the end.
    """
    with TemporaryDirectory(prefix="passagebot-") as name:
        folder = Path(name)
        progress("copying the articles of then", 0, 0)
        store.copy_as_of(moment, folder)
        if (library / CALIBRATION).exists():
            shutil.copyfile(library / CALIBRATION, folder / CALIBRATION)
        space = indexed_space(library)
        if space is not None and (library / EMBEDDINGS).exists():
            _lend(library, folder, space, progress)
        progress("copying the articles of then", 1, 1)
        yield folder


def _lend(library: Path, folder: Path, space: Space, progress: Progress) -> None:
    """Copy the embeddings that are kept of the passages in `folder`."""
    with ExitStack() as closing:
        kept = closing.enter_context(EmbeddingStore(library, read_only=True))
        lent = closing.enter_context(EmbeddingStore(folder))
        copy = closing.enter_context(ArticleStore.open(folder))
        ids = copy.allowed_passages()
        if not ids:
            return
        done = 0
        for passages in batched(copy.passages_to_index(ids[0], ids[-1]), _AT_ONCE):
            kept.lend(lent, space, {content_hash(passage) for passage in passages})
            done += len(passages)
            progress("taking over embeddings", done, len(ids))
