import pytest

from corpus.errors import UnreadableSourceError
from corpus.readers.columns import delimiter_of, known_columns, parse_columns, renamed
from corpus.readers.documents import Failure, Found, Place
from corpus.readers.reading import read_data

PLACE = Place(source="t.csv", key="t.csv", origin="file:///t.csv")


def read(
    text: str, columns: dict[str, str] | None = None, name: str = "t.csv"
) -> list[Found | Failure]:
    return list(read_data(text.encode(), PLACE, name=name, columns=columns))


def articles(text: str, columns: dict[str, str] | None = None) -> list[tuple[str, str, str]]:
    found = [it.article for it in read(text, columns) if isinstance(it, Found)]
    return [(it.key, it.title, it.text) for it in found]


def reasons(text: str, columns: dict[str, str] | None = None) -> list[str]:
    return [it.reason for it in read(text, columns) if isinstance(it, Failure)]


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_columns_are_parted_by_any_of_the_usual_marks(mark: str, end: str) -> None:
    text = end.join([f"ID{mark}Headline{mark}Body", f"a{mark}Rain{mark}It rained.", ""])
    assert articles("\ufeff" + text) == [("a", "Rain", "It rained.")]


def test_the_key_is_the_id_or_the_link_or_the_title() -> None:
    assert (
        articles("title,text,url\nRain,It rained.,http://a.example/1\n")[0][0]
        == "http://a.example/1"
    )
    assert articles("title,text\nRain,It rained.\n")[0][0] == "Rain"
    assert reasons("text,date\nIt rained.,2024-01-01\n") == [
        "row 2: no id; give it an _id that stays the same"
    ]


def test_html_in_a_table_is_resolved() -> None:
    assert articles("id,content_html\na,<p>It <b>rained</b>.</p>\n")[0][2] == "It rained."


def test_a_mapping_names_columns_nobody_would_guess() -> None:
    text = "nr,Kop,Tekst\n1,Otters,They swim.\n"
    columns = {"id": "nr", "title": "Kop", "text": "Tekst"}
    assert articles(text, columns) == [("1", "Otters", "They swim.")]
    assert reasons(text) == [
        "it has no column for the text among nr, Kop, Tekst; name it, such as --map text=COLUMN"
    ]
    assert reasons("title,text\nA,B\n", {"text": "Tekst"}) == [
        "it has no column 'Tekst' among title, text; name it, such as --map text=COLUMN"
    ]


def test_a_mapping_holds_for_json_too() -> None:
    data = b'{"nr": 7, "Kop": "Otters", "Tekst": "They swim."}\n'
    columns = {"id": "nr", "title": "Kop", "text": "Tekst"}
    (found,) = read_data(data, PLACE, name="a.jsonl", columns=columns)
    assert isinstance(found, Found)
    assert (found.article.key, found.article.title) == ("7", "Otters")


def test_the_usual_names_are_known_in_json_and_ours_come_first() -> None:
    data = b'{"guid": "a", "headline": "Rain", "content": "It rained.", "byline": {"name": "N. A."}, "published_at": "2024-03-05T10:00:00Z"}'
    (found,) = read_data(data, PLACE, name="a.json")
    assert isinstance(found, Found)
    article = found.article
    assert (article.key, article.title, article.text) == ("a", "Rain", "It rained.")
    assert article.author == "N. A."
    assert article.published is not None
    assert renamed({"body": "x", "text": "y", "_id": None, "id": 1}) == {"id": 1, "text": "y"}


def test_a_bad_row_is_one_line_and_the_others_are_read() -> None:
    text = "id,title,text\na,Rain,It rained.\nb,Ice\nc,Sun,It shone.,again\n\nd,Fog,\ne,Wind,It blew.\n"
    assert [key for key, _, _ in articles(text)] == ["a", "e"]
    assert reasons(text) == [
        "row 3: no text; add a text field or remove the line",
        "row 4: it has more cells than there are columns; put quotes around its text",
        "row 5: no text; add a text field or remove the line",
    ]


def test_an_id_that_stands_for_two_texts_is_a_failure_and_a_copy_is_none() -> None:
    text = "id,title,text\na,Rain,It rained.\na,Ice,It froze.\na,Rain,It rained.\n"
    assert [key for key, _, _ in articles(text)] == ["a", "a"]
    (reason,) = reasons(text)
    assert reason.startswith("the id 'a' stands for another text before")


def test_quotes_that_do_not_close_end_the_table() -> None:
    text = 'id,title,text\na,Rain,It rained.\nb,Ice,"It froze.\nc,Sun,It shone.\n'
    assert [key for key, _, _ in articles(text)] == ["a"]
    (reason,) = reasons(text)
    assert reason.startswith("row 3: its quotes do not close")
    assert reasons('id,text,"tit\nle')[0].startswith("it is a table that is damaged")


def test_a_long_article_fits_in_a_cell() -> None:
    long = "It rained. " * 20_000
    assert articles(f"id,title,text\na,Rain,{long}\n")[0][2] == long.strip()


@pytest.mark.parametrize(
    ("text", "suffix", "expected"),
    [
        ("id,title,text\n", "", ","),
        ("id;title;text;notes, if any\n", "", ";"),
        ("name,age\n", "", None),
        ("name,age\n", ".csv", ","),
        ("One line, with text, and a title.\n", "", None),
        ("text\n", ".csv", None),
        ("x" * 5_000 + ",text,title\n", ".csv", None),
        ("", ".csv", None),
    ],
)
def test_a_table_is_known_by_its_first_line(text: str, suffix: str, expected: str | None) -> None:
    assert delimiter_of(text, suffix) == expected


def test_prose_in_a_file_called_a_table_is_read_as_prose() -> None:
    (found,) = read("It rained for three days.\nThen it stopped.\n")
    assert isinstance(found, Found)
    assert found.article.key == "t.csv"


def test_names_are_known_whatever_their_case() -> None:
    assert known_columns(["Article ID", "HEADLINE", "Full-Text", "other"]) == {
        "id": "Article ID",
        "title": "HEADLINE",
        "text": "Full-Text",
    }


def test_a_mapping_is_read_from_one_line() -> None:
    assert parse_columns("title = Kop,text=Tekst,") == {"title": "Kop", "text": "Tekst"}


@pytest.mark.parametrize("text", ["", ",", "title", "title=", "colour=red"])
def test_what_maps_nothing_is_refused(text: str) -> None:
    with pytest.raises(UnreadableSourceError, match="write field=column"):
        parse_columns(text)
