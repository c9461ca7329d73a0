"""`serve`: the Telegram bot."""

import asyncio
from argparse import Namespace
from datetime import timedelta

from bot.administration.office import office_of
from bot.assembly import known_languages
from bot.commands.run import Run
from bot.exit_codes import DONE
from bot.following.watch import watching
from bot.logs import tell_what_happens
from bot.scheduling import repeated, sync_command
from bot.state import BotState
from bot.warming import warming


def serve(arguments: Namespace, run: Run) -> int:
    """Serve until SIGINT or SIGTERM, then finish the answers under way."""
    settings = run.settings
    token = settings.token()
    from bot.telegram import application  # noqa: PLC0415 -- no other command needs it

    if not arguments.verbose:
        tell_what_happens()
    with run.library() as library, BotState.open(settings.library) as state:
        with run.progress() as progress:
            engine = library.engine(progress)
            stories = library.stories(progress)
        followed = library.store.followed
        with (
            repeated(
                sync_command(settings.library),
                minutes=settings.sync_minutes,
                is_wanted=lambda: bool(followed.all()),
            ),
            watching(settings.library, library.store, engine, stories) as watch,
            warming(),
        ):
            asyncio.run(
                application.serve(
                    token=token.reveal(),
                    api_url=settings.telegram_api_url,
                    allowed_chats=frozenset(settings.allowed_chats),
                    chat_collections=settings.chat_collections,
                    admins=frozenset(settings.admins),
                    guests=settings.guests,
                    languages=known_languages(library.space()),
                    retention=timedelta(days=settings.retention_days) or None,
                    engine=engine,
                    store=library.store,
                    state=state,
                    stories=stories.of,
                    embed=engine.question_vector,
                    office=office_of(library, settings),
                    watch=watch,
                )
            )
    return DONE
