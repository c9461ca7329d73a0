"""Books (EPUB): an article for each chapter, which is what a reader looks for and can be sent to.

The table of contents tells where chapters begin; a file of the book it does not name goes on with
the chapter before. A book of one chapter is one article under its file's name.
"""

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from urllib.parse import unquote

from corpus.dates import parse_date
from corpus.decoding import decode
from corpus.errors import EmptySourceError, SourceError, UnreadableSourceError
from corpus.languages import language_code
from corpus.normalising import normalise_line
from corpus.readers.documents import Document, Failure, Found, Place
from corpus.readers.fragments import Fragment, read_fragment
from corpus.readers.safe_xml import Element, first, parse_xml, text_of, value
from corpus.readers.zips import Zip, open_zip
from corpus.titles import find_title

_KIND = "an EPUB book"
_LARGEST_PART = 16 * 1024 * 1024  # bytes; a tree takes about ten times as much memory
_CONTAINER, _RIGHTS = "META-INF/container.xml", "META-INF/encryption.xml"
_PAGES = frozenset({"application/xhtml+xml", "text/html", "application/x-dtbook+xml"})
_FONTS = ("font", "obfuscat")  # what may be garbled in a book that can be read


@dataclass(frozen=True, slots=True, kw_only=True)
class _Book:
    """What the package of a book says: its files in reading order, and itself."""

    files: tuple[str, ...]
    contents: str | None
    about: Document


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chapter:
    name: str  # of its first file
    title: str | None
    parts: tuple[Fragment, ...]
    raw: bytes


def read_book(data: bytes, place: Place) -> Iterator[Found | Failure]:
    """Yield the chapters of an EPUB book; a chapter that cannot be read is a failure by itself.

    Raise a `SourceError` for a book that is damaged, protected, or without text.
    """
    with open_zip(BytesIO(data)) as packed:
        _refuse_protected(packed)
        book = _package(packed)
        labels = _labels(packed, book.contents)
        found = list(_chapters(packed, book, labels, place))
    chapters = [chapter for chapter in found if isinstance(chapter, _Chapter)]
    if not found:
        message = "the book holds no text, only pictures; give one with text"
        raise EmptySourceError(message)
    for chapter in found:
        if isinstance(chapter, Failure):
            yield chapter
            continue
        inner = place.inside(chapter.name) if len(chapters) > 1 else place
        document = _document(chapter, book.about, is_whole=len(chapters) == 1)
        yield inner.found(document, chapter.raw if len(chapters) > 1 else data)


def _document(chapter: _Chapter, about: Document, *, is_whole: bool) -> Document:
    text = "\n\n".join(part.text for part in chapter.parts)
    headings = [heading for part in chapter.parts for heading in part.headings]
    title = about.title if is_whole and about.title else chapter.title
    return Document(
        title=title or find_title(text, headings),
        text=text,
        source=about.source if is_whole else about.title or about.source,
        author=about.author,
        published=about.published,
        updated=about.updated,
        language=about.language,
    )


def _refuse_protected(packed: Zip) -> None:
    if _RIGHTS not in packed.names:
        return
    rights = parse_xml(packed.read(_RIGHTS, limit=_LARGEST_PART), _KIND)
    methods = [it.get("Algorithm", "").lower() for it in rights.iter("{*}EncryptionMethod")]
    if any(not any(word in method for word in _FONTS) for method in methods):
        message = "it is an EPUB book with copy protection; give one without"
        raise UnreadableSourceError(message)


def _package(packed: Zip) -> _Book:
    container = parse_xml(packed.read(_CONTAINER, limit=_LARGEST_PART), _KIND)
    root = first(container, "rootfile")
    path = "" if root is None else root.get("full-path", "")
    package = parse_xml(packed.read(path, limit=_LARGEST_PART), _KIND)
    items = {item.get("id"): item for item in package.iter("{*}item")}
    folder = posixpath.dirname(path)
    spine = [items.get(it.get("idref")) for it in package.iter("{*}itemref")]
    pages = [it for it in spine if it is not None and it.get("media-type") in _PAGES]
    nav = next((it for it in items.values() if "nav" in it.get("properties", "").split()), None)
    ncx = next((it for it in items.values() if "ncx" in it.get("media-type", "")), None)
    contents = nav if nav is not None else ncx
    files = (_path(folder, it) for it in pages if it is not nav)
    return _Book(
        files=tuple(dict.fromkeys(files)),
        contents=None if contents is None else _path(folder, contents),
        about=_about(package),
    )


def _about(package: Element) -> Document:
    authors = [normalise_line(text_of(it)) for it in package.iter("{*}creator")]
    modified = [it for it in package.iter("{*}meta") if it.get("property") == "dcterms:modified"]
    return Document(
        title=normalise_line(value(package, "title")),
        text="",
        source=normalise_line(value(package, "publisher")) or None,
        author=", ".join(filter(None, authors)) or None,
        published=parse_date(value(package, "date") or None),
        updated=parse_date(text_of(modified[0])) if modified else None,
        language=language_code(value(package, "language")),
    )


def _path(folder: str, item: Element, attribute: str = "href") -> str:
    """Return the member of the book that `item` refers to."""
    href = unquote(item.get(attribute, "")).partition("#")[0]
    return posixpath.normpath(posixpath.join(folder, href)) if href else ""


def _labels(packed: Zip, contents: str | None) -> dict[str, str]:
    """Return the files the table of contents names, each with its first label."""
    if contents not in packed.names or contents is None:
        return {}
    try:
        root = parse_xml(packed.read(contents, limit=_LARGEST_PART), _KIND)
    except SourceError:
        return {}  # a book can be read without its table of contents
    folder = posixpath.dirname(contents)
    labels: dict[str, str] = {}
    for point in root.iter("{*}navPoint"):
        source = first(point, "content")
        if source is not None:
            name = _path(folder, source, "src")
            labels.setdefault(name, normalise_line(value(point, "navLabel")))
    toc = [nav for nav in root.iter("{*}nav") if "toc" in " ".join(nav.attrib.values())]
    for link in [link for nav in toc[:1] for link in nav.iter("{*}a")]:
        labels.setdefault(_path(folder, link), normalise_line(text_of(link)))
    return labels


def _chapters(
    packed: Zip, book: _Book, labels: Mapping[str, str], place: Place
) -> Iterator[_Chapter | Failure]:
    """Yield the chapters that hold words, in reading order."""
    starts = set(labels).intersection(book.files) or set(book.files)
    chapter: _Chapter | None = None
    for name in book.files:
        try:
            raw = packed.read(name, limit=_LARGEST_PART)
            part = read_fragment(decode(raw))
        except EmptySourceError:
            continue
        except SourceError as error:
            yield place.inside(name).failure(str(error))
            continue
        if not any(map(str.isalnum, part.text)):
            continue
        if chapter is not None and name not in starts:
            chapter = _Chapter(
                name=chapter.name,
                title=chapter.title,
                parts=(*chapter.parts, part),
                raw=chapter.raw + b"\n" + raw,
            )
            continue
        if chapter is not None:
            yield chapter
        chapter = _Chapter(name=name, title=labels.get(name) or None, parts=(part,), raw=raw)
    if chapter is not None:
        yield chapter
