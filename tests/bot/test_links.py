from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.links import text_fragment_url, web_url
from corpus.articles import Span

URL = "https://news.example/flood"


@pytest.mark.parametrize(
    "url",
    [
        URL,
        "http://a.b",
        "https://sub.news.example:8443/a/b?c=d&e=%20#part",
        "https://müller.example/straße",
        "https://127.0.0.1/x",
    ],
)
def test_web_addresses_pass_unchanged(url: str) -> None:
    assert web_url(url) == url


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://a.example/x",
        "file:///etc/passwd",
        "tg://resolve?domain=x",
        "//news.example/x",
        "https://localhost/x",
        "https://user@news.example/x",
        "https://user:pw@news.example/x",
        "https://news.example:99999999/x",
        "https://[::1/x",
        "https://.example/x",
        "https://a..example/x",
        "https://news.example/a b",
        "https://news.example/a\nb",
        'https://news.example/"><b>',
        "https://news.example/\\evil",
        "https://news.example/" + "x" * 1000,
    ],
)
def test_everything_else_is_no_link(url: str | None) -> None:
    assert web_url(url) is None


def test_a_short_quote_is_named_whole() -> None:
    assert text_fragment_url(URL, "The river rose.") == f"{URL}#:~:text=The%20river%20rose."


def test_a_long_quote_is_named_by_its_first_and_last_words() -> None:
    quote = (
        "The river rose 2.4 metres in nine hours, and it cut the only road, said the water office."
    )
    assert text_fragment_url(URL, quote) == (
        f"{URL}#:~:text=The%20river%20rose%202.4%20metres,road%2C%20said%20the%20water%20office."
    )


def test_each_end_of_a_quote_stays_within_one_line() -> None:
    quote = "First line.\n\nA middle that is left out.\nLast line."
    assert text_fragment_url(URL, quote) == f"{URL}#:~:text=First%20line.,Last%20line."


def test_what_has_a_meaning_in_a_directive_is_encoded() -> None:
    assert text_fragment_url(URL, "a-b, c & d") == f"{URL}#:~:text=a%2Db%2C%20c%20%26%20d"


def test_a_text_without_spaces_is_named_by_its_clauses() -> None:
    quote = "量子力学は、" * 20
    assert unquote(text_fragment_url(URL, quote)).endswith("#:~:text=量子力学は、,量子力学は、")
    endless = "あ" * 100
    assert unquote(text_fragment_url(URL, endless)).endswith(f"text={endless},{endless}")


def test_an_anchor_stays_and_an_older_directive_goes() -> None:
    assert text_fragment_url(f"{URL}#part", "One.") == f"{URL}#part:~:text=One."
    assert text_fragment_url(f"{URL}#part:~:text=Old", "One.") == f"{URL}#part:~:text=One."


def test_a_quote_of_nothing_links_to_the_page() -> None:
    assert text_fragment_url(URL, " \n ") == URL


@given(st.text(min_size=1))
def test_a_directive_is_plain_ascii_and_its_ends_stand_in_the_quote(quote: str) -> None:
    try:
        quote.encode()
    except UnicodeEncodeError:
        return
    url = text_fragment_url(URL, quote)
    directive = url.removeprefix(URL).removeprefix("#:~:text=")
    assert directive.isascii()
    assert "-" not in directive
    assert directive.count(",") <= 1
    assert all(unquote(end) in quote for end in directive.split(","))


def test_a_quote_within_a_text_is_told_from_an_earlier_place_with_the_same_words() -> None:
    text = "It rained. Nobody was hurt. It snowed. Nobody was hurt."
    again = Span(start=text.rindex("Nobody"), end=len(text))
    directive = text_fragment_url(URL, text, again).removeprefix(f"{URL}#:~:text=")
    assert directive == "was%20hurt.%20It%20snowed.-,Nobody%20was%20hurt."
