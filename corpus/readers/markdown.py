"""Markdown to prose: the words of links, a line for each list item, no marks of any kind."""

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

from corpus.dates import parse_date, unreadable_date
from corpus.languages import language_code
from corpus.normalising import normalise, normalise_line
from corpus.readers.documents import Document
from corpus.readers.front_matter import split_front_matter
from corpus.readers.prose import inline_text, is_line_break, piece, prose_of
from corpus.titles import LONGEST_HEADLINE, find_title


def read_markdown(text: str) -> Document:
    """Return the document in Markdown `text`, with what its front matter says."""
    fields, body = split_front_matter(text.replace("\r\n", "\n").lstrip("\ufeff"))
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(body)
    prose = normalise(prose_of(tokens))
    published = parse_date(fields.get("date"))
    return Document(
        title=fields.get("title") or _top_heading(tokens) or find_title(prose, _headings(tokens)),
        text=prose,
        url=fields.get("url"),
        source=fields.get("source"),
        author=fields.get("author"),
        published=published,
        updated=parse_date(fields.get("updated")),
        language=language_code(fields.get("lang")),
        warnings=unreadable_date(fields.get("date"), published),
    )


def _top_heading(tokens: Sequence[Token]) -> str | None:
    """Return the first heading of the top level, which names the document."""
    top = (inline for opening, inline in pairwise(tokens) if opening.tag == "h1")
    lines = (normalise_line(inline_text(inline)) for inline in top if inline.type == "inline")
    return next((line for line in lines if 0 < len(line) <= LONGEST_HEADLINE), None)


def _headings(tokens: Sequence[Token]) -> list[str]:
    """Return the headings in order, and the lines that are all bold as such."""
    found: list[str] = []
    for opening, inline in pairwise(tokens):
        if inline.type == "inline" and opening.type == "heading_open":
            found.append(inline_text(inline))
        elif inline.type == "inline" and opening.level == 0:
            found.extend(_bold_lines(inline))
    return found


def _bold_lines(inline: Token) -> Iterator[str]:
    """Yield the lines of a paragraph that are bold from end to end."""
    for is_break, line in groupby(inline.children or [], key=is_line_break):
        parts = [part for part in line if part.content.strip() or part.nesting]
        bold = parts and parts[0].type == "strong_open" and parts[-1].type == "strong_close"
        if bold and not is_break:
            yield "".join(map(piece, parts))
