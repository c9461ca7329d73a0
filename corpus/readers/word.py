"""Word documents (DOCX): to simple HTML by mammoth, then to prose."""

import re
from io import BytesIO
from typing import Any

from corpus.dates import parse_date
from corpus.errors import UnreadableSourceError
from corpus.languages import language_code
from corpus.normalising import normalise_line
from corpus.readers.damage import damage_named
from corpus.readers.documents import Document
from corpus.readers.fragments import read_fragment
from corpus.readers.safe_xml import parse_xml, value
from corpus.readers.zips import Zip, open_zip
from corpus.titles import find_title

_KIND = "a Word document"
_LARGEST_PART = 8 * 1024 * 1024  # bytes; mammoth takes about fifty times as much memory
_CORE = "docProps/core.xml"
_BACK_LINK = re.compile(r'\s*<a href="#(?:foot|end)note-ref-[^"]*">[^<]*</a>')
_DECLARATION = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)|\0<\0!|<\0!\0")
_STYLES = "p[style-name='Title'] => h1:fresh\np[style-name='Subtitle'] => p:fresh"


def read_word(data: bytes) -> Document:
    """Return the document in a DOCX file; headers, footers and what was struck out are left.

    Raise a `SourceError` for one that is damaged, or larger than any document.
    """
    with open_zip(BytesIO(data)) as packed:
        _refuse_declarations(packed)
        core = packed.read(_CORE, limit=_LARGEST_PART) if _CORE in packed.names else b""
    with damage_named(_KIND):
        html = _html(data)
    fragment = read_fragment(_BACK_LINK.sub("", html))
    about = parse_xml(core, _KIND) if core.strip() else None
    return Document(
        title=_line(about, "title") or find_title(fragment.text, fragment.headings),
        text=fragment.text,
        author=_line(about, "creator"),
        published=parse_date(_line(about, "created")),
        updated=parse_date(_line(about, "modified")),
        language=language_code(_line(about, "language")),
    )


def _html(data: bytes) -> str:
    import mammoth  # noqa: PLC0415 - for Word documents alone

    result = mammoth.convert_to_html(BytesIO(data), convert_image=_no_picture, style_map=_STYLES)
    return str(result.value)


def _no_picture(image: Any) -> list[Any]:  # noqa: ANN401, ARG001 - as mammoth calls it
    """Return nothing for a picture, so that its bytes are never read."""
    return []


def _refuse_declarations(packed: Zip) -> None:
    """Raise unless the XML parts are plain: a Word document never declares entities."""
    for name in packed.names:
        if name.endswith((".xml", ".rels")):
            head = packed.read(name, limit=_LARGEST_PART)[:4_096]
            if _DECLARATION.search(head):
                message = f"it is {_KIND} that declares entities of its own; save it again"
                raise UnreadableSourceError(message)


def _line(about: Any, name: str) -> str | None:  # noqa: ANN401 - an lxml element
    return None if about is None else normalise_line(value(about, name)) or None
