"""Which of several good hits is preferred: the newest, or one in the asker's language.

Let s be the score of a hit, and S the spread: how far the first score lies above that of the
thirtieth hit, or of the last. A preference adds `share * S * r` to s, with r in [0, 1], so that
two hits can change places only if their scores differ by less than `share * S`:

- asked for the latest ("newest figures"), among the hits that lie less than that below the first,
  r is 1 for the newest, 0 for the oldest, and in between it goes by the dates in order;
- otherwise the same among versions of one story only, and with a smaller share;
- r is 1 for a hit in the asker's language, and the share smaller still.

The order changes, the scores stay: the hit that comes first has the highest. The shares are chosen
on dated articles of our own; see docs/decisions.
"""

import re
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from functools import cache
from itertools import pairwise

from retrieval.fresh_words import FRESH_WORDS
from retrieval.function_words import function_words
from retrieval.search import FoldedHit

LATEST = 0.25
STORY = 0.05
LANGUAGE = 0.1
_LOOKED_OVER = 5
_LOOKED_OVER_FOR_LATEST = 10
_FAR = 30
_ALIKE = 0.2
"""Which share of the words of the shorter of two passages the other must have for both to tell one
story. In the shared sets 1 in 1,000 pairs of passages of different articles share as many."""
_FEWEST_WORDS = 4
_SHORT_WORD = 2


def asks_for_the_latest(text: str) -> bool:
    """Whether a question has a word like "latest"."""
    return _fresh_word().search(text) is not None


def looked_over(text: str) -> int:
    """Return how many of the first hits may change places for the question `text`."""
    return _LOOKED_OVER_FOR_LATEST if asks_for_the_latest(text) else _LOOKED_OVER


def preferred(
    hits: Sequence[FoldedHit], text: str, *, language: Callable[[], str]
) -> tuple[FoldedHit, ...]:
    """Return the hits for the question `text`, best first, near ties settled by date and language.

    `language` returns the code of the language the asker wants, "" for none; it is called only if
    it matters.
    """
    latest = asks_for_the_latest(text)
    scores = _falling([hit.score for hit in hits[: looked_over(text)]])
    head = hits[: len(scores)]
    if not head:
        return tuple(hits)
    spread = scores[0] - min(hit.score for hit in hits[:_FAR])
    bonuses = [0.0] * len(head)
    share = LATEST if latest else STORY
    near = _near(scores, share * spread)
    if not latest and near != [0]:  # else it is not compared with any other
        near = [at for at in near if _one_story(head[0], head[at])]
    for place, newness in zip(near, _newness([head[at] for at in near]), strict=True):
        bonuses[place] += share * spread * newness
    for place in _in_language(head, _near(scores, LANGUAGE * spread), language):
        bonuses[place] += LANGUAGE * spread
    order = sorted(range(len(head)), key=lambda place: (-scores[place] - bonuses[place], place))
    if order == list(range(len(head))):
        return tuple(hits)
    moved = [_scored(head[place], score) for place, score in zip(order, scores, strict=True)]
    return (*moved, *hits[len(head) :])


def _falling(scores: Sequence[float]) -> list[float]:
    """Return the scores until one is higher than the one before it: it was put last on purpose."""
    rising = (at for at, (one, two) in enumerate(pairwise(scores), start=1) if two > one)
    return list(scores[: next(rising, len(scores))])


def _near(scores: Sequence[float], reach: float) -> list[int]:
    """Return the places of the scores less than `reach` below the first."""
    return [place for place, score in enumerate(scores) if scores[0] - score < reach]


def _one_story(first: FoldedHit, second: FoldedHit) -> bool:
    """Whether two passages in one language share so many words that they tell one story."""
    cited = [hit.ranked.read.passage.citation for hit in (first, second)]
    if cited[0].language != cited[1].language:
        return False
    told = [_telling(hit.ranked.read.words, cited[0].language) for hit in (first, second)]
    shared = len(told[0] & told[1])
    return shared >= _FEWEST_WORDS and shared >= _ALIKE * min(map(len, told))


def _telling(words: AbstractSet[str], language: str) -> frozenset[str]:
    longer = frozenset([word for word in words if len(word) > _SHORT_WORD])
    return longer - function_words(longer, [language])


def _newness(hits: Sequence[FoldedHit]) -> list[float]:
    """Return for each hit where its date stands: 1 for the newest, 0 for the oldest or none."""
    dates = [hit.ranked.read.passage.citation.published for hit in hits]
    known = sorted({date for date in dates if date is not None})
    steps = max(len(known) - 1, 1)
    if len(known) < 2:  # noqa: PLR2004 - nothing is newer than anything
        return [0.0] * len(hits)
    return [known.index(date) / steps if date is not None else 0.0 for date in dates]


def _in_language(
    hits: Sequence[FoldedHit], near: Sequence[int], language: Callable[[], str]
) -> list[int]:
    """Return those of the places `near` that are in the asker's language, if others are not."""
    spoken = {place: hits[place].ranked.read.passage.citation.language for place in near}
    if len(set(spoken.values())) < 2:  # noqa: PLR2004 - all are in one
        return []
    wanted = language()
    return [place for place in near if spoken[place] == wanted]


def _scored(hit: FoldedHit, score: float) -> FoldedHit:
    if hit.reranked is None:
        return replace(hit, ranked=replace(hit.ranked, score=score))
    return replace(hit, reranked=score)


@cache
def _fresh_word() -> re.Pattern[str]:
    either = "|".join(FRESH_WORDS.values())
    return re.compile(rf"(?<![^\W\u0648])(?:{either})(?!\w)", re.IGNORECASE)
