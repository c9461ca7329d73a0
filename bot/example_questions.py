"""Questions that a library can answer, derived from its own articles and checked by asking them.

No language model: a sentence of a certain form is turned into the question it answers ("The bridge
was built in 1911." - "When was the bridge built?"), and where none has such a form a name in a
headline is asked about. Only questions that the engine answers strongly, and with the sentence or
article they were made of, are kept. The same library always gives the same questions.
"""

import re
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from bot.question_forms import ABOUT, FORMS, HEADED, NAME, NO_SUBJECT, SMALL
from bot.rendering import sentences_of
from corpus.articles import Article

LONGEST = 60
"""Characters; a question stands on a button."""
_SHORTEST_SUBJECT = 4
_LONGEST_NAME = 3
"""Words; more in capitals are a headline all of whose words are."""
_PASSAGES_READ = 12
_SENTENCES_READ = 60
_NAMES = re.compile(rf"(?<=\s){NAME}(?:[ -]{NAME})+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A question that an article should answer, with this sentence; "" for one about the whole."""

    question: str
    collection: str
    key: str
    language: str
    sentence: str = ""


def candidates(articles: Iterable[Article]) -> Iterator[Candidate]:
    """Yield questions the articles should answer: the better their form, the earlier.

    Those about a name in a headline, or about the headline as a whole, come last.
    """
    read = [(article, _sentences(article)) for article in articles]
    best = max((len(forms) for forms in FORMS.values()), default=0)
    for rank in range(best):
        for article, sentences in read:
            found = _of_form(article, sentences, rank)
            if found is not None:
                yield _candidate(article, *found)
    for make in (_from_a_name, _from_the_headline):
        for article, _ in read:
            question = make(article)
            if question is not None:
                yield _candidate(article, question)


def _candidate(article: Article, question: str, sentence: str = "") -> Candidate:
    return Candidate(
        question=question,
        collection=article.citation.collection,
        key=article.citation.key,
        language=language_of(article),
        sentence=sentence,
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
    asked: set[str] = set()
    for one in made:
        if len(kept) == wanted or len(asked) == most:
            break
        if (one.collection, one.key) in kept or one.question in asked:
            continue
        asked.add(one.question)
        if await answers(one):
            kept[one.collection, one.key] = one
    return list(kept.values())


def language_of(article: Article) -> str:
    """Return the main tag of an article's language, "" if it is not known."""
    return article.citation.language.lower().split("-")[0]


def _of_form(article: Article, sentences: Iterable[str], rank: int) -> tuple[str, str] | None:
    """Return the question that the first sentence of a form answers, and that sentence.

    None if there is none.
    """
    forms = FORMS.get(language_of(article), ())[rank : rank + 1]
    for pattern, question in forms:
        for sentence in sentences:
            found = pattern.search(sentence)
            if found is None:
                continue
            subject = found["subject"]
            asked = question.format(**found.groupdict() | {"subject": _inside(subject)})
            if len(asked) <= LONGEST and _names_something(subject):
                return asked, sentence
    return None


def _from_the_headline(article: Article) -> str | None:
    """Return a question about a headline, None if it is too long."""
    question = HEADED.get(language_of(article))
    headline = " ".join(article.citation.title.split())
    if question is None or len(headline) < _SHORTEST_SUBJECT:
        return None
    asked = question.format(headline=headline)
    return asked if len(asked) <= LONGEST else None


def _from_a_name(article: Article) -> str | None:
    """Return a question about the longest name in the headline, None if there is none."""
    question = ABOUT.get(language_of(article))
    found = _NAMES.findall(article.citation.title)
    names = sorted((one for one in found if one.count(" ") < _LONGEST_NAME), key=len, reverse=True)
    if question is None or not names:
        return None
    asked = question.format(name=names[0])
    return asked if len(asked) <= LONGEST else None


def _sentences(article: Article) -> list[str]:
    spans = (one for span in article.spans[:_PASSAGES_READ] for one in sentences_of(article, span))
    return [" ".join(span.of(article.text).split()) for span in islice(spans, _SENTENCES_READ)]


def _names_something(subject: str) -> bool:
    first = subject.split(maxsplit=1)[0].lower()
    return len(subject) >= _SHORTEST_SUBJECT and first not in NO_SUBJECT


def _inside(subject: str) -> str:
    """Return a subject as it is written inside of a sentence: its article in lower case."""
    first, _, rest = subject.partition(" ")
    return f"{first.lower()} {rest}" if first in SMALL and rest else subject


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
