"""What an ingest did, source by source."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from corpus.readers.documents import Failure


class Result(StrEnum):
    """What became of one source; the first four are the outcomes of storing an article."""

    ADDED = "added"
    UPDATED = "updated"
    REVISED = "revised"
    UNCHANGED = "unchanged"
    RETIRED = "retired"
    """Its file or page is gone: it is kept, and answers nothing."""
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportLine:
    """One source, or one article of it. `key` is set if there is an article, `reason` if not."""

    source: str
    result: Result
    key: str | None = None
    reason: str | None = None
    warnings: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the line without what does not apply."""
        line = {
            "source": self.source,
            "result": self.result.value,
            "key": self.key,
            "reason": self.reason,
            "warnings": list(self.warnings),
        }
        return {name: value for name, value in line.items() if value not in (None, [])}


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestReport:
    """A line for each article, each failure and each thing passed over, in reading order."""

    lines: tuple[ReportLine, ...]
    dry_run: bool = False

    @property
    def added(self) -> int:
        """Return how many articles are new."""
        return self._count(Result.ADDED)

    @property
    def updated(self) -> int:
        """Return how many articles have a new text."""
        return self._count(Result.UPDATED)

    @property
    def revised(self) -> int:
        """Return how many articles have the same text and changed metadata."""
        return self._count(Result.REVISED)

    @property
    def unchanged(self) -> int:
        """Return how many articles are as they were."""
        return self._count(Result.UNCHANGED)

    @property
    def failed(self) -> tuple[Failure, ...]:
        """Return the sources that gave no article, with the reason."""
        return tuple(
            Failure(source=line.source, reason=line.reason or "")
            for line in self._with(Result.FAILED)
        )

    @property
    def skipped(self) -> tuple[ReportLine, ...]:
        """Return what was passed over on purpose, with the reason."""
        return tuple(self._with(Result.SKIPPED))

    @property
    def warnings(self) -> tuple[tuple[str, str], ...]:
        """Return (source, warning) for what of an article could not be used."""
        return tuple((line.source, text) for line in self.lines for text in line.warnings)

    def to_json(self) -> dict[str, Any]:
        """Return the outside form: the counts, the failures, and a line for each source."""
        counts = {result.value: self._count(result) for result in Result}
        return {
            "schema": 1,
            "dry_run": self.dry_run,
            **counts,
            "failures": [{"source": it.source, "reason": it.reason} for it in self.failed],
            "sources": [line.to_json() for line in self.lines],
        }

    def _with(self, result: Result) -> Iterable[ReportLine]:
        return (line for line in self.lines if line.result is result)

    def _count(self, result: Result) -> int:
        return sum(1 for _ in self._with(result))
