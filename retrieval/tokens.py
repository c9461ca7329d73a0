"""The one tokeniser of the keyword index, for articles and questions alike.

Words are case-folded (NFKC) and stemmed by the Snowball algorithm of their language (Porter,
2001). Scripts written without spaces (Han, Kana, Thai, Lao, Khmer, Myanmar) and Hangul become
overlapping bigrams, so any part of a run can be found. Engines index the tokens as they are.
"""

import re
import unicodedata
from collections.abc import Callable
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
_ASCII_WORD = re.compile(r"[a-z0-9_]+(?:[.,][0-9]+)*")
_UNSPACED_RUN = re.compile(rf"([{UNSPACED}]+)")
_APOSTROPHES = (("\u2019", "'"), ("\u02bc", "'"), ("\u0640", ""))
_VOWEL_SIGNS = re.compile(r"[\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670]")
"""Of Arabic and Hebrew; most texts leave them out."""
_ACCENTS = re.compile(r"[\u0300-\u036f]")
_LATIN = re.compile(r"[a-z\u00df-\u024f]")
# A pattern that begins with what is rare is found many times as fast as one that looks back first.
_ELISION = re.compile(r"'(?<=\w')s?\b")
_THOUSANDS = re.compile(r"[.,](?<=\d[.,])(?=\d{3}(?!\d))")
_LONGEST_TOKEN = 64
"""Longer runs are not words; tantivy refuses terms above 65,530 bytes."""
_WORDS_KEPT = 50_000
"""Words of a language whose tokens are remembered: some 10 MB when full."""


class _Tokens(dict[str, str]):
    """The token of each word of one language, made when it is first asked for."""

    def __init__(self, stem: Callable[[str], str], *, keeps_accents: bool) -> None:
        super().__init__()
        self._stem = stem
        self._keeps_accents = keeps_accents

    def __missing__(self, word: str) -> str:
        token = self._stem(word[:_LONGEST_TOKEN])
        if not (self._keeps_accents or token.isascii()):
            token = _without_latin_accents(token)
        if len(word) <= _LONGEST_TOKEN:
            if len(self) >= _WORDS_KEPT:
                self.clear()
            self[word] = token
        return token


def tokenise(text: str, language: str) -> list[str]:
    """Return the index tokens of `text`, in order, stemmed for `language` (ISO 639-1)."""
    folded = _fold(text)
    if folded.isascii() or not _UNSPACED_RUN.search(folded):
        return _words(folded, language)
    tokens: list[str] = []
    for place, run in enumerate(_UNSPACED_RUN.split(folded)):
        tokens.extend(_bigrams(run) if place % 2 else _words(run, language))
    return tokens


def _fold(text: str) -> str:
    if text.isascii():
        folded = text.lower()
    else:
        folded = unicodedata.normalize("NFKC", text).casefold()
        for written, meant in _APOSTROPHES:
            folded = folded.replace(written, meant)
        folded = _VOWEL_SIGNS.sub("", folded)
    return _THOUSANDS.sub("", _ELISION.sub(" ", folded))


def _words(folded: str, language: str) -> list[str]:
    is_ascii = folded.isascii()
    words = (_ASCII_WORD if is_ascii else _WORD).findall(folded)
    return list(map(_tokens_of(language, is_ascii=is_ascii).__getitem__, words))


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
def _tokens_of(language: str, *, is_ascii: bool) -> _Tokens:
    """Return the tokens of words; accents only stay where a text without any has none."""
    algorithm = _ALGORITHMS.get(language)
    known = algorithm in Stemmer.algorithms()
    return _Tokens(Stemmer.Stemmer(algorithm, 0).stemWord if known else str, keeps_accents=is_ascii)
