"""Changes to a library that an administrator asks for in chat: adding, undoing, erasing.

Adding is planned first. The plan says what the library held before, so that adding again after a
crash adds nothing twice, and undoing brings back exactly what was there.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import IntEnum
from typing import Any

from bot.administration.draft_summaries import Known
from bot.administration.material import Entry
from corpus.articles import Article, ArticleState
from corpus.drafts import metadata_of, plain, sha256
from corpus.errors import ArticleNotFoundError
from corpus.readers.documents import Found
from corpus.reports import ReportLine, Result
from corpus.store import ArticleStore
from corpus.storing import Storing

Plan = Sequence[Mapping[str, Any]]
"""What adding is going to do, one entry an article, in their order: its key, its origin, and under
`before` what the library held under that key; fit for JSON."""

_MOST_NAMES = 1_000
_MOST_REASONS = 5


class How(IntEnum):
    """How an article is added; the number stands in buttons."""

    ADD = 0
    REPLACE = 1
    """As a new version of the article that is known."""
    KEEP_BOTH = 2
    """As an article of its own beside the one that is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What adding did: how many articles by result, and the reasons of those that failed."""

    counts: Mapping[Result, int]
    passages: int = 0
    reasons: tuple[str, ...] = ()

    @property
    def changed(self) -> int:
        """Return how many articles the library did not hold so before."""
        return sum(self.counts.get(it, 0) for it in (Result.ADDED, Result.UPDATED, Result.REVISED))

    def to_json(self) -> dict[str, Any]:
        """Return the form `from_json` reads."""
        counts = {result.value: count for result, count in self.counts.items()}
        return {"counts": counts, "passages": self.passages, "reasons": list(self.reasons)}

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> "Tally":
        """Return what `to_json` returned."""
        counts = {Result(name): count for name, count in told["counts"].items()}
        return cls(counts=counts, passages=told["passages"], reasons=tuple(told["reasons"]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """What undoing did: articles and versions taken out, articles somebody has changed since."""

    articles: int = 0
    versions: int = 0
    revised: int = 0
    changed_since: int = 0
    names: tuple[tuple[str, str], ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the form `from_json` reads; the names are left out."""
        return {"articles": self.articles, "changed_since": self.changed_since}

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> "Undone":
        """Return what `to_json` returned."""
        return cls(articles=told["articles"], changed_since=told["changed_since"])


def articles_in(entries: Iterable[Entry]) -> list[Found]:
    """Return the articles among what was read."""
    return [entry for entry in entries if isinstance(entry, Found)]


def planned(
    store: ArticleStore, found: Sequence[Found], *, collection: str, how: How, token: str
) -> list[dict[str, Any]]:
    """Return the plan for adding articles; `token` names the draft. Nothing is written."""
    return [_planned(store, one, collection=collection, how=how, token=token) for one in found]


def _planned(
    store: ArticleStore, found: Found, *, collection: str, how: How, token: str
) -> dict[str, Any]:
    key, origin = found.article.key, found.article.origin
    if how is How.KEEP_BOTH:
        key = _free_key(store, key, collection)
        is_taken = store.find_by_origin(origin, collection=collection) is not None
        origin = f"telegram:kept/{token}" if is_taken else origin
    elif how is How.REPLACE:
        known = Known.find(found, store, collection=collection)
        key = key if known is None else known.key
        held = _held(store, key, collection)
        origin = origin if held is None else held.origin
    elif not found.names_itself:
        key = store.find_by_origin(origin, collection=collection) or key
    held = _held(store, key, collection)
    return {"key": key, "origin": origin, "before": None if held is None else _before(held, found)}


def _before(held: Article, found: Found) -> dict[str, Any]:
    """Return what an article was: its metadata too if adding would change no more than that."""
    is_same = held.text_hash == sha256(found.article.text.encode())
    return {
        "version": held.citation.version,
        "retired": held.state is ArticleState.RETIRED,
        "about": plain(metadata_of(held.prepared(b""))) if is_same else None,
    }


def add(
    store: ArticleStore,
    found: Sequence[Found],
    plan: Plan,
    *,
    collection: str,
    progress: Callable[[int], None],
) -> Tally:
    """Store articles as planned; doing it again changes nothing and tells the same.

    `progress` is told how many are done. Raise `LibraryError`s: what was stored before one stays.
    """
    storing = Storing(store, collection=collection)
    counts: Counter[Result] = Counter()
    passages, reasons = 0, list[str]()
    with store.batch():
        for done, (one, entry) in enumerate(zip(found, plan, strict=True), start=1):
            line = storing.store(_named(one, entry))
            counts[_became(store, line, entry, collection)] += 1
            if line.reason is not None:
                reasons.append(line.reason)
            else:
                passages += len(store.article(entry["key"], collection=collection).spans)
            progress(done)
    return Tally(counts=counts, passages=passages, reasons=tuple(reasons[:_MOST_REASONS]))


def _named(found: Found, entry: Mapping[str, Any]) -> Found:
    article = replace(found.article, key=entry["key"], origin=entry["origin"])
    return replace(found, article=article, names_itself=True)


def _became(
    store: ArticleStore, line: ReportLine, entry: Mapping[str, Any], collection: str
) -> Result:
    """Return what became of an article since the plan was made, also where it was stored before."""
    if line.result is not Result.UNCHANGED:
        return line.result
    before = entry["before"]
    if before is None:
        return Result.ADDED
    version = store.article(entry["key"], collection=collection).citation.version
    is_new = version > before["version"] or before["retired"]
    return Result.UPDATED if is_new else Result.UNCHANGED


def undo(store: ArticleStore, plan: Plan, *, collection: str) -> Undone:
    """Take out of the store what was added by a plan; doing it again changes nothing.

    What somebody else has changed since stays as it is. The file is rewritten without what was
    taken out.
    """
    counts: Counter[str] = Counter()
    names: list[tuple[str, str]] = []
    with store.batch():
        for entry in plan:
            done = _undo(store, entry, collection)
            counts[done] += 1
            if done == "articles" or (entry["before"] is None and done == "gone"):
                names.append((collection, entry["key"]))
    return Undone(
        articles=counts["articles"],
        versions=counts["versions"],
        revised=counts["revised"],
        changed_since=counts["changed_since"],
        names=tuple(names),
    )


def _undo(store: ArticleStore, entry: Mapping[str, Any], collection: str) -> str:
    key, before = entry["key"], entry["before"]
    held = _held(store, key, collection)
    if held is None:
        return "gone"
    version = held.citation.version
    if held.origin != entry["origin"] or version > (1 if before is None else before["version"] + 1):
        return "changed_since"
    if before is None:
        store.remove(key, collection=collection)
        return "articles"
    done = "nothing"
    if version > before["version"]:
        store.remove_version(key, collection=collection)
        done = "versions"
    elif before["about"] is not None and _revised(store, held, before["about"], collection):
        done = "revised"
    if before["retired"] and held.state is ArticleState.ACTIVE:
        store.retire(key, collection=collection)
        done = "versions"
    return done


def _revised(
    store: ArticleStore, held: Article, about: Mapping[str, str | None], collection: str
) -> bool:
    """Give an article the metadata back it had; return whether that changed anything."""
    earlier = held.prepared(store.raw(held.version_id))
    if plain(metadata_of(earlier)) == about:
        return False
    raw = replace(
        earlier.raw,
        title=about["title"] or "",
        source=about["source"],
        author=about["author"],
        url=about["url"],
        published=_moment(about["published"]),
        updated=_moment(about["updated"]),
        language=about["language"],
    )
    language = about["language"] or earlier.language
    store.put(replace(earlier, raw=raw, language=language), collection=collection)
    return True


def _held(store: ArticleStore, key: str, collection: str) -> Article | None:
    try:
        return store.article(key, collection=collection)
    except ArticleNotFoundError:
        return None


def _free_key(store: ArticleStore, key: str, collection: str) -> str:
    """Return `key`, "key (2)", or the next number nobody has."""
    names = (key, *(f"{key} ({number})" for number in range(2, _MOST_NAMES)))
    return next((it for it in names if _held(store, it, collection) is None), f"{key} (new)")


def _moment(told: str | None) -> datetime | None:
    return None if told is None else datetime.fromisoformat(told)
