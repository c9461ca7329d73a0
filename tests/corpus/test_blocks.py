import pytest
from hypothesis import given

from corpus.blocks import block_spans, ends_sentence, is_hard_wrapped
from tests.corpus.article_texts import articles

MAIL = (
    "the largest building in the London of 1851 was designed by a man who\n"
    "had never studied architecture. Joseph Paxton was head gardener to the\n"
    "Duke of Devonshire at Chatsworth. He knew how to keep pineapples warm,\n"
    "and he had just built a glass house for a water lily whose leaves were\n"
    "strong enough."
)


def pieces(text: str) -> list[str]:
    return [span.of(text) for span in block_spans(text)]


@given(articles)
def test_blocks_are_in_order_trimmed_and_lose_nothing_visible(text: str) -> None:
    position = 0
    for span in block_spans(text):
        assert not any(map(str.isalnum, text[position : span.start]))
        assert span.of(text) == span.of(text).strip()
        position = span.end
    assert not any(map(str.isalnum, text[position:]))


def test_a_paragraph_on_each_line_is_a_block_on_each_line() -> None:
    assert pieces("First paragraph here.\nSecond one.\n\nThird.") == [
        "First paragraph here.",
        "Second one.",
        "Third.",
    ]


def test_mail_wrapped_at_72_columns_is_one_paragraph() -> None:
    assert pieces(f"Dear reader,\n\n{MAIL}\n\nYours") == ["Dear reader,", MAIL, "Yours"]


def test_arabic_without_capitals_is_joined_when_wrapped() -> None:
    text = "أعلن الرئيس أمس أن الاجتماع مع الدول المجاورة سيعقد\nفي الخريف القادم من هذا العام."
    assert pieces(text) == [text]


@pytest.mark.parametrize(
    "text",
    [
        "Home\nNews\nSport",
        "A short line\nand another short line",
        "a first line of a poem that has room for more\nand more\nthan the poet has put into each of its lines",
        "A line that is as long as lines of wrapped text are in mail.\nAnd a new sentence here.",
        "a first item of the list that is as long as a line of mail can be\n- and then another",
        "a first item of the list that is as long as a line of mail can be\n2. and then another",
        f"a first line {'that is much longer than lines of mail ' * 3}\nand goes on here",
        "",
    ],
)
def test_lines_that_no_width_has_broken_are_not_joined(text: str) -> None:
    assert not is_hard_wrapped(text.split("\n"))


def test_lines_without_a_visible_character_are_no_blocks() -> None:
    assert pieces("One.\n\u200b\n \u2800 \nTwo.") == ["One.", "Two."]


@pytest.mark.parametrize(
    "line", ["It rose.", "Did it?", "“It did.”", "雨が降った。", "Voilà !", "वह गया।"]
)
def test_sentence_ends_are_seen_through_quotation_marks(line: str) -> None:
    assert ends_sentence(line)


@pytest.mark.parametrize("line", ["A headline", "a clause,", "3.5 percent", ""])
def test_other_ends_are_not_taken_for_sentence_ends(line: str) -> None:
    assert not ends_sentence(line)
