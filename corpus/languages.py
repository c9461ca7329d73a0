"""Which language a text is in, as ISO 639-1 codes."""

import re

UNDETERMINED = "und"

_SAMPLE = 2_000  # characters; more does not change the answer, and costs time
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
    import py3langid  # noqa: PLC0415 - its model takes most of a second to load

    return str(py3langid.classify(sample)[0])


def language_code(tag: str | None) -> str | None:
    """Return the short code of a language tag ("en-US" gives "en"), None if it is no tag."""
    match = _CODE.fullmatch(tag.strip()) if tag else None
    if match is None:
        return None
    code = match.group(1).lower()
    return None if code == UNDETERMINED else _SAME.get(code, code)
