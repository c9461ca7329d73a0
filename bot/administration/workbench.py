"""Work the bot orders in a process of its own: `python -m bot.administration.workbench read|add LIBRARY`.

An order comes on stdin: a line of JSON that says how many bytes follow it. What is told goes to
stdout: lines of JSON; after the line with a summary, the articles that were read, packed.
"""

import json
import resource
import sys
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from bot.administration.material import Material, MaterialKind
from bot.administration.workshop import add_planned, read_material
from bot.drafts import Edits
from corpus.addresses import Reach
from corpus.errors import LibraryError
from corpus.fetching import Fetcher
from retrieval.errors import RetrievalError

if TYPE_CHECKING:
    from bot.assembly import EmbedderLoader

READING_BYTES = 6 * 1024**3
"""Address space a process has that reads what strangers wrote."""

_ORDERS = ("read", "add")


def main(
    argv: list[str], given: IO[bytes], told: IO[bytes], *, load: "EmbedderLoader | None" = None
) -> int:
    """Carry out one order; 2 for one that is none of ours. `load` replaces how a model is loaded."""
    if len(argv) != len(_ORDERS) or argv[0] not in _ORDERS:
        return 2
    order = json.loads(given.readline())
    data = given.read(order["bytes"])
    if argv[0] == "read":
        _read(Path(argv[1]), order, data, told)
    else:
        _add(Path(argv[1]), order, data, told, load)
    return 0


def _read(library: Path, order: Mapping[str, Any], data: bytes, told: IO[bytes]) -> None:
    fetcher = Fetcher(reach=Reach(ports=frozenset(order["ports"])))
    read = read_material(
        _material(order["material"], data), library, fetcher, collection=order["collection"]
    )
    _tell(told, {"summary": read.summary, "bytes": len(read.content)})
    told.write(read.content)
    told.flush()


def _material(described: dict[str, Any], data: bytes) -> Material:
    published = described["published"]
    known = {
        "kind": MaterialKind(described["kind"]),
        "data": data,
        "published": None if published is None else datetime.fromisoformat(published),
    }
    return Material(**{**described, **known})


def _add(
    folder: Path,
    order: Mapping[str, Any],
    content: bytes,
    told: IO[bytes],
    load: "EmbedderLoader | None",
) -> None:
    from bot.assembly import open_library  # noqa: PLC0415 - reading alone starts sooner without
    from bot.settings import load_settings  # noqa: PLC0415 - as above

    try:
        settings = load_settings(library=folder)
        with open_library(settings, load=load) as library:
            tally = add_planned(
                library,
                content,
                Edits.from_json(order["edits"]),
                order["plan"],
                collection=order["collection"],
                telling=lambda done, total: _tell(told, {"done": done, "total": total}),
            )
    except (LibraryError, RetrievalError, OSError) as error:
        _tell(told, {"error": str(error)})
        return
    _tell(told, {"tally": tally.to_json()})


def bound_memory(size: int = READING_BYTES) -> None:
    """Let this process have at most so many bytes of address space."""
    with suppress(ValueError, OSError):  # a smaller limit than that may hold already
        resource.setrlimit(resource.RLIMIT_AS, (size, size))


def _tell(told: IO[bytes], line: Mapping[str, Any]) -> None:
    told.write(json.dumps(line).encode() + b"\n")
    told.flush()


if __name__ == "__main__":
    if sys.argv[1:2] == ["read"]:
        bound_memory()
    sys.exit(main(sys.argv[1:], sys.stdin.buffer, sys.stdout.buffer))
