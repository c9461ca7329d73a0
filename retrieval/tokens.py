"""The one tokeniser of the keyword index, for articles and questions alike.

Words are case-folded (NFKC) and stemmed by the Snowball algorithm of their language (Porter,
2001). Scripts written without spaces (Han, Kana, Thai, Lao, Khmer, Myanmar) and Hangul become
overlapping bigrams, so any part of a run can be found. Engines index the tokens as they are.
"""

import re
import unicodedata
from functools import cache

import Stemmer

_ALGORITHMS = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek",
    "en": "english", "es": "spanish", "et": "estonian", "eu": "basque", "fa": "persian", "fi": "finnish",
    "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian", "hy": "armenian",
    "id": "indonesian", "it": "italian", "lt": "lithuanian", "nb": "norwegian", "ne": "nepali",
    "nl": "dutch", "nn": "norwegian", "no": "norwegian", "pl": "polish", "pt": "portuguese",
    "ro": "romanian", "ru": "russian", "sr": "serbian", "sv": "swedish", "ta": "tamil",
    "tr": "turkish", "yi": "yiddish",
}  # fmt: skip

UNSPACED = (
    "\u0e00-\u0e7f\u0e80-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Myanmar, Khmer
    "\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"  # Kana, Han
    "\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003fffd"  # Hangul, compatibility and later Han
)
"""Ranges, for a class of a regular expression, of the scripts written without spaces."""
_WORD = re.compile(r"[\w\u0300-\u036f\u0900-\u0dff]+(?:[.,]\d+)*")
_UNSPACED_RUN = re.compile(rf"([{UNSPACED}]+)")
_APOSTROPHES = str.maketrans({"\u2019": "'", "\u02bc": "'", "\u0640": None})
_VOWEL_SIGNS = re.compile(r"[\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670]")
"""Of Arabic and Hebrew; most texts leave them out."""
_ACCENTS = re.compile(r"[\u0300-\u036f]")
_LATIN = re.compile(r"[a-z\u00df-\u024f]")
_ELISION = re.compile(r"(?<=\w)'s?\b")
_THOUSANDS = re.compile(r"(?<=\d)[.,](?=\d{3}(?!\d))")
_LONGEST_TOKEN = 64
"""Longer runs are not words; tantivy refuses terms above 65,530 bytes."""


def tokenise(text: str, language: str) -> list[str]:
    """Return the index tokens of `text`, in order, stemmed for `language` (ISO 639-1)."""
    folded = _fold(text)
    stem = _stemmer(language)
    if folded.isascii() or not _UNSPACED_RUN.search(folded):
        return _words(folded, stem)
    tokens: list[str] = []
    for place, run in enumerate(_UNSPACED_RUN.split(folded)):
        tokens.extend(_bigrams(run) if place % 2 else _words(run, stem))
    return tokens


def _fold(text: str) -> str:
    if text.isascii():
        folded = text.lower()
    else:
        folded = unicodedata.normalize("NFKC", text).casefold().translate(_APOSTROPHES)
        folded = _VOWEL_SIGNS.sub("", folded)
    return _THOUSANDS.sub("", _ELISION.sub(" ", folded))


def _words(folded: str, stem: "Stemmer.Stemmer | None") -> list[str]:
    words = [word[:_LONGEST_TOKEN] for word in _WORD.findall(folded)]
    stems = stem.stemWords(words) if stem else words
    if folded.isascii():
        return stems
    return [token if token.isascii() else _without_latin_accents(token) for token in stems]


def _bigrams(run: str) -> list[str]:
    if len(run) == 1:
        return [run]
    return [run[i : i + 2] for i in range(len(run) - 1)]


def _without_latin_accents(token: str) -> str:
    """Drop accents from Latin letters: people type "Malaga" for "M\u00e1laga"."""
    if not _LATIN.match(token):
        return token
    return _ACCENTS.sub("", unicodedata.normalize("NFD", token))


@cache
def _stemmer(language: str) -> "Stemmer.Stemmer | None":
    algorithm = _ALGORITHMS.get(language)
    return Stemmer.Stemmer(algorithm) if algorithm in Stemmer.algorithms() else None
