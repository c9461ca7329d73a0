"""Which passages answer now, and their slices.

A passage *answers now* when its version is the current one of an active article.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from corpus.articles import ArticleState, Passage
from corpus.clock import stored_moment
from corpus.packing import Unpacker
from corpus.rows import CITED, passages_from
from corpus.sqlite_files import Asked

CHUNK = 500
"""How many passages `next_passages` reads at most."""

ANSWERING = f"""articles JOIN versions
    ON versions.article_id = articles.id AND versions.number = articles.current_version
    AND articles.state = '{ArticleState.ACTIVE.value}'"""
"""The articles that answer, each with the version that does."""

_PASSAGE = f"""passages.id, passages.version_id, passages.start, passages."end",
    versions.text_hash, {CITED}"""
_BY_ID = f"""
    SELECT {_PASSAGE}, texts.text
    FROM passages
    JOIN versions ON versions.id = passages.version_id
    JOIN articles ON versions.article_id = articles.id
     AND versions.number = articles.current_version
    JOIN texts ON texts.version_id = passages.version_id
    WHERE articles.state = '{ArticleState.ACTIVE.value}'
      AND passages.id IN (SELECT value FROM json_each(?))
    """
_IN_RANGE = f"""
    SELECT {_PASSAGE}
    FROM passages
    JOIN versions ON versions.id = passages.version_id
    JOIN articles ON versions.article_id = articles.id
     AND versions.number = articles.current_version
    WHERE articles.state = '{ArticleState.ACTIVE.value}' AND passages.id BETWEEN ? AND ?
    ORDER BY passages.id
    LIMIT {CHUNK}
    """
_TEXTS = """
    SELECT version_id, text FROM texts WHERE version_id IN (SELECT value FROM json_each(?))
    """


def passages_by_id(asked: Asked, ids: Sequence[int]) -> dict[int, Passage]:
    """Return those of `ids` that answer now, in the order given: one statement, however many."""
    wanted = [int(number) for number in ids]
    rows = asked.rows(_BY_ID, (json.dumps(wanted),))
    texts = _unpacked({version_id: text for _, version_id, *_, text in rows})
    found = passages_from((*row[:-1], texts[row[1]][row[2] : row[3]]) for row in rows)
    return {number: found[number] for number in wanted if number in found}


def next_passages(asked: Asked, first: int, last: int) -> list[Passage]:
    """Return up to `CHUNK` passages that answer now with ids in `first..last`, ordered by id.

    Each text is read once and sliced here, which a long article is much faster with.
    """
    rows = asked.rows(_IN_RANGE, (first, last))
    version_ids = sorted({version_id for _, version_id, *_ in rows})
    text_of = _unpacked(dict(asked.rows(_TEXTS, (json.dumps(version_ids),))))
    sliced = ((*row, text_of[row[1]][row[2] : row[3]]) for row in rows)
    return list(passages_from(sliced).values())


def allowed_passages(
    asked: Asked,
    *,
    since: datetime | None,
    until: datetime | None,
    source: str | None,
    language: str | None,
    collections: Sequence[str],
    keys: Sequence[tuple[str, str]],
) -> list[int]:
    """Return the ids that answer now under the filters, ascending.

    Raise `ValueError` for a bound without a time zone.
    """
    conditions: list[tuple[str, Sequence[Any]]] = []
    if since is not None:
        conditions.append(("versions.published >= ?", [stored_moment(since)]))
    if until is not None:
        conditions.append(("versions.published < ?", [stored_moment(until)]))
    if source is not None:
        conditions.append(("versions.folded_source = ?", [source.casefold()]))
    if language is not None:
        conditions.append(("lower(versions.language) = ?", [language.lower()]))
    if collections:
        conditions.append((f"articles.collection IN ({_places(collections)})", collections))
    if keys:
        pairs = ", ".join("(?, ?)" for _ in keys)
        named = f"(articles.collection, articles.key) IN (VALUES {pairs})"
        conditions.append((named, list(chain.from_iterable(keys))))
    where = " AND ".join(["1", *(condition for condition, _ in conditions)])
    ranges = asked.rows(
        f"SELECT versions.first_passage, versions.passage_count FROM {ANSWERING}"
        f" WHERE {where} ORDER BY versions.first_passage",
        list(chain.from_iterable(values for _, values in conditions)),
    )
    return list(chain.from_iterable(range(first, first + count) for first, count in ranges))


def _unpacked(texts: Mapping[int, bytes]) -> dict[int, str]:
    unpacker = Unpacker()
    return {version_id: unpacker.text(packed) for version_id, packed in texts.items()}


def _places(values: Sequence[object]) -> str:
    return ", ".join("?" for _ in values)
