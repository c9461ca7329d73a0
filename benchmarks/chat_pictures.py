"""Make docs/pictures: the bot's messages as a person sees them, by day and by night.

    SHARED_DIR=../shared python -m benchmarks.chat_pictures [NAME...]

The messages are those of `passagebot serve` over the sample library, asked in the simulator of
SHARED_DIR; only the frame around them is drawn here. Needs Debian's chromium.
"""

import asyncio
import shutil
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image, ImageChops

from benchmarks.message_html import asked_html, message_html, page_html
from benchmarks.telegram_features import ADMIN, LIGHTHOUSE, NEWS, Json, Stage, labels
from benchmarks.telegram_trial import Simulator, serving

OUT = Path(__file__).parents[1] / "docs" / "pictures"
BUILDERS = "What did the builders find under Market Street?"
RIVER = "How high did the Sallow rise?"
NIGHT = frozenset({"context", "sources", "alert"})
"""Pictures drawn dark; the answer is drawn both ways."""
SCALE = 1.5
TALLEST = 1600
COLOURS = 128
GROUP = -100077


async def answer(stage: Stage) -> list[str]:
    """A question and its answer."""
    return [asked_html(BUILDERS), message_html(await stage.says(stage.person(11), BUILDERS))]


async def context(stage: Stage) -> list[str]:
    """What stands around a quote."""
    ann = stage.person(12)
    message = await stage.says(ann, BUILDERS)
    await stage.presses(ann, "📖", on=message)
    await stage.until(lambda: "↩ Back" in labels(message), "the context")
    return [asked_html(BUILDERS), message_html(message)]


async def nothing(stage: Stage) -> list[str]:
    """Nothing answers."""
    question = "Who won the football match between Mars and Venus?"
    return [asked_html(question), message_html(await stage.says(stage.person(13), question))]


async def sources(stage: Stage) -> list[str]:
    """Who reports a story."""
    ann = stage.person(14)
    message = await stage.says(ann, RIVER)
    await stage.presses(ann, "🗞", on=message)
    await stage.until(lambda: "↩ Back" in labels(message), "the sources")
    return [asked_html(RIVER), message_html(message)]


async def group(stage: Stage) -> list[str]:
    """An answer in a group."""
    ann, question = stage.person(15), f"@{stage.sim.cfg.username} {BUILDERS}"
    stage.sim.chat("supergroup", GROUP)
    message = await stage.says(ann, question, chat=GROUP)
    return [asked_html(question, name="Ann"), message_html(message, name="Harlow News")]


async def preview(stage: Stage) -> list[str]:
    """An article before an administrator adds it."""
    return [asked_html(f"/add {NEWS}"), message_html(await _previewed(stage))]


async def _previewed(stage: Stage) -> Json:
    return await stage.says(stage.person(ADMIN), f"/add {NEWS}")


async def alert(stage: Stage) -> list[str]:
    """News about a question that nothing answered."""
    ann = stage.person(16)
    asked = await stage.says(ann, LIGHTHOUSE)
    await stage.presses(ann, "🔔", on=asked)
    before = len(stage.shown(16))
    draft = await _previewed(stage)
    await stage.presses(stage.person(ADMIN), "✅", on=draft)
    told = await stage.next(16, before, "an alert")
    return [asked_html(LIGHTHOUSE), message_html(asked), message_html(told)]


async def arabic(stage: Stage) -> list[str]:
    """The interface in Arabic; the quote keeps its language."""
    reader = stage.person(17, "ar")
    return [asked_html(BUILDERS), message_html(await stage.says(reader, BUILDERS))]


SCENES: dict[str, Callable[[Stage], Awaitable[list[str]]]] = {
    made.__name__: made
    for made in (answer, context, nothing, sources, group, preview, alert, arabic)
}


def picture(bubbles: list[str], out: Path, *, dark: bool) -> None:
    """Draw a chat, cut to what it fills, in few enough colours to be small."""
    with TemporaryDirectory() as folder:
        source, whole = Path(folder, "chat.html"), Path(folder, "chat.png")
        source.write_text(page_html(bubbles, dark=dark), encoding="utf-8")
        subprocess.run(
            [
                "chromium",
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--hide-scrollbars",
                f"--force-device-scale-factor={SCALE}",
                f"--user-data-dir={folder}/profile",
                f"--screenshot={whole}",
                f"--window-size=560,{TALLEST}",
                source.as_uri(),
            ],
            check=True,
            capture_output=True,
        )
        with Image.open(whole) as drawn:
            _cut(drawn.convert("RGB")).quantize(COLOURS).save(out, optimize=True)


def _cut(drawn: Image.Image) -> Image.Image:
    """Return a picture without the empty wall below the last bubble."""
    wall = Image.new("RGB", drawn.size, drawn.getpixel((1, 1)))
    filled = ImageChops.difference(drawn, wall).getbbox()
    bottom = filled[3] if filled else drawn.height
    return drawn.crop((0, 0, drawn.width, min(drawn.height, bottom + round(12 * SCALE))))


async def _scenes(names: list[str]) -> dict[str, list[str]]:
    environment = {"PASSAGEBOT_ADMINS": str(ADMIN)}
    async with serving(environment=environment, username="harlow_news_bot") as (sim, _):
        stage: Simulator = Stage(sim)
        return {name: await SCENES[name](stage) for name in names}


def main(names: list[str]) -> int:
    """Make the pictures named, all by default; return 2 without chromium."""
    if shutil.which("chromium") is None:
        print("chat_pictures: install chromium first: apt-get install chromium", file=sys.stderr)
        return 2
    OUT.mkdir(exist_ok=True)
    for name, bubbles in asyncio.run(_scenes(names or list(SCENES))).items():
        picture(bubbles, OUT / f"{name}.png", dark=name in NIGHT)
        if name == "answer":
            picture(bubbles, OUT / "answer-dark.png", dark=True)
    for made in sorted(OUT.glob("*.png")):
        print(f"{made.name}: {made.stat().st_size / 1000:.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
