"""What administrators ask of the library and of the bot: its state, its sources, its use."""

import logging
from collections.abc import Callable, Coroutine, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from telegram import CallbackQuery, Message, Update
from telegram.ext import CommandHandler, filters

from bot.administration.office import Office
from bot.journal import Kind
from bot.library_state import State, short_size
from bot.speech import Speech
from bot.telegram.addressed import asker_of
from bot.telegram.administration.previews import reason_in_line
from bot.telegram.callbacks import Press, Verb
from bot.telegram.features import Handler, Reply
from bot.telegram.markup import in_one_line, utf16_units
from bot.telegram.messages import ROOM, plain
from bot.telegram.services import Context, Services, message_of
from bot.telegram.texts import administration as texts
from bot.telegram.texts import drafting as drafting_texts
from bot.telegram.texts import status as status_texts
from bot.usage import Usage
from corpus.sources import Source

_NEW = filters.UpdateType.MESSAGE & filters.ChatType.PRIVATE
_NAME_UNITS = 120
_ROOM_FOR_MORE = 60
_log = logging.getLogger(__name__)

Telling = Callable[[Speech], str]
"""Makes the text of an answer; it reads databases, in a thread."""


class Overview:
    """The feature behind /status, /sources and /stats."""

    verbs: frozenset[Verb] = frozenset()

    def __init__(self, services: Services, office: Office) -> None:
        """Tell of the library of `office`."""
        self._services = services
        self._office = office

    def handlers(self) -> Sequence[tuple[Kind, Handler]]:
        """Return the handlers of the commands."""
        asked = {"status": self._status, "sources": self._sources, "stats": self._stats}
        return tuple(
            (Kind.OTHER, CommandHandler(name, self._answering(name, telling), _NEW))
            for name, telling in asked.items()
        )

    async def meant(self, _update_id: int, _query: CallbackQuery, _press: Press) -> Reply:
        """Draw no buttons."""
        return Reply()

    async def run(self) -> None:
        """Do nothing beside the answers."""

    def _answering(
        self, name: str, telling: Telling
    ) -> Callable[[Update, Context], Coroutine[Any, Any, None]]:
        async def answer(update: Update, _context: Context) -> None:
            message = message_of(update)
            services, speech = self._services, self._services.speech(message.from_user)
            if asker_of(message) in services.admins:
                text = await services.conversations.read(telling, speech)
            else:
                _log.info("update %d: /%s by no administrator", update.update_id, name)
                text = texts.admins_only(speech)
            await self._say(update, message, text)

        return answer

    def _status(self, speech: Speech) -> str:
        """Return what `passagebot status` says, but for where the library lies."""
        state = State.of(self._office.library, now=self._services.now())
        return "\n".join(status_lines(state, speech))

    def _sources(self, speech: Speech) -> str:
        """Return a line or two for each source, as many as one message holds."""
        followed = self._office.library.store.followed
        found, counts = followed.all(), followed.article_counts()
        if not found:
            return texts.no_sources(speech)
        told = [texts.sources_heading(speech, number=len(found))]
        for number, source in enumerate(found):
            told.append(_source_lines(source, counts.get(source.id, 0), speech))
            if utf16_units("\n\n".join(told)) > ROOM - _ROOM_FOR_MORE:
                told[-1] = drafting_texts.and_more(speech, number=len(found) - number)
                break
        return "\n\n".join(told)

    def _stats(self, speech: Speech) -> str:
        now = self._services.now()
        return "\n".join(stats_lines(self._services.state.usages.of(now), speech))

    async def _say(self, update: Update, message: Message, text: str) -> None:
        services = self._services
        errand = services.errands.errand(update.update_id)
        await services.delivery.send(plain(text), to=services.reply_to(message), errand=errand)


def status_lines(state: State, speech: Speech) -> Iterator[str]:
    """Yield the state of a library, a line for each thing."""
    counts, space = state.counts, state.space
    yield status_texts.holds(
        speech,
        articles=counts.articles,
        collections=counts.collections,
        versions=counts.versions,
        passages=counts.passages,
    )
    if counts.retired:
        yield status_texts.retired(speech, articles=counts.retired)
    if counts.newest_published:
        yield status_texts.newest(speech, day=speech.day(counts.newest_published))
    if counts.newest_stored:
        yield status_texts.changed(speech, when=minute(counts.newest_stored))
    if space:
        yield status_texts.model(speech, name=space.model, dimensions=space.dimension)
    if not state.calibrated:
        yield status_texts.not_calibrated(speech)
    yield status_texts.index(speech, behind=state.lag)
    yield status_texts.sizes(
        speech, parts={part: short_size(size) for part, size in state.sizes.items()}
    )


def _source_lines(source: Source, articles: int, speech: Speech) -> str:
    """Return what is told of one source: how it goes, and how many articles it has."""
    name = in_one_line(source.name, longest=_NAME_UNITS)
    about = [source.kind.value, source.collection, texts.articles(speech, number=articles)]
    return f"{name}\n{' · '.join(about)}\n{_state_of(source, speech)}"


def _state_of(source: Source, speech: Speech) -> str:
    if source.error is not None:
        failed = texts.source_failed(speech, reason=reason_in_line(source.error))
        again = source.next_attempt
        told = "" if again is None else f"; {texts.next_attempt(speech, when=minute(again))}"
        return f"⚠️ {failed}{told}"
    if source.succeeded_at is None:
        return texts.source_never(speech)
    return f"✅ {texts.source_ok(speech, when=minute(source.succeeded_at))}"


def minute(moment: datetime) -> str:
    """Return a moment as "2026-11-22 14:05 UTC"."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def stats_lines(used: Usage, speech: Speech) -> list[str]:
    """Return how the bot was used: counts and times alone."""
    lines = [texts.stats_heading(speech, days=used.days)]
    if used.questions:
        daily = f"{used.daily:.1f}"
        lines += [
            texts.stats_questions(speech, number=used.questions, daily=daily),
            texts.stats_answered(speech, share=used.answered_share, nothing=used.nothing_found),
            texts.stats_chats(speech, number=used.chats),
        ]
    else:
        lines.append(texts.stats_none(speech))
    if used.seconds is not None:
        lines.append(texts.stats_time(speech, seconds=f"{used.seconds:.1f}"))
    lines.append(texts.stats_votes(speech, up=used.votes_up, down=used.votes_down))
    lines.append(texts.stats_follows(speech, number=used.follows))
    return lines
