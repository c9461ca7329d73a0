"""Data about a page that it carries as JSON-LD, in the vocabulary of schema.org."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

_ARTICLES = frozenset(
    """
    article newsarticle blogposting reportagenewsarticle analysisnewsarticle opinionnewsarticle
    backgroundnewsarticle reviewnewsarticle liveblogposting report scholarlyarticle techarticle
    socialmediaposting advertisercontentarticle satiricalarticle
    """.split()  # noqa: SIM905 - for reading
)
_PAGES = frozenset({"webpage", "itempage", "recipe", "review", "podcastepisode"})
_DEEPEST = 20
_MOST_SCRIPTS = 50


def main_object(root: Any) -> Mapping[str, Any]:  # noqa: ANN401 - an lxml element
    """Return the schema.org object of the article, else of the page; {} without either."""
    scripts = [it for it in root.iter("script") if "ld+json" in (it.get("type") or "").lower()]
    objects = [it for script in scripts[:_MOST_SCRIPTS] for it in _objects(_parsed(script.text))]
    for kinds in (_ARTICLES, _PAGES):
        for candidate in objects:
            if kinds & set(map(str.lower, _kinds(candidate))):
                return candidate
    return {}


def _parsed(script: str | None) -> object:
    text = (script or "").strip().removeprefix("<![CDATA[").removesuffix("]]>").rstrip("; \n")
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None  # other sources of the page say the same


def _objects(value: object, depth: int = 0) -> Iterator[dict[str, Any]]:
    """Yield the objects in `value`, outer ones first."""
    if depth > _DEEPEST:
        return
    if isinstance(value, dict):
        yield value
        for name in ("@graph", "mainEntity", "mainEntityOfPage", "hasPart"):
            yield from _objects(value.get(name), depth + 1)
    elif isinstance(value, list):
        for part in value:
            yield from _objects(part, depth + 1)


def _kinds(candidate: Mapping[str, Any]) -> list[str]:
    kinds = candidate.get("@type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    return [kind.rpartition("/")[2] for kind in kinds if isinstance(kind, str)]


def names_in(value: object) -> Iterator[str]:
    """Yield the names in a field that holds a name, an object with one, or several."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from names_in(value.get("name"))
    elif isinstance(value, list):
        for part in value:
            yield from names_in(part)
