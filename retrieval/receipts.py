"""Receipts: short codes that name one exact quote of one exact text."""

import hashlib
import json
from collections.abc import Iterable

from corpus.articles import Span

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Base 32 after Crockford (2002): without I, L, O and U, which are misread."""

LENGTH = 10
_BITS = 5
_SHIFTS = range(_BITS * (LENGTH - 1), -1, -_BITS)


def receipt(*, collection: str, key: str, text_hash: str, span: Span) -> str:
    """Return the 10-character code of a quote: the first 50 bits of a SHA-256, in base 32.

    What is hashed is the JSON array of the five parts, which no other five parts give.
    The same quote of the same text gives the same code everywhere, whenever it is made.
    """
    top = _top(f"{_start(collection, key, text_hash)}{span.start}, {span.end}]")
    return "".join([_ALPHABET[(top >> shift) & 31] for shift in _SHIFTS])


def find_span(
    code: str, spans: Iterable[Span], *, collection: str, key: str, text_hash: str
) -> Span | None:
    """Return the first of many spans of one text whose receipt is `code`, `None` if none is.

    It says what `receipt` says, several times as fast.
    """
    wanted = 0
    for letter in code:
        wanted = wanted << _BITS | _ALPHABET.index(letter)
    start = _start(collection, key, text_hash)
    for span in spans:
        if _top(f"{start}{span.start}, {span.end}]") == wanted:
            return span
    return None


def tidy(code: str) -> str:
    """Return a typed code in its written form.

    That is without blanks and hyphens, in upper case, with 0 for O and 1 for I and L.
    """
    return "".join(code.replace("-", " ").split()).upper().translate(str.maketrans("OIL", "011"))


def is_receipt(code: str) -> bool:
    """Whether a tidied code has the form of a receipt."""
    return len(code) == LENGTH and set(code) <= set(_ALPHABET)


def _start(collection: str, key: str, text_hash: str) -> str:
    """Return the beginning of what is hashed, up to the offsets."""
    return f"[{json.dumps(collection)}, {json.dumps(key)}, {json.dumps(text_hash)}, "


def _top(named: str) -> int:
    """Return the bits a receipt is written with."""
    digest = hashlib.sha256(named.encode()).digest()
    return int.from_bytes(digest) >> (256 - _BITS * LENGTH)
