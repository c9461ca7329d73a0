"""Saved web pages: the main text by trafilatura, and what the page says of itself.

What trafilatura finds of metadata stands in where the page names nothing itself.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from corpus.cleaning import folded
from corpus.dates import parse_date
from corpus.errors import EmptySourceError
from corpus.languages import language_code
from corpus.normalising import normalise, normalise_line
from corpus.readers.documents import Document
from corpus.readers.page_metadata import author_name, read_metadata, timed
from corpus.titles import find_title

_LANGUAGE = re.compile(r"<html\b[^>]*?\slang\s*=\s*[\"']?([\w-]{2,20})", re.IGNORECASE)
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_HEAD = 20_000  # characters in which the page names its language
_INLINE = {"hi", "ref", "del", "lb", "graphic"}
_SPACE = re.compile(r"[ \t\r\n\f]+")
_DATES = {"original_date": True, "extensive_search": False, "max_date": "2999-12-31"}


def read_page(html: str) -> Document:
    """Return the document in a page: prose without furniture, and its metadata.

    Raises `EmptySourceError` if the page holds no text (it may be made by scripts).
    """
    shown = _XML_DECLARATION.sub("", html.lstrip("\ufeff"))
    found = _extracted(shown)
    said = read_metadata(shown)
    text = normalise("".join(_blocks(found.body)))
    headings = [normalise_line(" ".join(head.itertext())) for head in found.body.iter("head")]
    language = _LANGUAGE.search(html[:_HEAD])
    return Document(
        title=headline_of(found.title or said.title, headings) or find_title(text, headings),
        text=text,
        url=said.url or found.url or None,
        source=said.source or _line(found.sitename) or found.hostname or None,
        author=said.author or author_name(found.author or "") or said.byline,
        published=said.published
        or _with_time(parse_date(found.date) or said.shown_day, said.times),
        updated=said.updated,
        language=language_code(language[1]) if language else said.language,
    )


def _with_time(day: datetime | None, times: tuple[datetime, ...]) -> datetime | None:
    """Return the day found in the prose or the address, with its time if the page shows it."""
    return None if day is None else timed([day, *times])


def _extracted(html: str) -> Any:  # noqa: ANN401 - trafilatura's Document
    import trafilatura  # noqa: PLC0415 - half a second, for pages alone

    found = trafilatura.bare_extraction(
        html, with_metadata=True, include_comments=False, date_extraction_params=_DATES
    )
    if found is None:
        message = "the page holds no text; open it in a browser, and save it when it is shown"
        raise EmptySourceError(message)
    return found


def headline_of(title: str | None, headings: list[str]) -> str | None:
    """Return the page's title, as its own headline has it if the title only adds to that."""
    line = _line(title)
    for heading in headings:
        if line and folded(heading) and folded(line).startswith(folded(heading)):
            return heading
    return line


def _line(value: str | None) -> str | None:
    return normalise_line(value) or None if value else None


def _blocks(element: Any) -> Iterator[str]:  # noqa: ANN401 - an lxml element
    """Yield the text of each block in `element` with the blank space before it."""
    if _is_row(element):
        cells = (_spaced("".join(cell.itertext())).strip() for cell in element)
        yield "\n" + " | ".join(filter(None, cells))
        return
    inline = _spaced(element.text)
    for child in element:
        if child.tag in _INLINE:
            inline += "\n" if child.tag == "lb" else _spaced("".join(child.itertext()))
        else:
            yield _block(inline, element.tag)
            yield from _blocks(child)
            inline = ""
        inline += _spaced(child.tail)
    yield _block(inline, element.tag)


def _is_row(element: Any) -> bool:  # noqa: ANN401 - as above
    """Return whether `element` is a row of data; old pages are laid out in tables, too."""
    return element.tag == "row" and not any(
        part.tag not in _INLINE for cell in element for part in cell
    )


def _block(inline: str, tag: str) -> str:
    """Return a paragraph after a blank line, a list item after a line end, or nothing."""
    text = "\n".join(filter(None, map(str.strip, inline.split("\n"))))
    before = "\n" if tag == "item" else "\n\n"
    return before + text if text else ""


def _spaced(text: str | None) -> str:
    return _SPACE.sub(" ", text or "")
