"""Kill an indexer at each of its steps, one copy of a library for each: run as a program.

`python -m tests.retrieval.killed_indexers LIBRARY COPIES MODE` copies LIBRARY to COPIES/1, 2, ...
and in the n-th copy ends the process without any farewell before the n-th step that writes. It stops after the first copy whose run needs no more steps.
"""

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from corpus.store import ArticleStore
from retrieval import drafts
from retrieval.embeddings import EmbeddingStore
from retrieval.indexer import Indexer
from retrieval.keywords import TantivyIndex
from retrieval.lots import LOT_BYTES
from retrieval.vectors.layered import LayeredIndex, Layering
from tests.retrieval.hashing_embedder import HashingEmbedder

KILLED = 9
STEPS: list[tuple[Any, str]] = [
    (EmbeddingStore, "assign"),
    (EmbeddingStore, "add"),
    (EmbeddingStore, "forget"),
    (EmbeddingStore, "keep_only"),
    (TantivyIndex, "upsert"),
    (TantivyIndex, "remove"),
    (TantivyIndex, "commit"),
    (LayeredIndex, "write"),
    (drafts, "write_manifest"),
    (Path, "replace"),
    (Path, "unlink"),
    (Path, "mkdir"),
    (shutil, "rmtree"),
    (os, "fsync"),
]


def other_space() -> HashingEmbedder:
    return HashingEmbedder(revision="2", dimension=32)


def run(library: Path, mode: str) -> None:
    with ArticleStore.open(library) as store:
        if mode == "rebuild":
            Indexer(library, store, other_space).rebuild()
        else:
            layering = Layering(exact=2) if mode == "compressing" else None
            lot_bytes = 2_000 if mode == "first run" else LOT_BYTES  # of a few passages
            Indexer(
                library, store, HashingEmbedder, layering=layering, lot_bytes=lot_bytes
            ).bring_up_to_date()


class Fuse:
    """Ends the process at the n-th step it is told of."""

    def __init__(self, steps: int) -> None:
        self._left = steps

    def burn(self) -> None:
        self._left -= 1
        if not self._left:
            os._exit(KILLED)

    def around(self, step: Callable[..., Any]) -> Callable[..., Any]:
        def burning(*arguments: Any, **named: Any) -> Any:
            self.burn()
            return step(*arguments, **named)

        return burning


def is_killed(library: Path, mode: str, step: int) -> bool:
    """Run in a child that dies at `step`; return whether it did."""
    child = os.fork()
    if not child:
        fuse = Fuse(step)
        for owner, name in STEPS:
            setattr(owner, name, fuse.around(getattr(owner, name)))
        try:
            run(library, mode)
        except BaseException:  # noqa: BLE001 - a child of a fork must never return
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    if code not in {0, KILLED}:
        message = f"the run broke at step {step} with {code}"
        raise AssertionError(message)
    return code == KILLED


def main(library: Path, copies: Path, mode: str) -> None:
    step = 1
    while True:
        place = copies / str(step)
        shutil.copytree(library, place)
        if not is_killed(place, mode, step):
            break
        step += 1


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
