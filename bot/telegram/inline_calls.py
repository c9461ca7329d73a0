"""The calls of inline and guest mode: they name no chat, so nothing is paced or ordered by chat."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from telegram import (
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    LinkPreviewOptions,
)
from telegram.constants import ParseMode
from telegram.error import TelegramError

from bot.speech import Speech
from bot.telegram.client import INLINE_SLOTS, Client
from bot.telegram.errand import Errand
from bot.telegram.failures import Failure, failure_of, pause_of
from bot.telegram.messages import Drawn
from bot.telegram.outgoing import keyboard, proved
from bot.telegram.pacing import Pacer, Sleep
from bot.telegram.wire import Announcement, announced

EDIT_ATTEMPTS = 3
LONGEST_PAUSE = 30.0
CACHE_SECONDS = 30
"""How long Telegram may show the same results again: a library changes, and so do rights."""

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_log = logging.getLogger(__name__)


class Edited(Enum):
    """What became of an edit."""

    DONE = auto()
    GONE = auto()
    """The message is not there any more, or cannot be edited."""
    DROPPED = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """What an inline query is answered with. `more` is the offset of the next page, "" if none.

    `link` is the label of a button above the results and the payload of `/start` behind it.
    """

    articles: Sequence[InlineQueryResultArticle] = ()
    more: str = ""
    link: tuple[str, str] | None = None
    cache_seconds: int = CACHE_SECONDS


NOTHING = Results(cache_seconds=0)
"""The answer to a query nobody waits for any more; it is not to be remembered."""


def result(
    drawn: Drawn, speech: Speech, *, name: str, title: str, description: str | None = None
) -> InlineQueryResultArticle:
    """Return a message as a result of an inline or guest query; `name` is 1-64 bytes."""
    drawn = proved(drawn, speech)
    return InlineQueryResultArticle(
        id=name,
        title=title,
        description=description,
        input_message_content=InputTextMessageContent(
            drawn.html, parse_mode=ParseMode.HTML, link_preview_options=_NO_PREVIEW
        ),
        reply_markup=keyboard(drawn),
    )


class InlineCalls:
    """Answers inline and guest queries, and edits the messages they made."""

    def __init__(self, client: Client, pacer: Pacer, *, sleep: Sleep = asyncio.sleep) -> None:
        """Call `client`, messages and edits when `pacer` allows any at all."""
        self._client = client
        self._pacer = pacer
        self._sleep = sleep
        self._slots = asyncio.Semaphore(INLINE_SLOTS)

    @property
    def is_on(self) -> bool:
        """Return whether the bot has inline mode, as its owner set it with BotFather."""
        return bool(self._client.bot.supports_inline_queries)

    async def answer(self, query_id: str, results: Results) -> None:
        """Answer an inline query, once; results are the asker's own, their buttons obey only them.

        What fails is logged and not repeated: by then somebody has typed on.
        """
        link = results.link
        button = InlineQueryResultsButton(link[0], start_parameter=link[1]) if link else None
        try:
            async with self._slots:
                await self._client.answer_inline_query(
                    query_id,
                    results.articles,
                    cache_time=results.cache_seconds,
                    is_personal=True,
                    next_offset=results.more,
                    button=button,
                )
        except TelegramError as error:
            late = failure_of(error, has_left=True) is Failure.TOO_LATE
            level = logging.DEBUG if late else logging.WARNING
            _log.log(level, "an inline query could not be answered: %s", error)

    async def answer_guest(
        self, query_id: str, article: InlineQueryResultArticle, errand: Errand
    ) -> str | None:
        """Send a message to the chat where the bot was mentioned; return its inline id.

        None if it did not arrive, or nobody knows whether it did: it is never sent twice.
        """
        has_left = False

        def leaving() -> None:
            nonlocal has_left
            errand.about_to_send()
            has_left = True

        announcement = Announcement(turn=self._pacer.overall_turn, leaving=leaving)
        try:
            async with self._slots:
                with announced(announcement):
                    sent = await self._client.answer_guest_query(query_id, article)
        except TelegramError as error:
            _log.warning("%s: a guest's question could not be answered: %s", errand.name, error)
            is_unknown = failure_of(error, has_left=has_left) is Failure.UNKNOWN
            await (errand.unknown if is_unknown else errand.dropped)(str(error))
            return None
        await errand.arrived(None, shown="")
        return sent.inline_message_id

    async def edit(
        self,
        drawn: Drawn,
        speech: Speech,
        *,
        inline_message_id: str,
        still_wanted: Callable[[], bool],
    ) -> Edited:
        """Change a message. An edit whose fate is unknown is repeated: it cannot show twice."""
        drawn = proved(drawn, speech)
        for attempt in range(1, EDIT_ATTEMPTS + 1):
            await self._pacer.overall_turn()
            if not still_wanted():
                return Edited.DROPPED
            try:
                async with self._slots:
                    await self._client.edit_message_text(
                        drawn.html,
                        inline_message_id=inline_message_id,
                        parse_mode=ParseMode.HTML,
                        link_preview_options=_NO_PREVIEW,
                        reply_markup=keyboard(drawn),
                    )
            except TelegramError as error:
                match failure_of(error, has_left=True):
                    case Failure.UNCHANGED:
                        return Edited.DONE
                    case Failure.TOO_FAST | Failure.UNKNOWN | Failure.NOT_SENT:
                        pause = max(pause_of(error), 0.5 * attempt)
                        await self._sleep(min(LONGEST_PAUSE, pause))
                    case _:
                        _log.info("a message cannot be edited any more: %s", error)
                        return Edited.GONE
            else:
                return Edited.DONE
        return Edited.DROPPED
