from pathlib import Path

from corpus.backup_notes import BackupNote, write_notes
from retrieval.story_index import StoryIndex
from tests.bot.telegram_bot import FLOOD, article, flood
from tests.bot.telegram_double import TelegramDouble, labels
from tests.bot.telegram_office import OTHER_ADMIN, STRANGER, an_office, pressed, says_now
from tests.corpus.builders import NOON

QUESTION = "How far did the river rise at Harlow Bridge?"


async def test_removing_asks_first_and_names_what_is_lost(tmp_path: Path) -> None:
    write_notes(tmp_path, [BackupNote(path=tmp_path / "library.tar", made_at=NOON)])
    copy = flood("copy", title="Road cut by flood")
    async with an_office(tmp_path, flood(), copy, flood(text=f"{FLOOD} Rain fell.")) as bot:
        with StoryIndex(tmp_path) as stories:
            stories.bring_up_to_date(bot.store)
        bot.double.says("/remove flood")
        [message] = await bot.double.shows(1)
        assert "🗑 Erase this for good, with all versions?\n\nFlood cuts" in message["text"]
        assert "flood (main)\n2 versions, 1 passage\n" in message["text"]
        assert "its story goes on with: Road cut by flood" in message["text"]
        assert "still in 1 backup: " in message["text"]
        assert labels(message) == [["🗑 Erase for good"], ["✖ Keep"]]
        await pressed(bot, "🗑 Erase for good")
        message = await says_now(bot, "🗑 Erased: Flood cuts valley road")
        assert "delete it too" in message["text"]
        assert [one.key for one in bot.store.citations()] == ["copy"]
        assert not labels(message)


async def test_kept_is_kept_and_a_second_press_changes_nothing(tmp_path: Path) -> None:
    double = TelegramDouble()
    async with an_office(tmp_path, flood(), double=double) as bot:
        bot.double.says("/remove flood")
        [message] = await bot.double.shows(1)
        erase = message["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    async with an_office(tmp_path, double=double) as bot:
        await pressed(bot, "✖ Keep")
        await says_now(bot, "✖ Nothing was erased.")
        query = bot.double.presses_data(erase, message)
        await bot.double.until(lambda: query in bot.double.answered)
        assert bot.double.answered[query]["text"] == "This is decided already."
        assert bot.store.counts().articles == 1


async def test_an_answer_is_replied_to_and_one_of_its_articles_erased(tmp_path: Path) -> None:
    other = article("rain", "The river rose at Harlow Bridge when it rained.", title="Rain")
    async with an_office(tmp_path, flood(), other) as bot:
        bot.double.says(QUESTION)
        [answer] = await bot.double.shows(1)
        bot.double.says("/remove", reply_to_message=dict(answer))
        [_, message] = await bot.double.shows(2)
        assert "no other article tells its story" in message["text"]
        await pressed(bot, "🗑 Erase")
        await says_now(bot, "🗑 Erased: ")
        assert bot.store.counts().articles == 1
        bot.double.says("/remove", reply_to_message=dict(answer))
        shown = await bot.double.shows(3)
    assert shown[-1]["text"].startswith(("Write /remove", "It is not in the library any more."))


async def test_removing_what_is_not_there_and_nothing_at_all(tmp_path: Path) -> None:
    async with an_office(tmp_path, flood()) as bot:
        bot.double.says("/remove flod")
        bot.double.says("/remove")
        first, second = await bot.double.shows(2)
    assert "I find no such article: there is no article flod" in first["text"]
    assert second["text"].startswith("Write /remove and the key of an article")


async def test_a_key_in_several_collections_has_a_button_for_each(tmp_path: Path) -> None:
    async with an_office(tmp_path, flood()) as bot:
        bot.store.put(flood(), collection="news")
        bot.double.says("/remove flood")
        [message] = await bot.double.shows(1)
        assert labels(message) == [["🗑 Erase 1", "🗑 Erase 2"], ["✖ Keep all"]]
        await pressed(bot, "🗑 Erase 2")
        await says_now(bot, "🗑 Erased")
        assert [one.collection for one in bot.store.citations()] == ["main"]


async def test_nobody_else_erases(tmp_path: Path) -> None:
    async with an_office(tmp_path, flood()) as bot:
        bot.double.says("/remove flood", user=STRANGER)
        [line] = await bot.double.shows(1, chat=STRANGER)
        bot.double.says("/remove flood")
        [message] = await bot.double.shows(1)
        data = message["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
        for user in (STRANGER, OTHER_ADMIN):
            query = bot.double.presses_data(data, message, user=user)
            await bot.double.until(lambda query=query: query in bot.double.answered)
            assert bot.double.answered[query]["text"] == "This button is not for you."
        unknown = bot.double.presses_data("r:abcdefghijkl:1", message)
        await bot.double.until(lambda: unknown in bot.double.answered)
        assert bot.store.counts().articles == 1
    assert line["text"] == "Only the people who run this bot can do that."
    assert bot.double.answered[unknown]["text"].startswith("I no longer keep")


async def test_a_chat_limited_to_collections_erases_nothing_else(tmp_path: Path) -> None:
    async with an_office(tmp_path, flood(), chat_collections={7: ("news",)}) as bot:
        bot.double.says("/remove flood")
        [message] = await bot.double.shows(1)
    assert "I find no such article" in message["text"]


async def test_what_could_not_be_erased_may_be_erased_again(tmp_path: Path) -> None:
    async with an_office(tmp_path, flood()) as bot:
        bot.double.says("/remove flood")
        await bot.double.shows(1)
        blocked = tmp_path / "index"
        if blocked.exists():
            blocked.rename(tmp_path / "kept")
        blocked.write_text("no folder")
        await pressed(bot, "🗑 Erase")
        message = await says_now(bot, "❌ It could not be taken out: ")
        assert labels(message) == [["🗑 Erase for good"], ["✖ Keep"]]
        blocked.unlink()
        await pressed(bot, "🗑 Erase")
        await says_now(bot, "🗑 Erased: Flood cuts valley road")
        assert not bot.store.citations()
        bot.double.says("/remove flood")
        await says_now(bot, "it was removed on ")
