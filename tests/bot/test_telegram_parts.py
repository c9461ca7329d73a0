"""The small parts: callback data, redaction, queues, absences, outlets, what can be copied."""

import asyncio
import logging
import sys
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import Update
from telegram.error import NetworkError, RetryAfter

from bot.journal import Entry, Kind
from bot.references import HitRef
from bot.rendering import Quote
from bot.speech import ENGLISH
from bot.telegram import dispatch
from bot.telegram.absence import LINES_A_CHAT, Accepted, passed_over
from bot.telegram.access import AllowedChats
from bot.telegram.answering import unsearchable
from bot.telegram.callbacks import NUMBERS, TOKEN_LENGTH, Press, Verb, new_token
from bot.telegram.dispatch import Dispatcher
from bot.telegram.failures import pause_of
from bot.telegram.markup import utf16_units
from bot.telegram.messages import name_of
from bot.telegram.order import Turns
from bot.telegram.polling import LONGEST_PAUSE, Backoff
from bot.telegram.redaction import QUIET, redacted
from bot.telegram.services import message_of
from bot.telegram.surroundings import COPY_LIMIT, _take_away
from corpus.articles import Span
from retrieval.engine import searchable
from retrieval.errors import QuestionError
from tests.bot.shelf import a_hit, an_article

TOKEN = "123456789:AAE-pretend-token-of-thirty-five-chars"
NOW = datetime(2026, 11, 1, tzinfo=UTC)


# -- callback data ------------------------------------------------------------------------------


@given(st.sampled_from(Verb), st.lists(st.integers(0, 9999), min_size=3, max_size=3))
def test_a_press_survives_its_data_which_fits(verb: Verb, numbers: list[int]) -> None:
    press = Press(verb=verb, token=new_token(), numbers=tuple(numbers[: NUMBERS[verb]]))
    assert Press.parse(press.data) == press
    assert 1 <= len(press.data.encode()) <= 64


@given(st.text(max_size=70))
def test_any_other_data_is_none_of_ours(data: str) -> None:
    press = Press.parse(data)
    assert press is None or press.data == data


def test_a_press_without_data_is_none_of_ours_and_tokens_are_twelve_characters() -> None:
    assert Press.parse(None) is None
    assert len({new_token() for _ in range(100)}) == 100
    assert all(len(new_token()) == TOKEN_LENGTH for _ in range(100))
    assert {len(verb.value) for verb in Verb} == {1}


# -- redaction ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "shown", [TOKEN, TOKEN.split(":")[1], TOKEN.replace(":", "%3A"), f"https://x/bot{TOKEN}/getMe"]
)
def test_no_log_record_shows_the_token(
    shown: str, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    log = logging.getLogger("somewhere.else")
    with redacted(TOKEN):
        log.warning("calling %s", shown)
        try:
            raise ValueError(shown)  # noqa: TRY301 - the traceback is what matters
        except ValueError:
            log.exception("failed for %(url)s", {"url": shown}, stack_info=True)
        record = caplog.records[-1]
        record.stack_info = f"Stack: {shown}"
        for handler in logging.getLogger().handlers:
            handler.handle(record)
    assert shown not in caplog.text
    assert "calling" in caplog.text
    assert "ValueError" in caplog.text


def test_libraries_are_quiet_only_while_the_bot_runs() -> None:
    before = {name: logging.getLogger(name).level for name in QUIET}
    with redacted(TOKEN):
        assert logging.getLogger("httpx").level >= logging.WARNING
        assert not logging.getLogger("telegram.request.BaseRequest").isEnabledFor(logging.ERROR)
    assert {name: logging.getLogger(name).level for name in QUIET} == before


def test_redaction_does_without_a_handler_of_last_resort(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(logging, "lastResort", None)
    with redacted(TOKEN):
        pass


# -- queues -------------------------------------------------------------------------------------


async def test_turns_of_a_key_come_in_order_and_keys_do_not_wait_for_each_other() -> None:
    turns, order = Turns(), []
    gate = asyncio.Event()

    async def one(key: int, number: int) -> None:
        async with turns.turn(key):
            if key == 1:
                await gate.wait()
            order.append((key, number))

    tasks = [asyncio.create_task(one(key, n)) for n in range(3) for key in (1, 2)]
    await asyncio.sleep(0.01)
    assert order == [(2, 0), (2, 1), (2, 2)]
    assert turns.is_crowded(1)
    assert not turns.is_crowded(2)
    gate.set()
    await asyncio.gather(*tasks)
    assert order[3:] == [(1, 0), (1, 1), (1, 2)]
    assert turns._queues == {}


async def test_a_turn_that_breaks_gives_way_to_the_next() -> None:
    turns = Turns()
    with pytest.raises(ValueError, match=TOKEN):
        async with turns.turn(1):
            raise ValueError(TOKEN)
    async with turns.turn(1):
        pass


async def test_pauses_grow_and_start_anew() -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    backoff = Backoff(sleep)
    for _ in range(9):
        await backoff.pause()
    backoff.reset()
    await backoff.pause(at_least=7)
    assert slept[:3] == [0.5, 1, 2]
    assert slept[8] == LONGEST_PAUSE
    assert slept[9] == 7


def test_only_a_refusal_for_speed_names_a_pause() -> None:
    assert pause_of(RetryAfter(3)) == 3
    assert pause_of(NetworkError("x")) == 0


# -- absences -----------------------------------------------------------------------------------


def accepted(number: int, chat: int, minutes: float, kind: Kind = Kind.QUESTION) -> Accepted[int]:
    asked = NOW - timedelta(minutes=minutes) if kind is not Kind.PRESS else None
    entry = Entry(
        update_id=number, chat_id=chat, kind=kind, payload="", asked_at=asked, received_at=NOW
    )
    return Accepted(entry, number)


@given(st.lists(st.tuples(st.integers(1, 3), st.floats(0, 20), st.sampled_from(Kind)), max_size=30))
def test_every_question_is_answered_or_spoken_for_by_a_newer_one(
    drawn: list[tuple[int, float, Kind]],
) -> None:
    held = [accepted(n, chat, age, kind) for n, (chat, age, kind) in enumerate(drawn)]
    over = passed_over(held, NOW)
    for one in held:
        entry = one.entry
        if entry.update_id not in over:
            continue
        instead = over[entry.update_id].instead.entry
        assert entry.kind is Kind.QUESTION
        assert entry.asked_at is not None
        assert NOW - entry.asked_at > timedelta(minutes=5)
        assert instead.update_id > entry.update_id
        assert instead.chat_id == entry.chat_id
        assert instead.update_id not in over
    for chat in (1, 2, 3):
        mine = [o for o in over.values() if o.instead.entry.chat_id == chat]
        assert sum(o.count for o in mine) == len(mine)
        assert len([o for o in mine if o.count]) <= LINES_A_CHAT


def test_a_fresh_question_of_another_chat_passes_nothing_over() -> None:
    held = [accepted(1, 1, 10), accepted(2, 2, 0), accepted(3, 1, 9, Kind.OTHER)]
    assert passed_over(held, NOW) == {}


# -- access, outlets, copying -------------------------------------------------------------------


def test_no_chats_named_means_all_and_groups_that_moved_stay_allowed() -> None:
    assert AllowedChats(frozenset(), {}).allows(5)
    chats = AllowedChats(frozenset({-1, 7}), {-1: -100, -3: -300})
    assert [chat for chat in (7, 8, -1, -100, -300) if chats.allows(chat)] == [7, -1, -100]


def test_an_outlet_is_its_source_else_its_site_else_nothing() -> None:
    assert name_of(an_article(source="A\nWire").citation) == "A Wire"
    assert name_of(an_article(source=None).citation) == "news.example"
    assert name_of(an_article(source=None, url="ftp://x.example").citation) == ""


@pytest.mark.parametrize(
    ("text", "url", "kinds"),
    [
        ("Short.", "https://a.example/x", ["copy", "url"]),
        ("Short. " + "X" * 300 + ".", "https://a.example/x", ["copy", "url"]),
        ("x" * 300, "https://a.example/x", ["url"]),
        ("x" * 300, None, []),
        ("Short.", None, ["copy"]),
        ("🙂" * 120 + ".", "https://a.example/" + "y" * 200, ["url"]),
    ],
)
def test_a_quote_is_copied_with_its_link_where_both_fit(
    text: str, url: str | None, kinds: list[str]
) -> None:
    article = an_article(text, url=url)
    mark = Span(start=0, end=min(3, len(text)))
    hit = HitRef.of(a_hit(article, marks=(mark,)))
    row = _take_away(Quote.cut(article, hit, limit=1500, measure=utf16_units), ENGLISH)
    assert ["copy" if b.copy else "url" for b in row] == kinds
    for button in row:
        assert utf16_units(button.copy or "") <= COPY_LIMIT
        assert button.copy is None or button.copy.split("\n")[0] in text


def test_handlers_of_the_last_resort_are_redacted_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert logging.lastResort is not None
    with redacted(TOKEN):
        record = logging.LogRecord("x", logging.ERROR, "", 0, f"token {TOKEN}", (), None)
        logging.lastResort.handle(record)
    sys.stderr.flush()
    assert TOKEN not in capsys.readouterr().err


# -- dispatch -----------------------------------------------------------------------------------


class Finished:
    """Stands where the errands do; the update 13 cannot be settled."""

    def __init__(self) -> None:
        self.ids: list[int] = []

    async def finish(self, update_id: int) -> None:
        if update_id == 13:
            raise OSError
        self.ids.append(update_id)


async def test_there_is_room_for_so_much_work_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatch, "MOST_OPEN", 2)
    gate, finished = asyncio.Event(), Finished()
    dispatcher = Dispatcher(chats=Turns(), errands=finished)
    await dispatcher.room()
    dispatcher.submit(accepted(1, 1, 0).entry, gate.wait)
    dispatcher.submit(accepted(2, 2, 0).entry, gate.wait)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(dispatcher.room(), 0.02)
    gate.set()
    await asyncio.wait_for(dispatcher.room(), 60)
    await dispatcher.drain(1)
    assert sorted(finished.ids) == [1, 2]


async def test_work_that_cannot_be_settled_is_logged_and_others_go_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    finished = Finished()
    dispatcher = Dispatcher(chats=Turns(), errands=finished)
    for number in (13, 14):
        dispatcher.submit(accepted(number, 1, 0).entry, lambda: asyncio.sleep(0))
    await dispatcher.drain(1)
    await dispatcher.drain(1)
    assert finished.ids == [14]
    assert "update 13 could not be settled" in caplog.text


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("?!", "There is no word in the question; ask it in words."),
        ("why " * 2000, "The question is too long; ask it in at most 4,096 characters."),
    ],
)
def test_a_refused_question_is_answered_with_what_to_do(question: str, said: str) -> None:
    with pytest.raises(QuestionError):
        searchable(question)
    assert unsearchable(ENGLISH, question) == said


def test_an_update_without_a_message_is_no_message() -> None:
    with pytest.raises(TypeError, match="update 5 brings no message"):
        message_of(Update(5))
