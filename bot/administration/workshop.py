"""Work on articles for the running bot: here, or in a process beside it that may be ended.

What strangers wrote is read in a process of its own (`bot.administration.workbench`): it takes nothing from those
who wait for answers, has bounds of time and memory, and its end loses nothing.
"""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Protocol

from bot.administration.draft_summaries import edited, summary_of
from bot.administration.keeping import Plan, Tally, add, articles_in
from bot.administration.material import Material, MaterialKind, entries_of, packed, unpacked
from bot.drafts import Edits
from bot.errors import BotError
from bot.scheduling import without_token
from corpus.errors import LibraryError
from corpus.fetching import Fetcher
from retrieval.errors import IndexBusyError, RetrievalError
from retrieval.protocols import Progress

if TYPE_CHECKING:
    from bot.assembly import Library

READ_SECONDS = 180.0
"""What reading one file or link may take, fetching included."""

FEW_ARTICLES = 20
FEW_BYTES = 400_000
"""As much is added here; more in a process beside the bot."""

Telling = Callable[[int, int], None]
"""Called as `telling(done, total)`; a total of 0 says that articles are being made searchable."""


class WorkError(BotError):
    """Work beside the bot did not end well; its text is one line for a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What was handed in, as it was read: what a preview says, and the articles, packed."""

    summary: Mapping[str, Any]
    content: bytes


class Workshop(Protocol):
    """Where articles are read and added. Every method takes its time: call it in a thread."""

    def read(self, material: Material, *, collection: str) -> Read:
        """Return what was handed in; `WorkError` if reading did not end."""

    def add(
        self, content: bytes, edits: Edits, plan: Plan, *, collection: str, telling: Telling
    ) -> Tally:
        """Store packed articles as planned and make them searchable.

        Raise `LibraryError` or `WorkError`: then it may be done again.
        """

    def close(self) -> None:
        """End what is under way."""


class Here:
    """Works in the thread that calls."""

    def __init__(self, library: "Library", fetcher: Fetcher) -> None:
        """Add to `library`; `fetcher` is the way to the web."""
        self._library = library
        self._fetcher = fetcher

    def read(self, material: Material, *, collection: str) -> Read:
        """Return what was handed in."""
        return read_material(material, self._library.folder, self._fetcher, collection=collection)

    def add(
        self, content: bytes, edits: Edits, plan: Plan, *, collection: str, telling: Telling
    ) -> Tally:
        """Store articles as planned and make them searchable."""
        return add_planned(
            self._library, content, edits, plan, collection=collection, telling=telling
        )

    def close(self) -> None:
        """Leave it alone: a thread ends when it is done."""


def read_material(material: Material, library: Path, fetcher: Fetcher, *, collection: str) -> Read:
    """Return what was handed in, read and looked at against the library in a folder."""
    entries = list(entries_of(material, fetcher))
    summary = summary_of(entries, library, collection=collection)
    return Read(summary=summary, content=packed(articles_in(entries)))


def add_planned(
    library: "Library",
    content: bytes,
    edits: Edits,
    plan: Plan,
    *,
    collection: str,
    telling: Telling,
) -> Tally:
    """Store packed articles as planned, then bring the indexes up to the store.

    If another process is indexing for longer than we wait, that one takes them up. What is stored
    and could not be indexed is told as a reason: whatever indexes next takes it up.
    """
    found = [edited(one, edits) for one in articles_in(unpacked(content))]
    tally = add(
        library.store,
        found,
        plan,
        collection=collection,
        progress=lambda done: telling(done, len(found)),
    )
    try:
        index(library, lambda _what, done, _total: telling(done, 0))
    except (LibraryError, RetrievalError, OSError) as error:
        reason = f"it is stored, and not searchable yet: {error}"
        return replace(tally, reasons=(*tally.reasons, reason))
    return tally


def index(library: "Library", progress: Progress) -> None:
    """Bring the indexes up to the store; another process that is at it does it for us."""
    try:
        library.catch_up(progress)
    except IndexBusyError:
        return


class Beside:
    """Works in processes of their own; what is small is added here, where the model is loaded."""

    def __init__(
        self,
        library: "Library",
        *,
        ports: Sequence[int],
        seconds: float = READ_SECONDS,
        command: Sequence[str] = (sys.executable, "-m", "bot.administration.workbench"),
    ) -> None:
        """Work on `library`; pages are fetched from `ports`, reading takes at most `seconds`."""
        self._library = library
        self._ports = list(ports)
        self._seconds = seconds
        self._command = list(command)
        self._here = Here(library, Fetcher())
        self._running: set[subprocess.Popen[bytes]] = set()
        self._lock = threading.Lock()
        self._is_closed = False

    def read(self, material: Material, *, collection: str) -> Read:
        """Return what was handed in, read in a process of its own; plain text is read here."""
        if material.kind is MaterialKind.TEXT:
            return self._here.read(material, collection=collection)
        described = asdict(material) | {"data": "", "published": None}
        if material.published is not None:
            described["published"] = material.published.isoformat()
        order = {"material": described, "collection": collection, "ports": self._ports}
        with self._ordered("read", order, material.data, seconds=self._seconds) as told:
            for line, rest in told:
                if "summary" in line:
                    return Read(summary=line["summary"], content=rest.read(line["bytes"]))
        raise _ended()

    def add(
        self, content: bytes, edits: Edits, plan: Plan, *, collection: str, telling: Telling
    ) -> Tally:
        """Store articles as planned and make them searchable."""
        if len(plan) <= FEW_ARTICLES and len(content) <= FEW_BYTES:
            return self._here.add(content, edits, plan, collection=collection, telling=telling)
        order = {"edits": edits.to_json(), "plan": list(plan), "collection": collection}
        with self._ordered("add", order, content, seconds=None) as told:
            for line, _ in told:
                if "tally" in line:
                    return Tally.from_json(line["tally"])
                if "error" in line:
                    raise LibraryError(line["error"])
                telling(line["done"], line["total"])
        raise _ended()

    def close(self) -> None:
        """End the processes under way, and begin none any more."""
        with self._lock:
            self._is_closed = True
            for process in self._running:
                process.kill()

    def _ordered(
        self, what: str, order: Mapping[str, Any], data: bytes, *, seconds: float | None
    ) -> "_Process":
        command = [*self._command, what, str(self._library.folder)]
        header = json.dumps({**order, "bytes": len(data)}).encode()
        return _Process(self, command, header + b"\n" + data, seconds)

    def started(self, command: Sequence[str]) -> "subprocess.Popen[bytes]":
        """Return a new process; `WorkError` when the bot is about to end."""
        with self._lock:
            if self._is_closed:
                raise _ended()
            process = subprocess.Popen(  # noqa: S603 - our own program
                list(command),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=without_token(os.environ),
            )
            self._running.add(process)
        return process

    def ended(self, process: "subprocess.Popen[bytes]") -> None:
        """Note that a process is gone."""
        with self._lock:
            self._running.discard(process)


class _Process:
    """One process at work: a context manager that gives what it tells, line by line."""

    def __init__(
        self, owner: Beside, command: Sequence[str], given: bytes, seconds: float | None
    ) -> None:
        self._owner = owner
        self._given = given
        self._process = owner.started(command)
        self._timer = threading.Timer(seconds, self._process.kill) if seconds else None

    def __enter__(self) -> Iterator[tuple[dict[str, Any], IO[bytes]]]:
        if self._timer is not None:
            self._timer.start()
        self._give()
        return self._told()

    def __exit__(self, *_: object) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._process.kill()
        with self._process:
            self._process.wait()
        self._owner.ended(self._process)

    def _give(self) -> None:
        stdin = self._process.stdin
        if stdin is None:
            return
        try:
            stdin.write(self._given)
            stdin.close()
        except BrokenPipeError:
            return

    def _told(self) -> Iterator[tuple[dict[str, Any], IO[bytes]]]:
        stdout = self._process.stdout
        while stdout is not None and (line := stdout.readline()):
            try:
                told = json.loads(line)
            except ValueError:  # it was ended in the middle of a line
                return
            yield told, stdout


def _ended() -> WorkError:
    return WorkError(
        "reading it took too long or broke off; send less at once, or `passagebot ingest` it "
        "on the machine the bot runs on"
    )
