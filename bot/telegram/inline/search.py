"""From what somebody types after the bot's name to the stories they are offered."""

import re
from collections.abc import Sequence
from datetime import datetime

from telegram import InlineQuery, InlineQueryResultArticle

from bot.latest import Newest, latest_stories
from bot.references import Story, stories_of
from bot.speech import Speech
from bot.telegram.addressed import storable
from bot.telegram.inline.results import Material, Offered, card_of, offered
from bot.telegram.inline_calls import Results, result
from bot.telegram.services import Services
from bot.telegram.texts import inline as texts
from corpus.articles import Citation
from retrieval.answers import Answer, Confidence, Filters, Question
from retrieval.errors import QuestionError
from retrieval.stories import Name

SHORTEST = 3
"""Characters; below, the latest stories are offered."""
PAGE = 10
MOST_RESULTS = 50
MOST_HITS = 60
"""Passages searched for, for the last page. The first page takes fewer: a search for many takes
three times as long, and most of what is typed is never turned to its second page. The first of
many hits are those of few, so the pages go together."""

_SHARED = re.compile(r"#([A-Za-z0-9_-]{12})(?: (\d{1,3}))?")


class InlineSearch:
    """Finds and keeps what an inline query is answered with."""

    def __init__(self, services: Services) -> None:
        """Search with `services`."""
        self._services = services

    async def results(self, query: InlineQuery) -> Results:
        """Return a page of results; what their buttons stand for is kept before.

        Rights are those of the person who types, wherever that is.
        """
        offset = min(int(query.offset), MOST_RESULTS) if query.offset.isdecimal() else 0
        speech = self._services.speech(query.from_user)
        try:
            material = await self._material(query, offset)
        except QuestionError:
            return Results()
        if not material.stories:
            return await self._nothing(material, speech)
        page = material.stories[offset : min(offset + PAGE, MOST_RESULTS)]
        offers = await self._offers(material, page, speech)
        end = offset + PAGE
        goes_on = end < len(material.stories) or material.is_cut
        more = str(end) if goes_on and end < MOST_RESULTS else ""
        return Results(articles=[_article(one, speech) for one in offers], more=more)

    async def _material(self, query: InlineQuery, offset: int) -> Material:
        text = storable(query.query)
        shared = _SHARED.fullmatch(text)
        if shared is not None:
            read = self._services.conversations.read
            return await read(self._shared, query.from_user.id, shared[1], int(shared[2] or 1))
        if len(text) < SHORTEST:
            return await self._services.conversations.read(self._latest, query.from_user.id)
        return await self._found(query, text, hits=min(MOST_HITS, 2 * (offset + PAGE)))

    async def _found(self, query: InlineQuery, text: str, *, hits: int) -> Material:
        services, asker_id = self._services, query.from_user.id
        question = Question(
            text=text,
            hits=hits,
            language=self._language(query),
            filters=Filters(collections=services.allowed.collections(asker_id)),
        )
        answer = await services.conversations.search(question)
        stories = await services.conversations.read(self._stories, answer)
        return Material(
            asker_id=asker_id,
            question=text,
            searched_for=answer.searched_for,
            confidence=answer.confidence,
            stories=stories,
            is_cut=len(answer.hits) == hits < MOST_HITS,
        )

    def _language(self, query: InlineQuery) -> str:
        """Return the tag of the language a person reads: their choice, else Telegram's, else ""."""
        person = query.from_user
        return self._services.speakers.chosen(person.id) or person.language_code or ""

    def _stories(self, answer: Answer) -> Sequence[Story]:
        """Return the stories of an answer; none if nothing answers."""
        if not answer.answered:
            return ()
        names = [_name(hit.passage.citation) for hit in answer.hits]
        return stories_of(answer.hits, self._services.desk.stories(names))

    def _latest(self, asker_id: int) -> Material:
        services = self._services
        newest = Newest(now=services.now(), collections=services.allowed.collections(asker_id))
        citations = newest.citations(services.library)
        known = services.desk.stories([_name(cited) for cited in citations])
        stories = latest_stories(services.library, citations, known, most=MOST_RESULTS)
        return Material(
            asker_id=asker_id,
            question="",
            searched_for="",
            confidence=Confidence.NONE,
            stories=stories,
            is_listing=True,
        )

    def _shared(self, asker_id: int, token: str, number: int) -> Material:
        """Return one page of an answer, as its 'Share' button names it; nothing if it is gone."""
        answer = self._services.state.answer(token)
        stories: tuple[Story, ...] = ()
        if answer is not None and self._services.allowed.sees_answer(asker_id, answer):
            stories = answer.stories[number - 1 : number]
        return Material(
            asker_id=asker_id,
            question=answer.question if answer else "",
            searched_for=answer.searched_for if answer else "",
            confidence=answer.confidence if answer else Confidence.NONE,
            stories=stories,
            is_listing=answer.is_listing if answer else False,
        )

    async def _offers(
        self, material: Material, stories: Sequence[Story], speech: Speech
    ) -> list[Offered]:
        services = self._services
        read, write = services.conversations.read, services.conversations.write
        offers = await read(self._drawn, material, stories, speech, services.now())
        await write(self._keep, offers)
        return offers

    def _drawn(
        self, material: Material, stories: Sequence[Story], speech: Speech, at: datetime
    ) -> list[Offered]:
        desk = self._services.desk.speaking(speech)
        cards = {card.token: card for card in (card_of(material, one, at=at) for one in stories)}
        drawn = (offered(desk, card) for card in cards.values())
        return [one for one in drawn if one is not None]

    def _keep(self, offers: Sequence[Offered]) -> None:
        for one in offers:
            self._services.state.keep(one.card, one.drawn.receipts)

    async def _nothing(self, material: Material, speech: Speech) -> Results:
        """Return no results, and the link that asks the same question in the private chat."""
        if not material.question:
            return Results(link=(texts.library_is_empty(speech), "start"))
        services = self._services
        asked = card_of(material, (), at=services.now())
        await services.conversations.write(services.state.keep, asked, ())
        return Results(link=(texts.ask_in_private(speech), f"q_{asked.token}"))


def _name(cited: Citation) -> Name:
    return cited.collection, cited.key


def _article(one: Offered, speech: Speech) -> InlineQueryResultArticle:
    return result(
        one.drawn,
        speech,
        name=one.card.token,
        title=one.title,
        description=one.description,
    )
