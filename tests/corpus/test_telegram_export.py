import json
from typing import Any

import pytest

from corpus.errors import EmptySourceError, UnreadableSourceError
from corpus.readers.documents import Found, Place
from corpus.readers.telegram_export import read_telegram_export

PLACE = Place(source="result.json", key="result.json", origin="file:///result.json")
SAID = "The river rose for three days."


def message(number: int, text: Any = SAID, **fields: Any) -> dict[str, Any]:
    return {"id": number, "type": "message", "date": "2024-05-02T10:15:00", "text": text, **fields}


def chat(*messages: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"name": "Lunby", "type": "public_channel", "id": 77, "messages": messages, **fields}


def read(content: dict[str, Any]) -> list[Found]:
    found = list(read_telegram_export(json.dumps(content), PLACE))
    assert all(isinstance(item, Found) for item in found)
    return [item for item in found if isinstance(item, Found)]


def links(content: dict[str, Any]) -> list[str | None]:
    return [item.article.url for item in read(content)]


def signed(number: int, handle: str, kind: str = "mention") -> dict[str, Any]:
    return message(number, [f"{SAID} ", {"type": kind, "text": handle}])


def test_links_of_a_channel_without_a_known_name_are_those_for_its_members() -> None:
    assert links(chat(message(5))) == ["https://t.me/c/77/5"]
    assert links(chat(message(5), id=-10077)) == ["https://t.me/c/77/5"]
    assert links(chat(message(5), type="personal_chat")) == [None]
    assert links(chat(message(5), id="x")) == [None]


def test_links_use_the_name_the_export_gives_or_the_messages_are_signed_with() -> None:
    assert links(chat(message(5), username="@lunby")) == ["https://t.me/lunby/5"]
    many = [
        signed(1, "@Lunby_News"),
        signed(2, "https://t.me/lunby_news", "link"),
        signed(3, "@Lunby_News"),
    ]
    assert links(chat(*many))[0] == "https://t.me/Lunby_News/1"
    assert links(chat(*many[:2]))[0] == "https://t.me/c/77/1"
    assert links(chat(*many, *(message(n) for n in range(4, 9))))[0] == "https://t.me/c/77/1"
    assert links(chat(*many, type="private_channel"))[0] == "https://t.me/c/77/1"


def test_what_others_link_to_is_no_signature() -> None:
    foreign = [signed(n, "https://t.me/c/123/4", "link") for n in range(3)]
    assert links(chat(*foreign))[0] == "https://t.me/c/77/0"


def test_answers_stand_with_what_they_answer_in_a_group() -> None:
    found = read(
        chat(
            message(1, "Did the river rise in spring?", **{"from": "Nell"}),
            message(2, "Is the ferry going today?", **{"from": "Owen"}),
            message(3, "It did, for three days.", reply_to_message_id=1),
            message(4, "And it fell again.", reply_to_message_id=3),
            message(5, "An answer to what is not here.", reply_to_message_id=99),
            type="private_supergroup",
        )
    )
    assert [item.article.text for item in found] == [
        "Did the river rise in spring?\n\nIt did, for three days.\n\nAnd it fell again.",
        "Is the ferry going today?",
        "An answer to what is not here.",
    ]
    assert [item.article.key for item in found] == [f"telegram/77/{n}" for n in (1, 2, 5)]
    assert found[0].article.author == "Nell"


def test_pictures_sent_at_one_moment_are_one_article() -> None:
    picture = {"photo": "a.jpg", "from_id": "channel77"}
    found = read(
        chat(
            message(1, "", **picture),
            message(2, **picture),
            message(3, "Another picture of it all.", photo="b.jpg", from_id="other"),
            message(4, "It fell again, they say.", photo="c.jpg", date="2024-05-03T10:15:00"),
        )
    )
    assert [item.article.key for item in found] == [f"telegram/77/{n}" for n in (2, 3, 4)]


def test_short_messages_are_counted_and_longer_ones_read() -> None:
    found = read(
        chat(
            message(1, "Hi!"),
            message(2),
            message(3, "洪水が町の中心部まで達したという"),
            message(4, ""),
        )
    )
    assert [item.article.key for item in found] == ["telegram/77/2", "telegram/77/3"]
    assert found[0].warnings == ("1 messages of a few words were passed over",)
    assert found[1].warnings == ()


def test_a_bold_first_line_is_the_title() -> None:
    bold = {"type": "bold", "text": "A flood"}
    assert read(chat(message(1, [bold, f"\n{SAID}"])))[0].article.title == "A flood"
    assert (
        read(chat(message(1, [{"type": "bold", "text": f"A flood\n{SAID}"}])))[0].article.title
        == "A flood"
    )
    assert read(chat(message(1, [bold, " came and went again."])))[0].article.title != "A flood"
    assert read(chat(message(1, [{"type": "bold", "text": SAID}])))[0].article.title == SAID


def test_strange_parts_of_a_text_are_no_words() -> None:
    text = [SAID, 7, {"type": "custom_emoji"}, {"type": "plain", "text": None}]
    assert read(chat(message(1, text)))[0].article.text == SAID


def test_all_chats_of_a_whole_export_are_read() -> None:
    content = {
        "chats": {"about": "x", "list": [chat(message(1)), chat(message(1), id=78, name="")]},
        "left_chats": {"list": [chat(message(2, "It fell again, they say."), id=79)]},
    }
    found = read(content)
    assert [item.article.key for item in found] == [
        f"telegram/{n}" for n in ("77/1", "78/1", "79/2")
    ]
    assert [item.article.source for item in found] == ["Lunby", None, "Lunby"]


def test_the_time_in_seconds_is_believed_before_the_time_without_zone() -> None:
    (found,) = read(chat(message(1, date_unixtime="1714637700")))
    assert found.article.published is not None
    assert found.article.published.isoformat() == "2024-05-02T08:15:00+00:00"


def test_an_export_without_words_says_so() -> None:
    with pytest.raises(EmptySourceError, match="no message with enough words"):
        read(chat(message(1, "Hi!"), {"id": 2, "type": "service"}))


@pytest.mark.parametrize(
    "text", ['{"messages": [', '{"messages": 3}', '{"messages": ["x"]}', '{"chats": {"list": 3}}']
)
def test_an_export_of_another_shape_is_damaged(text: str) -> None:
    with pytest.raises(UnreadableSourceError, match="damaged or cut off"):
        list(read_telegram_export(text, PLACE))
