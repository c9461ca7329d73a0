"""Indexes under work, and the folder they are put in.

New files are written beside the old ones and the manifest is replaced last: whatever instant a
crash comes at, the old indexes serve.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from corpus.migrating import is_of_older_release
from corpus.store import ArticleStore
from retrieval.closeups import FILE_NAME as EMBEDDINGS
from retrieval.closeups import MIGRATIONS
from retrieval.errors import IndexBusyError, IndexingError
from retrieval.indexes import index_folder
from retrieval.kept_rows import kept_rows
from retrieval.keywords import TantivyIndex
from retrieval.manifest import Manifest, read_manifest, write_manifest
from retrieval.protocols import Space
from retrieval.vectors.layered import PREFIX, SUFFIX, LayeredIndex, Layering


@dataclass(slots=True, kw_only=True)
class Draft:
    """Indexes under work. `gone` are passages that no longer answer, since the last publishing.

    `is_new` says that the indexes were begun empty, `erases` that this is because articles are
    being erased.
    """

    space: Space
    position: int
    vectors: LayeredIndex
    keywords: TantivyIndex
    keywords_name: str
    is_new: bool
    erases: bool = False
    gone: set[int] = field(default_factory=set)


class IndexFolder:
    """The folder of a library's indexes, for the one who writes them."""

    def __init__(self, library: Path, layering: Layering | None = None) -> None:
        """Prepare for a library folder; nothing is read yet. `layering` says what is compressed."""
        self._layering = layering
        self._library = library
        self._path = index_folder(library)
        self._embeddings = library / EMBEDDINGS

    def begin_erasure(self) -> None:
        """Let the next indexes be made anew: those there keep words of what was taken out.

        The mark stays, also after a crash, until indexes begun after it are published.
        """
        if self._path.exists():
            self._mark.touch()

    @property
    def _mark(self) -> Path:
        return self._path / "erasing"

    def manifest(self) -> Manifest | None:
        """Return the manifest, `None` if there is none that can be read."""
        with suppress(IndexingError):
            return read_manifest(self._path)
        return None

    def fitting_manifest(self, store: ArticleStore) -> Manifest | None:
        """Return the manifest if its files are there and it is about this store's own past."""
        manifest = self.manifest()
        if manifest is None or store.history(manifest.position) != manifest.history:
            return None
        names = filter(None, (manifest.vectors, manifest.keywords, manifest.compressed))
        files = (*(self._path / name for name in names), self._embeddings)
        if not all(path.exists() for path in files) or is_of_older_release(
            self._embeddings, MIGRATIONS
        ):
            return None
        return manifest

    def lag(self, store: ArticleStore) -> int:
        """Return how many positions of the store's log the indexes do not know yet."""
        manifest = self.fitting_manifest(store)
        return store.position() - (manifest.position if manifest else 0)

    def continued(self, manifest: Manifest) -> Draft | None:
        """Return the indexes `manifest` names as a draft, `None` if they cannot be read or kept."""
        if self._mark.exists():
            return None
        try:
            return Draft(
                space=manifest.space,
                position=manifest.position,
                vectors=LayeredIndex.read(
                    self._path / manifest.vectors,
                    manifest.space.dimension,
                    kept_rows(self._library, manifest.space),
                    base=manifest.compressed,
                    layering=self._layering,
                ),
                keywords=TantivyIndex(self._path / manifest.keywords),
                keywords_name=manifest.keywords,
                is_new=False,
            )
        except IndexingError:
            return None

    def fresh(self, space: Space) -> Draft:
        """Return a draft of empty indexes beside those that are there."""
        taken = {path.name for path in self._path.iterdir()}
        name = next(f"keywords-{n}" for n in range(len(taken) + 1) if f"keywords-{n}" not in taken)
        return Draft(
            space=space,
            position=0,
            vectors=LayeredIndex(space.dimension, self._layering),
            keywords=TantivyIndex(self._path / name, create=True),
            keywords_name=name,
            is_new=True,
            erases=self._mark.exists(),
        )

    def publish(self, draft: Draft, store: ArticleStore, *, more_comes: bool = False) -> None:
        """Write the draft's files, then the manifest that names them; delete older files.

        `more_comes` says that this is in mid-run.
        """
        draft.keywords.commit()
        name = f"{PREFIX}{draft.position}-{draft.keywords_name}{SUFFIX}"
        names = draft.vectors.write(self._path / name, more_comes=more_comes)
        manifest = Manifest(
            space=draft.space,
            position=draft.position,
            history=store.history(draft.position) or "",
            vectors=name,
            keywords=draft.keywords_name,
            languages=store.languages(),
            compressed=draft.vectors.base,
        )
        write_manifest(self._path, manifest)
        self._sweep({*names, draft.keywords_name})
        if draft.erases:
            self._mark.unlink(missing_ok=True)

    def _sweep(self, in_use: set[str]) -> None:
        """Delete the files of older indexes; readers that have them open keep them."""
        for path in self._path.iterdir():
            if path.name in in_use or not path.name.startswith((PREFIX, "keywords-")):
                continue
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                with suppress(OSError):
                    path.unlink()

    @contextmanager
    def lock(self, wait_seconds: float) -> Iterator[None]:
        """Make the folder and be the only one to write it; nobody need wait to read it.

        Raise `IndexBusyError` if another process does so for longer than `wait_seconds`, and
        `IndexingError` if the folder cannot be written.
        """
        from filelock import FileLock, Timeout  # noqa: PLC0415 - not needed to answer

        lock = FileLock(self._path / "lock")
        try:
            self._path.mkdir(exist_ok=True)
            lock.acquire(timeout=wait_seconds)
        except Timeout as error:
            message = "another process is indexing this library; try again when it is done"
            raise IndexBusyError(message) from error
        except OSError as error:
            message = f"{self._path} cannot be written ({error.strerror}); mend its rights"
            raise IndexingError(message) from error
        try:
            yield
        finally:
            lock.release()
