"""From a format to its reader, loaded when it is first needed."""
# ruff: noqa: PLC0415 - what a reader needs takes its time to load, and most runs need one of them

from collections.abc import Iterator

from corpus.decoding import decode
from corpus.readers.columns import Columns
from corpus.readers.documents import Document, Failure, Found, Place
from corpus.readers.sniffing import Format

OF_BYTES = frozenset(
    {
        Format.PDF,
        Format.RICH_TEXT,
        Format.WORD,
        Format.OPEN_DOCUMENT,
        Format.WEB_ARCHIVE,
        Format.MAIL,
        Format.BOOK,
        Format.FEED,
        Format.WORDPRESS,
        Format.OPML,
        Format.SITEMAP,
    }
)
"""Formats that say themselves how their bytes are text; the others are decoded first."""

OF_ONE = frozenset(
    {
        Format.HTML,
        Format.MARKDOWN,
        Format.PLAIN,
        Format.PDF,
        Format.RICH_TEXT,
        Format.WORD,
        Format.OPEN_DOCUMENT,
        Format.WEB_ARCHIVE,
        Format.MAIL,
    }
)
"""Formats of which a file holds one article."""


def read_document(kind: Format, data: bytes) -> Document:
    """Return the document in `data`, a file of a format in `OF_ONE`; raise a `SourceError`."""
    if kind in OF_BYTES:
        return _document_of_bytes(kind, data)
    text = decode(data)
    match kind:
        case Format.HTML:
            from corpus.readers.page import read_page

            return read_page(text)
        case Format.MARKDOWN:
            from corpus.readers.markdown import read_markdown

            return read_markdown(text)
        case _:
            from corpus.readers.plain import read_plain

            return read_plain(text)


def _document_of_bytes(kind: Format, data: bytes) -> Document:
    match kind:
        case Format.PDF:
            from corpus.readers.pdf import read_pdf

            return read_pdf(data)
        case Format.WORD:
            from corpus.readers.word import read_word

            return read_word(data)
        case Format.OPEN_DOCUMENT:
            from corpus.readers.open_document import read_open_document

            return read_open_document(data)
        case Format.RICH_TEXT:
            from corpus.readers.rich_text import read_rich_text

            return read_rich_text(data)
        case Format.WEB_ARCHIVE:
            from corpus.readers.web_archive import read_web_archive

            return read_web_archive(data)
        case _:
            from corpus.readers.mail import read_mail

            return read_mail(data)


def read_entries(
    kind: Format, data: bytes, place: Place, columns: Columns | None
) -> Iterator[Found | Failure]:
    """Yield the articles in `data`, a file of a format not in `OF_ONE`; raise a `SourceError`."""
    match kind:
        case Format.BOOK:
            from corpus.readers.book import read_book

            return read_book(data, place)
        case Format.FEED | Format.JSON_FEED:
            from corpus.readers.feeds import feed_articles

            return feed_articles(data, place)
        case Format.WORDPRESS:
            from corpus.readers.wordpress import read_wordpress

            return read_wordpress(data, place)
        case Format.TELEGRAM:
            from corpus.readers.telegram_export import read_telegram_export

            return read_telegram_export(decode(data), place)
        case Format.TABLE:
            from corpus.readers.tables import read_table

            return read_table(decode(data), place, columns)
        case _:
            from corpus.readers.address_lists import refuse_list

            return refuse_list(kind, data)
