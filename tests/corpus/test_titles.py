from hypothesis import given

from corpus.cleaning import clean
from corpus.titles import find_title
from tests.corpus.article_texts import articles

PROSE = "The mayor closed the bridge on Monday. Nobody was hurt."


@given(articles)
def test_a_title_is_one_line_of_bounded_length(text: str) -> None:
    title = find_title(text)
    assert "\n" not in title
    assert 0 < len(title) <= 150


@given(articles)
def test_the_title_found_never_hides_a_whole_text(text: str) -> None:
    cleaning = clean(text, find_title(text))
    assert cleaning.headline is None or cleaning.headline.of(text) != text


def test_the_first_marked_heading_wins_over_a_teaser() -> None:
    text = f"A teaser with an end.\nThe bridge is closed\n{PROSE}"
    assert find_title(text, ["The bridge is closed", "Later"]) == "The bridge is closed"


def test_a_teaser_without_an_end_does_not_win_over_a_heading_right_after_it() -> None:
    text = f"A teaser that has no end\nThe bridge is closed\n{PROSE}"
    assert find_title(text, ["The bridge is closed"]) == "The bridge is closed"


def test_a_plain_headline_wins_over_a_heading_within_the_text() -> None:
    text = f"Bridge closed in Harlow\n\n{PROSE}\n\nWhat comes next\n\n{PROSE}"
    assert find_title(text, ["What comes next"]) == "Bridge closed in Harlow"


def test_the_first_short_line_without_an_end_is_the_title() -> None:
    assert find_title(f"Bridge closed in Harlow\n\n{PROSE}") == "Bridge closed in Harlow"


def test_menus_dates_and_notices_above_are_passed_over() -> None:
    above = "Home\nNews\nWeather\n\nHome | News | Sport\n5 March 2024\nWe use cookies.\n"
    assert find_title(f"{above}Bridge closed in Harlow\n{PROSE}") == "Bridge closed in Harlow"


def test_a_kicker_in_capitals_is_passed_over() -> None:
    assert find_title(f"THE WEATHER\nBridge closed in Harlow\n{PROSE}") == "Bridge closed in Harlow"
    assert find_title(f"THE WEATHER\n{PROSE}") == "THE WEATHER"


def test_a_byline_is_passed_over_if_a_headline_follows() -> None:
    text = f"By Nell Ashworth\n12 March 2024\n\nBridge closed in Harlow\n\n{PROSE}"
    assert find_title(text) == "Bridge closed in Harlow"
    assert find_title(f"By Air and Sea\n\n{PROSE}") == "By Air and Sea"


def test_a_text_without_headline_is_called_by_its_first_words() -> None:
    assert find_title(PROSE) == "The mayor closed the bridge on Monday. Nobody was hurt…"
    assert find_title("word " * 50) == "word " * 14 + "word…"
    assert find_title("x" * 200) == "x" * 79 + "…"
    assert find_title("These are the winners:\nAlice") == "These are the winners…"


def test_a_heading_that_says_nothing_is_no_title() -> None:
    assert find_title(PROSE, ["***", "Home | News | Sport", "word " * 60]).endswith("…")


def test_a_text_of_furniture_alone_is_called_by_it() -> None:
    assert find_title("We use cookies.") == "We use cookies…"
    assert find_title("") == "…"
