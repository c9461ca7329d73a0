import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from corpus.articles import RawArticle
from corpus.errors import UnreadableSourceError
from corpus.readers.documents import Failure, Found
from corpus.readers.json_articles import LONGEST_LINE, JsonArticles


def read(content: str | bytes) -> list[Found | Failure]:
    data = content if isinstance(content, bytes) else content.encode()
    return list(JsonArticles(source="f.jsonl", origin="file:///f.jsonl").lines(io.BytesIO(data)))


def one(**fields: Any) -> Found:
    (found,) = read(json.dumps(fields))
    assert isinstance(found, Found), found
    return found


def article(**fields: Any) -> RawArticle:
    return one(**{"_id": "a", "text": "It rained.", **fields}).article


def reasons(content: str | bytes) -> list[str]:
    return [item.reason for item in read(content) if isinstance(item, Failure)]


def test_every_field_is_taken_and_the_id_is_the_key() -> None:
    line = json.dumps(
        {
            "_id": "a1",
            "title": "A  flood\n",
            "text": "It rained.\r\nIt stopped.",
            "url": "https://example.org/a1",
            "date": "2024-03-05",
            "source": "The Notebook",
            "author": "Nell Ashworth",
            "lang": "en-US",
        }
    )
    (found,) = read(f"{line}\n")
    assert isinstance(found, Found)
    assert found.article == RawArticle(
        key="a1",
        origin="file:///f.jsonl",
        title="A flood",
        text="It rained.\nIt stopped.",
        raw=line.encode(),
        url="https://example.org/a1",
        source="The Notebook",
        author="Nell Ashworth",
        published=datetime(2024, 3, 5, tzinfo=UTC),
        language="en",
    )
    assert found.source == "f.jsonl (line 1)"
    assert found.names_itself


def test_ids_may_be_numbers_and_called_id() -> None:
    assert article(_id=7).key == "7"
    assert one(id="b", text="It rained.").article.key == "b"
    assert article(_id="a", id="b").key == "a"
    assert article(_id=None, id="b").key == "b"


def test_empty_fields_are_absent_and_a_title_is_found() -> None:
    found = article(
        title=" ", url="", source="", author=[], lang="", date="", text="Flood\n\nRain."
    )
    assert found.title == "Flood"
    assert (found.url, found.source, found.author, found.language, found.published) == (None,) * 5


def test_other_types_of_field_are_read_as_far_as_they_make_sense() -> None:
    found = article(title=1984, author=["Nell Ashworth", "Owen Tait", 3], source={"a": 1}, url=True)
    assert found.title == "1984"
    assert found.author == "Nell Ashworth, Owen Tait"
    assert (found.source, found.url) == (None, None)


def test_markup_in_the_text_is_resolved_before_offsets_exist() -> None:
    assert article(text="**Flood**\n\nIt **rained**.").text == "Flood\n\nIt rained."
    assert article(title="**Flood**").title == "Flood"
    assert article(text="<p>It <b>rained</b> &amp; froze.</p><p>It ended.</p>").text == (
        "It rained & froze.\nIt ended."
    )
    assert article(text="It was < 5 and > 3.").text == "It was < 5 and > 3."


def test_an_unreadable_date_is_a_warning_not_a_failure() -> None:
    found = one(_id="a", text="It rained.", date="a while ago")
    assert found.article.published is None
    assert found.warnings == ("its date 'a while ago' cannot be read; write it as YYYY-MM-DD",)


def test_bad_lines_are_named_and_the_others_are_read() -> None:
    found = read('{"_id": 1, "text": "It rained."}\n\nnot json\n{"_id": 2, "text": "It froze."}')
    assert [type(item) for item in found] == [Found, Failure, Found]
    assert found[1] == Failure(
        source="f.jsonl",
        reason="line 3: not JSON, or cut off; write one object with _id, title and text",
    )


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"text": "It rained."}', "no id"),
        ('{"_id": "  ", "text": "It rained."}', "no id"),
        ('{"_id": true, "text": "It rained."}', "no id"),
        ('{"_id": "a\\u0000b", "text": "It rained."}', "no plain name"),
        ('{"_id": "\\ud800", "text": "It rained."}', "no plain name"),
        (json.dumps({"_id": "x" * 513, "text": "It rained."}), "no plain name"),
        ('{"_id": "a"}', "no text"),
        ('{"_id": "a", "text": null}', "no text"),
        ('{"_id": "a", "text": " *** "}', "no text"),
        ('{"_id": "a", "text": ["It rained."]}', "no string"),
        ('["a", "b"]', "not an object"),
        ('{"_id": "a", "text": "It rai', "cut off"),
        ("[" * 100_000, "cut off"),
        ('{"_id": ' + "9" * 5_000 + "}", "cut off"),
        (b'{"_id": "a", "text": "\xff"}', "not UTF-8"),
    ],
)
def test_each_kind_of_bad_line_has_its_reason(line: str | bytes, reason: str) -> None:
    (found,) = reasons(line)
    assert found.startswith("line 1: ")
    assert reason in found
    assert ";" in found  # what to do comes after it


def test_an_id_with_other_content_is_refused_and_both_lines_are_named() -> None:
    found = read('{"_id": 1, "text": "It rained."}\n{"_id": "1", "text": "It froze."}\n')
    assert isinstance(found[0], Found)
    assert found[1] == Failure(
        source="f.jsonl",
        reason="line 2: the id '1' stands on line 1 with other content; "
        "give each article an id of its own",
    )


def test_the_same_article_twice_is_no_mistake() -> None:
    found = read('{"_id": "a", "text": "It rained."}\n{"text":"It rained.","_id":"a"}\n')
    assert [type(item) for item in found] == [Found, Found]


def test_a_line_that_failed_does_not_take_its_id() -> None:
    found = read('{"_id": "a"}\n{"_id": "a", "text": "It rained."}\n')
    assert [type(item) for item in found] == [Failure, Found]


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm() -> None:
    found = read(b'\xef\xbb\xbf{"_id": "a", "text": "It rained."}\r\n\r\n')
    assert [type(item) for item in found] == [Found]


class Monitored(io.BytesIO):
    """Remembers the largest piece it was asked for."""

    largest = 0

    def readline(self, size: int | None = -1, /) -> bytes:
        line = super().readline(size)
        self.largest = max(self.largest, len(line))
        return line


def test_a_line_that_is_too_long_is_refused_without_holding_it() -> None:
    long = b'{"_id": "a", "text": "' + b"x" * (2 * LONGEST_LINE) + b'"}'
    good = b'{"_id": "b", "text": "It rained."}'
    file = Monitored(good + b"\n" + long + b"\n" + good.replace(b"b", b"c", 1) + b"\n" + long)
    found = list(JsonArticles(source="f", origin="file:///f").lines(file))
    assert [type(item) for item in found] == [Found, Failure, Found, Failure]
    assert isinstance(found[1], Failure)
    assert found[1].reason == "line 2: longer than 8 MB; split the article"
    assert file.largest <= LONGEST_LINE + 1


def test_an_object_and_an_array_of_objects_are_read_whole() -> None:
    articles = JsonArticles(source="f.json", origin="file:///f.json")
    (single,) = articles.whole(b'{\n "_id": "a",\n "text": "It rained."\n}')
    assert isinstance(single, Found)
    assert single.article.raw.startswith(b"{\n")
    several = list(articles.whole(b'[{"_id": "b", "text": "It froze."}, 5]'))
    assert isinstance(several[0], Found)
    assert several[0].article.key == "b"
    assert several[0].article.raw == b'{"_id": "b", "text": "It froze."}'
    assert several[1] == Failure(
        source="f.json",
        reason="entry 2: not an object; write one with _id, title and text",
    )


def test_a_document_that_is_not_json_is_refused_whole() -> None:
    with pytest.raises(UnreadableSourceError, match="cut off"):
        list(JsonArticles(source="f", origin="file:///f").whole(b'[{"_id": "b"'))
