"""The Telegram bot as a whole: put together, started, and ended gracefully."""

import asyncio
import logging
from collections.abc import Mapping
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from telegram.error import InvalidToken, TelegramError
from telegram.ext import ApplicationBuilder
from telegram.request import BaseRequest

from bot.administration.office import Office
from bot.catalogues import load_all
from bot.conversations import Conversations, Engine
from bot.feedback.gap_keeping import Embed, no_vectors
from bot.following.matching import Matching, Watch
from bot.people.speakers import Speakers
from bot.state import BotState
from bot.telegram.access import AllowedChats
from bot.telegram.announcing import Menus
from bot.telegram.callbacks import new_token
from bot.telegram.client import Client, make_client
from bot.telegram.delivery import Delivery
from bot.telegram.dispatch import Dispatcher
from bot.telegram.door import Door
from bot.telegram.errand import Errands
from bot.telegram.errors import TokenError
from bot.telegram.inline_calls import InlineCalls
from bot.telegram.intake import Intake
from bot.telegram.messages import Desk, StoryFinder, no_stories
from bot.telegram.order import Turns
from bot.telegram.pacing import Pace, Pacer
from bot.telegram.polling import Backoff, Poller
from bot.telegram.presence import Presence
from bot.telegram.redaction import redacted
from bot.telegram.running import beside, ended_by_signals, ringing, until
from bot.telegram.services import Library, Services
from bot.telegram.worker import Worker
from corpus.clock import Clock, utc_now

DRAIN_SECONDS = 20.0
SETTLED_KEPT = timedelta(days=2)
"""Telegram keeps updates for a day: after two none can come again."""

EXAMPLES_AFTER = 5.0
"""Seconds: what waited while the bot was away is answered first."""

POLLED = "polled"
"""The moment, in the state, at which updates were last fetched."""

_BELOW_THE_LIMITS = Pace()
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Transport:
    """The ways to Telegram, by default HTTP; tests put their own here."""

    request: BaseRequest | None = None
    polling: BaseRequest | None = None


async def serve(
    *,
    token: str,
    api_url: str | None,
    allowed_chats: frozenset[int],
    engine: Engine,
    store: Library,
    state: BotState,
    stories: StoryFinder = no_stories,
    embed: Embed = no_vectors,
    chat_collections: Mapping[int, tuple[str, ...]] | None = None,
    admins: frozenset[int] = frozenset(),
    guests: bool = True,
    retention: timedelta | None = None,
    languages: frozenset[str] | None = None,
    pace: Pace = _BELOW_THE_LIMITS,
    stop: asyncio.Event | None = None,
    now: Clock = utc_now,
    transport: Transport = Transport(),
    examples_after: float | None = EXAMPLES_AFTER,
    office: Office | None = None,
    watch: Watch | None = None,
) -> None:
    """Run the bot until `stop` is set, by default by SIGINT or SIGTERM.

    No chats in `allowed_chats` means all. Chats in `chat_collections` see only these. `admins` are
    users; with `guests` the bot also answers where it is no member. `embed` gives the vectors of
    questions. Questions and answers older than `retention` are erased. `languages` are those the model knows. `examples_after` seconds
    from the start example questions are first looked for; None: never. With an `office` administrators
    change the library in chat; with a `watch` what is followed gets alerts. Answers under way are finished before it returns.
    Raises `TokenError` if Telegram refuses the token; a network that is down is waited for.
    """
    client = make_client(
        token=token, api_url=api_url, request=transport.request, polling=transport.polling
    )
    with redacted(token), ExitStack() as signals:
        ending = stop or ended_by_signals(signals)
        async with AsyncExitStack() as stack:
            stack.push_async_callback(client.shutdown)
            if not await until(ending, _connect(client)):
                return
            conversations = await stack.enter_async_context(Conversations(engine))
            services = await _services(
                client,
                conversations,
                store,
                state,
                stories,
                embed=embed,
                allowed_chats=allowed_chats,
                chat_collections=chat_collections,
                admins=admins,
                guests=guests,
                retention=retention,
                languages=languages,
                pace=pace,
                now=now,
                examples_after=examples_after,
                office=office,
                watch=watch,
            )
            await _run(client, services, ending)


async def _services(
    client: Client,
    conversations: Conversations,
    store: Library,
    state: BotState,
    stories: StoryFinder,
    *,
    embed: Embed,
    allowed_chats: frozenset[int],
    chat_collections: Mapping[int, tuple[str, ...]] | None,
    admins: frozenset[int],
    guests: bool,
    retention: timedelta | None,
    languages: frozenset[str] | None,
    pace: Pace,
    now: Clock,
    examples_after: float | None,
    office: Office | None,
    watch: Watch | None,
) -> Services:
    moved = await conversations.write(state.moved_chats)
    named = allowed_chats | admins if allowed_chats else allowed_chats
    allowed = AllowedChats(named, moved, chat_collections)
    allowed.welcome(await conversations.read(state.invitations.guests))
    pacer = Pacer(pace)
    await conversations.read(load_all)
    departed = await conversations.read(state.departures.all)
    presence = Presence(state.departures, conversations, left=departed)
    speakers = Speakers(await conversations.read(state.people.all))
    matching = (
        None
        if watch is None
        else Matching(
            follows=state.follows,
            ask=conversations.answer,
            watch=watch,
            stories=stories,
            rights=allowed,
            now=now,
        )
    )
    if matching is not None:
        await conversations.write(matching.begin)  # before anybody can follow anything
    return Services(
        matching=matching,
        allowed=allowed,
        conversations=conversations,
        delivery=Delivery(
            client, pacer, speech_in=speakers.speech_of, is_out_of=presence.is_out_of
        ),
        desk=Desk(
            articles=store, username=client.username, now=now, stories=stories, sees=allowed.sees
        ),
        errands=Errands(state=state, conversations=conversations, on_move=allowed.follow),
        library=store,
        state=state,
        chats=Turns(),
        messages=Turns(),
        presence=presence,
        examples_after=examples_after,
        new_token=new_token,
        now=now,
        inline=InlineCalls(client, pacer),
        menus=Menus(client, admins=admins),
        embed=embed,
        admins=admins,
        guests=guests,
        speakers=speakers,
        retention=retention,
        languages=languages,
        office=office,
    )


async def _run(client: Client, services: Services, ending: asyncio.Event) -> None:
    """Poll until `ending` is set, then finish what is under way."""
    application = ApplicationBuilder().bot(client).updater(None).job_queue(services.jobs).build()
    worker = Worker(application, services)
    conversations, journal = services.conversations, services.state.journal
    intake = Intake(
        bot=client,
        worker=worker,
        allowed=services.allowed,
        journal=journal,
        conversations=conversations,
        dispatcher=worker.dispatcher,
        door=Door(services),
        now=services.now,
    )
    await conversations.write(journal.forget, before=services.now() - SETTLED_KEPT)
    await intake.resume()
    gate = _Gate(intake, worker.dispatcher, services)
    poller = Poller(updates=client, taker=gate, last_poll_ago=await gate.last_poll_ago())
    running = (feature.run() for feature in worker.features)
    announcing = services.menus.announce(conversations, services.state.people)
    async with (
        application,
        ringing(services.jobs),
        beside(conversations.keep_fresh(), announcing, *running),
    ):
        _log.info("serving as @%s", client.username)
        try:
            await until(ending, poller.run())
        finally:
            await worker.dispatcher.drain(DRAIN_SECONDS)
    _log.info("ended")


class _Gate:
    """Takes a batch, and lets the next be fetched when there is room for more work."""

    def __init__(self, intake: Intake, dispatcher: Dispatcher, services: Services) -> None:
        self._intake = intake
        self._dispatcher = dispatcher
        self._services = services

    async def take(self, batch: list[dict[str, Any]]) -> int | None:
        following = await self._intake.take(batch)
        await self._dispatcher.room()
        services = self._services
        await services.conversations.write(services.state.note_moment, POLLED, services.now())
        return following

    async def last_poll_ago(self) -> float | None:
        """Return how many seconds ago an earlier process fetched updates; None if none did."""
        services = self._services
        polled = await services.conversations.read(services.state.moment, POLLED)
        return None if polled is None else (services.now() - polled).total_seconds()


async def _connect(client: Client) -> None:
    """Ask Telegram who the bot is, and end a webhook; wait for a network that is down."""
    backoff = Backoff(asyncio.sleep)
    while True:
        try:
            await client.initialize()
            await client.delete_webhook()
        except InvalidToken:
            raise TokenError from None  # its text holds the token
        except TelegramError as error:
            _log.warning("Telegram cannot be reached (%s); trying again", error)
            await backoff.pause()
        else:
            return
