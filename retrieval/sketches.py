"""What is kept of an article's text to find the others that tell the same.

A sketch says nothing of a library: whether two articles belong together depends on them alone,
so the order in which articles come never matters. It holds the sets of names and of words a text
has, as hashes, and the buckets it falls into. Texts with many runs of words in common, or many
names, share a bucket with high probability: MinHash (Broder, 1997) in bands (Indyk and Motwani,
1998). With b bands of r rows, sets of Jaccard similarity s share one with 1 - (1 - s^r)^b: here
.99 at .5, .93 at .43, .58 at .3, .05 at .12.
"""

import hashlib
import re
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from rensa import RMinHash

from retrieval.function_words import function_words
from retrieval.numbers import without_numbers, words_of
from retrieval.tokens import tokenise

_BANDS = 32
_ROWS = 3
_SEED = 20_261_122
_SHINGLE = 4
"""Words in a run; a word replaced breaks four of them."""
_SHORT_WORD = 2
_HASH_BYTES = 4
_FINGERPRINT_BYTES = 16

ALGORITHM = f"1/{RMinHash.ALGORITHM_VERSION}/{_BANDS}x{_ROWS}/{_SHINGLE}/{_SEED}"
"""Names how sketches are made; those of another algorithm cannot be compared."""

_WORD_INSIDE = re.compile(
    r"(?<=[\w,;)’'] )[^\W\d_][^\W\d_]+(?:[-’'][^\W\d_]+)*"  # noqa: RUF001 - an apostrophe
    r"|\d+(?:[.,:]\d+)*"
)
"""A word that does not begin a sentence, or a number in digits."""
_POSSESSIVE = re.compile(r"[’']s?$")  # noqa: RUF001 - an apostrophe

Hashes = frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """What is kept of one text.

    `fingerprint` (16 bytes) is equal for texts that differ in typography at most. `run_buckets`
    are shared by texts with the same runs of words, `name_buckets` by those with the same names.
    `has_case` is false for scripts without capitals, whose `names` are all their words.
    """

    fingerprint: bytes
    names: Hashes
    words: Hashes
    has_case: bool
    run_buckets: tuple[int, ...]
    name_buckets: tuple[int, ...]


def sketch(text: str, *, language: str, part: str) -> Sketch:
    """Return the sketch of a text; texts of two different `part`s have nothing in common."""
    spoken = words_of(text)
    masked = without_numbers(spoken)
    words = _content_words(text, language)
    has_case = text.upper() != text.lower()
    names = _names(text) if has_case else words
    return Sketch(
        fingerprint=_digest("\x1f".join((part, *spoken)), _FINGERPRINT_BYTES),
        names=_hashed(names),
        words=_hashed(words),
        has_case=has_case,
        run_buckets=_buckets(_runs(masked), f"{part}\x1fruns"),
        name_buckets=_buckets(names, f"{part}\x1fnames"),
    )


def likeness(first: Hashes, second: Hashes) -> float:
    """Return the Jaccard similarity of two sets, in [0, 1]; 0 for empty ones."""
    shared = len(first & second)
    return shared / (len(first) + len(second) - shared) if shared else 0.0


def hashes_to_bytes(hashes: Hashes) -> bytes:
    """Return a form `hashes_from_bytes` reads: 4 bytes each."""
    return np.array(sorted(hashes), dtype="<u4").tobytes()


def hashes_from_bytes(stored: bytes) -> Hashes:
    """Return what `hashes_to_bytes` wrote."""
    return frozenset(np.frombuffer(stored, dtype="<u4").tolist())


def _names(text: str) -> set[str]:
    """Return the words that begin with a capital inside a sentence, and the numbers."""
    found = (match[0] for match in _WORD_INSIDE.finditer(text))
    kept = (word for word in found if word[0].isupper() or word[0].isdigit())
    return {_POSSESSIVE.sub("", word).casefold() for word in kept}


def _content_words(text: str, language: str) -> set[str]:
    tokens = set(tokenise(text, language))
    longer = {token for token in tokens if len(token) > _SHORT_WORD or not token.isascii()}
    return longer - function_words(longer, [language])


def _runs(words: Sequence[str]) -> set[str]:
    if len(words) <= _SHINGLE:
        return {" ".join(words)} if words else set()
    return {" ".join(words[at : at + _SHINGLE]) for at in range(len(words) - _SHINGLE + 1)}


def _buckets(members: Iterable[str], salt: str) -> tuple[int, ...]:
    """Return one bucket a band, none for an empty set."""
    members = sorted(members)
    if not members:
        return ()
    signature = RMinHash(num_perm=_BANDS * _ROWS, seed=_SEED)
    signature.update(members)
    digest = struct.pack(f"<{_BANDS * _ROWS}I", *signature.digest())
    size = 4 * _ROWS
    bands = (digest[at : at + size] for at in range(0, len(digest), size))
    salted = salt.encode("utf-8", "surrogatepass")
    return tuple(_bucket(salted, band, at) for at, band in enumerate(bands))


def _bucket(salt: bytes, band: bytes, at: int) -> int:
    """Return a signed number of 64 bits, as SQLite keeps them."""
    hashed = hashlib.blake2b(band + bytes([at]) + salt, digest_size=8).digest()
    return int.from_bytes(hashed, "little", signed=True)


def _hashed(words: Iterable[str]) -> Hashes:
    return frozenset(map(_hash, words))


@lru_cache(50_000)
def _hash(word: str) -> int:
    return int.from_bytes(_digest(word, _HASH_BYTES), "little")


def _digest(text: str, size: int) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=size).digest()
