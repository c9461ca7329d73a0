from corpus.readers.layout import LaidOut, lay_out
from corpus.readers.printed_lines import Line, Page, page_of

WIDTH = 300.0


def line(
    text: str, bottom: float, left: float = 50, right: float = WIDTH, size: float = 10
) -> Line:
    return Line(text=text, left=left, right=right, bottom=bottom, size=size)


def page(*lines: Line) -> Page:
    return Page(height=500, lines=lines)


def column(*texts: str, top: float = 400, left: float = 50, right: float = WIDTH) -> list[Line]:
    return [
        line(text, top - 12 * at, left, right if at < len(texts) - 1 else left + 60)
        for at, text in enumerate(texts)
    ]


def text_of(*pages: Page) -> str:
    return lay_out(pages).text


def heads(laid_out: LaidOut) -> list[str]:
    return [span.of(laid_out.text) for span in laid_out.furniture]


def test_lines_of_a_paragraph_are_one_line_and_a_gap_parts_paragraphs() -> None:
    first = column("The river rose for", "three days and fell", "again.")
    second = column("Nobody was hurt", "in it.", top=350)
    assert text_of(page(*first, *second)) == (
        "The river rose for three days and fell again.\n\nNobody was hurt in it."
    )


def test_an_indented_line_begins_a_paragraph() -> None:
    lines = [line("It rose, and it fell again.", 400), line("Nobody was hurt, says", 388, 65)]
    assert text_of(page(*lines)) == "It rose, and it fell again.\n\nNobody was hurt, says"


def test_a_short_line_ends_its_paragraph_and_a_mark_begins_an_item() -> None:
    lines = [
        line("We saw, from the quay and from the", 400),
        line("• three seals;", 388, right=290),
        line("• a goose;", 376, right=120),
        line("and then the ferry came in after all.", 364),
    ]
    assert text_of(page(*lines)) == (
        "We saw, from the quay and from the\n• three seals;\n• a goose;\n"
        "and then the ferry came in after all."
    )


def test_a_paragraph_goes_on_over_a_page_and_the_running_heads_follow_it() -> None:
    first = page(
        line("The Notebook", 480, right=120),
        *column("The river rose for", "three days and", "fell"),
    )
    second = page(
        line("The Notebook", 480, right=120), *column("again, they say.", "It froze.")[:1]
    )
    cut = [line("The river rose for", 400), line("three days and", 388)]
    laid_out = lay_out([page(line("The Notebook", 480, right=120), *cut), second])
    assert laid_out.text == (
        "The Notebook\n\nThe river rose for three days and again, they say.\n\nThe Notebook"
    )
    assert heads(laid_out) == ["The Notebook", "The Notebook"]
    assert "and fell\n\nThe Notebook\n\nagain" not in lay_out([first, second]).text


def test_page_numbers_differ_and_are_running_heads_all_the_same() -> None:
    pages = [page(*column(f"It rained {at} times."), line(str(at), 20, 150, 155)) for at in (7, 8)]
    assert heads(lay_out(pages)) == ["7", "8"]


def test_on_many_pages_two_equal_lines_are_no_running_head() -> None:
    pages = [page(line("Chapter one" if at < 2 else f"Day {'x' * at}", 480)) for at in range(7)]
    assert heads(lay_out(pages)) == []
    pages = [page(line("Chapter one", 480), *column("It rained.")) for _ in range(7)]
    assert heads(lay_out(pages)) == ["Chapter one"] * 7


def test_an_outermost_line_that_counts_the_pages_is_a_running_head() -> None:
    names = ["Rain 12", "13 Lunby", "Page 14", "Ice and snow 15", "Sun 3"]
    pages = [page(line(name, 480), *column("It rained.")) for name in names]
    assert heads(lay_out(pages)) == names[:4]


def test_a_number_in_prose_counts_nothing() -> None:
    pages = [page(*column(f"It was so in {1990 + at}."), line("a", 480)) for at in range(7)]
    long = [page(line("word " * 20 + str(at), 480), line("x", 200)) for at in range(3)]
    assert "It was so in 1990." not in heads(lay_out(pages))
    assert (
        heads(lay_out([page(line(f"{at} {word}", 480)) for at, word in ((3, "a"), (9, "b"))])) == []
    )
    assert len(heads(lay_out(long))) == 3  # they stand at one place, and only their numbers differ


def test_small_lines_without_a_mark_are_no_footnotes() -> None:
    prose = [line("The river rose and fell in", 300 - 12 * at) for at in range(4)]
    small = [line("/srv/rain/one.txt,", 60, size=8), line("1 See there.", 48, size=8)]
    assert text_of(page(*prose, *small)).endswith("/srv/rain/one.txt,\n\n1 See there.")


def test_the_lines_of_a_table_of_contents_stand_by_themselves() -> None:
    lines = [line(f"{at} Rain . . . . . . {at}", 400 - 12 * at) for at in range(1, 4)]
    assert text_of(page(*lines)).count("\n") == 2


def test_equal_lines_within_the_page_or_at_another_height_are_prose() -> None:
    pages = [page(*column("Yes.")) for _ in range(3)]
    assert heads(lay_out(pages)) == []
    pages = [page(line("Yes.", 480 - 20 * at)) for at in range(2)]
    assert heads(lay_out(pages)) == []


def test_footnotes_follow_the_paragraph_that_goes_on_over_the_page() -> None:
    prose = [line("The river rose for three days and", 300 - 12 * at) for at in range(4)]
    note = line("1 In the year 1931.", 60, size=7)
    second = page(line("fell again.", 400, right=120))
    assert text_of(page(*prose, note), second).endswith(
        "three days and fell again.\n\n1 In the year 1931."
    )


def test_a_paragraph_goes_on_in_the_next_column() -> None:
    left = [line("The river rose for", 400), line("three days and", 388)]
    right = [line("Lunby was flooded.", 400, 320, 560), line("It froze.", 350, 320, 380)]
    assert text_of(page(*left, *right)) == (
        "The river rose for three days and Lunby was flooded.\n\nIt froze."
    )


def parted(start: str, end: str, *more: str) -> str:
    lines = [line(f"They saw {start}\x02", 400), line(f"{end} there.", 388, right=100)]
    others = [line(text, 340 - 40 * at) for at, text in enumerate(more)]
    return text_of(page(*lines, *others)).split("\n\n")[0].removeprefix("They saw ")


def test_words_parted_at_a_line_end_are_one_again() -> None:
    assert parted("tempera", "tures") == "temperatures there."
    assert parted("note", "books", "Two notebooks, a book and a note") == "notebooks there."


def test_a_compound_keeps_its_hyphen() -> None:
    assert parted("well", "known") == "well-known there."
    assert parted("sea", "bird", "a sea-bird came") == "sea-bird there."
    assert parted("sea", "bird", "the sea and a bird") == "sea-bird there."
    assert parted("Anna", "Lena") == "Anna-Lena there."
    assert parted("1914", "1918") == "1914-1918 there."


def test_a_dash_at_the_end_of_a_line_keeps_its_spaces() -> None:
    lines = [line("It rained -", 400), line("and rained.", 388, right=100)]
    assert text_of(page(*lines)) == "It rained - and rained."


def test_a_hyphen_at_the_very_end_stays_away() -> None:
    assert text_of(page(line("They saw a sea\x02", 400))) == "They saw a sea"


def test_pieces_of_a_line_are_put_together_and_a_raised_number_stands_close() -> None:
    pieces = [
        line("four years long.", 400, 50, 150),
        line("1", 405, 150, 154, size=6),
        line("What", 400, 160, 190),
        line("they find", 388, 50, 120),
    ]
    assert [it.text for it in page_of(500, pieces).lines] == ["four years long.1 What", "they find"]
    assert page_of(500, []).lines == ()


def test_headings_are_the_larger_lines_the_largest_first() -> None:
    lines = [
        line("News", 470, size=14),
        line("A flood", 440, size=20),
        *[line("The river rose and fell again.", 400 - 12 * at) for at in range(5)],
    ]
    assert lay_out([page(*lines)]).headings == ("A flood", "News")


def test_pages_without_lines_give_nothing() -> None:
    assert lay_out([]) == LaidOut(text="", furniture=(), headings=())
    assert text_of(page(), page(line("\x02", 400))) == ""
