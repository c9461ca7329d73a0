"""Questions that a library can answer, derived from its own articles and checked by asking them.

No language model: a sentence of a certain form is turned into the question it answers ("The bridge
was built in 1911." - "When was the bridge built?"), and where none has such a form a name in a
headline is asked about. Only questions that the engine answers strongly, and from the article
they were made of, are kept. The same library always gives the same questions.
"""

import re
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from bot.rendering import sentences_of
from corpus.articles import Article

LONGEST = 60
"""Characters; a question stands on a button."""
_SHORTEST_SUBJECT = 4
_PASSAGES_READ = 3
_SENTENCES_READ = 12

_NAME = r"[^\W\d_a-zà-ÿа-яё][\w'-]*"  # a word with a capital at its start
_EN_VERBS = (
    "built|founded|opened|born|established|created|introduced|discovered|completed|elected|arrested"
    "|published|signed|closed|destroyed|launched|invented|released|abolished|inaugurated|rebuilt"
)
_YEAR = r"(?:1\d|20)\d\d"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A question that an article should answer."""

    question: str
    collection: str
    key: str
    language: str


Form = tuple[re.Pattern[str], str]
"""A sentence, and the question it answers with the named groups in their places."""


def _form(sentence: str, question: str) -> Form:
    return re.compile(sentence), question


_SUBJECT = rf"(?P<subject>(?:[Tt]he )?(?:{_NAME} ){{0,3}}{_NAME}(?: (?:of|for) (?:the )?{_NAME})?)"
_FORMS: dict[str, tuple[Form, ...]] = {
    "en": (
        _form(
            rf"^{_SUBJECT} (?P<be>was|were) (?P<verb>{_EN_VERBS})\b.*\b{_YEAR}\b",
            "When {be} {subject} {verb}?",
        ),
        _form(
            rf"^{_SUBJECT}(?: \([^)]*\))? (?P<be>is|was) (?:a|an|the) \w",
            "Who or what {be} {subject}?",
        ),
    ),
    "de": (
        _form(
            rf"^(?P<subject>(?:Der|Die|Das) (?:{_NAME} ){{0,2}}{_NAME}|(?:{_NAME} ){{0,2}}{_NAME})"
            rf" wurde\b[^,;]*\b{_YEAR}\b[^,;]*\b(?P<verb>ge\w+[nt]|er\w+[nt]|ver\w+[nt])\.$",
            "Wann wurde {subject} {verb}?",
        ),
        _form(
            rf"^(?P<subject>(?:Der|Die|Das) (?:{_NAME} ){{0,2}}{_NAME}|(?:{_NAME} ){{0,2}}{_NAME})"
            r" (?P<be>ist|war) (?:ein|eine|der|die|das) \w+",
            "Wer oder was {be} {subject}?",
        ),
    ),
    "es": (
        _form(
            rf"^(?P<subject>(?:El|La) (?:[\w'-]+ ){{0,3}}[\w'-]+|(?:{_NAME} ){{0,2}}{_NAME})"
            rf" fue (?P<verb>(?:fundad|construid|inaugurad|cread|publicad|destruid)[oa])\b.*\b{_YEAR}\b",
            "¿Cuándo fue {verb} {subject}?",
        ),
        _form(
            rf"^(?P<subject>(?:El|La) (?:[\w'-]+ ){{0,3}}[\w'-]+|(?:{_NAME} ){{0,2}}{_NAME})"
            r" (?P<be>es|fue|era) (?:un|una|el|la) \w+",
            "¿Quién o qué {be} {subject}?",
        ),
    ),
    "ru": (
        _form(
            rf"^(?P<subject>{_NAME}(?: [\w-]+){{0,2}}) (?P<verb>был[ао]? (?:основан|построен|открыт|создан)[ао]?)"  # noqa: RUF001
            rf"\b.*\b{_YEAR}\b",
            "Когда {verb} {subject}?",
        ),
        _form(
            rf"^(?P<subject>{_NAME}(?: [\w-]+){{0,2}}) \u2014 (?:это )?\w+",
            "Кто или что такое {subject}?",
        ),
    ),
    "ar": (
        _form(
            r"^(?P<subject>\w+(?: \w+){0,2}) (?P<be>هو|هي) \w+",
            "من أو ما {be} {subject}؟",
        ),
    ),
}
_ABOUT = {
    "en": "What is reported about {name}?",
    "de": "Was wird über {name} berichtet?",
    "es": "¿Qué se sabe de {name}?",
    "ru": "Что известно о «{name}»?",  # noqa: RUF001
}
_NAMES = re.compile(rf"(?<=\s){_NAME}(?:[ -]{_NAME})+")
_POINTING = frozenset(
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
    ]
)
"""A subject that begins with one of these names nothing by itself."""


def candidates(articles: Iterable[Article]) -> Iterator[Candidate]:
    """Yield questions the articles should answer, those made of sentences before all others.

    One of each article at most comes from its sentences, and one from its headline.
    """
    read = list(articles)
    for make in (_from_sentences, _from_headline):
        for article in read:
            question = make(article)
            if question is not None:
                yield Candidate(
                    question=question,
                    collection=article.citation.collection,
                    key=article.citation.key,
                    language=language_of(article),
                )


async def checked(
    made: Iterable[Candidate],
    answers: Callable[[Candidate], Awaitable[bool]],
    *,
    wanted: int,
    most: int,
) -> list[Candidate]:
    """Return the first `wanted` of different articles that are answered; ask at most `most`."""
    kept: dict[tuple[str, str], Candidate] = {}
    asked = 0
    for one in made:
        if len(kept) == wanted or asked == most:
            break
        if (one.collection, one.key) in kept:
            continue
        asked += 1
        if await answers(one):
            kept[one.collection, one.key] = one
    return list(kept.values())


def language_of(article: Article) -> str:
    """Return the main tag of an article's language, "" if it is not known."""
    return article.citation.language.lower().split("-")[0]


def _from_sentences(article: Article) -> str | None:
    """Return the question that the first sentence of a known form answers."""
    forms = _FORMS.get(language_of(article), ())
    for sentence in _first_sentences(article):
        for pattern, question in forms:
            found = pattern.search(sentence)
            if found is not None and _names_something(found["subject"]):
                asked = question.format(
                    **found.groupdict() | {"subject": _inside(found["subject"])}
                )
                if len(asked) <= LONGEST:
                    return asked
    return None


def _from_headline(article: Article) -> str | None:
    """Return a question about the longest name in the headline, None if there is none."""
    question = _ABOUT.get(language_of(article))
    names = sorted(_NAMES.findall(article.citation.title), key=len, reverse=True)
    if question is None or not names:
        return None
    asked = question.format(name=names[0])
    return asked if len(asked) <= LONGEST else None


def _first_sentences(article: Article) -> list[str]:
    spans = (one for span in article.spans[:_PASSAGES_READ] for one in sentences_of(article, span))
    return [" ".join(span.of(article.text).split()) for span in islice(spans, _SENTENCES_READ)]


def _names_something(subject: str) -> bool:
    first = subject.split(maxsplit=1)[0].lower()
    return len(subject) >= _SHORTEST_SUBJECT and first not in _POINTING


def _inside(subject: str) -> str:
    """Return a subject as it is written inside of a sentence: its article in lower case."""
    first, _, rest = subject.partition(" ")
    is_article = first in {"The", "Der", "Die", "Das", "El", "La"} and bool(rest)
    return f"{first.lower()} {rest}" if is_article else subject


class Shelf:
    """The example questions found so far, by what their readers may see; empty at the start."""

    def __init__(self) -> None:
        """Hold none."""
        self._found: dict[tuple[str, ...], dict[str, list[str]]] = {}

    def put(self, collections: tuple[str, ...], found: Iterable[Candidate]) -> None:
        """Hold these for readers of the collections, none meaning all; forget earlier ones."""
        languages: dict[str, list[str]] = {}
        for one in found:
            languages.setdefault(one.language, []).append(one.question)
        self._found[collections] = languages

    def examples(self, collections: tuple[str, ...], language: str, *, most: int) -> list[str]:
        """Return up to `most` questions, those in a language first, then of the fullest others."""
        languages = self._found.get(collections, {})
        own = languages.get(language, [])
        others = sorted(languages.items(), key=lambda one: (-len(one[1]), one[0]))
        rest = [question for other, some in others if other != language for question in some]
        return [*own, *rest][:most]
