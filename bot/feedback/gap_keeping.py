"""Noting what was asked in vain, and asking it again when the library has grown.

Noting is synchronous and bounded: each call does a little, and the next goes on from there.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.feedback.gap_likeness import Reading, likeness
from bot.feedback.gaps import Asking, Gap, Gaps, Known
from bot.feedback.votes import Tally, question_key
from corpus.articles import Citation
from retrieval.answers import Answer, Confidence, Filters, Question
from retrieval.protocols import Vectors

NOTED_AT_ONCE = 200
OVERLAP = timedelta(minutes=10)
"""An answer is noted after its search; so far back is looked again for what came late."""

Embed = Callable[[str], tuple[str, Vectors] | None]
"""Returns the name of a space and the unit vector of a question in it, None without a model."""

Limits = Callable[[int], tuple[str, ...]]
"""Returns the collections a chat sees, none for all."""


def no_vectors(_question: str) -> None:
    """Know no model: questions are compared by their words alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    token: str
    collections: tuple[str, ...]
    reading: Reading


class Noting:
    """Brings questions asked in vain under gaps, alike ones under the same."""

    def __init__(self, gaps: Gaps, *, embed: Embed, limits: Limits) -> None:
        """Read and write `gaps`; compare by the vectors of `embed`; chats see their `limits`."""
        self._gaps = gaps
        self._embed = embed
        self._limits = limits
        self._read: dict[str, tuple[Known, _Candidate]] = {}

    def note(self, *, since: datetime | None) -> datetime | None:
        """Note up to 200 questions asked since a moment; return the moment reached if more wait.

        The order in which questions were asked decides everything, so the same questions make the
        same gaps.
        """
        self._gaps.take_back()
        found = self._gaps.unnoted(since=since - OVERLAP if since else None, most=NOTED_AT_ONCE)
        if not found:
            return None
        placed = [self._embed(asking.question) for asking in found]
        space = next((one[0] for one in placed if one), None)
        candidates = self._candidates(space)
        for asking, where in zip(found, placed, strict=True):
            self._bring_home(asking, where, candidates)
        self._gaps.prune()
        return found[-1].asked_at if len(found) == NOTED_AT_ONCE else None

    def _candidates(self, space: str | None) -> dict[str, _Candidate]:
        """Return what new questions are compared with, oldest first.

        Reading a question takes a while, so what was read before is kept. Vectors of another
        space than `space` are not compared.
        """
        before, self._read = self._read, {}
        for known in self._gaps.known():
            if known.space != space:
                known = replace(known, vector=None)  # noqa: PLW2901 - the same, without its vector
            read = before.get(known.token)
            if read is None or _is_other(read[0], known):
                read = (known, _candidate(known))
            self._read[known.token] = read
        return {token: candidate for token, (_, candidate) in self._read.items()}

    def _bring_home(
        self,
        asking: Asking,
        placed: tuple[str, Vectors] | None,
        candidates: dict[str, _Candidate],
    ) -> None:
        reading = Reading.of(asking.question, placed[1] if placed else None)
        collections = tuple(sorted(self._limits(asking.chat_id)))
        gap = _nearest(reading, collections, candidates)
        token = self._gaps.note(asking, gap=gap, collections=collections)
        if token in candidates:
            return
        candidates[token] = _Candidate(token=token, collections=collections, reading=reading)
        if placed is not None:
            self._gaps.keep_vector(token, placed[1], space=placed[0])


def _candidate(known: Known) -> _Candidate:
    return _Candidate(
        token=known.token,
        collections=known.collections,
        reading=Reading.of(known.question, known.vector),
    )


def _is_other(one: Known, other: Known) -> bool:
    """Whether a gap reads differently by now."""
    same = one.question == other.question and one.space == other.space
    return not same or (one.vector is None) != (other.vector is None)


def _nearest(
    reading: Reading, collections: tuple[str, ...], candidates: Mapping[str, _Candidate]
) -> str | None:
    """Return the gap most alike, of equally alike ones the oldest; None if none is."""
    best: str | None = None
    most = 0.0
    for candidate in candidates.values():
        if candidate.collections == collections:
            alike = likeness(reading, candidate.reading)
            if alike is not None and alike > most:
                best, most = candidate.token, alike
    return best


def question_of(gap: Gap) -> Question:
    """Return the question to ask again for a gap, with the limits of those who asked it."""
    return Question(text=gap.question, filters=Filters(collections=gap.collections))


def closes(gap: Gap, answer: Answer, disliked: frozenset[tuple[str, str]]) -> Citation | None:
    """Return the article that closes a gap, None if the answer does not.

    As for alerts, only a strong match counts; what readers voted against answers nothing.
    """
    if answer.confidence is not Confidence.STRONG or not answer.hits:
        return None
    first = answer.hits[0]
    if (question_key(gap.question), first.receipt) in disliked:
        return None
    return first.passage.citation


def disliked_in(tallies: Iterable[Tally]) -> frozenset[tuple[str, str]]:
    """Return what readers voted against, and none for: (question key, receipt)."""
    return frozenset(
        (question_key(one.question), one.receipt) for one in tallies if one.downs and not one.ups
    )
