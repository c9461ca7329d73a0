"""Try inline mode, votes and gaps against the strict simulator in SHARED_DIR, flood limits on.

    SHARED_DIR=../shared python -m benchmarks.telegram_inline_trial

The bot is `passagebot serve` over the sample library. People type fast, send results, press their
buttons, vote and share; an administrator reads `/gaps`. Prints what was seen, every call, and the
violations of the protocol; ends with 1 if there was one.
"""

import asyncio
import os
import sys
from typing import Any

from benchmarks.telegram_trial import GROUP, Simulator, question, serving

ADMIN = 1
TYPED = "how high did the Sallow rise"


async def main() -> int:
    """Run it all; return the exit code."""
    os.environ["PASSAGEBOT_ADMINS"] = str(ADMIN)
    async with serving(flood=True) as (sim, _):
        ann, bob = sim.user(5, "Ann"), sim.user(6, "Bob")
        share = await _votes(ann)
        await _types(ann, bob)
        await _sends(sim, ann, bob, share)
        await _asks_in_vain(sim, ann, bob)
        await asyncio.sleep(1)
        report = sim.report()
    print(f"calls: {report['calls']}")
    print(f"answers: {report['answers']}")
    print(f"violations: {report['violations'] or 'none'}")
    return 1 if report["violations"] else 0


async def _votes(ann: Simulator) -> str:
    """Vote on an answer and return what its 'Share' button types elsewhere."""
    answer = await ann.ask(question(4), timeout=30)
    print(f"buttons: {_labels(answer)}")
    for label in ("👍", "👎", "👎"):
        print(f"{label}: {(await ann.press(label))['text']}")
    return str((await ann.press("↗ Share"))["switch_inline_query"])


async def _types(ann: Simulator, bob: Simulator) -> None:
    """Let two people type at once, letter by letter, faster than anybody can search."""
    keys = [who.inline(TYPED[:end]) for end in range(1, len(TYPED) + 1) for who in (ann, bob)]
    found = await asyncio.gather(*keys)
    answered = sum(bool(one and one["results"]) for one in found)
    print(f"typed {len(found)} queries: {answered} with results, all answered: {all(found)}")
    newest = [one["results"][0]["title"] for one in found[-2:]]
    print(f"the newest of each found: {newest}")


async def _sends(sim: Simulator, ann: Simulator, bob: Simulator, share: str) -> None:
    """Send a result into a group; only the sender's presses change it."""
    sim.chat("supergroup", GROUP)
    for typed in (TYPED, share, "", "#abcdefghijkl 1"):
        found = await ann.inline(typed)
        print(f"{typed!r}: {len(found['results'])} results, more: {found.get('next_offset')!r}")
    latest = await ann.inline("")
    more = await ann.inline("", offset=latest["next_offset"])
    print(f"the next page of the latest: {len(more['results'])} results")
    await ann.choose(await ann.inline(TYPED), 0, chat=GROUP)
    print(f"somebody else: {await bob.press('📖 Context', chat=GROUP)}")
    print(f"somebody else votes: {await bob.press('👍', chat=GROUP)}")
    print(f"the sender: {await ann.press('📖 Context', chat=GROUP)}")
    await asyncio.sleep(1)
    print(f"the sender: {await ann.press('↩ Back', chat=GROUP)}")
    await asyncio.sleep(1)


async def _asks_in_vain(sim: Simulator, ann: Simulator, bob: Simulator) -> None:
    """Ask what nothing answers, also through the link of an inline query; list it."""
    nothing = await ann.inline("zeppelin opera harbour mutiny")
    await ann.ask("/start " + nothing["button"]["start_parameter"], timeout=30)
    await bob.ask("Zeppelin opera harbour mutiny?", timeout=30)
    boss = sim.user(ADMIN, "Boss")
    listed = await boss.ask("/gaps", timeout=30)
    print("    " + listed["text"].replace("\n", "\n    "))
    print(await boss.press("✅ 1"))
    await asyncio.sleep(1)


def _labels(message: dict[str, Any]) -> list[list[str]]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [[button["text"] for button in row] for row in rows]


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
