"""What kind of thing a question asks for, and whether a sentence holds one.

"How many" wants a number, "when" a date, "who" a name. A sentence about the right subject without
one is the mark of a near miss. Words are known in English, German, Spanish, Russian, Arabic, French,
Italian, Portuguese, Norwegian, Dutch and Chinese; a question in another language asks for no kind.
"""

import re
import unicodedata
from collections.abc import Set as AbstractSet
from enum import StrEnum
from functools import cache

from retrieval.numbers import numbers_of, words_of

_WORD = re.compile(r"[\w\u0300-\u036f\u0900-\u0dff]+")
_UNCASED = re.compile(r"[\u0590-\u06ff\u0900-\u0dff\u0e00-\u0eff\u3040-\u30ff\u4e00-\u9fff]")
"""Scripts without capital letters, in which names cannot be told."""


class AnswerKind(StrEnum):
    """What a question asks for."""

    NUMBER = "number"
    DATE = "date"
    NAME = "name"


_WORDED = {
    AnswerKind.NUMBER: r"""
        how (?:many|much|old|long|far|fast|tall|high|deep|big|large|heavy|wide|often|hot|cold|quickly)
        |what (?:number|percentage|percent|age|size|speed|temperature|price|amount|proportion|share
        |height|length|width|depth|weight|population)|number of
        |wie ?(?:viele?n?|alt|lange?|weit|schnell|hoch|tief|groß|schwer|breit|oft|teuer|warm|kalt)
        |anzahl|cu[aá]nt[oa]s?|a qu[eé] (?:velocidad|altura|edad|temperatura|precio|distancia)
        |qu[eé] (?:porcentaje|edad|tamaño|cantidad|número|altura|distancia)
        |сколько|скольких|какой (?:процент|возраст|рост)|какое (?:количество|число)
        |какова (?:численность|длина|высота|площадь|скорость)|как (?:часто|долго|далеко|высоко)
        |كم|ما (?:هو |هي )?(?:عدد|نسبة)|combien|quel (?:âge|pourcentage|nombre)
        |quant[ieoa]s?|hvor (?:mange|mye|gammel|lenge|langt|ofte|høy|stor|stort|fort)|hoeveel""",
    AnswerKind.DATE: r"""
        when|(?:what|which) (?:year|date|day|month|century|decade)|what time
        |wann|in welchem jahr|welche[smnr]? (?:jahr|tag|monat|datum)
        |cu[aá]ndo|(?:en )?qu[eé] (?:año|fecha|mes|día|siglo)
        |когда|в как(?:ом|ой) (?:году|месяце|день|веке)|какой год
        |متى|في أي (?:عام|سنة|شهر|يوم|قرن)
        |quand|en quelle année|quando|in che anno|em que ano|når|hvilk(?:et|en) (?:år|dag)|wanneer""",
    AnswerKind.NAME: r"""
        who|whom|whose|which (?:person|man|woman|player|team|company|country|city|author)
        |what (?:company|person|country|city|team)|what (?:is|was) the name|name of
        |wer|wen|wem|wessen|wie hei(?:ß|ss)t|qui[eé]n(?:es)?|c[oó]mo se llama
        |кто|кого|кому|кем|чей|чья|как (?:зовут|называ\w+)|qui|chi|quem|hvem|wie is""",
}
"""What stands before the end of a word."""
_UNSPACED = {
    AnswerKind.NUMBER: "多少|几|幾|多大|多长|多高|多远|多久|多快|百分",
    AnswerKind.DATE: "什么时候|何时|哪一?年|哪[天月]|何年|时间",
}
_DATED = re.compile(
    r"(?<!\w)(?:jan|feb|m[aä]r|apr|jun|jul|aug|sep|o[ck]t|nov|de[cz]|ene|abr|ago|dic|янв|фев|мар"
    r"|апр|июн|июл|авг|сен|окт|ноя|дек|mon|tues|wednes|thurs|fri|satur|sun(?=day))"
    r"|يناير|فبراير|مارس|أبريل|مايو|يونيو|يوليو|أغسطس|سبتمبر|أكتوبر|نوفمبر|ديسمبر"
    r"|centur|jahrhundert|siglo|век|年|月"
)


def asked_kind(question: str) -> AnswerKind | None:
    """Return what a question asks for, by its first word that says so; `None` if none does."""
    text = unicodedata.normalize("NFKC", question).lower()
    found = [(match.start(), kind) for kind, words in _patterns() if (match := words.search(text))]
    return min(found)[1] if found else None


def lacks(sentence: str, question: str, kind: AnswerKind) -> bool:
    """Return whether `sentence` holds nothing of the kind that is not in the question already.

    Names are words with a capital letter inside a sentence; in scripts without capitals nothing
    lacks one.
    """
    asked = {word.casefold() for word in _WORD.findall(question)}
    match kind:
        case AnswerKind.NAME:
            return not (_UNCASED.search(sentence) or _names(sentence, asked))
        case AnswerKind.DATE:
            return not (_numbers(sentence, question) or _DATED.search(sentence.lower()))
        case AnswerKind.NUMBER:
            return not _numbers(sentence, question)


def _names(sentence: str, asked: AbstractSet[str]) -> bool:
    words = _WORD.findall(sentence)[1:]
    return any(word[0].isupper() and word.casefold() not in asked for word in words)


def _numbers(sentence: str, question: str) -> bool:
    asked = set(numbers_of(words_of(question)))
    return any(number not in asked for number in numbers_of(words_of(sentence)))


@cache
def _patterns() -> list[tuple[AnswerKind, re.Pattern[str]]]:
    """Return the words that ask for each kind, compiled."""
    found = []
    for kind in (AnswerKind.DATE, AnswerKind.NUMBER, AnswerKind.NAME):
        words = "|".join(part.strip() for part in _WORDED[kind].split("\n"))
        words = re.sub(r"\|{2,}", "|", words).strip("|")
        unspaced = f"|{_UNSPACED[kind]}" if kind in _UNSPACED else ""
        found.append((kind, re.compile(rf"(?<!\w)(?:{words})(?!\w){unspaced}")))
    return found
