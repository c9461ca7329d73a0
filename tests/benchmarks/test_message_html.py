"""Messages drawn as pages: entities by UTF-16 offsets, lines with directions of their own."""

import pytest

from benchmarks.message_html import asked_html, direction, message_html, text_html


def test_entities_nest_and_offsets_count_utf16_units() -> None:
    message = {
        "text": "🧾 one & two\nend",
        "entities": [
            {"type": "bold", "offset": 3, "length": 9},
            {"type": "underline", "offset": 9, "length": 3},
            {"type": "text_link", "offset": 13, "length": 3, "url": "https://a.example"},
        ],
    }
    assert text_html(message) == (
        '<div class="line" dir="ltr">🧾 <b>one &amp; <u>two</u></b></div>'
        '<div class="line" dir="ltr"><a>end</a></div>'
    )


def test_a_folded_quotation_keeps_its_lines_and_its_direction() -> None:
    message = {
        "text": "שלום\nab\nrest",
        "entities": [{"type": "expandable_blockquote", "offset": 0, "length": 7}],
    }
    assert text_html(message) == (
        '<div class="line" dir="rtl"><blockquote class="folded" dir="rtl">שלום\nab</blockquote></div>'
        '<div class="line" dir="ltr">rest</div>'
    )


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("12 · abc", "ltr"),
        ("\u2068Coast Daily\u2069 · مرحبا", "rtl"),
        ("…", "ltr"),
        ("a\nب", "ltr"),
    ],
    ids=["digits first", "isolate first", "no letter", "next line"],
)
def test_a_line_runs_as_its_first_letter_outside_of_isolates(line: str, expected: str) -> None:
    assert direction(line) == expected


def test_buttons_stand_in_rows_below_and_a_group_shows_who_writes_to_whom() -> None:
    keyboard = [[{"text": "<1>"}, {"text": "2"}], [{"text": "3"}]]
    drawn = message_html(
        {
            "text": "yes",
            "reply_markup": {"inline_keyboard": keyboard},
            "reply_to_message": {"text": "so?"},
        },
        name="News",
    )
    assert '<div class="name">News</div><div class="reply">so?</div>' in drawn
    assert drawn.endswith(
        '<div class="row"><span>&lt;1&gt;</span><span>2</span></div>'
        '<div class="row"><span>3</span></div>'
    )
    assert "<b>" not in asked_html("<b>")
