"""Which column or field of somebody's data is which of ours."""

import csv
import re
from collections.abc import Iterable, Mapping
from typing import Any

from corpus.errors import UnreadableSourceError

Columns = Mapping[str, str]
"""Our field to their column, for data that names its columns in no way we know."""

FIELDS = ("id", "title", "text", "url", "date", "updated", "source", "author", "lang")

_DELIMITERS = (",", ";", "\t", "|")
_SUFFIXES = frozenset({".csv", ".tsv", ".tab"})
_FEWEST_COLUMNS = 2
_LINE_END = re.compile(r"[\r\n]")
_LONGEST_HEADER = 4_000  # characters; a longer first line is prose
_NAMES = {
    "id": ("_id", "id", "key", "guid", "uuid", "article_id", "articleid", "doc_id", "identifier"),
    "title": ("title", "headline", "heading", "name", "subject"),
    "text": (
        "text",
        "body",
        "content",
        "article",
        "fulltext",
        "full_text",
        "article_text",
        "article_body",
        "articlebody",
        "body_text",
        "maintext",
        "main_text",
        "content_text",
        "content_html",
        "html",
    ),
    "url": ("url", "link", "canonical_url", "canonical", "permalink", "href", "uri", "web_url"),
    "date": (
        "date",
        "published",
        "published_at",
        "publishedat",
        "date_published",
        "datepublished",
        "publication_date",
        "published_date",
        "publish_date",
        "date_publish",
        "pub_date",
        "pubdate",
        "created_at",
        "created",
        "timestamp",
    ),
    "updated": (
        "updated",
        "updated_at",
        "modified",
        "date_modified",
        "datemodified",
        "last_modified",
        "lastmod",
        "modified_at",
    ),
    "source": (
        "source",
        "site",
        "site_name",
        "sitename",
        "publication",
        "publisher",
        "outlet",
        "newspaper",
        "source_name",
        "source_domain",
        "domain",
    ),
    "author": ("author", "authors", "byline", "creator", "by", "writer"),
    "lang": ("lang", "language", "language_code", "locale"),
}


def known_columns(names: Iterable[str], columns: Columns | None = None) -> dict[str, str]:
    """Return our field to their name, for the fields that `names` hold.

    `columns` says it for fields whose column is called otherwise; else the first of the usual
    names that is there counts, whatever its case.
    """
    given = {name.strip().casefold().replace(" ", "_").replace("-", "_"): name for name in names}
    found = {
        field: given[usual]
        for field in FIELDS
        for usual in reversed(_NAMES[field])
        if usual in given
    }
    return {**found, **(columns or {})}


def renamed(record: Mapping[str, Any], columns: Columns | None = None) -> dict[str, Any]:
    """Return what of `record` belongs to our fields, by their names; a null is as absent."""
    names = known_columns((name for name, value in record.items() if value is not None), columns)
    return {field: record.get(name) for field, name in names.items()}


def parse_columns(text: str) -> dict[str, str]:
    """Return the mapping in `text`, such as "title=headline,text=body".

    Raise `UnreadableSourceError` for anything else.
    """
    pairs = [part.partition("=") for part in text.split(",") if part.strip()]
    mapping = {field.strip(): name.strip() for field, _, name in pairs}
    if not mapping or not all(mapping.values()) or not mapping.keys() <= set(FIELDS):
        message = (
            f"{text!r} maps no columns; write field=column with commas between, "
            f"the fields being {', '.join(FIELDS)}"
        )
        raise UnreadableSourceError(message)
    return mapping


def delimiter_of(text: str, suffix: str = "", columns: Columns | None = None) -> str | None:
    """Return what parts the columns of the table `text` starts; None if it is no table.

    A table has a first line that names a column for the text, and one more of ours. A file that
    is called a table needs only a first line with two names.
    """
    header = _LINE_END.split(text.lstrip("\ufeff\r\n"), maxsplit=1)[0]
    if len(header) > _LONGEST_HEADER:
        return None
    rows = {mark: next(csv.reader([header], delimiter=mark), []) for mark in _DELIMITERS}
    mark = max(rows, key=lambda mark: (len(known_columns(rows[mark])), len(rows[mark])))
    names = [name for name in rows[mark] if name.strip()]
    known = known_columns(names)
    if columns and set(columns.values()) <= set(names):
        return mark
    is_ours = "text" in known and len(known) >= _FEWEST_COLUMNS and len(known) * 2 >= len(names)
    is_named = suffix in _SUFFIXES and len(names) >= _FEWEST_COLUMNS
    return mark if is_ours or is_named else None


def is_table(text: str, suffix: str = "", columns: Columns | None = None) -> bool:
    """Return whether `text` is a table of articles, one in a row."""
    return delimiter_of(text, suffix, columns) is not None
