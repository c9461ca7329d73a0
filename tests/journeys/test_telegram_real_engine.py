"""The bot with the real engine: what another process reads in is answered without a restart."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from bot.assembly import open_library
from bot.settings import Settings
from bot.state import BotState
from bot.telegram.application import Transport, serve
from retrieval.protocols import no_progress
from tests.bot.telegram_bot import FAST
from tests.bot.telegram_double import DoubleRequest, Json, TelegramDouble, quotes_in
from tests.journeys.program import Program

TICKET = "How much is a ticket for line 4?"
KITES = "How high did the red kite of Elm Hill fly?"
KITE = "The red kite of Elm Hill flew 1,250 metres high on Sunday, the weather office said.\n"


async def test_a_running_bot_answers_what_another_process_reads_in(
    project: Path, tmp_path: Path
) -> None:
    library = tmp_path / "library"
    program = Program(library=library, home=tmp_path)
    assert program.run("ingest", project / "corpus" / "samples").returncode == 0
    kite = tmp_path / "kite.txt"
    kite.write_text(f"Red kite over Elm Hill\n\n{KITE}", encoding="utf-8")
    double = TelegramDouble()
    double.date = int(datetime.now(UTC).timestamp())
    stop = asyncio.Event()
    settings = Settings(library=library)
    with open_library(settings) as opened, BotState.open(library) as state:
        task = asyncio.create_task(
            serve(
                token=double.token,
                api_url="https://double",
                allowed_chats=frozenset(),
                engine=opened.engine(no_progress),
                store=opened.store,
                state=state,
                pace=FAST,
                stop=stop,
                transport=Transport(request=DoubleRequest(double), polling=DoubleRequest(double)),
            )
        )
        ticket = await _asked(double, TICKET)
        before = await _asked(double, KITES)
        assert (await asyncio.to_thread(program.run, "ingest", kite)).returncode == 0
        async with asyncio.timeout(120):
            while not quotes_in(  # noqa: ASYNC110 - no event tells it
                after := await _asked(double, KITES)
            ):
                await asyncio.sleep(0.5)  # the library is looked at every second
        stop.set()
        await task
    double.check()
    assert "A single ticket costs £1.80" in quotes_in(ticket)[0]
    assert quotes_in(before) == []
    assert quotes_in(after) == [KITE.strip()]


async def _asked(double: TelegramDouble, question: str) -> Json:
    """Return the answer to a question."""
    count = len(double.shown())
    double.says(question)
    return (await double.shows(count + 1))[-1]
