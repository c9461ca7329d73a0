"""What a preview says of articles before they are added, worked out beside the bot."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.administration.material import Entry
from bot.drafts import Edits
from corpus.alike import find_alike
from corpus.articles import ArticleState, PreparedArticle
from corpus.drafts import sha256
from corpus.errors import ArticleNotFoundError
from corpus.foretelling import Foretelling
from corpus.preparing import prepare
from corpus.readers.documents import Failure, Found
from corpus.reports import Result
from corpus.store import ArticleStore
from corpus.storing import Storing
from retrieval.stories import Name
from retrieval.story_index import StoryIndex

TITLES = 5
REASONS = 3
KIN = 3
"""How many titles, failures and kin a preview names."""

_GAPS = re.compile(r"\n\s*\n")
_MOST_FORETOLD = 500
"""Articles of one draft for which it is worked out whether the library has them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The article of the library that the one of a draft would be a version of."""

    key: str
    version: int
    title: str
    is_same_text: bool
    is_same_origin: bool

    @classmethod
    def find(cls, found: Found, store: ArticleStore, *, collection: str) -> "Known | None":
        """Return it: from the same origin, of the same key, or with the same address."""
        raw = found.article
        key = store.find_by_origin(raw.origin, collection=collection)
        if key is None and raw.url is not None:
            _, here = find_alike(store.path, text_hash="", url=raw.url, collections=(collection,))
            key = here[0].key if here else None
        try:
            article = store.article(key or raw.key, collection=collection)
        except ArticleNotFoundError:
            return None
        cited = article.citation
        is_same_text = article.text_hash == sha256(raw.text.encode())
        return cls(
            key=cited.key,
            version=cited.version,
            title=cited.title,
            is_same_text=is_same_text and article.state is ArticleState.ACTIVE,
            is_same_origin=article.origin == raw.origin,
        )


def edited(found: Found, edits: Edits) -> Found:
    """Return an article with what an administrator wrote in place of what was found."""
    article = found.article
    changed = replace(
        article,
        title=edits.title or article.title,
        source=edits.source or article.source,
        published=edits.published or article.published,
    )
    return replace(found, article=changed)


def cleaned(found: Found) -> str:
    """Return the text of an article as a reader will see it: without what cleaning leaves out."""
    article = prepare(found.article)
    text, pieces, position = found.article.text, list[str](), 0
    for drop in article.cleaning.dropped:
        pieces.append(text[position : drop.span.start])
        position = drop.span.end
    return _GAPS.sub("\n\n", "".join((*pieces, text[position:]))).strip()


def summary_of(
    entries: Sequence[Entry], library: Path, *, collection: str, edits: Edits | None = None
) -> dict[str, Any]:
    """Return what a preview says, fit for JSON.

    `articles` counts them, `titles` are those of the first, `failures` counts what could not be
    read and `reasons` are the first of them. One article has its `facts`; of several, `outcomes`
    counts what adding them would do. Nothing is written.
    """
    found = [edited(entry, edits or Edits()) for entry in entries if isinstance(entry, Found)]
    failures = [entry for entry in entries if isinstance(entry, Failure)]
    summary: dict[str, Any] = {
        "articles": len(found),
        "titles": [entry.article.title for entry in found[:TITLES]],
        "failures": len(failures),
        "reasons": [failure.reason for failure in failures[:REASONS]],
    }
    with ArticleStore.open(library) as store:
        if len(found) == 1:
            summary["facts"] = _facts(found[0], store, library, collection)
        elif found:
            summary["outcomes"] = _outcomes(found[:_MOST_FORETOLD], store, collection)
    return summary


def _outcomes(found: Sequence[Found], store: ArticleStore, collection: str) -> dict[str, int]:
    storing = Storing(Foretelling(store), collection=collection)
    counts = Counter(storing.store(entry).result for entry in found)
    return {result.value: counts[result] for result in Result if counts[result]}


def _facts(found: Found, store: ArticleStore, library: Path, collection: str) -> Mapping[str, Any]:
    raw = found.article
    article = prepare(raw)
    known = Known.find(found, store, collection=collection)
    left_out = Counter(drop.reason.value for drop in article.cleaning.dropped)
    return {
        "title": raw.title,
        "source": raw.source,
        "author": raw.author,
        "url": raw.url,
        "published": _told(raw.published),
        "language": article.language,
        "words": len(raw.text.split()),
        "passages": len(article.spans),
        "left_out": dict(left_out),
        "warnings": list(found.warnings[:REASONS]),
        "known": None if known is None else _known_to_json(known),
        **_duplicates(article, store, library, collection, known),
    }


def _known_to_json(known: Known) -> dict[str, Any]:
    return {
        "version": known.version,
        "title": known.title,
        "is_same_text": known.is_same_text,
    }


def _duplicates(
    article: PreparedArticle,
    store: ArticleStore,
    library: Path,
    collection: str,
    known: Known | None,
) -> dict[str, Any]:
    """Return which other articles have the very same text, and which tell the same."""
    text_hash = sha256(article.raw.text.encode())
    own = None if known is None else known.key
    same, _ = find_alike(store.path, text_hash=text_hash, url=None, collections=(collection,))
    same = [one for one in same if one.key != own]
    text = "\n".join(span.of(article.raw.text) for span in article.spans)
    with StoryIndex(library) as stories:
        found = stories.kin(store, text, language=article.language, part=collection)
    named = {(collection, key) for key in (own, *(one.key for one in same))}
    kin = [
        {"title": title, "kind": kind.value, "share": round(share, 2)}
        for name, kind, share in found[: KIN + len(named)]
        if name not in named and (title := _title(store, name)) is not None
    ]
    return {"same": [one.title for one in same[:KIN]], "kin": kin[:KIN]}


def _title(store: ArticleStore, name: Name) -> str | None:
    try:
        return store.article(name[1], collection=name[0]).citation.title
    except ArticleNotFoundError:
        return None


def _told(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
