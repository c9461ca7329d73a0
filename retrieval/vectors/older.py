"""Vector indexes of earlier releases, which kept a copy of each vector: what they hold."""

import os
from pathlib import Path
from typing import Any

import numpy as np

from retrieval.errors import IndexingError
from retrieval.id_runs import Ids

SUFFIX = ".faiss"
"""Of the files of such an index."""


def older_ids(path: Path, base: str) -> Ids:
    """Return the ascending ids of the index at `path`, over the folder `base` if there is one.

    Raise `IndexingError` if a file is not whole.
    """
    import faiss  # noqa: PLC0415 - of an older library only

    try:
        index: Any = faiss.read_index(os.fspath(path), faiss.IO_FLAG_MMAP_IFC)
        ids = faiss.vector_to_array(index.id_map)
        if base:
            compressed = np.load(path.parent / base / "ids.npy")
            gone = np.load(path.with_name(f"{path.name}.gone"))
            ids = np.concatenate([ids, np.delete(compressed, gone)])
    except (RuntimeError, AttributeError, OSError, EOFError, ValueError, IndexError) as error:
        message = f"the vector index {path.name} is damaged; run `passagebot reindex`"
        raise IndexingError(message) from error
    return np.sort(ids)
