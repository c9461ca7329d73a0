"""Stories: reports about one event, each with its copies.

Texts are linked in pairs. A *fold* is made of copies: one report, wherever it was printed. A
*story* is made of folds: reports that are no copies of each other, so they count apart. What a
pair of texts is to each other is decided once and never depends on other texts; which pairs come
together is decided here, strongest links first, so that no chain of likenesses ties far ends
together and the order of arrival does not matter.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product
from typing import TypeVar

from retrieval.copies import Kinship

Name = tuple[str, str]
"""Collection and key of an article."""

NEAR = timedelta(days=10)
"""Reports with dates further apart are not of one event; copies may be of any age."""
_LINKED = 0.5
"""Which share of the pairs of reports two groups must have linked to be one story."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """One article of a story: when it was first seen, by its own date (`is_dated`) or by ours."""

    collection: str
    key: str
    seen: datetime
    is_dated: bool

    @property
    def name(self) -> Name:
        """Return what names the article in a library."""
        return self.collection, self.key


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A text and its copies, first seen first; there is at least one."""

    tellings: tuple[Telling, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """The reports about one event, first seen first; at least one."""

    reports: tuple[Report, ...]

    @property
    def first(self) -> Telling:
        """Return the article first seen."""
        return self.reports[0].tellings[0]

    @property
    def tellings(self) -> tuple[Telling, ...]:
        """Return all its articles, those of one report together."""
        return tuple(telling for report in self.reports for telling in report.tellings)

    @property
    def copies(self) -> int:
        """Return how many articles are copies of a report."""
        return len(self.tellings) - len(self.reports)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What two texts, named by their fingerprints, are to each other. `strength` is in [0, 1]."""

    first: bytes
    second: bytes
    kind: Kinship
    strength: float


Group = frozenset[bytes]
Item = TypeVar("Item")


def stories(texts: Mapping[bytes, Sequence[Telling]], links: Iterable[Link]) -> list[Story]:
    """Return the stories of all `texts`, by what was first seen; each article is in one.

    `texts` are the articles by the fingerprint of their text.
    """
    ordered = sorted(links, key=lambda link: (-link.strength, link.first, link.second))
    folds = _folds(texts, ordered)
    made = [_story(texts, group) for group in _together(texts, folds, ordered)]
    return sorted(made, key=lambda story: _first_seen(story.first))


def seen_by(story: Story, sees: Callable[[Telling], bool]) -> Story | None:
    """Return a story without the articles a reader does not see, `None` if none is left."""
    seen = (tuple(filter(sees, report.tellings)) for report in story.reports)
    reports = tuple(Report(tellings=tellings) for tellings in seen if tellings)
    return Story(reports=reports) if reports else None


def _folds(texts: Iterable[bytes], links: Sequence[Link]) -> dict[bytes, Group]:
    """Return the fold of every text; no fold holds two texts that differ by a number."""
    apart = _linked(link for link in links if link.kind is Kinship.VARIANT)
    copies = _undisputed_first([link for link in links if link.kind is Kinship.COPY], apart)

    def may_join(one: Group, two: Group) -> bool:
        return not any(apart.get(text, set()) & two for text in one)

    return _joined(texts, copies, may_join)


def _undisputed_first(
    copies: Sequence[Link], apart: Mapping[bytes, set[bytes]]
) -> list[tuple[bytes, bytes]]:
    """Return the pairs of copies in the order in which they are joined.

    A shortened copy that lacks the sentence in which two reports differ is a copy of both. Such a
    pair comes late, and earlier if more other texts are copies of both its ends.
    """
    near = _linked(copies)

    def place(link: Link) -> int:
        one, two = link.first, link.second
        disputed = near[one] & apart.get(two, set()) or near[two] & apart.get(one, set())
        return -len(near[one] & near[two]) if disputed else -len(near)

    return [(link.first, link.second) for link in sorted(copies, key=place)]


def _together(
    texts: Mapping[bytes, Sequence[Telling]], folds: Mapping[bytes, Group], links: Sequence[Link]
) -> list[frozenset[Group]]:
    """Return the folds of each story."""
    pairs = [(folds[link.first], folds[link.second]) for link in links]
    near = dict.fromkeys(pair for pair in pairs if pair[0] != pair[1] and _near(texts, *pair))
    known = {*near, *((two, one) for one, two in near)}

    def may_join(one: frozenset[Group], two: frozenset[Group]) -> bool:
        linked = sum(pair in known for pair in product(one, two))
        return linked >= _LINKED * len(one) * len(two)

    joined = _joined(folds.values(), near, may_join)
    return list(dict.fromkeys(joined.values()))


def _joined(
    items: Iterable[Item],
    pairs: Iterable[tuple[Item, Item]],
    may_join: Callable[[frozenset[Item], frozenset[Item]], bool],
) -> dict[Item, frozenset[Item]]:
    """Return the group of each item: those of `pairs` joined in their order where they may."""
    groups = {item: frozenset((item,)) for item in items}
    for first, second in pairs:
        one, two = groups[first], groups[second]
        if one is not two and may_join(one, two):
            groups.update(dict.fromkeys(one | two, one | two))
    return groups


def _linked(links: Iterable[Link]) -> dict[bytes, set[bytes]]:
    found: dict[bytes, set[bytes]] = {}
    for link in links:
        found.setdefault(link.first, set()).add(link.second)
        found.setdefault(link.second, set()).add(link.first)
    return found


def _near(texts: Mapping[bytes, Sequence[Telling]], one: Group, two: Group) -> bool:
    """Whether two folds have dates close to each other; what has no date is near to all."""
    dated = [[t.seen for text in fold for t in texts[text] if t.is_dated] for fold in (one, two)]
    if not all(dated):
        return True
    return max(map(min, dated)) - min(map(max, dated)) <= NEAR


def _story(texts: Mapping[bytes, Sequence[Telling]], folds: Iterable[Group]) -> Story:
    reports = [
        Report(tellings=tuple(sorted((t for text in fold for t in texts[text]), key=_first_seen)))
        for fold in folds
    ]
    return Story(reports=tuple(sorted(reports, key=lambda report: _first_seen(report.tellings[0]))))


def _first_seen(telling: Telling) -> tuple[datetime, Name]:
    return telling.seen, telling.name
