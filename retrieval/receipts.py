"""Receipts: short codes that name one exact quote of one exact text."""

import hashlib
import json

from corpus.articles import Span

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Base 32 after Crockford (2002): without I, L, O and U, which are misread."""

LENGTH = 10
_BITS = 5


def receipt(*, collection: str, key: str, text_hash: str, span: Span) -> str:
    """Return the 10-character code of a quote: the first 50 bits of a SHA-256, in base 32.

    What is hashed is the JSON array of the five parts, which no other five parts give.
    The same quote of the same text gives the same code everywhere, whenever it is made.
    """
    named = json.dumps([collection, key, text_hash, span.start, span.end])
    digest = int.from_bytes(hashlib.sha256(named.encode()).digest())
    top = digest >> (256 - _BITS * LENGTH)
    return "".join(_ALPHABET[(top >> (_BITS * place)) & 31] for place in reversed(range(LENGTH)))


def tidy(code: str) -> str:
    """Return a typed code in its written form: upper case, 0 for O and 1 for I and L."""
    return code.strip().upper().translate(str.maketrans("OIL", "011"))
