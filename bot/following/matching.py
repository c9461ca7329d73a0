"""New articles against many followed questions: sifted first, then decided by the engine.

The engine decides on each story for itself: it answers the followed question from the story's
new articles alone, and only a strong match alerts. Alone, nothing competes with an article, which
the engine's confidence takes into account: it is rarely strong alone and not in the library.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.following.alerts import story_to_json
from bot.following.follows import Follow, Follows, Found, Look, renewed
from bot.following.news import Arrival, Library, first_look, is_of, news_after
from bot.references import HitRef
from corpus.articles import Passage
from corpus.errors import ArticleNotFoundError, LibraryError
from retrieval.answers import Answer, Confidence, Filters, Hit, Question
from retrieval.errors import QuestionError, RetrievalError
from retrieval.protocols import Vectors
from retrieval.sieve import Pair, Standing
from retrieval.stories import Name, Story

HITS = 3
"""Passages of a story that an alert shows, folded but the first."""

Ask = Callable[[Question], Answer]
StoryFinder = Callable[[Sequence[Name]], Mapping[Name, Story]]

_log = logging.getLogger(__name__)


class Sieve(Protocol):
    """Leaves out what the engine would not call strong: `retrieval.sieve.Sieve`."""

    @property
    def position(self) -> int:
        """Return the position of the store's log up to which the engine answers."""

    @property
    def space(self) -> str:
        """Return the name of the space in which questions have vectors, "" if there is none."""

    def vector(self, text: str) -> Vectors | None:
        """Return the vector of a question."""

    def likely(self, questions: Sequence[Standing], passages: Sequence[Passage]) -> set[Pair]:
        """Return the pairs that may match."""


class Rights(Protocol):
    """What chats may see."""

    def allows(self, chat_id: int) -> bool:
        """Return whether the bot works in a chat."""

    def collections(self, chat_id: int) -> tuple[str, ...]:
        """Return the collections a chat may see, none for all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """How a library is watched: its log, the sieve, and what brings its stories up to date.

    Whether its position has changed is looked at every `look_seconds`, a number in memory. What is
    due is looked at after `beat_seconds` anyway: somebody may have set the clock.
    """

    library: Library
    sieve: Sieve
    refresh_stories: Callable[[], object] = lambda: None
    look_seconds: float = 1.0
    beat_seconds: float = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Event:
    """New articles of one story, and all articles that tell it now."""

    arrivals: tuple[Arrival, ...]
    tellings: frozenset[Name]
    copies: Mapping[Name, frozenset[Name]]
    """By article, those whose text is the same."""


class Matching:
    """Looks through the news of a library, step by step. Synchronous; for one thread."""

    def __init__(
        self,
        *,
        follows: Follows,
        ask: Ask,
        watch: Watch,
        stories: StoryFinder,
        rights: Rights,
        now: Callable[[], datetime],
    ) -> None:
        """Write what is found to `follows`; `ask` answers with the bar that alerts share."""
        self.watch = watch
        self._follows = follows
        self._library = watch.library
        self._ask = ask
        self._stories = stories
        self._rights = rights
        self._now = now

    @property
    def position(self) -> int:
        """Return the position of the store's log up to which questions are answered."""
        return self.watch.sieve.position

    def begin(self) -> Look:
        """Return the last look; one of now, if nobody looked before, or at another library."""
        look = self._follows.look()
        if look is not None and is_of(self._library, look):
            return look
        if look is not None:
            _log.warning(
                "the library is another one than was looked through for alerts, as after a "
                "restored backup: only what comes from now on is news"
            )
        look = first_look(self._library)
        self._follows.begin_anew(look)
        return look

    def step(self, *, is_wanted: Callable[[], bool] = lambda: True) -> int | None:
        """Look through the next changes; return how many alerts that made, None for no change.

        Nothing is written if `is_wanted` turns false meanwhile, or if an error is raised: the
        same step is then made again. Raises `LibraryError` and `RetrievalError`.
        """
        before, position = self.begin(), self.position
        standing = self._standing() if position > before.position else []
        if not standing and position > before.position:
            before = self._passed_over(before, position)
        news = news_after(self._library, before, until=position)
        if news is None:
            return None
        found = self._found(standing, news.arrivals, is_wanted)
        if not is_wanted():
            return None
        noted = self._follows.note(before, news.reached, found, at=self._now())
        return len(found) if noted else 0

    def _passed_over(self, before: Look, position: int) -> Look:
        """Return the look that is reached at once where nobody follows anything.

        The newest version is known to lie before `position` only if nothing was stored since.
        """
        newest = first_look(self._library)
        if newest.position != position or self._library.position() != position:
            return before
        return newest if self._follows.note(before, newest, [], at=self._now()) else before

    def _found(
        self,
        standing: Sequence[Follow],
        arrivals: Sequence[Arrival],
        is_wanted: Callable[[], bool],
    ) -> list[Found]:
        if not standing or not arrivals:
            return []
        likely = self._likely(standing, arrivals)
        self.watch.refresh_stories()
        events = self._events(arrivals)
        found: list[Found] = []
        for place in sorted(likely):
            if is_wanted():
                found.extend(self._for(standing[place], events, likely[place]))
        return found

    def _standing(self) -> list[Follow]:
        """Return the follows that look for news, each with a vector if there is a model."""
        allowed = [one for one in self._follows.standing() if self._rights.allows(one.chat_id)]
        space = self.watch.sieve.space
        if not space:
            return allowed
        made: list[tuple[str, Vectors]] = []
        for place, follow in enumerate(allowed):
            if follow.space != space:
                vector = self.watch.sieve.vector(follow.question)
                allowed[place] = renewed(follow, vector, space)
                made.extend([(follow.token, vector)] if vector is not None else [])
        if made:
            self._follows.keep_vectors(made, space=space)
        return allowed

    def _likely(
        self, standing: Sequence[Follow], arrivals: Sequence[Arrival]
    ) -> dict[int, set[Name]]:
        """Return the articles that may match, by the places of the follows they may match."""
        questions = [
            Standing(text=one.question, language=one.language, vector=one.vector)
            for one in standing
        ]
        owner = [one.name for one in arrivals for _ in one.passages]
        passages = [passage for one in arrivals for passage in one.passages]
        found: dict[int, set[Name]] = {}
        for question, passage in self.watch.sieve.likely(questions, passages):
            found.setdefault(question, set()).add(owner[passage])
        return found

    def _events(self, arrivals: Sequence[Arrival]) -> list[_Event]:
        """Return the news by story, in the order in which they came."""
        known = self._stories([one.name for one in arrivals])
        grouped: dict[Name, list[Arrival]] = {}
        for one in arrivals:
            story = known.get(one.name)
            grouped.setdefault(story.first.name if story else one.name, []).append(one)
        return [_event(some, known.get(some[0].name)) for some in grouped.values()]

    def _for(self, follow: Follow, events: Sequence[_Event], likely: set[Name]) -> list[Found]:
        """Return what answers a followed question, of the articles that may."""
        seen = self._follows.known(follow.token)
        may_see = self._rights.collections(follow.chat_id)
        found: list[Found] = []
        for event in events:
            new = [
                one
                for one in event.arrivals
                if one.position > follow.since and (not may_see or one.name[0] in may_see)
            ]
            names = {one.name for one in new}
            fresh = [one for one in new if event.copies.get(one.name, frozenset()) <= names]
            if event.tellings & seen or not any(one.name in likely for one in fresh):
                continue
            answer = self._answer(follow, fresh, may_see)
            if answer is not None:
                story = story_to_json(tuple(map(HitRef.of, answer.hits)))
                told = tuple(sorted(event.tellings))
                found.append(Found(follow=follow, story=story, articles=told))
                seen |= event.tellings
        return found

    def _answer(
        self, follow: Follow, fresh: Sequence[Arrival], collections: tuple[str, ...]
    ) -> Answer | None:
        """Return a strong answer from new articles that none of them gave in an older version."""
        names = [one.name for one in fresh]
        while names:
            filters = Filters(collections=collections, articles=tuple(names))
            answer = self._asked(follow, filters)
            if answer is None or answer.confidence is not Confidence.STRONG or not answer.hits:
                return None
            first = answer.hits[0]
            if not self._stood_before(first):
                return answer
            cited = first.passage.citation
            names = [name for name in names if name != (cited.collection, cited.key)]
        return None

    def _asked(self, follow: Follow, filters: Filters) -> Answer | None:
        question = Question(
            text=follow.question, hits=HITS, language=follow.language, filters=filters
        )
        try:
            return self._ask(question)
        except QuestionError:
            return None
        except (LibraryError, RetrievalError):
            raise
        except Exception:  # noqa: BLE001 - one strange question must not hold up all others
            _log.exception("the followed question %s cannot be searched", follow.token)
            return None

    def _stood_before(self, hit: Hit) -> bool:
        """Return whether the sentence that answers stood in the version before, too."""
        cited = hit.passage.citation
        if cited.version == 1:
            return False
        try:
            before = self._library.article(
                cited.key, collection=cited.collection, version=cited.version - 1
            )
        except ArticleNotFoundError:
            return False
        start = hit.passage.span.start
        marks = hit.highlights or (hit.passage.span,)
        sentence = hit.passage.text[marks[0].start - start : marks[0].end - start]
        return sentence in before.text


def _event(arrivals: Sequence[Arrival], story: Story | None) -> _Event:
    names = {one.name for one in arrivals}
    if story is None:
        return _Event(arrivals=tuple(arrivals), tellings=frozenset(names), copies={})
    copies: dict[Name, frozenset[Name]] = {}
    for report in story.reports:
        same = frozenset(telling.name for telling in report.tellings)
        copies |= dict.fromkeys(same, same)
    tellings = frozenset(telling.name for telling in story.tellings) | names
    return _Event(arrivals=tuple(arrivals), tellings=tellings, copies=copies)
