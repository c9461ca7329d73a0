"""Use every feature of the Telegram bot against the strict simulator in SHARED_DIR, flood limits on.

    SHARED_DIR=../shared python -m benchmarks.telegram_features [--show] [SCENARIO...]

The bot is `passagebot serve` in a process of its own, over the sample library; all scenarios talk
to the same process. Prints a line a scenario, and with `--show` what the bot wrote. Ends with 1 if
something was not as it should be, against the protocol, or left unanswered.
"""

import asyncio
import json
import re
import sys
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from benchmarks.telegram_trial import Simulator, serving, simulator

ADMIN = 1
PATIENCE = 30.0
TERN = "How far does the arctic tern fly?"
RIVER = "How high did the Sallow rise?"
NEWS = (
    "Harlow lighthouse reopens\n\nThe lighthouse at Harlow Point reopened on Monday after nine years "
    "of repairs. The new lamp can be seen from 31 kilometres away, the keeper Ada Fenwick said. "
    "Visitors climb 212 steps to the gallery, which is open from April to October."
)
LIGHTHOUSE = "How many steps lead to the gallery of the Harlow lighthouse?"

Json = dict[str, Any]
Found = TypeVar("Found")


class UnmetError(Exception):
    """The bot did not do what a scenario expects."""


@dataclass
class Stage:
    """The simulator, with words for what people do and see in it."""

    sim: Simulator
    notes: list[str] = field(default_factory=list)

    def person(self, number: int, language: str = "en") -> Simulator:
        """Return a person; the first is the administrator."""
        return self.sim.user(number, f"Person {number}", language_code=language)

    def shown(self, chat: int) -> list[Json]:
        """Return the bot's messages in a chat, as they stand."""
        me = self.sim.bot["id"]
        return [m for m in self.sim.chats[chat].messages.values() if m["from"]["id"] == me]

    async def until(self, test: Callable[[], Found], what: str, seconds: float = PATIENCE) -> Found:
        """Return what `test` returns once it is something."""
        end = time.monotonic() + seconds
        while not (found := test()):
            if time.monotonic() > end:
                raise UnmetError(what)
            await asyncio.sleep(0.02)
        return found

    async def says(
        self, person: Simulator, text: str, *, chat: int | None = None, **how: object
    ) -> Json:
        """Let a person write; return the next message of the bot there."""
        where = chat or person.u.id
        before = len(self.shown(where))
        asked = await person.send(text, chat=chat, **how)
        if where > 0:
            return await self.next(where, before, text)

        def replies() -> list[Json]:
            return [m for m in self.shown(where)[before:] if _answers(m, asked["message_id"])]

        return (await self.until(replies, f"no reply to {text!r}"))[0]

    async def next(self, chat: int, before: int, what: str) -> Json:
        """Return the bot's next message in a chat, after so many."""
        await self.until(lambda: len(self.shown(chat)) > before, f"no answer to {what!r}")
        return self.shown(chat)[before]

    async def presses(
        self, person: Simulator, label: str, *, chat: int | None = None, on: Json | None = None
    ) -> Simulator:
        """Press the newest button that starts like that; return the bot's answer to the press."""
        where = self.sim.chats[chat or person.u.id]

        def found() -> tuple[Json, Json] | None:
            messages = [on] if on else reversed(list(where.messages.values()))
            pairs = ((m, button) for m in messages for button in _buttons(m))
            return next((p for p in pairs if p[1]["text"].startswith(label)), None)

        message, button = await self.until(found, f"no button {label!r} in {where.id}", 10.0)
        answer = await pressed(person, where, message, button)
        await self.sim.wait_quiet(where.id, 0.4)
        return answer

    def excuses(self, *kinds: str) -> int:
        """Strike out violations that a scenario is about; return how many there were."""
        kept = [one for one in self.sim.violations if one["kind"] not in kinds]
        struck = len(self.sim.violations) - len(kept)
        self.sim.violations[:] = kept
        return struck

    def expects(self, truth: object, what: str) -> None:
        """Note what does not hold."""
        if not truth:
            self.notes.append(what)


async def pressed(
    person: Simulator, chat: Simulator, message: Json, button: Json, *, is_visible: bool = True
) -> Simulator:
    """Return the bot's answer to a press of a button, None if none came."""
    return await person._press(chat, message, button, 10.0, not is_visible)  # noqa: SLF001 - its only door to any button


def _answers(message: Json, asked: int) -> bool:
    return message.get("reply_to_message", {}).get("message_id") == asked


def _buttons(message: Json) -> list[Json]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button for row in rows for button in row]


def labels_in(messages: Iterable[Json]) -> list[str]:
    """Return the labels of all buttons on messages."""
    return [button["text"] for message in messages for button in _buttons(message)]


def labels(message: Json) -> list[str]:
    """Return the labels of a message's buttons."""
    return labels_in([message])


def quotes(message: Json) -> list[str]:
    """Return what stands in the quotations of a message."""
    units = message["text"].encode("utf-16-le")
    return [
        units[2 * e["offset"] : 2 * (e["offset"] + e["length"])].decode("utf-16-le")
        for e in message.get("entities", [])
        if "blockquote" in e["type"]
    ]


def receipt_in(message: Json) -> str:
    """Return the first receipt of a message."""
    found = re.search(r"🧾 \W*([0-9A-Z]{10})", message["text"])
    if found is None:
        what = f"no receipt in {message['text']!r}"
        raise UnmetError(what)
    return found[1]


async def answers(stage: Stage) -> None:
    """Ask, page, look around, see the sources, verify, ask why, edit the question."""
    ann = stage.person(11)
    start = await stage.says(ann, "/start")
    for _ in range(15):  # they are tried by asking them, after the start
        if labels(start):
            break
        await asyncio.sleep(2)
        start = await stage.says(ann, "/start")
    stage.expects(len(labels(start)) == 3, f"three example questions in /start: {labels(start)}")
    example = labels(start)[0]
    await stage.presses(ann, example)
    stage.expects(quotes(stage.shown(11)[-1]), f"the example {example!r} is answered with a quote")
    before = len(stage.shown(11))
    question = await ann.send(RIVER)
    message = await stage.next(11, before, RIVER)
    stage.expects(message["text"].startswith(quotes(message)[0]), "the quote stands first")
    await stage.presses(ann, "📖", on=message)
    await stage.until(lambda: "↩ Back" in labels(message), "the context")
    for label in ("▼", "▲"):  # a passage at an end of its article has nothing beyond
        if any(one.startswith(label) for one in labels(message)):
            await stage.presses(ann, label, on=message)
    for label in ("↩", "🗞", "↩", "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}"):
        await stage.presses(ann, label, on=message)
    toast = await stage.presses(ann, "2 /", on=message)
    stage.expects(toast and toast.get("text"), "a toast that names the stories")
    verified = await stage.says(ann, f"/verify {receipt_in(message)}")
    stage.expects(verified["text"].startswith("✅"), "an exact receipt")
    linked = await stage.says(ann, f"/start v_{receipt_in(message)}")
    stage.expects(linked["text"] == verified["text"], "the receipt's link says the same")
    why = await stage.says(ann, "/why")
    stage.expects(len(why["text"].splitlines()) >= 4, "/why in plain lines")
    await ann.edit(question["message_id"], TERN)
    await stage.until(lambda: "tern" in message["text"], "the edited question changes its answer")


async def conversation(stage: Stage) -> None:
    """Follow-ups, replies to a quote, courtesies, several questions, what is new, what is unread."""
    ann = stage.person(12)
    first = await stage.says(ann, TERN)
    await stage.says(ann, "and what does it eat?")
    await stage.says(ann, "where?", reply_to=first["message_id"])
    for text in ("hello", "thank you!", "bye"):
        said = await stage.says(ann, text)
        stage.expects(not quotes(said), f"no quote for {text!r}")
    await stage.says(ann, f"{TERN} {RIVER}")
    await stage.sim.wait_quiet(12, 2.0)
    await stage.says(ann, "/latest")
    await stage.says(ann, "/help")
    await stage.says(ann, "/nonsense")
    await stage.says(ann, "👍👍")
    before = len(stage.shown(12))
    voice = {"file_id": "x", "file_unique_id": "y", "duration": 1}
    await ann.post(voice=voice)
    await stage.next(12, before, "a voice message")
    nothing = await stage.says(ann, "Which spaceship did the bakers of Venus repair?")
    stage.expects(nothing["text"].startswith("🤷"), "nothing found is said")
    await stage.presses(ann, "Show them", on=nothing)


async def old_buttons(stage: Stage) -> None:
    """Buttons nobody knows, of another chat, malformed: each press gets a toast."""
    ann = stage.person(13)
    message = await stage.says(ann, TERN)
    chat = stage.sim.chats[13]
    for data in ("p:aaaaaaaaaaaa:0", "zz", "p:x", "c:aaaaaaaaaaaa:1:2:3", "f:aaaaaaaaaaaa:0"):
        button = {"text": "old", "callback_data": data}
        answer = await pressed(ann, chat, message, button)
        stage.expects(answer is not None, f"a press of {data!r} is answered")
    button = {"text": "x", "callback_data": "p:aaaaaaaaaaaa:0"}
    answer = await pressed(ann, chat, message, button, is_visible=False)
    stage.expects(answer is not None, "a press on a message too old to be seen is answered")


async def groups(stage: Stage) -> None:
    """Mention, command, reply; another's press; anonymous admin, channel; kicked and added again."""
    sim, ann, bob, group = stage.sim, stage.person(21), stage.person(22), -100021
    sim.chat("supergroup", group, announce=True)
    me = sim.cfg.username
    await ann.send("nobody asked the bot this", chat=group, question=False)
    answer = await stage.says(ann, f"@{me} {RIVER}", chat=group)
    stage.expects(quotes(answer), "an answer in a group")
    reply = await stage.says(ann, "and where?", chat=group, reply_to=answer["message_id"])
    stage.expects(reply, "a reply to the bot is answered")
    await stage.presses(ann, "📖", chat=group, on=answer)
    await stage.until(lambda: "↩ Back" in labels(answer), "the context in a group")
    text = answer["text"]
    opened = await stage.presses(bob, "↩", chat=group, on=answer)
    stage.expects(answer["text"] == text, "another's press changes nothing")
    payload = opened["url"].split("start=")[1] if opened and opened.get("url") else ""
    stage.expects(payload, "another's press opens the private chat")
    if payload:
        stage.expects(quotes(await stage.says(bob, f"/start {payload}")), "and shows the answer")
    await _anonymous(stage, ann, group)
    sim.set_bot_status(group, "kicked")
    await sim.wait_quiet(group, 0.5)
    sim.set_bot_status(group, "member")
    await sim.wait_quiet(group, 1.0)
    await stage.says(ann, f"/ask@{me} {TERN}", chat=group)


async def _anonymous(stage: Stage, ann: Simulator, group: int) -> None:
    chat, me = stage.sim.chats[group], stage.sim.cfg.username
    anonymous = {
        "id": 1087968824,
        "is_bot": True,
        "first_name": "Group",
        "username": "GroupAnonymousBot",
    }
    command = {"type": "bot_command", "offset": 0, "length": len(f"/ask@{me}")}
    asked = {"text": f"/ask@{me} {TERN}", "entities": [command]}
    before = len(stage.shown(group))
    await ann.post(chat=group, sender_chat=chat.api(), **{"from": anonymous}, **asked)
    await stage.next(group, before, "an anonymous administrator")
    channel = {"id": -100999, "type": "channel", "title": "Channel"}
    linked = {"id": 777000, "is_bot": False, "first_name": "Telegram"}
    before = len(stage.shown(group))
    await ann.post(chat=group, sender_chat=channel, **{"from": linked}, **asked)
    await stage.next(group, before, "somebody who writes as a channel")


async def topics(stage: Stage) -> None:
    """Answers stay in the forum topic they were asked in."""
    sim, ann, forum = stage.sim, stage.person(23), -100023
    sim.chat("supergroup", forum, is_forum=True)
    thread = sim.topic(forum, "News")
    answer = await stage.says(ann, f"@{sim.cfg.username} {RIVER}", chat=forum, thread=thread)
    stage.expects(
        answer["reply_to_message"]["message_thread_id"] == thread, "the answer stands in the topic"
    )
    await stage.presses(ann, "📖", chat=forum, on=answer)


async def migration(stage: Stage) -> None:
    """A group becomes a supergroup while its answer is on the way."""
    sim, ann, old, new = stage.sim, stage.person(24), -24, -100024
    sim.chat("group", old, announce=True)
    await stage.says(ann, f"/ask@{sim.cfg.username} {TERN}", chat=old)
    sim.chat("supergroup", new)
    moved = sim.store(sim.chats[old], {"from": ann.u.api(), "migrate_to_chat_id": new})
    sim.chats[old].migrated_to = new
    sim.push("message", moved, old)
    await stage.says(ann, f"/ask@{sim.cfg.username} {RIVER}", chat=new)


async def inline(stage: Stage) -> None:
    """Typed in any chat: results, further pages, the newest stories, nothing, a chosen card."""
    ann = stage.person(31)
    found = await ann.inline("arctic tern fly", wait=10)
    stage.expects(found and found["results"], "inline results")
    older, newer = await asyncio.gather(
        ann.inline("river", wait=10), ann.inline("river Sallow rise", wait=10)
    )
    stage.expects(newer and newer["results"] and older is not None, "a newer query beside an older")
    latest = await ann.inline("", wait=10)
    stage.expects(latest and latest["results"], "the newest stories for an empty query")
    if latest and latest.get("next_offset"):
        more = await ann.inline("", offset=latest["next_offset"], wait=10)
        stage.expects(more is not None, "a further page")
    nothing = await ann.inline("zzzz qqqq xxxx", wait=10)
    stage.expects(nothing is not None, "nothing found is answered")
    card = await ann.choose(found, 0, chat=31)
    stage.expects(quotes(card), "the card shows a quote")
    stage.expects(labels(card), "the card has buttons")
    for button in list(_buttons(card)):
        if "callback_data" in button:
            answer = await pressed(ann, stage.sim.chats[31], card, button)
            stage.expects(answer is not None, f"{button['text']!r} on a card is answered")
    message = await stage.says(ann, TERN)
    share = [button for button in _buttons(message) if "switch_inline_query" in button]
    stage.expects(share, "a button that shares")
    if share:
        shared = await ann.inline(share[0]["switch_inline_query"], wait=10)
        stage.expects(shared and len(shared["results"]) == 1, "sharing offers the one answer")


async def administration(stage: Stage) -> None:
    """Add by text, file and forwarded post; cleaned text, undo, replace, discard; the overviews."""
    admin = stage.person(ADMIN)
    preview = await stage.says(admin, f"/add {NEWS}")
    await stage.presses(admin, "👁", on=preview)
    await stage.sim.wait_quiet(ADMIN, 1.5)
    back = [label for label in labels(preview) if label.startswith("↩")]
    if back:
        await stage.presses(admin, "↩", on=preview)
    await stage.presses(admin, "✅", on=preview)
    await stage.until(
        lambda: "Undo" in str(labels(preview)), f"undo is offered: {preview['text']!r}"
    )
    await stage.presses(admin, "↩ Undo", on=preview)
    before = len(stage.shown(ADMIN))
    await admin.send_document(NEWS.encode(), "lighthouse.txt", "text/plain")
    file = await stage.next(ADMIN, before, "a file")
    await stage.until(
        lambda: "✖ Discard" in labels_in(stage.shown(ADMIN)[before:]),
        f"a preview of the file: {file['text']!r}",
    )
    await stage.presses(admin, "✖ Discard")
    before = len(stage.shown(ADMIN))
    origin = {"type": "channel", "date": 1_790_000_000, "message_id": 5,
              "chat": {"id": -100555, "type": "channel", "title": "Port News", "username": "port_news"}}  # fmt: skip
    await admin.post(text=NEWS, forward_origin=origin)
    await stage.next(ADMIN, before, "a forwarded post")
    await stage.until(
        lambda: "✖ Discard" in labels_in(stage.shown(ADMIN)[before:]), "a preview of the post"
    )
    await stage.presses(admin, "✖ Discard")
    for command in (
        "/sources",
        "/status",
        "/gaps",
        "/stats",
        "/remove",
        "/sync",
        "/help",
        "/invite",
        "/invitations",
    ):
        stage.expects(await stage.says(admin, command), f"{command} is answered")
        await stage.sim.wait_quiet(ADMIN, 1.0)
    refused = await stage.says(stage.person(41), "/stats")
    stage.expects("library" not in refused["text"].lower() or refused, "others are not served")


async def following(stage: Stage) -> None:
    """Follow an answer and a question, list, pause, resume; news alerts once; stop; blocked."""
    admin, ann = stage.person(ADMIN), stage.person(51)
    nothing = await stage.says(ann, LIGHTHOUSE)
    await stage.presses(ann, "🔔", on=nothing)
    message = await stage.says(ann, RIVER)
    await stage.presses(ann, "🔔", on=message)
    await stage.says(ann, f"/follow {TERN}")
    listed = await stage.says(ann, "/following")
    stage.expects("tern" in listed["text"], "/following lists the question")
    before = len(stage.shown(51))
    preview = await stage.says(admin, f"/add {NEWS}")
    await stage.presses(admin, "✅", on=preview)
    await stage.until(
        lambda: "212 steps" in str(stage.shown(51)[before:]), "an alert when news come", 60
    )
    stage.expects(len(stage.shown(51)) == before + 1, "one alert")
    await ann.block()
    await stage.sim.wait_quiet(51, 1.0)
    await ann.unblock()
    await stage.says(ann, "/following")


async def voting(stage: Stage) -> None:
    """Vote, change one's mind, take it back."""
    ann = stage.person(61)
    message = await stage.says(ann, TERN)
    for label in ("👍", "👎", "👎"):
        toast = await stage.presses(ann, label, on=message)
        stage.expects(toast is not None, f"{label} is answered")


async def languages(stage: Stage) -> None:
    """The bot speaks the reader's language, and the one they choose."""
    said = {}
    for number, code in enumerate(("en", "de", "es", "ru", "ar"), start=71):
        person = stage.person(number, code)
        said[code] = (await stage.says(person, "/start"))["text"]
        answer = await stage.says(person, RIVER)
        stage.expects(quotes(answer), f"a quote for {code}")
        await stage.presses(person, "📖", on=answer)
        await stage.says(person, "/help")
        await stage.says(person, "/settings")
    stage.expects(len(set(said.values())) == 5, "five languages")
    german = stage.person(72)
    await stage.presses(german, "Español")
    spanish = await stage.says(german, "/help")
    stage.expects(
        "pregunta" in spanish["text"].lower(), f"a chosen language: {spanish['text'][:60]!r}"
    )


async def privacy(stage: Stage) -> None:
    """What is kept is said; forgetting erases it, and old buttons say so."""
    ann = stage.person(81)
    message = await stage.says(ann, TERN)
    await stage.says(ann, "/privacy")
    asked = await stage.says(ann, "/forget_me")
    await stage.presses(ann, "🗑", on=asked)
    answer = await stage.presses(ann, "📖", on=message)
    stage.expects(answer and answer.get("text"), "a button of what was forgotten says so")


async def guests(stage: Stage) -> None:
    """Asked in a chat the bot is no member of; the simulator only takes the update in."""
    ann, chat = stage.person(91), {"id": -100091, "type": "supergroup", "title": "Elsewhere"}
    message = {"message_id": 7, "date": int(time.time()), "chat": chat, "from": ann.u.api(),
               "text": f"@{stage.sim.cfg.username} {TERN}", "guest_query_id": "G1"}  # fmt: skip
    stage.sim.raw_update(guest_message=message)
    await stage.until(lambda: stage.sim.calls["answerguestquery"], "no answer to a guest")
    await stage.sim.wait_quiet(91, 0.5)
    stage.excuses("http_501")


async def shut_out(stage: Stage) -> None:
    """A reader who left before the answer, a chat where the bot is mute: dropped, once, at most."""
    sim, ann, bob, group = stage.sim, stage.person(92), stage.person(93), -100092
    await stage.says(ann, TERN)
    ann.u.blocked = True  # Telegram's own message of that is still on its way
    await ann.send(RIVER, question=False)
    sim.chat("supergroup", group, can_send=False)
    await bob.send(f"/ask@{sim.cfg.username} {TERN}", chat=group, question=False)
    await sim.wait_quiet(92, 3.0)
    stage.expects(stage.excuses("http_403", "http_400") <= 2, "each refusal once")
    ann.u.blocked = False
    await stage.says(ann, RIVER)


async def invitations(stage: Stage) -> None:
    """An administrator's link lets somebody in."""
    admin, ann = stage.person(ADMIN), stage.person(42)
    invited = await stage.says(admin, "/invite")
    link = re.search(r"start=([A-Za-z0-9_-]+)", json.dumps(invited))
    if link is not None:
        stage.expects(await stage.says(ann, f"/start {link[1]}"), "an invitation is taken")


SCENARIOS: dict[str, Callable[[Stage], Awaitable[None]]] = {
    made.__name__: made
    for made in (
        answers, conversation, old_buttons, groups, topics, migration, inline, administration,
        following, voting, languages, privacy, invitations, guests, shut_out,
    )
}  # fmt: skip


async def _run(stage: Stage, name: str, *, show: bool) -> bool:
    """Run one scenario and print what came of it."""
    first, before = len(stage.sim.events), len(stage.sim.violations)
    stage.notes = []
    try:
        await SCENARIOS[name](stage)
    except (UnmetError, LookupError, TimeoutError, KeyError, TypeError) as error:
        stage.notes.append(f"{type(error).__name__}: {error}")
    found = [f"{v['kind']}: {v['method']} {v['detail']}" for v in stage.sim.violations[before:]]
    if show:
        for event in stage.sim.events[first:]:
            _print(event)
    good = not stage.notes and not found
    print(f"{name}: " + ("as it should be" if good else "; ".join([*stage.notes, *found])))
    return good


def _print(event: Simulator) -> None:
    if event.kind not in {"message", "edit"}:
        return
    text = event.data.get("text", "").replace("\n", "\n    ")
    print(f"  -- {event.kind} in {event.chat_id}\n    {text}\n    {labels(event.data)}")


async def main(arguments: list[str]) -> int:
    """Run the scenarios named, all by default."""
    show = "--show" in arguments
    names = [name for name in arguments if name != "--show"] or list(SCENARIOS)
    async with serving(flood=True, environment={"PASSAGEBOT_ADMINS": str(ADMIN)}) as (sim, _):
        stage = Stage(sim)
        good = [await _run(stage, name, show=show) for name in names]
        report = sim.report()
        print(f"calls: {report['calls']}")
        refused = sum(1 for line in sim.transcript if line["kind"] == "flood")
        print(f"refused for flooding: {refused}; violations: {report['violations'] or 'none'}")
    return 0 if all(good) and not report["violations"] else 1


if __name__ == "__main__":
    simulator()
    sys.exit(asyncio.run(main(sys.argv[1:])))
