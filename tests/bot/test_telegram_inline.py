"""Inline mode, as people see it: they type, see results, send one, press its buttons."""

import asyncio
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.telegram.inline.lanes import Lanes
from corpus.articles import Span
from tests.bot.inline_double import InlineDouble
from tests.bot.telegram_bot import FLOOD, a_bot, article, flood
from tests.bot.telegram_double import ME, NOW, Failure, labels, quotes_in
from tests.doubles import KeywordEngine

ROAD = "Harlow Bridge road"
RISE = "How many metres in nine hours"


def stories(count: int) -> list[Any]:
    return [
        flood(f"story{n}", f"The road over Harlow Bridge number {n} is closed.", title=f"Title {n}")
        for n in range(count)
    ]


async def test_each_story_is_a_result_with_headline_best_sentence_and_a_keyboard(
    tmp_path: Path,
) -> None:
    double = InlineDouble()
    async with a_bot(tmp_path, flood(), *stories(1), double=double):
        found = await double.finds(RISE)
        [first, *_] = found["results"]
        message = double.picks(found)
    assert first["title"] == "Flood cuts valley road"
    assert first["description"] == "The river rose 2.4 metres in nine hours."
    assert first["description"] in FLOOD
    assert labels(message) == [["📖 Context", "👍", "👎"]]
    assert quotes_in(message) == [FLOOD]
    assert all("reply_markup" in item for item in found["results"])


async def test_the_message_links_to_the_source_and_to_its_receipt(tmp_path: Path) -> None:
    double = InlineDouble()
    async with a_bot(tmp_path, flood(), double=double) as bot:
        message = double.picks(await double.finds(ROAD))
        links = [one["url"] for one in message["entities"] if one["type"] == "text_link"]
        code = links[1].rpartition("v_")[2]
        receipt = bot.state.receipt(code)
    assert links[0].startswith("https://flood.example/flood#:~:text=")
    assert links[1] == f"https://t.me/{ME['username']}?start=v_{code}"
    assert receipt is not None
    assert (receipt.key, receipt.span) == ("flood", Span(start=0, end=len(FLOOD)))


async def test_results_come_in_pages_up_to_fifty_with_ids_that_stay(tmp_path: Path) -> None:
    double = InlineDouble()
    async with a_bot(tmp_path, *stories(60), double=double):
        found = [await double.finds(ROAD)]
        while found[-1].get("next_offset"):
            found.append(await double.finds(ROAD, offset=found[-1]["next_offset"]))
        again = await double.finds(ROAD)
    ids = [item["id"] for page in found for item in page["results"]]
    assert [len(page["results"]) for page in found] == [10, 10, 10, 10, 10]
    assert len(set(ids)) == 50
    assert [item["id"] for item in again["results"]] == ids[:10]
    assert [page.get("next_offset", "") for page in found] == ["10", "20", "30", "40", ""]


@pytest.mark.parametrize("text", ["", "br", "   "])
async def test_fewer_than_three_characters_offer_what_is_latest(text: str, tmp_path: Path) -> None:
    double = InlineDouble()
    old = flood("old", "An old story.", title="Old", published=datetime(2020, 1, 1, tzinfo=UTC))
    async with a_bot(tmp_path, old, flood(), double=double) as bot:
        found = await double.finds(text)
        message = double.picks(found)
        await double.taken()
        await bot.ends()
        assert bot.state.votes.tallies() == []
    assert [item["title"] for item in found["results"]] == ["Flood cuts valley road", "Old"]
    assert labels(message) == [["📖 Context"]]
    assert quotes_in(message) == [FLOOD]


async def test_what_nothing_answers_leads_into_the_private_chat_where_it_is_asked_again(
    tmp_path: Path,
) -> None:
    double = InlineDouble()
    async with a_bot(tmp_path, flood(), double=double):
        found = await double.finds("zeppelin harbour opera")
        payload = found["button"]["start_parameter"]
        assert found["results"] == []
        assert re.fullmatch(r"q_[A-Za-z0-9_-]{12}", payload)
        double.says(f"/start {payload}")
        [answer] = await double.shows(1)
        double.says(f"/start {payload}", user=8)
        [other] = await double.shows(1, chat=8)
        double.says("/start q_abcdefghijkl")
        [_, unknown] = await double.shows(2)
    assert answer["text"].startswith("🤷 No passage answers this.")
    assert (
        unknown["text"] == other["text"] == "I no longer keep this question. Please write it here."
    )


async def test_an_empty_library_says_so_above_no_results(tmp_path: Path) -> None:
    double = InlineDouble()
    async with a_bot(tmp_path, double=double):
        latest = await double.finds("")
        asked = await double.finds(RISE)
        double.says(f"/start {asked['button']['start_parameter']}")
        [answer] = await double.shows(1)
    assert latest["button"] == {
        "text": "This library holds no articles yet",
        "start_parameter": "start",
    }
    assert "holds no articles yet" in answer["text"]


async def test_a_query_of_256_units_and_one_without_words_are_answered(tmp_path: Path) -> None:
    double = InlineDouble()
    async with a_bot(tmp_path, flood(), double=double):
        longest = await double.finds((f"{RISE} " * 10)[:256])
        wordless = await double.finds("?!? 🤷")
        halves = await double.finds("🌊" * 128)
    assert longest["results"]
    assert wordless["results"] == halves["results"] == []


async def test_results_are_the_askers_own_and_soon_outdated(tmp_path: Path) -> None:
    double = InlineDouble()
    async with a_bot(tmp_path, flood(), double=double):
        mine, theirs = await double.finds(ROAD), await double.finds(ROAD, user=8)
    assert (mine["is_personal"], mine["cache_time"]) == (True, 30)
    assert mine["results"][0]["id"] != theirs["results"][0]["id"]


async def test_rights_are_those_of_the_person_who_types(tmp_path: Path) -> None:
    double = InlineDouble()
    options = {"chat_collections": {8: ("town",)}}
    async with a_bot(tmp_path, double=double, **options) as bot:
        public = flood("public", "The bridge road is closed, says the town.", title="Public")
        secret = flood("secret", "The bridge road is closed, says the mole.", title="Secret")
        bot.store.put(public, collection="town")
        bot.store.put(secret)
        assert isinstance(bot.engine, KeywordEngine)
        bot.engine.refresh()
        full = await double.finds("bridge road closed")
        found = await double.finds("bridge road closed", user=8)
        latest = await double.finds("", user=8)
        [secret_id] = [one["id"] for one in full["results"] if one["title"] == "Secret"]
        shared = await double.finds(f"#{secret_id} 1", user=8)
    assert {item["title"] for item in full["results"]} == {"Public", "Secret"}
    assert [item["title"] for item in found["results"]] == ["Public"]
    assert [item["title"] for item in latest["results"]] == ["Public"]
    assert shared["results"] == []


async def test_who_is_not_allowed_is_offered_nothing(tmp_path: Path) -> None:
    double = InlineDouble()
    async with a_bot(tmp_path, flood(), double=double, allowed=[7]):
        allowed, other = await double.finds(ROAD), await double.finds(ROAD, user=8)
    assert allowed["results"]
    assert other["results"] == []
    assert "button" not in other


async def test_of_what_somebody_types_only_the_newest_is_searched_for(tmp_path: Path) -> None:
    double = InlineDouble()
    words = "the road over harlow bridge is closed"
    async with a_bot(tmp_path, flood(), double=double) as bot:
        engine = bot.engine
        assert isinstance(engine, KeywordEngine)
        typed = [double.types(words[:end]) for end in range(3, len(words) + 1)]
        await double.until(lambda: set(typed) <= set(double.found))
        assert engine.asked[-1].text == words
        assert len(engine.asked) < 5
    answers = [double.found[query] for query in typed]
    assert answers[-1]["results"]
    overtaken = [one for one in answers if one["cache_time"] == 0]
    assert len(overtaken) >= len(typed) - 5
    assert not any(one["results"] for one in overtaken)


async def test_a_newer_query_of_one_person_leaves_others_alone_and_a_repeat_is_dropped(
    tmp_path: Path,
) -> None:
    double = InlineDouble()
    async with a_bot(tmp_path, flood(), double=double) as bot:
        mine, theirs = double.types(ROAD), double.types(ROAD, user=8)
        double.waiting.append({**double.waiting[0], "update_id": 9999})
        await double.until(lambda: {mine, theirs} <= set(double.found))
        await bot.ends()
    assert double.found[mine]["results"]
    assert double.found[theirs]["results"]
    assert double.count("answerInlineQuery") == 2


async def test_a_search_that_breaks_is_answered_with_nothing_and_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    double = InlineDouble()
    async with a_bot(tmp_path, flood(), double=double) as bot:
        assert isinstance(bot.engine, KeywordEngine)
        bot.engine._breaking["kaboom"] = OSError("the disk is gone")
        broken = await double.finds("kaboom road")
        whole = await double.finds(ROAD)
    assert broken["results"] == []
    assert whole["results"]
    assert "the disk is gone" in caplog.text


async def test_an_answer_that_comes_too_late_is_not_repeated(tmp_path: Path) -> None:
    double = InlineDouble()
    late = "Bad Request: query is too old and response timeout expired"
    async with a_bot(tmp_path, flood(), double=double) as bot:
        double.failures.append(Failure("answerInlineQuery", 400, description=late))
        double.failures.append(Failure("answerInlineQuery", 500))
        double.types(ROAD)
        await double.until(lambda: double.count("answerInlineQuery") == 1)
        double.types(ROAD)
        await double.until(lambda: double.count("answerInlineQuery") == 2)
        assert (await double.finds(ROAD))["results"]
        await bot.ends()


async def test_what_is_typed_is_not_written_down(tmp_path: Path) -> None:
    double = InlineDouble()
    async with a_bot(tmp_path, flood(), double=double) as bot:
        await double.finds(ROAD)
        await bot.ends()
        with bot.state._engine.connect() as connection:
            rows = connection.exec_driver_sql("SELECT kind FROM updates").all()
    assert rows == []


async def test_a_result_whose_article_is_gone_is_left_out(tmp_path: Path) -> None:
    double = InlineDouble()
    async with a_bot(tmp_path, flood(), *stories(1), double=double) as bot:
        bot.store.remove("story0")
        found = await double.finds(ROAD)
    assert [item["title"] for item in found["results"]] == ["Flood cuts valley road"]


async def test_a_long_best_sentence_is_cut_to_an_exact_slice(tmp_path: Path) -> None:
    long = "The road over Harlow Bridge " + "winds on and on " * 30 + "to the sea."
    double = InlineDouble()
    async with a_bot(tmp_path, article("long", long, title="Long"), double=double):
        [item] = (await double.finds(ROAD))["results"]
    described = item["description"]
    assert described.endswith(" …")
    assert long.startswith(described.removesuffix(" …"))
    assert 200 < len(described) <= 252


async def test_a_result_that_is_picked_is_a_weak_vote_apart_from_votes(tmp_path: Path) -> None:
    double = InlineDouble()
    async with a_bot(tmp_path, flood(), double=double) as bot:
        double.picks(await double.finds(ROAD))
        await double.taken()
        await bot.ends()
        [tally] = bot.state.votes.tallies()
    assert (tally.question, tally.ups, tally.downs, tally.chosen) == (ROAD, 0, 0, 1)


async def test_a_result_somebody_else_was_offered_is_not_theirs(tmp_path: Path) -> None:
    double = InlineDouble()
    async with a_bot(tmp_path, flood(), double=double) as bot:
        found = await double.finds(ROAD)
        for name in (found["results"][0]["id"], "nothing"):
            double.push(
                chosen_inline_result={
                    "result_id": name,
                    "from": {"id": 8, "is_bot": False, "first_name": "Eve"},
                    "query": ROAD,
                    "inline_message_id": "stolen",
                }
            )
        await double.taken()
        await bot.ends()
        assert bot.state.votes.tallies() == []
        assert bot.state.cards.card("stolen") is None


@pytest.mark.parametrize("told", [True, False])
async def test_only_the_senders_presses_edit_the_message(told: bool, tmp_path: Path) -> None:
    double = InlineDouble()
    async with a_bot(tmp_path, flood(), double=double):
        found = await double.finds(ROAD)
        message = double.picks(found, told=told)
        query = double.taps("📖", message)
        await double.until(lambda: "↩ Back" in str(labels(message)))
        assert double.answered[query].get("url") is None
        stranger = double.taps("↩", message, user=8)
        await double.until(lambda: stranger in double.answered)
        assert "↩ Back" in str(labels(message))
        token = found["results"][0]["id"]
        link = double.answered[stranger]["url"]
        assert link == f"https://t.me/{ME['username']}?start=a_{token}_0"
        double.says(f"/start a_{token}_0", user=8)
        [own] = await double.shows(1, chat=8)
        assert quotes_in(own)[0] == FLOOD
        double.taps("↩", message)
        await double.until(lambda: labels(message) == [["📖 Context", "👍", "👎"]])
    assert quotes_in(message) == [FLOOD]


async def test_buttons_work_after_a_restart_and_the_newest_press_wins(tmp_path: Path) -> None:
    double = InlineDouble()
    async with a_bot(tmp_path, flood(), double=double):
        found = await double.finds(ROAD)
        one, two = double.picks(found), double.picks(found)
        await double.taken()
    double.date += 60
    async with a_bot(tmp_path, double=double) as bot:
        token = found["results"][0]["id"]
        for data in (f"c:{token}:0:1:1", f"p:{token}:0", f"c:{token}:0:1:1"):
            double.taps_data(data, one)
        await double.until(lambda: "↩ Back" in str(labels(one)))
        again = double.taps_data(f"c:{token}:0:1:1", one)
        await double.until(lambda: again in double.answered)
        await bot.ends()
    assert len(double.answered) == 4
    assert labels(two) == [["📖 Context", "👍", "👎"]]
    assert double.count("editMessageText") <= 2


@pytest.mark.parametrize("data", ["p:abcdefghijkl:0", "zzz", "u:abcdefghijkl:0"])
async def test_a_button_that_is_not_known_gets_a_polite_toast(data: str, tmp_path: Path) -> None:
    double = InlineDouble()
    async with a_bot(tmp_path, flood(), double=double):
        message = double.picks(await double.finds(ROAD))
        query = double.taps_data(data, message)
        await double.until(lambda: query in double.answered)
    assert "no longer keep" in double.answered[query]["text"]


async def test_who_may_not_see_the_article_cannot_turn_the_message(tmp_path: Path) -> None:
    double = InlineDouble()
    async with a_bot(tmp_path, flood(), double=double, chat_collections={8: ("town",)}):
        message = double.picks(await double.finds(ROAD))
        query = double.taps("📖", message, user=8)
        await double.until(lambda: query in double.answered)
    assert double.answered[query]["text"] == "Only the person who sent this turns its pages."


async def test_what_a_person_sends_through_the_bot_in_its_own_chat_is_no_question(
    tmp_path: Path,
) -> None:
    double = InlineDouble()
    async with a_bot(tmp_path, flood(), double=double) as bot:
        double.says("Harlow Bridge road", via_bot=ME)
        double.says("Harlow Bridge road", user=8)
        await double.shows(1, chat=8)
        await bot.ends()
    assert double.shown() == []


async def test_share_offers_the_same_quote_to_another_chat(tmp_path: Path) -> None:
    double = InlineDouble()
    async with a_bot(tmp_path, *stories(3), double=double):
        double.says(ROAD)
        [answer] = await double.shows(1)
        double.presses("›")
        await double.until(lambda: "Story 2 of 3" in answer["text"])
        [share] = [
            button["switch_inline_query"]
            for row in answer["reply_markup"]["inline_keyboard"]
            for button in row
            if button["text"] == "↗ Share"
        ]
        found = await double.finds(share)
        message = double.picks(found)
        gone = await double.finds("#abcdefghijkl 1")
        beyond = await double.finds(share[:-1] + "9")
    assert len(found["results"]) == 1
    assert quotes_in(message) == quotes_in(answer)
    assert gone["results"] == beyond["results"] == []


async def test_what_the_sender_typed_is_told_to_nobody_else(tmp_path: Path) -> None:
    double = InlineDouble()
    async with a_bot(tmp_path, flood(), double=double):
        double.says("What about the Harlow Bridge road?")
        [answer] = await double.shows(1)
        token = str(answer["reply_markup"]["inline_keyboard"][0][0]["callback_data"]).split(":")[1]
        found = await double.finds(f"#{token} 1")
        message = double.picks(found)
        double.says(f"/start a_{found['results'][0]['id']}_0", user=8)
        [other] = await double.shows(1, chat=8)
        double.says("/why", user=8)
        [_, why] = await double.shows(2, chat=8)
        latest = double.picks(await double.finds(""))
    assert quotes_in(other) == quotes_in(message) == [FLOOD]
    assert "👍" not in str(labels(other))
    told = "\n".join(one["text"] for one in (message, other, why, latest))
    assert "What about" not in told
    assert "latest" not in told


async def test_without_inline_mode_there_is_nothing_to_share(tmp_path: Path) -> None:
    double = InlineDouble(inline=False)
    async with a_bot(tmp_path, flood(), double=double):
        double.says(ROAD)
        [answer] = await double.shows(1)
    assert "↗ Share" not in str(labels(answer))
    assert "👍" in str(labels(answer))


async def test_old_offers_that_nobody_sent_are_dropped(tmp_path: Path) -> None:
    double = InlineDouble()
    async with a_bot(tmp_path, flood(), *stories(1), double=double):
        found = await double.finds(ROAD)
        double.picks(found, 0)
        await double.taken()
    double.date = NOW + 31 * 86400
    async with a_bot(tmp_path, double=double) as bot:
        ids = [item["id"] for item in found["results"]]
        await double.until(lambda: bot.state.answer(ids[1]) is None)
        assert bot.state.answer(ids[0]) is not None


async def test_forgetting_a_person_erases_what_they_were_offered_and_sent(tmp_path: Path) -> None:
    double = InlineDouble()
    async with a_bot(tmp_path, flood(), double=double) as bot:
        message = double.picks(await double.finds(ROAD))
        await double.finds(ROAD, user=8)
        await double.until(lambda: bot.state.cards.card(message["inline_message_id"]))
        assert bot.state.cards.forget(7) == 2
        assert bot.state.cards.forget(7) == 0
        query = double.taps("📖", message)
        await double.until(lambda: query in double.answered)
    assert "no longer keep" in double.answered[query]["text"]


async def test_a_lane_runs_one_search_of_a_person_at_a_time_and_few_in_all() -> None:
    running, most, started = 0, 0, []
    gate = asyncio.Event()

    async def search(name: str) -> str:
        nonlocal running, most
        running += 1
        most = max(most, running)
        started.append(name)
        await gate.wait()
        running -= 1
        return name

    lanes: Lanes[str] = Lanes(at_once=2)
    tasks = [
        asyncio.create_task(lanes.newest(person, lambda name=f"{person}{n}": search(name)))
        for n in range(5)
        for person in "abc"
    ]
    await asyncio.sleep(0)
    gate.set()
    found = await asyncio.gather(*tasks)
    assert found[-3:] == ["a4", "b4", "c4"]
    assert found[:-3] == [None] * 12
    assert most <= 2
    assert len(started) <= 5


async def test_what_an_overtaken_search_raises_troubles_nobody() -> None:
    gate = asyncio.Event()

    async def broken() -> str:
        await gate.wait()
        message = "broken"
        raise OSError(message)

    async def whole() -> str:
        return "whole"

    lanes: Lanes[str] = Lanes(at_once=1)
    first = asyncio.create_task(lanes.newest(1, broken))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    second = asyncio.create_task(lanes.newest(1, whole))
    assert await first is None
    gate.set()
    assert await second == "whole"
    with pytest.raises(OSError, match="broken"):
        await lanes.newest(2, broken)
