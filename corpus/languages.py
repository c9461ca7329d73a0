"""Which language a text is in, as ISO 639-1 codes."""

import re
from functools import cache
from itertools import count
from threading import Lock, Thread
from typing import Any

UNDETERMINED = "und"

_SAMPLE = 400  # characters; more hardly changes the answer, and costs time
_LANGUAGES = """
    af am ar az be bg bn ca cs cy da de el en es et eu fa fi fr ga gl gu he hi hr hu hy id is it ja
    ka kk km kn ko lo lt lv mk ml mn mr ms mt my ne nl no pa pl ps pt ro ru si sk sl so sq sr sv sw
    ta te th tl tr uk ur uz vi zh
    """.split()  # noqa: SIM905 - for reading; rarer languages are more often wrong than right
_ENGLISH = frozenset(
    """
    a about an and are as at be been but by for from had has have her his if in is it of on she
    that the their there they this to was were which who will with would you
    """.split()  # noqa: SIM905 - for reading
)
_FOREIGN = frozenset(
    """
    al av che con da das de dem den der des det di die dos een ein eine el en er es est et het ikke
    il ist je la las le les los mit na ne nicht och og om op pas por que se sie som sont su te til
    un una und une van von vor zu
    """.split()  # noqa: SIM905 - for reading
)
"""Function words of languages that may stand beside English ones in one text."""
_LEAST_WORDS = 20
_LEAST_SHARE = 0.25
"""Of all words; among 4,700 texts in seven languages, each so full of them is English to the detector."""
_MOST_FOREIGN = 0.05
_SEVERAL = 8
"""Texts that are surely English before the detector is loaded beside."""
_LEAST_DIFFERENT = 6
_WORD = re.compile(r"[^\W\d_]+")
_CODE = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z0-9]+)*")
_SAME = {
    "nb": "no",
    "nob": "no",
    "nor": "no",
    "iw": "he",
    "in": "id",
    "ara": "ar",
    "chi": "zh",
    "deu": "de",
    "eng": "en",
    "fra": "fr",
    "fre": "fr",
    "ger": "de",
    "hin": "hi",
    "ita": "it",
    "jpn": "ja",
    "kor": "ko",
    "por": "pt",
    "rus": "ru",
    "spa": "es",
    "tha": "th",
    "tur": "tr",
    "ukr": "uk",
    "zho": "zh",
}


def detect_language(text: str) -> str:
    """Return the ISO 639-1 code of the language `text` is most likely in, or "und".

    The first characters decide; a text without letters has no language.
    """
    sample = text[:_SAMPLE]
    if not any(char.isalpha() for char in sample):
        return UNDETERMINED
    if _is_surely_english(sample):
        _detector().is_soon_needed()
        return "en"
    return _detector().language(sample)


def _is_surely_english(sample: str) -> bool:
    """Whether so many words of `sample` are English function words that nobody need ask further.

    That takes a tenth of the time, and the detector's model, which takes half a second to load,
    is not loaded for a library of English articles.
    """
    words = _WORD.findall(sample.lower())
    found = [word for word in words if word in _ENGLISH]
    return (
        len(words) >= _LEAST_WORDS
        and len(found) >= _LEAST_SHARE * len(words)
        and len(set(found)) >= _LEAST_DIFFERENT
        and "the" in found
        and sum(word in _FOREIGN for word in words) <= _MOST_FOREIGN * len(words)
    )


class _Detector:
    """py3langid, whose model takes half a second to load: most of that without Python.

    So it is loaded beside the reading of texts once there are several of them: among many, one
    is seldom far that must be asked about.
    """

    def __init__(self) -> None:
        self._loading = Lock()
        self._identifier: Any = None
        self._texts_before = count(1)

    def language(self, sample: str) -> str:
        """Return the code of the likeliest language."""
        self._load()
        return str(self._identifier.classify(sample)[0])

    def is_soon_needed(self) -> None:
        """Note a text that could be told without; begin to load after some of them."""
        if next(self._texts_before) == _SEVERAL:
            Thread(target=self._load, name="languages", daemon=True).start()

    def _load(self) -> None:
        with self._loading:
            if self._identifier is None:
                self._identifier = _identifier()


@cache
def _detector() -> _Detector:
    return _Detector()


def _identifier() -> Any:  # noqa: ANN401 - py3langid has no types
    """Return a detector of our own: limiting the shared one would limit others."""
    from py3langid.langid import (  # noqa: PLC0415 - its model takes most of a second to load
        MODEL_FILE,
        LanguageIdentifier,
    )

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(_LANGUAGES)
    return identifier


def language_code(tag: str | None) -> str | None:
    """Return the short code of a language tag ("en-US" gives "en"), None if it is no tag."""
    match = _CODE.fullmatch(tag.strip()) if tag else None
    if match is None:
        return None
    code = match.group(1).lower()
    return None if code == UNDETERMINED else _SAME.get(code, code)
