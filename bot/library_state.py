"""The state of a library at one moment: how much it holds, how old it is, which model indexed it."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.assembly import NOT_CALIBRATED, Library
from bot.rendering import date_in_words
from corpus.outcomes import LibraryCounts
from retrieval.answers import SCHEMA, format_time
from retrieval.embedders.engines import TORCH
from retrieval.protocols import Space

_PARTS = {
    "articles": "library.sqlite*",
    "vectors": "vectors.sqlite*",
    "index": "index/**/*",
    "bot": "bot.sqlite*",
}
"""Which files of a library's folder hold what."""

_UNITS = ("B", "kB", "MB", "GB", "TB")
_THOUSAND = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What there is to say of a library at one moment. `sizes` are bytes by part.

    `engine` is what embeds: the precision of an exported engine, "torch", `None` if nothing is
    indexed yet.
    """

    folder: Path
    counts: LibraryCounts
    space: Space | None
    lag: int
    calibrated: bool
    sizes: Mapping[str, int]
    now: datetime
    engine: str | None = None

    @classmethod
    def of(cls, library: Library, *, now: datetime) -> "State":
        """Return the state of an open library."""
        return cls(
            folder=library.folder,
            counts=library.store.counts(),
            space=library.space(),
            lag=library.lag(),
            calibrated=library.is_calibrated(),
            sizes={part: _size(library.folder, pattern) for part, pattern in _PARTS.items()},
            now=now,
            engine=library.serving(),
        )

    def to_json(self) -> dict[str, Any]:
        """Return the outside form; ages are seconds, sizes are bytes."""
        counts = self.counts
        return {
            "schema": SCHEMA,
            "library": str(self.folder),
            "articles": counts.articles,
            "retired": counts.retired,
            "versions": counts.versions,
            "passages": counts.passages,
            "collections": counts.collections,
            "newest_published": format_time(counts.newest_published),
            "newest_stored": format_time(counts.newest_stored),
            "age_seconds": self._seconds_since(counts.newest_stored),
            "model": asdict(self.space) if self.space else None,
            "engine": self.engine,
            "calibrated": self.calibrated,
            "index_lag": self.lag,
            "bytes": dict(self.sizes),
        }

    def lines(self) -> Iterator[tuple[str, str]]:
        """Yield what a person wants to know, name and value."""
        counts, space = self.counts, self.space
        retired = f", {counts.retired} retired" if counts.retired else ""
        yield "library", str(self.folder)
        noun = "collection" if counts.collections == 1 else "collections"
        yield "articles", f"{counts.articles} in {counts.collections} {noun}{retired}"
        yield "versions", str(counts.versions)
        yield "passages", str(counts.passages)
        if counts.newest_published:
            yield "newest", f"published {date_in_words(counts.newest_published)}"
        if counts.newest_stored:
            yield "changed", _ago(self.now - counts.newest_stored)
        if space:
            yield "model", f"{space.model} ({space.revision}), {space.dimension} dimensions"
        if self.engine:
            yield "engine", engine_in_words(self.engine)
        if not self.calibrated:
            yield "confidence", NOT_CALIBRATED
        behind = f"{self.lag} changes behind; the next question or ingest catches up"
        yield "index", behind if self.lag else "up to date"
        yield "sizes", ", ".join(f"{part} {short_size(size)}" for part, size in self.sizes.items())

    def _seconds_since(self, moment: datetime | None) -> float | None:
        return None if moment is None else round((self.now - moment).total_seconds(), 1)


def _size(folder: Path, pattern: str) -> int:
    return sum(path.stat().st_size for path in folder.glob(pattern) if path.is_file())


def short_size(size: int) -> str:
    """Return bytes as "1.2 MB"."""
    amount = float(size)
    for unit in _UNITS[:-1]:
        if amount < _THOUSAND:
            return f"{amount:.3g} {unit}"
        amount /= _THOUSAND
    return f"{amount:.3g} {_UNITS[-1]}"


def engine_in_words(engine: str) -> str:
    """Return what embeds and by which library: "int8 (OpenVINO)"."""
    return engine if engine == TORCH else f"{engine} (OpenVINO)"


def _ago(age: timedelta) -> str:
    """Return an age in its largest unit: "3 hours ago"."""
    seconds = age.total_seconds()
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= length:
            count = int(seconds // length)
            return f"{count} {unit}{'' if count == 1 else 's'} ago"
    return "just now"
