"""Cases to fit the confidence to: what was seen of a first hit, and whether it was right."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from retrieval.fusion import Features


class Staging(StrEnum):
    """How a question was asked of a library."""

    PRESENT = "present"
    """As it is, and an article answers it."""
    WITHOUT_ARTICLE = "without article"
    """With its own articles taken out of the search."""
    WITHOUT_DETAIL = "without detail"
    """With the passages taken out that hold an answer: its articles are there, the detail is not."""
    ABSENT = "absent"
    """As it is, and nothing answers it."""
    NEAR_MISS = "near miss"
    """As it is; nothing answers it, but an article looks as if it did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfidenceCase:
    """One question's first hit: its features, and whether its article is a right one.

    `group` names the article the question is about.
    """

    features: Features
    right: bool
    staging: Staging
    group: str

    @property
    def answerable(self) -> bool:
        """Return whether an article that answers was in reach."""
        return self.staging is Staging.PRESENT


@dataclass(frozen=True, slots=True, kw_only=True)
class CasesOfSet:
    """The cases of one set. `family` is shared by sets over the same articles."""

    family: str
    cases: tuple[ConfidenceCase, ...]

    def of(self, *stagings: Staging) -> NDArray[np.bool_]:
        """Return bool [cases], which of them are staged so."""
        return np.array([case.staging in stagings for case in self.cases], dtype=np.bool_)

    @property
    def right(self) -> NDArray[np.bool_]:
        """Return bool [cases], whose first hit is of a right article."""
        return np.array([case.right for case in self.cases], dtype=np.bool_)
