"""How a judgement looks: one line that says it, the quote, and what changed around it."""

from typing import Any

from rich.console import Console
from rich.text import Text

from bot.diff_view import show_diff
from bot.diffs import to_json
from bot.rendering import date_in_words
from bot.terminal_text import printable
from bot.verdicts import Judgement, Verdict
from retrieval.answers import format_time

_STYLES = {Verdict.EXACT: "green", Verdict.STILL_THERE: "green"}
_HASH_SHOWN = 12


def show_judgement(console: Console, judgement: Judgement) -> None:
    """Write a judgement in a few lines; the quote is written as it stood."""
    verdict = judgement.verdict
    console.print(
        Text.assemble(
            (judgement.code, "cyan"), "  ", (_said(judgement), _STYLES.get(verdict, "red"))
        ),
        soft_wrap=True,
    )
    for line in _facts(judgement):
        console.print(Text(f"  {line}"), soft_wrap=True)
    pieces = judgement.changes()
    if pieces:
        show_diff(console, pieces, indent="  ")
    elif judgement.quote is not None and verdict is not Verdict.WITHDRAWN:
        for line in judgement.quote.split("\n"):
            console.print(Text(f"  {line}"), soft_wrap=True)


def judgement_to_json(judgement: Judgement) -> dict[str, Any]:
    """Return the outside form of a judgement; what is not known is null."""
    claim, then, current = judgement.claim, judgement.then, judgement.current
    return {
        "receipt": judgement.code,
        "verdict": judgement.verdict.value,
        "collection": claim.collection if claim else None,
        "key": claim.key if claim else None,
        "title": _title(judgement),
        "start": claim.span.start if claim else None,
        "end": claim.span.end if claim else None,
        "quote": judgement.quote,
        "version": then.citation.version if then else None,
        "current_version": current.citation.version if current else None,
        "stored_at": format_time(then.stored_at) if then else None,
        "text_hash": then.text_hash if then else None,
        "withdrawn_at": format_time(judgement.withdrawn_at),
        "diff": to_json(judgement.changes()),
    }


def _said(judgement: Judgement) -> str:
    now = _versions(judgement)
    day = date_in_words(judgement.withdrawn_at) if judgement.withdrawn_at else ""
    return {
        Verdict.EXACT: "exact",
        Verdict.STILL_THERE: f"exact, but the article changed elsewhere since{now}",
        Verdict.CHANGED: f"changed since{now}",
        Verdict.WITHDRAWN: f"withdrawn{f' on {day}' if day else ''}",
        Verdict.ALTERED: "altered: the receipt stands for another text than this quote",
        Verdict.UNKNOWN: "unknown: no article here has a quote with this receipt",
    }[judgement.verdict]


def _versions(judgement: Judgement) -> str:
    if judgement.then is None or judgement.current is None:
        return ""
    return f" (version {judgement.then.citation.version}, now {judgement.current.citation.version})"


def _facts(judgement: Judgement) -> list[str]:
    """Return where the quote is from, and what can be checked of it."""
    claim, then = judgement.claim, judgement.then
    if claim is None:
        return []
    title = _title(judgement)
    lines = [" · ".join(printable(part) for part in (title, claim.key) if part)]
    if then is not None:
        lines.append(
            f"characters {claim.span.start}-{claim.span.end} of version {then.citation.version}, "
            f"stored {date_in_words(then.stored_at)}, sha256 {then.text_hash[:_HASH_SHOWN]}"
        )
    return lines


def _title(judgement: Judgement) -> str | None:
    article = judgement.then or judgement.current
    if article is not None:
        return article.citation.title
    return judgement.claim.title if judgement.claim else None
