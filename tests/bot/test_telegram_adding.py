from pathlib import Path

import pytest

from tests.bot.telegram_bot import FLOOD, flood
from tests.bot.telegram_double import labels
from tests.bot.telegram_office import ADMIN, STRANGER, an_office, channel_post, pressed, says_now

PROSE = (
    "The ferry to Gull Island is cancelled until Friday. "
    "Strong winds have closed the harbour at Saltmouth since dawn. "
    "Passengers may exchange their tickets at the harbour office."
)
PAGE = f"The ferry stays in port\n\n{PROSE}\n"
MENU = "Home\nNews\nSport\nWeather\n\n"


async def test_a_file_is_previewed_and_answers_once_it_is_added(tmp_path: Path) -> None:
    async with an_office(tmp_path, flood()) as bot:
        bot.double.sends_file("ferry.txt", PAGE.encode())
        [message] = await bot.double.shows(1)
        assert message["text"].startswith("📥 Not added yet\n\nThe ferry stays in port\n")
        assert "language: en · 33 words · 1 passage" in message["text"]
        assert "🧹 Cleaning leaves nothing out." in message["text"]
        assert labels(message) == [
            ["✅ Add", "✖ Discard"],
            ["👁 Cleaned text", "✏️ Title / date / source"],
        ]
        assert bot.store.counts().articles == 1
        answer = await pressed(bot, "✅ Add")
        assert answer["text"] == "⏳ Adding …"
        message = await says_now(bot, "✅ Added: The ferry stays in port")
        assert "1 passage, searchable now." in message["text"]
        assert labels(message) == [["↩ Undo"]]
        stored = bot.store.article("ferry.txt")
        assert stored.origin == "telegram:ferry.txt"
        assert bot.store.raw(stored.version_id) == PAGE.encode()
        bot.double.says("Why is the ferry to Gull Island cancelled?")
        shown = await bot.double.shows(2)
    assert "closed the harbour at Saltmouth" in shown[-1]["text"]


async def test_undo_takes_the_article_out_again(tmp_path: Path) -> None:
    async with an_office(tmp_path, flood()) as bot:
        bot.double.sends_file("ferry.txt", PAGE.encode())
        await bot.double.shows(1)
        await pressed(bot, "✅ Add")
        await says_now(bot, "✅ Added")
        await pressed(bot, "↩ Undo")
        message = await says_now(bot, "↩ Taken out again: The ferry stays in port")
        assert not labels(message)
        assert [one.key for one in bot.store.citations()] == ["flood"]


async def test_a_forwarded_post_keeps_its_address_day_and_channel(tmp_path: Path) -> None:
    async with an_office(tmp_path) as bot:
        bot.double.sends(**channel_post(PAGE))
        [message] = await bot.double.shows(1)
        assert "Harlow News · 30 October 2026\nhttps://t.me/harlow/42\n" in message["text"]
        await pressed(bot, "✅ Add")
        await says_now(bot, "✅ Added")
        article = bot.store.article("telegram/1234567890/42")
    assert article.origin == article.citation.url == "https://t.me/harlow/42"
    assert article.citation.source == "Harlow News"
    assert f"{article.citation.published:%Y-%m-%d}" == "2026-10-30"


async def test_text_after_add_is_an_article_and_so_is_what_add_replies_to(tmp_path: Path) -> None:
    async with an_office(tmp_path) as bot:
        bot.double.says(f"/add {PAGE}")
        [first] = await bot.double.shows(1)
        assert "The ferry stays in port" in first["text"]
        message = bot.double.sends(**channel_post(PROSE, username=None))
        await bot.double.shows(2)
        bot.double.says("/add", reply_to_message=message)
        shown = await bot.double.shows(3)
        bot.double.says("/add")
        shown = await bot.double.shows(4)
    assert "https://t.me/c/1234567890/42" in shown[2]["text"]
    assert shown[3]["text"].startswith("Send me a link, a file")


async def test_the_cleaned_text_is_shown_in_pages(tmp_path: Path) -> None:
    long = "\n\n".join(f"{number}. {PROSE}" for number in range(40))
    async with an_office(tmp_path) as bot:
        bot.double.sends_file("ferry.txt", f"{MENU}The ferry stays in port\n\n{long}".encode())
        [message] = await bot.double.shows(1)
        assert "🧹 Cleaning leaves out: 4 menu lines" in message["text"]
        await pressed(bot, "👁")
        await says_now(bot, "1 / 3")
        assert "Sport" not in message["text"]
        assert labels(message) == [["›"], ["↩ Back"]]
        await pressed(bot, "›")
        await says_now(bot, "2 / 3")
        await pressed(bot, "↩ Back")
        await says_now(bot, "📥 Not added yet")


async def test_title_date_and_source_are_changed_by_a_reply(tmp_path: Path) -> None:
    async with an_office(tmp_path) as bot:
        bot.double.sends_file("ferry.txt", PAGE.encode())
        [message] = await bot.double.shows(1)
        await pressed(bot, "✏️")
        await says_now(bot, "Reply to this message")
        bot.double.says("date: some day", reply_to_message=dict(message))
        await says_now(bot, "I cannot read the date “some day”")
        bot.double.says("well", reply_to_message=dict(message))
        await says_now(bot, "I understood none of these lines")
        text = "Title: Ferry cancelled\ndate: 2026-11-20\nsource: Saltmouth Post\ncollection: news"
        bot.double.says(text, reply_to_message=dict(message))
        await says_now(bot, "Ferry cancelled")
        assert "Saltmouth Post · 20 November 2026" in message["text"]
        assert "Collection: news" in message["text"]
        await pressed(bot, "✅ Add")
        await says_now(bot, "✅ Added: Ferry cancelled")
        cited = bot.store.article("ferry.txt", collection="news").citation
    assert (cited.title, cited.source) == ("Ferry cancelled", "Saltmouth Post")


async def test_a_discarded_draft_leaves_nothing(tmp_path: Path) -> None:
    async with an_office(tmp_path) as bot:
        bot.double.sends_file("ferry.txt", PAGE.encode())
        [message] = await bot.double.shows(1)
        data = message["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
        token = data.split(":")[1]
        assert bot.state.drafts.content(token)
        await pressed(bot, "✖ Discard")
        await says_now(bot, "✖ Discarded: The ferry stays in port")
        late = bot.double.presses_data(data, message)
        await bot.double.until(lambda: late in bot.double.answered)
        assert not bot.state.drafts.content(token)
        assert not bot.store.citations()
    assert bot.double.answered[late]["text"] == "This is decided already."


async def test_only_administrators_add(tmp_path: Path) -> None:
    async with an_office(tmp_path, flood()) as bot:
        bot.double.says(f"/add {PAGE}", user=STRANGER)
        [line] = await bot.double.shows(1, chat=STRANGER)
        bot.double.sends_file("ferry.txt", PAGE.encode(), user=STRANGER)
        shown = await bot.double.shows(2, chat=STRANGER)
        bot.double.sends_file("ferry.txt", PAGE.encode(), user=ADMIN)
        [preview] = await bot.double.shows(1)
        data = preview["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
        forged = bot.double.presses_data(data, shown[-1], user=STRANGER)
        inside = bot.double.presses_data(data, preview, user=STRANGER)
        await bot.double.until(lambda: {forged, inside} <= set(bot.double.answered))
        assert bot.store.counts().articles == 1
    assert line["text"] == "Only the people who run this bot can do that."
    assert shown[-1]["text"].startswith("I can only read text")
    for query in (forged, inside):
        assert bot.double.answered[query]["text"] == "This button is not for you."


@pytest.mark.parametrize(
    ("name", "data", "line"),
    [
        ("empty.txt", b"", "empty.txt is empty, so there is nothing to add."),
        ("blank.txt", b" \n ", "❌ I cannot add blank.txt: "),
        ("broken.pdf", b"%PDF-1.7\nnot a PDF at all", "❌ I cannot add broken.pdf: "),
        ("cut.docx", b"PK\x03\x04" + b"\x00" * 200, "❌ I cannot add cut.docx: "),
        ("program.exe", b"MZ\x90\x00" + bytes(range(256)), "❌ I cannot add program.exe: "),
    ],
    ids=["empty", "blank", "damaged pdf", "damaged word", "program"],
)
async def test_what_cannot_be_read_gets_one_line_with_its_reason(
    name: str, data: bytes, line: str, tmp_path: Path
) -> None:
    async with an_office(tmp_path) as bot:
        bot.double.sends_file(name, data)
        [message] = await bot.double.shows(1)
    assert message["text"].startswith(line)
    assert not labels(message)
    assert FLOOD not in message["text"]
