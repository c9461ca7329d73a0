"""Copies of an article as other outlets print them, and versions that are none.

An editor changes the headline, leaves a paragraph out, puts the agency's line in front, replaces a
few words, and sets other quotation marks and dashes. A version in which a number was changed says
something else, so it is no copy.
"""

import random
import re

AGENCIES = ("LONDON (Reuters) - ", "BERLIN, 3 March (dpa) - ", "(AP) ", "By our correspondent. ")
SYNONYMS = {
    "said": "told reporters", "many": "numerous", "big": "large", "help": "assist", "began": "started",
    "but": "yet", "because": "since", "shows": "reveals", "about": "around", "people": "persons",
    "important": "significant", "says": "states", "also": "too", "however": "nevertheless",
    "while": "whereas", "around": "about", "almost": "nearly", "often": "frequently", "now": "today",
    "very": "extremely", "new": "recent", "made": "created", "found": "discovered", "think": "believe",
}  # fmt: skip
_WORD = re.compile(r"[^\W\d_]+")
_NUMBER = re.compile(r"(?<![\w.,])\d+(?![\w.,]\d|\w)")
_REPLACED = 0.4
"""Which share of the words that have a synonym is replaced."""


def edited(title: str, text: str, chance: random.Random) -> tuple[str, str]:
    """Return the headline and the text of a copy: each edit is made or not, at least one is."""
    edits = [_drop_paragraph, _agency, _replace_words, _typography]
    chosen = [edit for edit in edits if chance.random() < 0.6] or [chance.choice(edits)]
    for edit in chosen:
        text = edit(text, chance)
    return (f"{title}: what we know" if chance.random() < 0.5 else title), text


def with_another_number(text: str, chance: random.Random) -> str | None:
    """Return the text with one number changed, `None` if it has none in digits."""
    found = list(_NUMBER.finditer(text))
    if not found:
        return None
    match = chance.choice(found)
    other = int(match[0]) + chance.randint(1, 9)
    return f"{text[: match.start()]}{other}{text[match.end() :]}"


def _drop_paragraph(text: str, chance: random.Random) -> str:
    paragraphs = text.split("\n")
    if len(paragraphs) > 2:
        del paragraphs[chance.randrange(1, len(paragraphs))]
    return "\n".join(paragraphs)


def _agency(text: str, chance: random.Random) -> str:
    return chance.choice(AGENCIES) + text


def _replace_words(text: str, chance: random.Random) -> str:
    def other(match: re.Match[str]) -> str:
        synonym = SYNONYMS.get(match[0])
        return synonym if synonym and chance.random() < _REPLACED else match[0]

    return _WORD.sub(other, text)


def _typography(text: str, _chance: random.Random) -> str:
    marks = {
        "\u201c": '"',
        "\u201d": '"',
        "\u2018": "'",
        "\u2019": "'",
        "\u2013": "-",
        "\u2014": "-",
    }
    return text.translate(str.maketrans(marks))
