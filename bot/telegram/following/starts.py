"""How following begins: a follow is made, and what whoever follows has seen counts as known."""

from collections.abc import Callable, Sequence

from bot.following.follows import Follow
from bot.state import StoredAnswer
from bot.telegram.services import Services
from retrieval.answers import Confidence, Filters, Question
from retrieval.engine import searchable
from retrieval.stories import Name

KNOWN_HITS = 8
"""Passages of what is there already that count as known to whoever begins to follow."""


class Starts:
    """Makes follows with `services`; what came up to `position` is no news for them."""

    def __init__(self, services: Services, position: Callable[[], int]) -> None:
        """Ask `position` up to where the library's log is answered from."""
        self._services = services
        self._position = position

    def new(
        self, person_id: int, chat_id: int, thread_id: int | None, question: str, language: str
    ) -> Follow:
        """Return a follow that begins now."""
        return Follow(
            token=self._services.new_token(),
            person_id=person_id,
            chat_id=chat_id,
            thread_id=thread_id,
            question=question,
            language=language,
            is_once=False,
            since=self._position(),
            created_at=self._services.now(),
        )

    async def known(self, follow: Follow) -> frozenset[Name]:
        """Return the articles that tell what answers a question now; `QuestionError` if nothing can."""
        services = self._services
        question = Question(
            text=searchable(follow.question),
            hits=KNOWN_HITS,
            language=follow.language,
            filters=Filters(collections=services.allowed.collections(follow.chat_id)),
        )
        answer = await services.conversations.search(question)
        if answer.confidence is Confidence.NONE:
            return frozenset()
        cited = [hit.passage.citation for hit in answer.hits]
        return await services.conversations.read(
            self._told_by, [(one.collection, one.key) for one in cited]
        )

    def shown_in(self, answer: StoredAnswer) -> frozenset[Name]:
        """Return the articles that tell what an answer shows; none if it answers nothing."""
        if answer.confidence is Confidence.NONE:
            return frozenset()
        hits = [hit for story in answer.stories for hit in story]
        return self._told_by([(hit.article.collection, hit.article.key) for hit in hits])

    def _told_by(self, names: Sequence[Name]) -> frozenset[Name]:
        """Return the articles and all that tell the same stories."""
        stories = self._services.desk.stories(names).values()
        told = (telling.name for story in stories for telling in story.tellings)
        return frozenset((*names, *told))
