"""Messages that answer no update: alerts, digests, progress lines."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.conversations import Conversations
from bot.state import BotState, StoredAnswer
from bot.telegram.client import make_client
from bot.telegram.delivery import Delivery, Outcome, Target
from bot.telegram.errand import Errands, Notice
from bot.telegram.messages import plain
from bot.telegram.pacing import Pacer
from corpus.store import ArticleStore
from retrieval.answers import Confidence
from tests.bot.telegram_bot import FAST
from tests.bot.telegram_double import DoubleRequest, Failure, RefusedError, TelegramDouble
from tests.doubles import KeywordEngine

LINE = plain("Something new.")
AN_ANSWER = StoredAnswer(
    token="abcdefghijkl",
    chat_id=7,
    thread_id=None,
    message_id=None,
    question_id=None,
    asker_id=7,
    question="What is new?",
    searched_for="What is new?",
    confidence=Confidence.STRONG,
    stories=(),
    shown=None,
    created_at=datetime(2026, 11, 22, tzinfo=UTC),
)


@dataclass
class Sender:
    """A delivery over the double, and what its notices called back."""

    double: TelegramDouble
    delivery: Delivery
    errands: Errands
    moved: list[tuple[int, int]]
    heard: list[tuple[str, object]] = field(default_factory=list)

    def notice(self, *, wanted: bool = True) -> Notice:
        return self.errands.notice(
            "alert 1",
            still_wanted=lambda: wanted,
            about_to_send=lambda: self.heard.append(("leaving", None)),
            not_sent=lambda: self.heard.append(("not sent", None)),
            arrived=lambda message_id: self.heard.append(("arrived", message_id)),
            unknown=lambda reason: self.heard.append(("unknown", reason)),
            dropped=lambda reason: self.heard.append(("dropped", reason)),
        )

    @property
    def words(self) -> list[str]:
        return [word for word, _ in self.heard]


class Time:
    """A clock that moves only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


@asynccontextmanager
async def a_sender(folder: Path) -> AsyncIterator[Sender]:
    double = TelegramDouble()
    client = make_client(
        token=double.token,
        api_url="https://double",
        request=DoubleRequest(double),
        polling=DoubleRequest(double),
    )
    moved: list[tuple[int, int]] = []
    time = Time()
    with ArticleStore.create(folder) as store, BotState.open(folder) as state:
        async with Conversations(KeywordEngine(store)) as conversations, client:
            errands = Errands(
                state=state,
                conversations=conversations,
                on_move=lambda old, new: moved.append((old, new)),
            )
            pacer = Pacer(FAST, clock=time.clock, sleep=time.sleep)
            delivery = Delivery(client, pacer, sleep=time.sleep)
            yield Sender(double, delivery, errands, moved)


async def test_a_notice_tells_that_it_leaves_and_then_as_which_message_it_arrived(
    tmp_path: Path,
) -> None:
    async with a_sender(tmp_path) as sender:
        outcome = await sender.delivery.send(LINE, to=Target(chat_id=7), errand=sender.notice())
        [message] = sender.double.shown()
    assert outcome is Outcome.DONE
    assert sender.heard == [("leaving", None), ("arrived", message["message_id"])]


async def test_a_notice_of_unknown_fate_is_not_repeated(tmp_path: Path) -> None:
    async with a_sender(tmp_path) as sender:
        sender.double.failures.append(Failure("sendMessage", "timeout", carried_out=True))
        outcome = await sender.delivery.send(LINE, to=Target(chat_id=7), errand=sender.notice())
        assert len(sender.double.shown()) == 1
    assert outcome is Outcome.UNKNOWN
    assert sender.words == ["leaving", "unknown"]


async def test_a_notice_that_was_too_early_says_that_it_was_not_sent_and_leaves_again(
    tmp_path: Path,
) -> None:
    async with a_sender(tmp_path) as sender:
        sender.double.failures.append(
            Failure("sendMessage", 429, description="Too Many", parameters={"retry_after": 9})
        )
        await sender.delivery.send(LINE, to=Target(chat_id=7), errand=sender.notice())
    assert sender.words == ["leaving", "not sent", "leaving", "arrived"]


async def test_a_notice_nobody_wants_any_more_never_leaves(tmp_path: Path) -> None:
    async with a_sender(tmp_path) as sender:
        notice = sender.notice(wanted=False)
        outcome = await sender.delivery.send(LINE, to=Target(chat_id=7), errand=notice)
        assert sender.double.count("sendMessage") == 0
    assert outcome is Outcome.DROPPED
    assert sender.words == ["dropped"]


async def test_a_notice_telegram_refuses_is_dropped_without_a_word_to_the_reader(
    tmp_path: Path,
) -> None:
    async with a_sender(tmp_path) as sender:
        sender.double.failures.append(Failure("sendMessage", 400, description="Bad Request: odd"))
        outcome = await sender.delivery.send(LINE, to=Target(chat_id=7), errand=sender.notice())
        assert sender.double.shown() == []
    assert outcome is Outcome.DROPPED
    assert sender.words == ["leaving", "not sent", "dropped"]


async def test_who_asked_is_told_of_a_chat_that_is_shut_and_not_of_one_that_is_muted(
    tmp_path: Path,
) -> None:
    shut: list[int] = []

    async def note(chat_id: int) -> None:
        shut.append(chat_id)

    async with a_sender(tmp_path) as sender:
        sender.delivery.when_shut(note)
        sender.double.shut[7] = RefusedError(403, "Forbidden: bot was blocked by the user")
        sender.double.shut[-8] = RefusedError(400, "Bad Request: CHAT_WRITE_FORBIDDEN")
        for chat_id in (7, -8):
            await sender.delivery.send(LINE, to=Target(chat_id=chat_id), errand=sender.notice())
    assert shut == [7]
    assert sender.words == ["leaving", "dropped"] * 2


async def test_a_notice_follows_a_group_to_its_new_id(tmp_path: Path) -> None:
    async with a_sender(tmp_path) as sender:
        sender.double.shut[-8] = RefusedError(
            400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-1008
        )
        await sender.delivery.send(LINE, to=Target(chat_id=-8), errand=sender.notice())
        assert len(sender.double.shown(-1008)) == 1
    assert sender.moved == [(-8, -1008)]


@pytest.mark.parametrize(
    "refusal", ["Bad Request: TOPIC_CLOSED", "Bad Request: message thread not found"]
)
@pytest.mark.parametrize(
    "target", [Target(chat_id=-8, thread_id=5), Target(chat_id=-8, reply_to=6)]
)
async def test_what_a_topic_does_not_take_goes_to_the_general_one(
    target: Target, refusal: str, tmp_path: Path
) -> None:
    async with a_sender(tmp_path) as sender:
        sender.double.failures.append(Failure("sendMessage", 400, description=refusal))
        outcome = await sender.delivery.send(LINE, to=target, errand=sender.notice())
        [_, sent] = [p for name, p in sender.double.calls if name == "sendMessage"]
    assert outcome is Outcome.DONE
    assert not {"message_thread_id", "reply_parameters"} & set(sent)
    assert sender.words == ["leaving", "not sent", "leaving", "arrived"]


async def test_a_general_topic_that_is_closed_is_left_alone(tmp_path: Path) -> None:
    async with a_sender(tmp_path) as sender:
        sender.double.failures.append(
            Failure("sendMessage", 400, times=9, description="Bad Request: TOPIC_CLOSED")
        )
        outcome = await sender.delivery.send(LINE, to=Target(chat_id=-8), errand=sender.notice())
        assert sender.double.count("sendMessage") == 1
    assert outcome is Outcome.DROPPED


@pytest.mark.parametrize("lack", ["not enough rights to send text", "CHAT_WRITE_FORBIDDEN"])
async def test_a_right_the_bot_lacks_is_logged(
    lack: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with a_sender(tmp_path) as sender:
        sender.double.shut[-8] = RefusedError(400, f"Bad Request: {lack}")
        outcome = await sender.delivery.send(LINE, to=Target(chat_id=-8), errand=sender.notice())
    assert outcome is Outcome.DROPPED
    assert lack.lower() in caplog.text.lower()


async def test_buttons_of_a_notice_are_known_and_stand_in_its_message(tmp_path: Path) -> None:
    async with a_sender(tmp_path) as sender:
        notice = sender.errands.notice("alert 2", answer=AN_ANSWER)
        await sender.delivery.send(LINE, to=Target(chat_id=7), errand=notice)
        [message] = sender.double.shown()
        kept = sender.errands.state.answer(AN_ANSWER.token)
    assert kept is not None
    assert (kept.message_id, kept.shown) == (message["message_id"], LINE.fingerprint)


async def test_a_refusal_for_haste_that_names_no_pause_is_waited_out(tmp_path: Path) -> None:
    async with a_sender(tmp_path) as sender:
        hasty = Failure("sendMessage", 429, description="Too Many Requests")
        sender.double.failures.append(hasty)
        await sender.delivery.send(LINE, to=Target(chat_id=7), errand=sender.notice())
    assert sender.words == ["leaving", "not sent", "leaving", "arrived"]
