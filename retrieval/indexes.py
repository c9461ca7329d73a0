"""The indexes of a library as one snapshot that serves questions."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from retrieval import manifest as manifests
from retrieval.errors import IndexingError
from retrieval.kept_rows import kept_rows
from retrieval.keywords import TantivyIndex
from retrieval.manifest import Manifest
from retrieval.protocols import KeywordIndex, Space, VectorIndex
from retrieval.vectors.layered import LayeredIndex


@dataclass(frozen=True, slots=True, kw_only=True)
class Indexes:
    """Both indexes, and what the manifest says of them."""

    space: Space
    position: int
    languages: Mapping[str, int]
    vectors: VectorIndex
    keywords: KeywordIndex


def index_folder(library: Path) -> Path:
    """Return the folder of a library's indexes; it can be deleted at any time."""
    return library / manifests.FOLDER


def indexed_space(library: Path) -> Space | None:
    """Return the space a library is indexed in, `None` before the first index."""
    manifest = manifests.read_manifest(index_folder(library))
    return manifest.space if manifest else None


class IndexFiles:
    """Opens the newest indexes of a library, again whenever another process has replaced them.

    Not for several threads at once; the `Indexes` it returns are.
    """

    def __init__(self, library: Path) -> None:
        """Prepare for a library folder; nothing is opened yet."""
        self._library = library
        self._folder = index_folder(library)
        self._manifest: Manifest | None = None
        self._keywords: TantivyIndex | None = None

    def newer(self) -> Indexes | None:
        """Return the indexes if they changed since the last call, else `None`.

        Raise `IndexingError` if they are damaged; what was returned before stays usable.
        """
        found = manifests.read_manifest(self._folder)
        while found is not None and found != self._manifest:
            try:
                return self._opened(found)
            except IndexingError:
                before, found = found, manifests.read_manifest(self._folder)
                if found == before:
                    raise
        return None

    def _opened(self, found: Manifest) -> Indexes:
        """Return the files `found` names, which are deleted once a newer manifest is there."""
        vectors = LayeredIndex.read(
            self._folder / found.vectors,
            found.space.dimension,
            kept_rows(self._library, found.space),
            base=found.compressed,
        )
        keywords = self._opened_keywords(found.keywords)
        self._manifest = found
        return Indexes(
            space=found.space,
            position=found.position,
            languages=found.languages,
            vectors=vectors,
            keywords=keywords,
        )

    def _opened_keywords(self, name: str) -> TantivyIndex:
        same = self._manifest is not None and self._manifest.keywords == name
        if self._keywords is not None and same:
            self._keywords.reload()
        else:
            self._keywords = TantivyIndex(self._folder / name)
        return self._keywords
