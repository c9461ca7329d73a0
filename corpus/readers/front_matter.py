"""What stands between the lines `---` (YAML) or `+++` (TOML) above a text in Markdown."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping

from corpus.normalising import normalise_line

_YAML = re.compile(r"\s*---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|$)", re.DOTALL)
_TOML = re.compile(r"\s*\+\+\+[ \t]*\n(.*?)\n\+\+\+[ \t]*(?:\n|$)", re.DOTALL)
_KEY_VALUE = re.compile(r"([A-Za-z_][\w -]{0,30}):(?:[ \t]+(.*))?")
_ITEM = re.compile(r"[ \t]*-[ \t]+(?:name:[ \t]+)?(.+)|[ \t]+name:[ \t]+(.+)")
_COMMENT = re.compile(r"\s+#.*")
_FIELDS = {
    "title": "title",
    "headline": "title",
    "date": "date",
    "published": "date",
    "pubdate": "date",
    "publishdate": "date",
    "author": "author",
    "authors": "author",
    "by": "author",
    "lang": "lang",
    "language": "lang",
    "url": "url",
    "link": "url",
    "canonical": "url",
    "canonical_url": "url",
    "canonicalurl": "url",
    "source": "source",
    "site": "source",
    "publication": "source",
    "updated": "updated",
    "lastmod": "updated",
    "modified": "updated",
    "last_modified": "updated",
}


def split_front_matter(text: str) -> tuple[Mapping[str, str], str]:
    """Return the fields of the front matter we know, each as one line, and the text after it.

    The fields are title, date, updated, author, lang, url and source. What looks like front
    matter and names none of them is text.
    """
    yaml, toml = _YAML.match(text), _TOML.match(text)
    match = yaml or toml
    if match is None:
        return {}, text
    fields: dict[str, str] = {}
    for name, value in _yaml(match[1].split("\n")) if yaml else _toml(match[1]):
        field = _FIELDS.get(name.strip().lower().replace("-", "_"))
        if field and value:
            fields.setdefault(field, value)
    return (fields, text[match.end() :]) if fields else ({}, text)


def _yaml(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield names and values of the plain YAML front matter is written in."""
    name, items = "", list[str]()
    for line in lines:
        pair = _KEY_VALUE.fullmatch(line)
        item = _ITEM.fullmatch(line)
        if pair is None and item is not None:
            items.append(_unquoted(item[1] or item[2]))
        elif pair is not None:
            yield name, ", ".join(items)
            name, items = pair[1], []
            yield name, _unquoted(pair[2] or "")
    yield name, ", ".join(items)


def _unquoted(value: str) -> str:
    value = value.strip()
    if value.startswith("[") and value.endswith("]"):
        return ", ".join(_unquoted(part) for part in value[1:-1].split(","))
    if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
        return normalise_line(value[1:-1])
    return normalise_line(_COMMENT.sub("", value))


def _toml(text: str) -> Iterator[tuple[str, str]]:
    """Yield names and values of TOML, dates in ISO 8601; none if it is no TOML."""
    try:
        values = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return
    for name, value in values.items():
        parts = value if isinstance(value, list) else [value]
        names = (part.get("name", "") if isinstance(part, dict) else part for part in parts)
        yield name, normalise_line(", ".join(map(str, names)))
