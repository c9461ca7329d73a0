"""The versions of one article: a list of them, and what changed between two."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.text import Text

from bot.diff_view import show_diff
from bot.diffs import Piece, count_words, diff, shortened, to_json
from bot.errors import InputError
from bot.terminal_text import printable
from corpus.articles import Article
from corpus.store import ArticleStore
from retrieval.answers import SCHEMA, format_time

_HASH_SHOWN = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionSummary:
    """One version in numbers; `words_out` and `words_in` count from the version before."""

    number: int
    stored: str
    title: str
    title_changed: bool
    words: int
    passages: int
    text_hash: str
    words_out: int
    words_in: int

    def to_json(self) -> dict[str, Any]:
        """Return the outside form."""
        return {
            "version": self.number,
            "stored_at": self.stored,
            "title": self.title,
            "words": self.words,
            "passages": self.passages,
            "text_hash": self.text_hash,
            "words_out": self.words_out,
            "words_in": self.words_in,
        }


def summaries(store: ArticleStore, article: Article) -> Iterator[VersionSummary]:
    """Yield all versions of an article, oldest first; two texts are held at a time."""
    before: Article | None = None
    for number in range(1, article.citation.version + 1):
        one = version_of(store, article, number)
        out, put = count_words(diff(before.text, one.text)) if before else (0, 0)
        title = one.citation.title
        yield VersionSummary(
            number=number,
            stored=format_time(one.stored_at) or "",
            title=title,
            title_changed=before is not None and before.citation.title != title,
            words=len(one.text.split()),
            passages=len(one.spans),
            text_hash=one.text_hash,
            words_out=out,
            words_in=put,
        )
        before = one


def show_versions(console: Console, listed: Sequence[VersionSummary]) -> None:
    """Write a line for each version; the title stands with the first and where it changed."""
    for one in listed:
        facts = (
            f"{one.stored[:16].replace('T', ' '):<16}",
            f"{one.words} words",
            f"{one.passages} passages",
            one.text_hash[:_HASH_SHOWN],
        )
        line = Text.assemble((f"{one.number:>3}", "bold"), "  ", " · ".join(facts))
        if one.number > 1:
            line.append(" · ").append(f"-{one.words_out}", style="red")
            line.append(" ").append(f"+{one.words_in}", style="green").append(" words")
        if one.number == 1 or one.title_changed:
            line.append(f" · {printable(one.title)}")
        console.print(line, soft_wrap=True)


def compared_versions(article: Article, wanted: str) -> tuple[int, int]:
    """Return the two versions that `wanted` ("", "N" or "N..M") names.

    "" are the last two; "N" is that version and the newest. Raise `InputError` for anything else.
    """
    newest = article.citation.version
    if newest == 1:
        message = f"{article.citation.key} has one version only; there is nothing to compare"
        raise InputError(message)
    first, dots, second = wanted.partition("..")
    numbers = [first or str(newest - 1), second if dots and second else str(newest)]
    if not all(number.isascii() and number.isdigit() for number in numbers):
        message = f"{wanted!r} names no versions; write --diff 2 or --diff 1..3 after the KEY"
        raise InputError(message)
    one, other = map(int, numbers)
    if not (1 <= one <= newest and 1 <= other <= newest):
        message = f"{article.citation.key} has the versions 1 to {newest}; name two of them"
        raise InputError(message)
    return (one - 1, other) if one == other == newest else (one, other)


def diff_to_json(one: Article, other: Article) -> dict[str, Any]:
    """Return the outside form of what changed: the whole of both texts as [kind, text] pairs."""
    return {
        "schema": SCHEMA,
        "key": one.citation.key,
        "collection": one.citation.collection,
        "from": one.citation.version,
        "to": other.citation.version,
        "diff": to_json(diff(one.text, other.text)),
    }


def show_version_diff(console: Console, one: Article, other: Article) -> None:
    """Write what changed between two versions, in the words around each change."""
    pieces = diff(one.text, other.text)
    console.print(Text(_heading(one, other, pieces), style="bold"), soft_wrap=True)
    if one.citation.title != other.citation.title:
        show_diff(console, diff(one.citation.title, other.citation.title), indent="title: ")
    show_diff(console, shortened(pieces))


def version_of(store: ArticleStore, article: Article, number: int) -> Article:
    """Return another version of an article."""
    citation = article.citation
    return store.article(citation.key, collection=citation.collection, version=number)


def _heading(one: Article, other: Article, pieces: Sequence[Piece]) -> str:
    out, put = count_words(pieces)
    days = [
        f"{article.citation.version} ({article.stored_at:%Y-%m-%d})" for article in (one, other)
    ]
    return f"{printable(one.citation.key)}: version {days[0]} to {days[1]}, -{out} +{put} words"
