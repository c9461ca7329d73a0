"""Try the Telegram bot against the strict simulator in SHARED_DIR, and print what came of it.

    SHARED_DIR=../shared python -m benchmarks.telegram_trial [plain] [killed] [pages] [load] [ceiling]

The bot is the real `serve` in a process of its own, over the sample library. `plain`: 20 users
ask 5 questions each, flood limits on. `killed`: the same with `kill -9` in the middle and a
restart. `pages`: every button. `load`: 200 users ask 5 questions each, 50 ms away, no limits;
`ceiling`: the same on a bot that does nothing but answer.
Ends with 1 if anything was lost, repeated, or against the protocol.
"""

import asyncio
import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
QUESTIONS = (
    "How far does the arctic tern fly?",
    "Who built the Crystal Palace?",
    "How many hearts does an octopus have?",
    "What does a QR code hold?",
    "How high did the Sallow rise?",
    "How long does sourdough rest?",
    "What ended the tulip mania?",
    "Where does tram line 4 go?",
    "Who won the football match?",
)


def simulator() -> Any:
    """Return the simulator's module; SHARED_DIR says where it is."""
    shared = Path(os.environ.get("SHARED_DIR", ROOT.parent / "shared")).resolve()
    sys.path.insert(0, str(shared / "telegram_sim"))
    import telegram_sim  # noqa: PLC0415 - found only now

    return telegram_sim


class Bot:
    """The bot in a process of its own, over a library in `folder`."""

    def __init__(self, sim: Any, folder: Path, *, pace: str, module: str) -> None:
        self._module = module
        self._sim = sim
        self._folder = folder
        self._pace = pace
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start it and return; it serves a moment later."""
        arguments = {
            "token": self._sim.cfg.token,
            "api_url": f"http://127.0.0.1:{self._sim.port}",
            "library": str(self._folder),
            "pace": self._pace,
        }
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", self._module, json.dumps(arguments), cwd=ROOT
        )

    async def end(self, number: int = signal.SIGTERM) -> int:
        """Send a signal and return the exit code."""
        assert self._process is not None
        if self._process.returncode is None:
            self._process.send_signal(number)
        return await self._process.wait()


@asynccontextmanager
async def serving(
    *, pace: str = "telegram", module: str = "benchmarks.telegram_bot", **config: Any
) -> AsyncIterator[tuple[Any, Bot]]:
    """Yield a simulator and a bot that serves it."""
    simulated = simulator()
    with tempfile.TemporaryDirectory() as folder:
        async with simulated.Simulator(simulated.Config(**config)) as sim:
            bot = Bot(sim, Path(folder), pace=pace, module=module)
            await bot.start()
            try:
                await _until(lambda: sim.calls["getupdates"] > 0)
                yield sim, bot
            finally:
                print(f"  bot ended with exit code {await bot.end()}")


def question(number: int) -> str:
    """Return the question with this number."""
    return QUESTIONS[number % len(QUESTIONS)]


async def plain() -> bool:
    """20 users, 5 questions each, all at once, with flood limits."""
    async with serving(flood=True) as (sim, _):
        figures = await sim.load(users=20, questions=5, text=question, timeout=120)
        return _told("plain", sim, figures)


async def killed() -> bool:
    """The same, and the process dies in the middle."""
    async with serving(flood=True) as (sim, bot):
        load = asyncio.create_task(
            sim.load(users=20, questions=5, text=question, timeout=30)
        )
        await _until(lambda: sum(q.answers for q in sim.questions) >= 40)
        await bot.end(signal.SIGKILL)
        answered = sum(1 for q in sim.questions if q.answers)
        print(f"  killed with {answered} of {len(sim.questions)} questions answered")
        await bot.start()
        good = _told("killed", sim, await load)
        print(f"  lost: {[q.text for q in sim.questions if not q.answers]}")
        return good


async def load() -> bool:
    """200 users, 5 questions each, 50 ms away, without flood limits."""
    async with serving(latency=0.05, pace="none") as (sim, _):
        figures = await sim.load(users=200, questions=5, text=question, timeout=120)
        return _told("load", sim, figures)


async def ceiling() -> bool:
    """The same load on the least a bot can do with python-telegram-bot."""
    async with serving(latency=0.05, module="benchmarks.telegram_ceiling") as (sim, _):
        figures = await sim.load(users=200, questions=5, text=question, timeout=120)
        return _told("ceiling", sim, figures)


async def pages() -> bool:
    """One reader presses everything, in a private chat, a group and a forum topic."""
    async with serving(flood=True) as (sim, _):
        ann, bob = sim.user(1, "Ann"), sim.user(2, "Bob")
        await ann.start()
        await ann.wait_reply(5)
        await _press_everything(sim, ann)
        sim.chat("supergroup", -1001, is_forum=True)
        thread = sim.topic(-1001, "News")
        answer = await ann.ask(f"@{sim.cfg.username} {question(4)}", chat=-1001, thread=thread)
        print(f"  in topic {thread}: a reply in {answer['reply_to_message']['message_thread_id']}")
        await ann.press("📖 Context", chat=-1001)
        await sim.wait_reply(5, -1001, ("edit",))
        print(f"  somebody else presses: {await bob.press('↩ Back', chat=-1001)}")
        await ann.press("↩ Back", chat=-1001)
        await sim.wait_quiet(-1001, 1.5)
        return _told("pages", sim, sim.stats())


async def _press_everything(sim: Any, ann: Any) -> None:
    message = await ann.ask(question(4))
    _show(message)
    for label in ("📖 Context", "▲ more above", "▼ more below", "↩ Back", "›", "›", "‹", "2 /"):
        await _press(sim, ann, label)
    _show(sim.chats[1].messages[message["message_id"]])
    nothing = await ann.ask("Who won the football match between Mars and Venus?")
    _show(nothing)
    await _press(sim, ann, "Show them anyway")


async def _press(sim: Any, ann: Any, label: str) -> None:
    labels = [
        button["text"]
        for message in sim.chats[ann.u.id].messages.values()
        for row in message.get("reply_markup", {}).get("inline_keyboard", [])
        for button in row
    ]
    for found in labels:
        if found.startswith(label):
            await ann.press(found)
            await asyncio.sleep(1.1)
            return
    print(f"  no button {label}")


def _show(message: dict[str, Any]) -> None:
    print("    " + message["text"].replace("\n", "\n    "))
    for row in message.get("reply_markup", {}).get("inline_keyboard", []):
        print("    " + " ".join(f"[{button['text']}]" for button in row))


def _told(name: str, sim: Any, figures: dict[str, Any]) -> bool:
    """Print a scenario's figures; return whether nothing went wrong."""
    report = sim.report()
    print(f"{name}: " + ", ".join(f"{key} {value}" for key, value in figures.items()))
    print(f"  calls: {report['calls']}")
    refused = sum(1 for line in sim.transcript if line["kind"] == "flood")
    print(f"  refused for flooding: {refused}; violations: {report['violations'] or 'none'}")
    return not (figures["lost"] or figures["duplicated"] or report["violations"])


async def _until(test: Callable[[], bool], seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not test():
        if time.monotonic() > end:
            raise TimeoutError
        await asyncio.sleep(0.005)


SCENARIOS: dict[str, Callable[[], Awaitable[bool]]] = {
    "plain": plain,
    "killed": killed,
    "pages": pages,
    "load": load,
    "ceiling": ceiling,
}


async def main(names: list[str]) -> int:
    """Run the scenarios named, all by default."""
    good = [await SCENARIOS[name]() for name in names or SCENARIOS]
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:])))
