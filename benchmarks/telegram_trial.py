"""Try the Telegram bot against the strict simulator in SHARED_DIR, and print what came of it.

    SHARED_DIR=../shared python -m benchmarks.telegram_trial [SCENARIO...]

The bot is `passagebot serve` in a process of its own, over the sample library. Scenarios:
`plain`: 20 users ask 5 questions each at once, flood limits on. `killed`: the same with
`kill -9` in the middle and a restart. `kills`: the same with five kills at random instants.
`pages`: every button, private and in a forum topic. `faults`: the server misbehaves.
`load`: 200 users ask 5 questions each, 50 ms away, no limits, and an engine that remembers its
answers; `ceiling`: the same for a bot that does nothing but answer. After both their ratio is
printed. `steady`: 30 questions a second, with the time to the answer. Ends with 1 if anything was
lost, repeated, or against the protocol.
"""

import asyncio
import atexit
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PROGRAM = (sys.executable, "-m", "bot")
GROUP = -1001
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
BUTTONS = ("📖", "▲", "▼", "↩", "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}", "2 /")

SPEEDS: dict[str, float] = {}
"""Answers a second of each scenario that was run."""

Simulator = Any
"""The simulator is found at run time: nothing is known of its types."""


def simulator() -> Simulator:
    """Return the simulator's module; SHARED_DIR says where it is."""
    shared = Path(os.environ.get("SHARED_DIR", ROOT.parent / "shared")).resolve()
    sys.path.insert(0, str(shared / "telegram_sim"))
    import telegram_sim  # noqa: PLC0415 - found only now

    return telegram_sim


class Bot:
    """The bot in a process of its own, over a library in `folder`."""

    def __init__(
        self, sim: Simulator, folder: Path, module: str | None, environment: dict[str, str]
    ) -> None:
        url = f"http://127.0.0.1:{sim.port}"
        if module is None:
            self._command = [*PROGRAM, "--library", str(folder), "serve"]
        else:
            arguments = {"token": sim.cfg.token, "api_url": url, "library": str(folder)}
            self._command = [sys.executable, "-m", module, json.dumps(arguments)]
        self._environment = {
            **os.environ,
            **environment,
            "TELEGRAM_BOT_TOKEN": sim.cfg.token,
            "PASSAGEBOT_TELEGRAM_API_URL": url,
        }
        self._processes: list[asyncio.subprocess.Process] = []

    async def start(self) -> None:
        """Start it and return; it serves a moment later."""
        process = await asyncio.create_subprocess_exec(
            *self._command, cwd=ROOT, env=self._environment
        )
        self._processes.append(process)

    @property
    def is_running(self) -> bool:
        """Return whether it has not ended."""
        return self._processes[-1].returncode is None

    async def end(self, number: int = signal.SIGTERM) -> int:
        """Send a signal and return the exit code."""
        process = self._processes[-1]
        if process.returncode is None:
            process.send_signal(number)
        return await process.wait()


@asynccontextmanager
async def serving(
    *, module: str | None = None, environment: dict[str, str] | None = None, **config: object
) -> AsyncIterator[tuple[Simulator, Bot]]:
    """Yield a simulator and a bot that serves it: `passagebot serve`, or another module."""
    found = simulator()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        if module is None:
            _read_samples(folder)
        async with found.Simulator(found.Config(**config)) as sim:
            bot = Bot(sim, folder, module, environment or {})
            await bot.start()
            try:
                await _until(lambda: sim.calls["getupdates"] > 0 or not bot.is_running)
                yield sim, bot
            finally:
                print(f"  bot ended with exit code {await bot.end()}")


def _read_samples(folder: Path) -> None:
    """Make a library of the samples; it is embedded once for all scenarios."""
    made = Path(tempfile.gettempdir(), f"telegram_trial_{os.getpid()}")
    if not made.exists():
        atexit.register(shutil.rmtree, made, ignore_errors=True)
        samples = ROOT / "corpus" / "samples"
        command = [*PROGRAM, "--library", str(made), "ingest", str(samples)]
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    shutil.copytree(made, folder, dirs_exist_ok=True)


def question(number: int) -> str:
    """Return the question with this number."""
    return QUESTIONS[number % len(QUESTIONS)]


async def plain() -> bool:
    """20 users, 5 questions each, all at once, with flood limits."""
    async with serving(flood=True) as (sim, _):
        figures = await sim.load(users=20, questions=5, text=question, timeout=120)
        return _told("plain", sim, figures)


async def killed() -> bool:
    """The same, and the process dies when 40 are answered."""
    return await _killed("killed", [40])


async def kills() -> bool:
    """The same, and the process dies five times."""
    return await _killed("kills", sorted(random.sample(range(5, 96), 5)))


async def _killed(name: str, instants: list[int]) -> bool:
    async with serving(flood=True) as (sim, bot):
        load = asyncio.create_task(sim.load(users=20, questions=5, text=question, timeout=300))
        for instant in instants:
            await _until(lambda instant=instant: sum(q.answers for q in sim.questions) >= instant)
            await asyncio.sleep(random.random() * 0.05)  # noqa: S311 - any instant will do
            await bot.end(signal.SIGKILL)
            answered = sum(1 for q in sim.questions if q.answers)
            print(f"  killed with {answered} of {len(sim.questions)} questions answered")
            await bot.start()
        good = _told(name, sim, await load)
        print(f"  lost: {[q.text for q in sim.questions if not q.answers] or 'nothing'}")
        return good


async def load() -> bool:
    """200 users, 5 questions each, 50 ms away, without flood limits."""
    async with serving(latency=0.05, module="benchmarks.telegram_bot") as (sim, _):
        figures = await sim.load(users=200, questions=5, text=question, timeout=120)
        return _told("load", sim, figures)


async def steady() -> bool:
    """200 users ask 30 questions a second for 20 seconds; 95 of 100 are answered in a second."""
    async with serving(latency=0.05, module="benchmarks.telegram_bot") as (sim, _):
        figures = await sim.load(users=200, questions=3, rate=30, text=question, timeout=120)
        return _told("steady", sim, figures) and figures["p95"] <= 1.0


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
        message = await ann.ask(question(4))
        _show(message)
        for label in BUTTONS:
            await _press(sim, ann, label)
        _show(sim.chats[1].messages[message["message_id"]])
        _show(await ann.ask("Who won the football match between Mars and Venus?"))
        await _press(sim, ann, "Show them")
        await _in_a_topic(sim, ann, bob)
        return _told("pages", sim, sim.stats())


async def _in_a_topic(sim: Simulator, ann: Simulator, bob: Simulator) -> None:
    sim.chat("supergroup", GROUP, is_forum=True)
    thread = sim.topic(GROUP, "News")
    text = f"@{sim.cfg.username} {question(4)}"
    answer = await ann.ask(text, chat=GROUP, thread=thread)
    print(f"  in topic {thread}: a reply in {answer['reply_to_message']['message_thread_id']}")
    await ann.press("📖 Context", chat=GROUP)
    await sim.wait_reply(5, GROUP, ("edit",))
    print(f"  somebody else presses: {await bob.press('↩ Back', chat=GROUP)}")
    await ann.press("↩ Back", chat=GROUP)
    await sim.wait_quiet(GROUP, 1.5)


async def faults() -> bool:
    """The server is slow, absent, too busy; updates are doubled, mixed up, and unheard of."""
    async with serving(flood=True) as (sim, _):
        found = simulator()
        ann = sim.user(1, "Ann")
        for fault in (
            found.Fault("getUpdates", "html", code=502),
            found.Fault("getUpdates", "drop"),
            found.Fault("getUpdates", "malformed"),
            found.Fault("sendMessage", "flood", seconds=2),
            found.Fault("sendMessage", "hang", seconds=3),
            found.Fault("sendMessage", "drop", after=2, execute=True),
            found.Fault("sendChatAction", "status", code=500),
        ):
            sim.faults.append(fault)
        sim.raw_update(brand_new_kind={"x": 1})
        sim.raw_update(message={"message_id": 1, "text": "poison"})
        sim.duplicate_next(2)
        sim.hold()
        for number in range(5):
            await ann.send(question(number) + f" #q{number}#")
        sim.release("shuffled")
        await _until(lambda: all(q.answers for q in sim.questions))
        await sim.wait_quiet(1, 2)
        return _told("faults", sim, sim.stats())


async def _press(sim: Simulator, ann: Simulator, label: str) -> None:
    for message in reversed(sim.chats[ann.u.id].messages.values()):
        for row in message.get("reply_markup", {}).get("inline_keyboard", []):
            for button in row:
                if button["text"].startswith(label):
                    await ann.press(button["text"])
                    await asyncio.sleep(1.1)
                    return
    print(f"  no button {label}")


def _show(message: dict[str, Any]) -> None:
    print("    " + message["text"].replace("\n", "\n    "))
    for row in message.get("reply_markup", {}).get("inline_keyboard", []):
        print("    " + " ".join(f"[{button['text']}]" for button in row))


def _told(name: str, sim: Simulator, figures: dict[str, Any]) -> bool:
    """Print a scenario's figures; return whether nothing went wrong."""
    report = sim.report()
    print(f"{name}: " + ", ".join(f"{key} {value}" for key, value in figures.items()))
    print(f"  calls: {report['calls']}")
    SPEEDS[name] = figures.get("answers_per_s", 0.0)
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
    "kills": kills,
    "pages": pages,
    "faults": faults,
    "load": load,
    "ceiling": ceiling,
    "steady": steady,
}


async def main(names: list[str]) -> int:
    """Run the scenarios named, all by default."""
    good = [await SCENARIOS[name]() for name in names or SCENARIOS]
    if {"load", "ceiling"} <= SPEEDS.keys():
        ratio = SPEEDS["load"] / SPEEDS["ceiling"]
        print(f"load is {ratio:.2f} of the ceiling in answers a second")
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:])))
