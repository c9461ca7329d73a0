"""A text broken for a terminal is still the text; metadata cannot command the terminal."""

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from bot.terminal_text import printable, wrapped

TEXTS = st.text(alphabet=st.characters(codec="utf-8"), max_size=300) | st.text(
    alphabet="ab 漢ا\n", max_size=300
)


@given(TEXTS, st.integers(min_value=2, max_value=40))
def test_the_pieces_put_together_are_the_text(text: str, width: int) -> None:
    assert "".join(wrapped(text, width=width)) == text


@given(TEXTS, st.integers(min_value=2, max_value=40))
def test_no_piece_is_wider_than_the_line(text: str, width: int) -> None:
    assert all(cell_len(piece.rstrip()) <= width for piece in wrapped(text, width=width))


@given(TEXTS, st.integers(min_value=2, max_value=40))
def test_a_line_break_ends_its_piece(text: str, width: int) -> None:
    assert all("\n" not in piece[:-1] for piece in wrapped(text, width=width))


def test_lines_break_between_words() -> None:
    assert wrapped("the river rose fast", width=9) == ["the river ", "rose fast"]


def test_a_word_wider_than_the_line_is_cut() -> None:
    assert wrapped("ab 漢字漢字 c", width=4) == ["ab ", "漢字", "漢字 ", "c"]


@given(TEXTS)
def test_metadata_is_one_line_without_control_characters(text: str) -> None:
    assert printable(text).isprintable()


def test_metadata_keeps_its_words() -> None:
    assert printable("Flood\tcuts\x1b[31m road ") == "Flood cuts [31m road"
