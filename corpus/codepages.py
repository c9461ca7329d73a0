"""Which of the code pages for Latin letters a text was written in.

They differ in a few dozen bytes, which a statistical detector often takes for one another. A
language tells them apart: read by the right page, its letters are those of its alphabet.
"""

import re
from collections.abc import Iterator

from corpus.languages import detect_language

_PAGES = ("cp1252", "cp1250", "iso8859_2", "cp1254", "cp1257", "iso8859_15", "mac_roman", "cp850")
_FAMILY = frozenset(
    (
        *_PAGES,
        "latin_1",
        "cp437",
        "cp858",
        "mac_latin2",
        "mac_turkish",
        "mac_iceland",
        "hp_roman8",
        "cp1258",
    )
)
_OTHER_FAMILIES = ("iso8859_5", "iso8859_6", "iso8859_7", "iso8859_8", "iso8859_11")
_LETTERS = {
    "ca": "àçèéíïòóúü·",
    "cs": "áčďéěíňóřšťúůýž",
    "da": "æøåé",
    "de": "äöüßé",
    "en": "éèçïñ",
    "es": "áéíñóúü¿¡ºª",
    "et": "äöõüšž",
    "fi": "äöåé",
    "fr": "àâæçèéêëîïôœùûüÿ",
    "ga": "áéíóú",
    "hr": "čćđšž",
    "hu": "áéíóöőúüű",
    "is": "áæðéíóöþúý",
    "it": "àèéìîòóù",
    "lt": "ąčęėįšųūž",
    "lv": "āčēģīķļņšūž",
    "nb": "æøåéòôó",
    "nl": "áèéëïóöü",
    "nn": "æøåéòôó",
    "no": "æøåéòôó",
    "pl": "ąćęłńóśźż",
    "pt": "àáâãçéêíóôõúüºª",
    "ro": "ăâîșțşţ",
    "sk": "áäčďéíĺľňóôŕšťúýž",
    "sl": "čšž",
    "sq": "çë",
    "sv": "åäöé",
    "tr": "çğıöşüâîû",
}
_ANYWHERE = frozenset("“”„‘’‚«»‹›–—…·•§°©®™€£¢¥×½¼¾²³ \xa0\xad")  # noqa: RUF001 - as printed
_FOREIGN = re.compile(
    "([A-Za-z]?)[^\\W\\d_A-Za-z\xaa-\u024f\u1e00-\u1eff]+([A-Za-z]?)"  # letters, not Latin ones
)
_CERTAIN = 0.9
_DETECTOR_BYTES = 8_192  # enough to name the language


def is_latin(encoding: str) -> bool:
    """Return whether `encoding` (a Python codec name) is a code page for Latin letters."""
    western = encoding.startswith("iso8859_") and encoding not in _OTHER_FAMILIES
    return western or encoding in _FAMILY


def latin_page(data: bytes, guess: str) -> str:
    """Return the codec whose reading of `data` fits the alphabet of its language best.

    `guess` is the answer where no other page fits better.
    """
    pages = dict.fromkeys([*_PAGES, guess])
    scores = {page: score for page in pages for score in _fits(data, page)}
    best = max(scores, key=lambda page: scores[page], default=guess)  # the commonest of equals
    return best if scores.get(best, 0.0) >= _CERTAIN else guess


def mixes_scripts(text: str) -> bool:
    """Return whether most foreign letters of `text` stand in words with Latin ones.

    No language writes so: such a text has been read by the wrong code page.
    """
    foreign = _FOREIGN.findall(text)
    mixed = sum(1 for before, after in foreign if before or after)
    return mixed * 2 > len(foreign)


def _fits(data: bytes, page: str) -> Iterator[float]:
    """Yield the share of letters outside ASCII that belong to the language, if it decodes."""
    try:
        text = data.decode(page)
    except UnicodeError:
        return
    alphabet = _LETTERS.get(detect_language(text[:_DETECTOR_BYTES]))
    foreign = [char for char in text.lower() if char > "\x7f" and char not in _ANYWHERE]
    if alphabet is not None and foreign:
        yield sum(char in alphabet for char in foreign) / len(foreign)
