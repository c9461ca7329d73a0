"""What a sync did, source by source."""

from dataclasses import dataclass
from typing import Any

from corpus.reports import ReportLine, Result
from corpus.sources import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReport:
    """What became of one source: a line for each article that was looked at and each failure.

    `unchanged` counts the articles of it that answer as they did.
    """

    source: Source
    lines: tuple[ReportLine, ...]
    unchanged: int

    @property
    def has_failed(self) -> bool:
        """Return whether any of it failed."""
        return self.count(Result.FAILED) > 0

    def count(self, result: Result) -> int:
        """Return how many articles had this result."""
        if result is Result.UNCHANGED:
            return self.unchanged
        return sum(1 for line in self.lines if line.result is result)

    def to_json(self) -> dict[str, Any]:
        """Return the outside form."""
        return {
            "source": self.source.name,
            "kind": self.source.kind.value,
            "collection": self.source.collection,
            **{result.value: self.count(result) for result in Result},
            "lines": [it.to_json() for it in self.lines if it.result is not Result.UNCHANGED],
        }
