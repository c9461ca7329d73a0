"""How one article looks: as a reader sees it, with the cleaning map drawn in, or as JSON."""

from collections.abc import Iterator
from typing import Any

from rich.console import Console
from rich.text import Text

from bot.story_view import story_line, story_to_json
from bot.terminal_text import printable
from corpus.articles import Article, Span
from retrieval.answers import SCHEMA, citation_to_json, format_time
from retrieval.stories import Story

_HASH_SHOWN = 12


def show_article(
    console: Console, article: Article, story: Story | None = None, *, cleaning: bool
) -> None:
    """Write the metadata, with what is known of its story, and the view, or with `cleaning` the whole text and what is left out."""
    for name, value in _metadata(article, story):
        console.print(Text.assemble((f"{name:<10}", "dim"), value), soft_wrap=True)
    console.print()
    if not cleaning:
        _write(console, article.view())
        return
    for piece, reason in _pieces(article):
        _write(console, piece, reason=reason)


def article_to_json(article: Article, story: Story | None = None) -> dict[str, Any]:
    """Return the outside form of a whole article; all offsets are code points of `text`."""
    headline = article.cleaning.headline
    return {
        "schema": SCHEMA,
        **citation_to_json(article.citation),
        "author": article.citation.author,
        "updated": format_time(article.citation.updated),
        "origin": article.origin,
        "state": article.state.value,
        "stored_at": format_time(article.stored_at),
        "text_hash": article.text_hash,
        "raw_hash": article.raw_hash,
        "text": article.text,
        "headline": _offsets(headline) if headline else None,
        "dropped": [
            {"start": drop.span.start, "end": drop.span.end, "reason": drop.reason.value}
            for drop in article.cleaning.dropped
        ],
        "passages": [_offsets(span) for span in article.spans],
        "story": story_to_json(story) if story else None,
    }


def _offsets(span: Span) -> list[int]:
    return [span.start, span.end]


def _metadata(article: Article, story: Story | None) -> Iterator[tuple[str, str]]:
    """Yield what is known, name and value, each fit for one line."""
    citation = article.citation
    known = {
        "title": citation.title,
        "key": f"{citation.key} (in {citation.collection})",
        "source": citation.source,
        "author": citation.author,
        "published": format_time(citation.published),
        "updated": format_time(citation.updated),
        "link": citation.url,
        "language": citation.language,
        "version": f"{citation.version}, stored {article.stored_at:%Y-%m-%d %H:%M} UTC",
        "state": article.state.value,
        "passages": str(len(article.spans)),
        "story": story_line(story, (citation.collection, citation.key)) if story else None,
        "left out": _left_out(article),
        "origin": article.origin,
        "sha256": article.text_hash[:_HASH_SHOWN],
    }
    for name, value in known.items():
        if value:
            yield name, printable(value)


def _left_out(article: Article) -> str:
    """Return what cleaning leaves out, counted by reason: "4 x repeated paragraph"."""
    reasons = dict.fromkeys(drop.reason for drop in article.cleaning.dropped)
    return ", ".join(f"{article.cleaning.count(reason)} x {reason.value}" for reason in reasons)


def _pieces(article: Article) -> Iterator[tuple[str, str | None]]:
    """Yield the whole text in order, each piece with the reason it is left out for, if it is."""
    position = 0
    for drop in article.cleaning.dropped:
        yield article.text[position : drop.span.start], None
        yield drop.span.of(article.text), drop.reason.value
        position = drop.span.end
    yield article.text[position:], None


def _write(console: Console, text: str, *, reason: str | None = None) -> None:
    """Write one piece; what is left out is struck out in red, off a terminal bracketed."""
    piece = text.strip()
    if not piece:
        return
    if reason is None:
        console.print(Text(piece), soft_wrap=True)
    elif console.is_terminal:
        struck = (piece, "strike red")
        console.print(Text.assemble(struck, (f"  ← {reason}", "yellow")), soft_wrap=True)
    else:
        console.print(Text(f"[left out, {reason}: {piece}]"), soft_wrap=True)
