from pathlib import Path

from bot.speech import ENGLISH
from bot.telegram.texts import answers as answer_texts
from corpus.articles import CleaningMap, Dropped, DropReason, Span
from tests.bot.telegram_bot import FLOOD, a_bot, article, flood
from tests.bot.telegram_double import ME, labels, piece, quotes_in
from tests.corpus.builders import prepared

QUESTION = "How far did the river rise at Harlow Bridge?"
COPY = FLOOD + " Copied."


async def test_an_answer_begins_with_the_exact_quote(tmp_path: Path) -> None:
    async with a_bot(tmp_path, flood()) as bot:
        bot.double.says(QUESTION)
        [message] = await bot.double.shows(1)
    assert message["text"].startswith(FLOOD)
    assert quotes_in(message) == [FLOOD]
    assert "reply_to_message" not in message


async def test_an_answer_names_title_source_date_link_receipt_and_confidence(
    tmp_path: Path,
) -> None:
    async with a_bot(tmp_path, flood()) as bot:
        bot.double.says(QUESTION)
        [message] = await bot.double.shows(1)
        [hit] = bot.engine.answer(bot.engine.asked[0]).hits
    lines = message["text"].split("\n")
    assert lines[1:4] == [
        "Flood cuts valley road",
        "Example Wire · 30 October 2026 · open at this sentence",
        f"🧾 {hit.receipt} · strong match",
    ]
    assert lines[-1] == answer_texts.story_of(ENGLISH, number=1, total=1)
    links = [e["url"] for e in message["entities"] if e["type"] == "text_link"]
    assert links[0].startswith("https://flood.example/flood#:~:text=")
    assert links[1] == f"https://t.me/{ME['username']}?start=v_{hit.receipt}"


async def test_the_sentence_that_answers_is_bold_and_underlined(tmp_path: Path) -> None:
    async with a_bot(tmp_path, flood()) as bot:
        bot.double.says("Which road to Harlow Bridge was cut before midnight?")
        [message] = await bot.double.shows(1)
    marked = "It cut the only road to Harlow Bridge shortly before midnight."
    shown = {e["type"]: piece(message, e) for e in message["entities"] if e["offset"] > 0}
    assert shown["underline"] == marked
    bold = [piece(message, e) for e in message["entities"] if e["type"] == "bold"]
    assert bold == [marked, "Flood cuts valley road"]


async def test_a_date_without_time_is_the_same_day_around_the_world(tmp_path: Path) -> None:
    async with a_bot(tmp_path, flood()) as bot:
        bot.double.says(QUESTION)
        [message] = await bot.double.shows(1)
    [date] = [e for e in message["entities"] if e["type"] == "date_time"]
    hours_into_the_day = date["unix_time"] % 86_400 / 3600
    assert piece(message, date) == "30 October 2026"
    assert -10 + hours_into_the_day >= 0
    assert 13 + hours_into_the_day < 24


async def test_what_articles_and_people_wrote_is_escaped(tmp_path: Path) -> None:
    wild = flood(
        text="<b>The river</b> & the bridge </blockquote> rose &amp; fell at Harlow.",
        title='A "<i>wild</i>" & <title>',
        source="<Source> & Söhne",
    )
    async with a_bot(tmp_path, wild) as bot:
        bot.double.says("<b>river</b> &amp; bridge at Harlow?")
        [message] = await bot.double.shows(1)
    assert message["text"].startswith("<b>The river</b> & the bridge </blockquote> rose &amp; fell")
    assert 'A "<i>wild</i>" & <title>' in message["text"]
    assert "<Source> & Söhne" in message["text"]


async def test_only_web_addresses_are_linked(tmp_path: Path) -> None:
    async with a_bot(tmp_path, flood(url="javascript:alert(1)")) as bot:
        bot.double.says(QUESTION)
        [message] = await bot.double.shows(1)
        bot.double.presses("📖 Context")
        await bot.double.until(lambda: "edit_date" in message)
    assert "open at this sentence" not in message["text"]
    assert labels(message) == [["⧉ Copy quote", "↩ Back"]]


async def test_copies_are_named_and_listed(tmp_path: Path) -> None:
    copies = [flood(f"copy{n}", COPY, source=f"Site {n}") for n in range(6)]
    async with a_bot(tmp_path, flood(), *copies) as bot:
        bot.double.says(QUESTION)
        [message] = await bot.double.shows(1)
        named = [line for line in message["text"].split("\n") if line.startswith("🗞")]
        assert labels(message)[0] == ["📖 Context", "🗞 Sources 7"]
        bot.double.presses("🗞 Sources")
        await bot.double.until(lambda: "hold this sentence" in message["text"])
        listed = message["text"].split("\n")
        bot.double.presses("↩ Back")
        await bot.double.until(lambda: quotes_in(message) == [FLOOD])
    assert named == ["🗞 also in 6 copies: Site 0, Site 1, Site 2, Site 3 and 2 more"]
    assert listed[0] == "7 articles hold this sentence"
    assert len([line for line in listed if line.startswith("• Flood cuts valley road · ")]) == 7


async def test_pages_turn_in_place_and_only_where_there_is_one(tmp_path: Path) -> None:
    stories = [flood(f"story{n}", f"{FLOOD} Story {n}.", title=f"Title {n}") for n in range(3)]
    async with a_bot(tmp_path, *stories) as bot:
        bot.double.says(QUESTION)
        [message] = await bot.double.shows(1)
        assert labels(message)[-1] == ["1 / 3", "›"]
        for label, row in [
            ("›", ["‹", "2 / 3", "›"]),
            ("›", ["‹", "3 / 3"]),
            ("‹", ["‹", "2 / 3", "›"]),
        ]:
            bot.double.presses(label)
            await bot.double.until(lambda row=row: labels(message)[-1] == row)
        assert "Story 2 of 3." in message["text"]
        query = bot.double.presses("2 / 3")
        await bot.double.until(lambda: query in bot.double.answered)
    toast = bot.double.answered[query]
    assert toast["text"] == "1. Title 0\n2. Title 1\n3. Title 2"
    assert toast["show_alert"] is True
    assert len(bot.double.answered) == 4


async def test_other_passages_of_the_story_are_folded_each_with_its_receipt(
    tmp_path: Path,
) -> None:
    passages = [
        f"The river rose at Harlow Bridge, part {n}. " + "So it was. " * n for n in range(5)
    ]
    story = article("long", *(p.strip() for p in passages), title="Long", url="https://a.example")
    async with a_bot(tmp_path, story) as bot:
        bot.double.says("river Harlow Bridge")
        [message] = await bot.double.shows(1)
        codes = [line.split("🧾 ")[1][:10] for line in message["text"].split("\n") if "🧾" in line]
        kept = [bot.state.receipt(code) for code in codes]
    kinds = [e["type"] for e in message["entities"] if "blockquote" in e["type"]]
    assert kinds == ["blockquote", "expandable_blockquote", "expandable_blockquote"]
    text = story.raw.text
    assert quotes_in(message) == [r.span.of(text) for r in kept if r is not None]


async def test_a_long_passage_is_cut_at_a_sentence_with_the_ellipsis_outside(
    tmp_path: Path,
) -> None:
    sentences = [f"Sentence number {n} tells of the quiet valley." for n in range(80)]
    sentences[40] = "At Harlow the river rose 2.4 metres 🌊 in nine hours."
    text = " ".join(sentences)
    async with a_bot(tmp_path, flood(text=text)) as bot:
        bot.double.says("How many metres did the river rise at Harlow?")
        [message] = await bot.double.shows(1)
        receipt = bot.state.receipt(message["text"].split("🧾 ")[1][:10])
    [quote] = quotes_in(message)
    assert receipt is not None
    assert quote == receipt.span.of(text)
    assert sentences[40] in quote
    assert len(quote.encode("utf-16-le")) // 2 <= 1500
    assert quote.endswith(".")
    assert message["text"].startswith("…\n" + quote + "\n…\n")


async def test_nothing_found_says_what_was_searched_and_shows_the_nearest_only_if_asked(
    tmp_path: Path,
) -> None:
    async with a_bot(tmp_path, flood(), flood("other", "Frost in the valley today.")) as bot:
        bot.double.says("Who won the football match in the valley between Mars and Venus?")
        [message] = await bot.double.shows(1)
        first = message["text"]
        bot.double.presses("Show them anyway")
        await bot.double.until(lambda: quotes_in(message))
    assert first.split("\n") == [
        "🤷 No passage answers this.",
        "I searched 2 articles, the newest of 30 October 2026.",
        "Nearest, but probably not an answer: Flood cuts valley road",
    ]
    assert "probably not an answer" in message["text"]


async def test_nothing_near_and_an_empty_library_only_offer_to_tell_later(tmp_path: Path) -> None:
    async with a_bot(tmp_path) as bot:
        bot.double.says("Who won?")
        [message] = await bot.double.shows(1)
    assert message["text"] == "🤷 No passage answers this.\nThis library holds no articles yet."
    assert labels(message) == [["🔔 Tell me when something answers it"]]


async def test_context_shows_the_quote_between_its_neighbours(tmp_path: Path) -> None:
    around = [f"Line {n} of the report tells what happened that night." for n in range(60)]
    around[30] = FLOOD
    text = "\n\n".join(around)
    start = text.index(FLOOD)
    one = prepared(
        "report",
        text,
        title="Report",
        url="https://a.example/report",
        spans=[Span(start=start, end=start + len(FLOOD))],
    )
    async with a_bot(tmp_path, one) as bot:
        bot.double.says(QUESTION)
        [message] = await bot.double.shows(1)
        bot.double.presses("📖 Context")
        await bot.double.until(lambda: "Line 29 " in message["text"])
        first = dict(message)
        bot.double.presses("▲ more above")
        await bot.double.until(lambda: message["text"] != first["text"])
        higher = message["text"]
        bot.double.presses("▼ more below")
        await bot.double.until(lambda: message["text"] != higher)
        lower = message["text"]
        bot.double.presses("↩ Back")
        await bot.double.until(lambda: message["text"].startswith(FLOOD))
    assert quotes_in(first) == [FLOOD]
    assert labels(first) == [
        ["▲ more above", "▼ more below"],
        ["⧉ Copy quote", "🔗 Source", "↩ Back"],
    ]
    above, below = first["text"].split(FLOOD)
    assert above.strip() in text
    assert "Line 31 " in below
    assert len(higher) > len(first["text"])
    assert higher.split(FLOOD)[0].endswith(above)
    assert lower.split(FLOOD)[0] == higher.split(FLOOD)[0]


async def test_context_leaves_out_what_cleaning_drops_and_says_so(tmp_path: Path) -> None:
    head = "Flood cuts valley road"
    text = f"{head}\n\n{head}\n\nBefore it rained.\n\n{FLOOD}\n\nSubscribe now!\n\nAfter it dried."
    menu, again = text.index("Subscribe"), len(head) + 2
    cleaning = CleaningMap(
        headline=Span(start=0, end=len(head)),
        dropped=(
            Dropped(
                span=Span(start=again, end=again + len(head)), reason=DropReason.REPEATED_HEADLINE
            ),
            Dropped(span=Span(start=menu, end=menu + 14), reason=DropReason.MENU),
        ),
    )
    start = text.index(FLOOD)
    one = prepared(
        "flood",
        text,
        title=head,
        cleaning=cleaning,
        spans=[Span(start=start, end=start + len(FLOOD))],
    )
    async with a_bot(tmp_path, one) as bot:
        bot.double.says(QUESTION)
        [message] = await bot.double.shows(1)
        bot.double.presses("📖 Context")
        await bot.double.until(lambda: "After it dried." in message["text"])
    shown = message["text"]
    assert "Subscribe" not in shown
    assert shown.split(FLOOD)[0] == f"{head}\nBefore it rained.\n"
    assert "This headline stands 2 times in the original; shown once." in shown
    assert "1 repeated or menu range of the original left out." in shown


async def test_an_article_removed_since_is_not_quoted_any_more(tmp_path: Path) -> None:
    stories = [flood(f"story{n}", f"{FLOOD} Story {n}.") for n in range(2)]
    async with a_bot(tmp_path, *stories) as bot:
        bot.double.says(QUESTION)
        [message] = await bot.double.shows(1)
        bot.store.remove("story1")
        bot.store.retire("story0")
        bot.double.presses("›")
        await bot.double.until(lambda: "withdrawn" in message["text"])
        assert labels(message) == [["‹", "2 / 2"]]
        query = bot.double.presses("2 / 2")
        await bot.double.until(lambda: query in bot.double.answered)
    assert FLOOD not in message["text"]
    assert "withdrawn" in bot.double.answered[query]["text"]


async def test_context_and_sources_of_an_article_removed_since_say_so(tmp_path: Path) -> None:
    async with a_bot(tmp_path, flood(), flood("copy", COPY)) as bot:
        bot.double.says(QUESTION)
        [message] = await bot.double.shows(1)
        token = message["reply_markup"]["inline_keyboard"][0][0]["callback_data"].split(":")[1]
        bot.store.remove("flood")
        bot.double.presses_data(f"c:{token}:0:1:1", message)
        await bot.double.until(lambda: "withdrawn" in message["text"])
        bot.double.presses_data(f"s:{token}:0", message)
        await bot.double.until(lambda: len(bot.double.answered) == 2)
    assert "withdrawn" in message["text"]


async def test_a_new_version_is_noted_on_old_answers(tmp_path: Path) -> None:
    stories = [flood(f"story{n}", f"{FLOOD} Story {n}.") for n in range(2)]
    async with a_bot(tmp_path, *stories) as bot:
        bot.double.says(QUESTION)
        [message] = await bot.double.shows(1)
        bot.store.put(flood("story1", "Something else is written here."))
        bot.double.presses("›")
        await bot.double.until(lambda: "Story 2 of 2" in message["text"])
    assert "the article has changed since" in message["text"]
