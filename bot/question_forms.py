"""Forms of sentences, by language, with the question each of them answers.

A form is a pattern with named groups, and a question in which they stand. `subject` is what is
asked about; its article is written small inside of the question. Better forms come first.
"""

import re

Form = tuple[re.Pattern[str], str]

NAME = r"[^\W\d_a-zà-ÿа-яё][\w'-]*"
"""A word with a capital at its start."""

_YEAR = r"\b(?:1\d|20)\d\d\b"
_PERSON = rf"(?P<subject>{NAME}(?: (?:de|del|von|van|al|bin|el|der))? {NAME})"


def _form(sentence: str, question: str) -> Form:
    return re.compile(sentence), question


_EN_SUBJECT = rf"(?P<subject>(?:[Tt]he )?(?:{NAME} ){{0,3}}{NAME}(?: (?:of|for) (?:the )?{NAME})?)"
_EN_DONE = (
    "built|founded|opened|born|established|created|introduced|discovered|completed|elected|arrested"
    "|published|signed|closed|destroyed|launched|invented|released|abolished|inaugurated|rebuilt"
)
_EN_SAYS = "said|says|told|warned|announced|claimed|argued|explained|suggested"
_EN_UNITS = "metres|meters|kilometres|kilometers|feet|miles|km|m"
_EN_NUMBERS = r"two|three|four|five|six|seven|eight|nine|ten|\d[\d,]*"
_DE_NUMBERS = r"zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|\d[\d.]*"
_DE_SUBJECT = rf"(?P<subject>(?:Der|Die|Das) (?:{NAME} ){{0,2}}{NAME}|(?:{NAME} ){{0,2}}{NAME})"
_DE_DONE = r"(?P<verb>(?:ge|er|ver)\w+[nt])"
_ES_SUBJECT = rf"(?P<subject>(?:El|La) (?:[\w'-]+ ){{0,3}}[\w'-]+|(?:{NAME} ){{0,2}}{NAME})"
_ES_DONE = r"(?P<verb>(?:fundad|construid|inaugurad|cread|publicad|destruid)[oa])\b"
_RU_SUBJECT = rf"(?P<subject>{NAME}(?: [\w-]+){{0,2}})"
_RU_DONE = "(?P<verb>был[ао]? (?:основан|построен|открыт|создан)[ао]?)"  # noqa: RUF001
_RU_SAID = "(?P<verb>(?:сказал|заявил|сообщил|рассказал)а?)"  # noqa: RUF001

FORMS: dict[str, tuple[Form, ...]] = {
    "en": (
        _form(
            rf"^{_EN_SUBJECT} (?P<be>was|were) (?P<verb>{_EN_DONE})\b.*{_YEAR}",
            "When {be} {subject} {verb}?",
        ),
        _form(
            rf"^{_EN_SUBJECT} (?P<be>is|was) (?:about |nearly |only )?\d[\d.,]* (?:{_EN_UNITS})"
            " (?P<how>long|high|tall|wide|deep)",
            "How {how} {be} {subject}?",
        ),
        _form(
            rf"^(?P<subject>(?:The|An?) (?:[a-z-]+ )?[a-z-]+|{NAME}) (?:has|have|had)"
            rf" (?:{_EN_NUMBERS}) (?P<things>[a-z]+s)\b",
            "How many {things} does {subject} have?",
        ),
        _form(
            rf"^{_EN_SUBJECT}(?: \([^)]*\))? (?P<be>is|was) (?:a|an|the) \w",
            "Who or what {be} {subject}?",
        ),
        _form(rf"(?:^|[\"”’] ?){_PERSON}(?:, [^,]+,)? (?:{_EN_SAYS})\b", "What did {subject} say?"),  # noqa: RUF001
        _form(rf"[\"”’] (?:{_EN_SAYS}) {_PERSON}", "What did {subject} say?"),  # noqa: RUF001
    ),
    "de": (
        _form(
            rf"^{_DE_SUBJECT} wurde\b[^,;]*{_YEAR}[^,;]*\b{_DE_DONE}\.$",
            "Wann wurde {subject} {verb}?",
        ),
        _form(
            rf"^(?P<subject>(?:Der|Die|Das|Ein|Eine) {NAME}) hat (?:{_DE_NUMBERS}) (?P<things>{NAME})",
            "Wie viele {things} hat {subject}?",
        ),
        _form(
            rf"^{_DE_SUBJECT} (?P<be>ist|war) (?:ein|eine|der|die|das) \w+",
            "Wer oder was {be} {subject}?",
        ),
        _form(rf"\b(?:sagte|sagt|erklärte) {_PERSON}", "Was sagte {subject}?"),
        _form(rf"^{_PERSON} (?:sagte|sagt|erklärte)\b", "Was sagte {subject}?"),
    ),
    "es": (
        _form(rf"^{_ES_SUBJECT} fue {_ES_DONE}.*{_YEAR}", "¿Cuándo fue {verb} {subject}?"),
        _form(
            rf"^{_ES_SUBJECT} (?P<be>es|fue|era) (?:un|una|el|la) \w+",
            "¿Quién o qué {be} {subject}?",
        ),
        _form(rf"\b(?:dijo|declaró|explicó) {_PERSON}", "¿Qué dijo {subject}?"),
        _form(rf"^{_PERSON} (?:dijo|declaró|explicó)\b", "¿Qué dijo {subject}?"),
    ),
    "ru": (
        _form(rf"^{_RU_SUBJECT} {_RU_DONE}\b.*{_YEAR}", "Когда {verb} {subject}?"),
        _form(rf"^{_RU_SUBJECT} \u2014 (?:это )?\w+", "Кто или что такое {subject}?"),
        _form(rf"\b{_RU_SAID} {_PERSON}", "Что {verb} {subject}?"),
    ),
    "ar": (
        _form(
            r"^(?P<subject>\w+(?: \w+){0,2}) (?P<be>هو|هي) \w+",
            "من أو ما {be} {subject}؟",
        ),
    ),
}
ABOUT = {
    "en": "What is reported about {name}?",
    "de": "Was wird über {name} berichtet?",
    "es": "¿Qué se sabe de {name}?",
    "ru": "Что известно о «{name}»?",  # noqa: RUF001
}
"""What is asked about a name in a headline where no sentence has a form."""

HEADED = {
    "en": "What is “{headline}” about?",
    "de": "Worum geht es in „{headline}“?",
    "es": "¿De qué trata «{headline}»?",
    "ru": "О чём «{headline}»?",  # noqa: RUF001
    "ar": "عن ماذا يتحدث «{headline}»؟",
}
"""What is asked where a headline names nobody."""

NO_SUBJECT = frozenset(
    [
        "this",
        "that",
        "these",
        "those",
        "it",
        "he",
        "she",
        "they",
        "there",
        "here",
        "we",
        "i",
        "you",
        "his",
        "her",
        "their",
        "its",
        "what",
        "who",
        "such",
        "one",
        "each",
        "both",
        "some",
        "many",
        "but",
        "and",
        "so",
        "yet",
        "or",
        "now",
        "then",
        "for",
        "as",
        "if",
        "when",
        "while",
        "at",
        "in",
        "on",
        "after",
        "before",
        "with",
        "however",
        "although",
        "dies",
        "diese",
        "dieser",
        "dieses",
        "es",
        "er",
        "sie",
        "wir",
        "ich",
        "das",
        "hier",
        "dort",
        "aber",
        "und",
        "doch",
        "dann",
        "in",
        "am",
        "im",
        "nach",
        "bei",
        "este",
        "esta",
        "esto",
        "ese",
        "esa",
        "eso",
        "él",
        "ella",
        "ellos",
        "yo",
        "nosotros",
        "pero",
        "y",
        "en",
        "según",
        "cuando",
        "это",
        "этот",
        "эта",
        "эти",
        "он",
        "она",
        "они",
        "мы",
        "я",
        "там",
        "здесь",
        "но",
        "и",
        "в",
        "по",
        "на",
    ]
)
"""Words, in lower case, with which nothing begins that one could ask about."""

SMALL = frozenset({"The", "A", "An", "Der", "Die", "Das", "Ein", "Eine", "El", "La"})
"""Articles that are written small inside of a sentence."""
