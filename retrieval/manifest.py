"""The manifest: which files are the library's indexes, and up to where they know the log.

It is the last thing written, and replaced in one step: until then the old files serve.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from corpus.whole_files import written_whole
from retrieval.errors import IndexingError
from retrieval.protocols import Space

FOLDER = "index"
FILE_NAME = "manifest.json"
SCHEMA = 3
_OLDER = ".faiss"
"""How the names of vector indexes end that keep a copy of each vector, as up to schema 2."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What the index folder holds. `languages` counts articles by language.

    `compressed` is the folder of the vectors that are compressed, "" while all are exact.
    `history` is the store's hash of its log up to `position`: in a store with another past, the
    same passage ids may mean other passages.
    """

    space: Space
    position: int
    history: str
    vectors: str
    keywords: str
    languages: Mapping[str, int]
    compressed: str = ""

    @property
    def is_of_older_release(self) -> bool:
        """Whether the vector index has a form that is read, and written no more."""
        return self.vectors.endswith(_OLDER)


def read_manifest(folder: Path) -> Manifest | None:
    """Return the manifest of an index folder, `None` if there is none.

    Raise `IndexingError` if it is damaged or of a newer release.
    """
    try:
        stored = json.loads((folder / FILE_NAME).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        message = f"{folder / FILE_NAME} cannot be read; run `passagebot reindex`"
        raise IndexingError(message) from error
    try:
        if stored["schema"] > SCHEMA:
            message = f"{folder} was written by a newer passagebot; upgrade passagebot to use it"
            raise IndexingError(message)
        return Manifest(
            space=Space(**stored["space"]),
            position=int(stored["position"]),
            history=str(stored["history"]),
            vectors=str(stored["vectors"]),
            keywords=str(stored["keywords"]),
            languages={str(name): int(count) for name, count in stored["languages"].items()},
            compressed=str(stored.get("compressed", "")),
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        message = f"{folder / FILE_NAME} is damaged; run `passagebot reindex`"
        raise IndexingError(message) from error


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Replace the manifest in one step; it is on disk when this returns.

    Raise `IndexingError` if it cannot be written.
    """
    try:
        with written_whole(folder / FILE_NAME) as draft:
            content = {"schema": SCHEMA, **asdict(manifest)}
            draft.write_text(json.dumps(content, indent=1), encoding="utf-8")
    except OSError as error:
        message = f"{folder} cannot be written ({error.strerror}); make room, or mend its rights"
        raise IndexingError(message) from error
