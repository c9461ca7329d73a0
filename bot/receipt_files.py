"""Exported receipts: JSON lines that are written here and read again, here or elsewhere."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from bot.errors import InputError
from bot.verdicts import Claim, Judgement
from corpus.articles import MAIN_COLLECTION, Span
from retrieval.receipts import is_receipt, tidy

_FORM = 'write {"receipt", "collection", "key", "text_hash", "start", "end", "quote"} on each line'


def to_record(judgement: Judgement) -> dict[str, Any] | None:
    """Return the exported form of a receipt, `None` if its text is not there to quote."""
    claim, then = judgement.claim, judgement.then
    if claim is None or then is None:
        return None
    return {
        "receipt": claim.code,
        "collection": claim.collection,
        "key": claim.key,
        "text_hash": then.text_hash,
        "start": claim.span.start,
        "end": claim.span.end,
        "quote": claim.span.of(then.text),
        "version": then.citation.version,
        "title": then.citation.title,
        "url": then.citation.url,
    }


def claims_in(lines: Iterable[str]) -> Iterator[tuple[int, Claim | InputError]]:
    """Yield the receipts of a file with the numbers of their lines, or what is wrong with one.

    A line is an exported receipt, or an answer as `ask --json` prints it, whose hits are receipts.
    A file that is one JSON document over several lines is read as a whole.
    """
    lines = list(lines)
    whole = _whole(lines)
    if whole is not None:
        yield from ((1, claim) for claim in _claims(whole))
        return
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield from ((number, claim) for claim in _claims_of_line(line))


def _whole(lines: list[str]) -> Any:  # noqa: ANN401 -- anything JSON can hold
    """Return the one document a file holds, `None` if its first line is one already."""
    first = next((line for line in lines if line.strip()), "")
    if _loaded(first) is not None:
        return None
    return _loaded("\n".join(lines))


def _loaded(text: str) -> Any:  # noqa: ANN401 -- anything JSON can hold
    try:
        return json.loads(text.removeprefix("\ufeff"))
    except ValueError:
        return None


def _claims_of_line(line: str) -> Iterator[Claim | InputError]:
    record = _loaded(line)
    if record is None:
        yield InputError(f"not JSON; {_FORM}")
        return
    yield from _claims(record)


def _claims(record: Any) -> Iterator[Claim | InputError]:  # noqa: ANN401 -- anything JSON can hold
    if isinstance(record, list):
        for one in record:
            yield from _claims(one)
    elif isinstance(record, dict) and isinstance(record.get("hits"), list):
        for hit in record["hits"]:
            yield _checked(_flat(hit))
    else:
        yield _checked(record)


def _flat(hit: Any) -> Any:  # noqa: ANN401 -- anything JSON can hold
    """Return a hit of an answer in the form of an exported receipt."""
    try:
        article, passage = hit["article"], hit["passage"]
        return {
            **article,
            "receipt": hit["receipt"],
            "start": passage["start"],
            "end": passage["end"],
            "quote": passage["text"],
        }
    except (KeyError, TypeError):
        return None


def _checked(record: Any) -> Claim | InputError:  # noqa: ANN401 -- anything JSON can hold
    try:
        return _claim(record)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        reason = f"{error} is missing" if isinstance(error, KeyError) else str(error)
        return InputError(f"no receipt ({reason}); {_FORM}")


def _claim(record: dict[str, Any]) -> Claim:
    code = tidy(record["receipt"])
    if not is_receipt(code):
        message = f"{code[:20]!r} has not ten letters and digits"
        raise ValueError(message)
    return Claim(
        code=code,
        collection=_text(record, "collection") or MAIN_COLLECTION,
        key=str(record["key"]),
        span=Span(start=_number(record, "start"), end=_number(record, "end")),
        version=_number(record, "version") if record.get("version") is not None else None,
        text_hash=_text(record, "text_hash"),
        quote=_text(record, "quote"),
        title=_text(record, "title"),
        url=_text(record, "url"),
    )


def _text(record: dict[str, Any], name: str) -> str | None:
    value = record.get(name)
    if value is not None and not isinstance(value, str):
        message = f"its {name} is not a text"
        raise TypeError(message)
    return value


def _number(record: dict[str, Any], name: str) -> int:
    value = record[name]
    if not isinstance(value, int) or isinstance(value, bool):
        message = f"its {name} is not a number"
        raise TypeError(message)
    return value
