"""The calls of inline mode when the server is slow, busy or gone; the clock is set by hand."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from bot.speech import ENGLISH
from bot.telegram.client import make_client
from bot.telegram.inline_calls import Edited, InlineCalls, Results, result
from bot.telegram.messages import Drawn, plain
from bot.telegram.pacing import Pacer
from bot.telegram.texts import trouble as trouble_texts
from tests.bot.inline_double import InlineDouble
from tests.bot.telegram_bot import FAST
from tests.bot.telegram_double import DoubleRequest, Failure

AFTER = plain("after")


@asynccontextmanager
async def calling(double: InlineDouble) -> AsyncIterator[tuple[InlineCalls, list[float]]]:
    """Yield calls to the double, and the pauses they would have made."""
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    request, polling = DoubleRequest(double), DoubleRequest(double)
    client = make_client(
        token=double.token, api_url="https://double", request=request, polling=polling
    )
    async with client:
        yield InlineCalls(client, Pacer(FAST), sleep=sleep), pauses
    double.check()


async def a_message(double: InlineDouble, calls: InlineCalls) -> str:
    """Return the inline id of a message that says "before"."""
    query = double.types("anything")
    offer = result(plain("before"), ENGLISH, name="one", title="One")
    await calls.answer(query, Results(articles=[offer]))
    return str(double.picks(double.found[query], told=False)["inline_message_id"])


async def edited(calls: InlineCalls, name: str, *, wanted: bool = True) -> Edited:
    return await calls.edit(AFTER, ENGLISH, inline_message_id=name, still_wanted=lambda: wanted)


@pytest.mark.parametrize(
    ("failure", "pause"),
    [
        (Failure("editMessageText", "timeout"), 0.5),
        (Failure("editMessageText", "drop"), 0.5),
        (Failure("editMessageText", "refuse"), 0.5),
        (Failure("editMessageText", 429, description="Too", parameters={"retry_after": 7}), 7.0),
        (Failure("editMessageText", 429, description="Too", parameters={"retry_after": 99}), 30.0),
    ],
    ids=["timeout", "drop", "refuse", "busy", "very busy"],
)
async def test_an_edit_is_repeated_after_a_pause(failure: Failure, pause: float) -> None:
    double = InlineDouble()
    async with calling(double) as (calls, pauses):
        name = await a_message(double, calls)
        double.failures.append(replace(failure, times=1))
        assert await edited(calls, name) is Edited.DONE
        assert pauses == [pause]
    assert double.sent[name]["text"] == "after"


async def test_an_edit_that_fails_again_and_again_is_left() -> None:
    double = InlineDouble()
    async with calling(double) as (calls, pauses):
        name = await a_message(double, calls)
        double.failures.append(Failure("editMessageText", "timeout", times=3))
        assert await edited(calls, name) is Edited.DROPPED
        assert (len(pauses), double.count("editMessageText")) == (3, 3)
        assert await edited(calls, name) is Edited.DONE


async def test_an_edit_nobody_wants_any_more_is_not_made_and_one_of_nothing_new_is_done() -> None:
    double = InlineDouble()
    async with calling(double) as (calls, pauses):
        name = await a_message(double, calls)
        assert await edited(calls, name, wanted=False) is Edited.DROPPED
        assert double.count("editMessageText") == 0
        assert await edited(calls, name) is Edited.DONE
        same = "Bad Request: message is not modified: specified new message content"
        double.failures.append(Failure("editMessageText", 400, description=same))
        assert await edited(calls, name) is Edited.DONE
        gone = "Bad Request: MESSAGE_ID_INVALID"
        double.failures.append(Failure("editMessageText", 400, description=gone))
        assert await edited(calls, name) is Edited.GONE
        assert pauses == []


async def test_a_message_that_would_not_show_its_quotes_exactly_is_not_offered(
    caplog: pytest.LogCaptureFixture,
) -> None:
    forged = Drawn(html="<blockquote>The river fell.</blockquote>", quotes=("The river rose.",))
    article = result(forged, ENGLISH, name="one", title="One")
    assert article.input_message_content.message_text == trouble_texts.unprovable(ENGLISH)
    assert "would not show its quotes exactly" in caplog.text


@pytest.mark.parametrize("is_on", [True, False])
async def test_whether_the_bot_has_inline_mode_is_what_telegram_says(is_on: bool) -> None:
    async with calling(InlineDouble(inline=is_on)) as (calls, _):
        assert calls.is_on is is_on
