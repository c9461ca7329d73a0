from hypothesis import given

from corpus.readers.plain import read_plain, resolve_stars
from tests.corpus.article_texts import articles


def test_stars_around_headlines_and_words_are_gone_and_the_headline_is_the_title() -> None:
    document = read_plain(
        "A teaser comes first.\n**The Bridge Is Closed**\n\n**The Bridge Is Closed**\n"
        "It was **very** old, *too* old.\n"
    )
    assert document.title == "The Bridge Is Closed"
    assert document.text == (
        "A teaser comes first.\nThe Bridge Is Closed\n\nThe Bridge Is Closed\n"
        "It was very old, too old."
    )


def test_stars_that_are_no_markup_stay() -> None:
    for text in (
        "2 ** 3 ** 4 is a number",
        "5**2**3",
        "See the note* and the other*.",
        "***",
        "*a*",
    ):
        assert resolve_stars(text) == (text, [])


def test_bold_words_between_letters_are_resolved_where_no_spaces_are() -> None:
    assert resolve_stars("这是**重点**内容")[0] == "这是重点内容"


def test_a_line_in_three_stars_and_one_in_single_stars_are_resolved() -> None:
    text, headings = resolve_stars("***Headline***\n*Photo: NN*\nProse.")
    assert text == "Headline\nPhoto: NN\nProse."
    assert headings == ["Headline"]


def test_a_long_line_in_stars_is_no_heading() -> None:
    _, headings = resolve_stars(f"**{'word ' * 40}end**")
    assert headings == []


@given(articles)
def test_a_text_without_double_stars_is_kept_as_it_is(text: str) -> None:
    if "**" not in text:
        assert read_plain(text).text == text


def test_plain_text_brings_no_metadata() -> None:
    document = read_plain("Bridge closed\n\nIt was old.")
    assert document.title == "Bridge closed"
    assert (document.url, document.source, document.author) == (None, None, None)
    assert (document.published, document.language, document.warnings) == (None, None, ())
