from datetime import UTC, datetime

import pytest

from corpus.readers.markdown import read_markdown

ARTICLE = """\
# How **the bridge** was [built](https://example.org/bridge)

*The Sunday Notebook*

![A bridge](bridge.png)

It was built in *1848* by `masons`
who came from far\\*.

## What it took

- stone from the [quarry](https://example.org),
- sand;
  and water
    - from the river

3. First the piers.
4. Then the arch.

> It will stand,
> he said.

```
one = 1
two
```

| Year | Height |
| --- | --- |
| 1848 | 12 m |

<div>Some <b>old</b> markup &amp; more<br>here</div>

<!-- a comment --> <script>alert(1)</script>

It fell<br>in 1936 ~~or so~~, says <https://example.org/end>.
"""


def test_markdown_becomes_the_prose_a_reader_sees() -> None:
    assert read_markdown(ARTICLE).text == (
        "How the bridge was built\n\nThe Sunday Notebook\n\n"
        "It was built in 1848 by masons\nwho came from far*.\n\nWhat it took\n\n"
        "stone from the quarry,\nsand;\nand water\nfrom the river\n\n"
        "3. First the piers.\n4. Then the arch.\n\nIt will stand,\nhe said.\n\n"
        "one = 1\ntwo\n\nYear | Height\n1848 | 12 m\n\n"
        "Some old markup & more\nhere\n\nIt fell\nin 1936 or so, says https://example.org/end."
    )


def test_the_top_heading_is_the_title_wherever_it_stands() -> None:
    assert read_markdown(ARTICLE).title == "How the bridge was built"
    assert read_markdown("## Part\n\nIt rained.\n\n# Flood").title == "Flood"


def test_a_bold_line_after_a_teaser_is_the_title() -> None:
    text = "A teaser comes first.\n**The Bridge Is Closed**\n\nIt was **old**."
    document = read_markdown(text)
    assert document.title == "The Bridge Is Closed"
    assert document.text == "A teaser comes first.\nThe Bridge Is Closed\n\nIt was old."


def test_a_paragraph_with_a_bold_beginning_is_no_heading() -> None:
    assert read_markdown("**Read also:** the rest.\n\nIt rained.").title.endswith("…")


def test_front_matter_names_title_date_author_language_and_url() -> None:
    document = read_markdown(
        "\ufeff---\r\n"
        'title: "The bridge: a history"\r\n'
        "date: 2024-03-05\r\n"
        "authors: [Nell Ashworth, 'Owen Tait']\r\n"
        "lang: en-GB\r\n"
        "url: https://example.org/bridge\r\n"
        "source: The Notebook\r\n"
        "tags:\r\n  - bridges\r\n"
        "---\r\n\r\nIt was built in 1848.\r\n"
    )
    assert document.title == "The bridge: a history"
    assert document.published == datetime(2024, 3, 5, tzinfo=UTC)
    assert document.author == "Nell Ashworth, Owen Tait"
    assert document.language == "en"
    assert document.url == "https://example.org/bridge"
    assert document.source == "The Notebook"
    assert document.text == "It was built in 1848."
    assert document.warnings == ()


def test_an_unreadable_date_is_a_warning() -> None:
    document = read_markdown("---\ntitle: Flood\ndate: last week\n---\nIt rained.")
    assert document.published is None
    assert document.warnings == ("its date 'last week' cannot be read; write it as YYYY-MM-DD",)


@pytest.mark.parametrize(
    ("text", "prose"),
    [
        ("---\nIt rained: a lot.\n---\nIt stopped.", "It rained: a lot.\n\nIt stopped."),
        ("---\ntitle:\n---\nIt stopped.", "title:\n\nIt stopped."),
        (
            "---\ntitle: A rule without end\n\nIt stopped.",
            "title: A rule without end\n\nIt stopped.",
        ),
    ],
)
def test_what_only_looks_like_front_matter_is_text(text: str, prose: str) -> None:
    assert read_markdown(text).text == prose


def test_no_star_of_markup_is_left() -> None:
    assert "*" not in read_markdown("# **A**\n\n**b** *c* ***d*** __e__ _f_").text
