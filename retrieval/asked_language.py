"""The language a question is asked in."""

from collections.abc import Mapping

from corpus.languages import UNDETERMINED, detect_language, language_code

_FEW_WORDS = 4
"""A question of fewer words does not show its language: "Hotel Internet" may be in any."""


def asked_language(text: str, interface: str) -> str:
    """Return the code of a question's language, "" if that cannot be told.

    A question of fewer than four words is in the language of the asker's `interface` ("de",
    "pt-BR"), if that is known; of a longer one the words decide.
    """
    if len(text.split()) < _FEW_WORDS:
        return language_code(interface) or ""
    found = detect_language(text)
    return "" if found == UNDETERMINED else found


def searched_languages(text: str, interface: str, held: Mapping[str, int], most: int) -> list[str]:
    """Return up to `most` of the languages a library holds, commonest first.

    The asker's own stands before them for a question too short to show its language: where it is
    in doubt which words only hold the question together, that language decides.
    """
    commonest = list(held)
    own = language_code(interface) if len(text.split()) < _FEW_WORDS else None
    if own in held:
        commonest.sort(key=lambda language: language != own)
    return commonest[:most]
