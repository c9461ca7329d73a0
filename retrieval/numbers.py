"""Numbers in a text, in digits or in words, so that a changed one is never overlooked.

Words for numbers are known in English, German, Spanish, French and Russian, cardinals and the
small ordinals, and in Chinese characters. A word that only may be a number ("one", "second", "I") counts
as one: two texts that agree in it lose nothing by that.
"""

import itertools
import re
import unicodedata
from collections.abc import Sequence
from functools import cache

from retrieval.tokens import UNSPACED

_CARDINALS = {
    "0": "zero null cero zéro ноль нуль нуля",
    "1": "one ein eins eine einen einem einer eines un uno una une "
    "один одна одно одного одной одному одним одну одном",
    "2": "two twice zwei zwo beide beiden dos deux два две двух двум двумя двое двоих",
    "3": "three drei tres trois три трех трем тремя трое троих",
    "4": "four vier cuatro quatre четыре четырех четырем четырьмя четверо",
    "5": "five fünf cinco cinq пять пяти пятью пятеро",
    "6": "six sechs seis шесть шести шестью",
    "7": "seven sieben siete sept семь семи семью",
    "8": "eight acht ocho huit восемь восьми восемью",
    "9": "nine neun nueve neuf девять девяти девятью",
    "10": "ten zehn diez dix десять десяти десятью",
    "11": "eleven elf once onze одиннадцать одиннадцати одиннадцатью",
    "12": "twelve zwölf doce douze двенадцать двенадцати двенадцатью "
    "dozen dozens dutzend docena docenas douzaine douzaines дюжина дюжины",
    "13": "thirteen dreizehn trece treize тринадцать тринадцати тринадцатью",
    "14": "fourteen vierzehn catorce quatorze четырнадцать четырнадцати четырнадцатью",
    "15": "fifteen fünfzehn quince quinze пятнадцать пятнадцати пятнадцатью",
    "16": "sixteen sechzehn dieciséis dieciseis seize шестнадцать шестнадцати шестнадцатью",
    "17": "seventeen siebzehn diecisiete семнадцать семнадцати семнадцатью",
    "18": "eighteen achtzehn dieciocho восемнадцать восемнадцати восемнадцатью",
    "19": "nineteen neunzehn diecinueve девятнадцать девятнадцати девятнадцатью",
    "20": "twenty zwanzig veinte vingt vingts двадцать двадцати двадцатью",
    "21": "veintiuno veintiún veintiuna",
    "22": "veintidós",
    "23": "veintitrés",
    "24": "veinticuatro",
    "25": "veinticinco",
    "26": "veintiséis",
    "27": "veintisiete",
    "28": "veintiocho",
    "29": "veintinueve",
    "30": "thirty dreissig treinta trente тридцать тридцати тридцатью",
    "40": "forty vierzig cuarenta quarante сорок сорока",
    "50": "fifty fünfzig cincuenta cinquante пятьдесят пятидесяти",
    "60": "sixty sechzig sesenta soixante шестьдесят шестидесяти",
    "70": "seventy siebzig setenta septante семьдесят семидесяти",
    "80": "eighty achtzig ochenta huitante octante восемьдесят восьмидесяти",
    "90": "ninety neunzig noventa nonante девяносто девяноста",
    "100": "hundred hundreds hundert hunderte cien ciento cent cents сто ста сотни сотен",
    "200": "doscientos doscientas двести двухсот",
    "300": "trescientos trescientas триста трехсот",
    "400": "cuatrocientos cuatrocientas четыреста четырехсот",
    "500": "quinientos quinientas пятьсот пятисот",
    "600": "seiscientos seiscientas шестьсот шестисот",
    "700": "setecientos setecientas семьсот семисот",
    "800": "ochocientos ochocientas восемьсот восьмисот",
    "900": "novecientos novecientas девятьсот девятисот",
    "1000": "thousand thousands tausend tausende mil mille тысяча тысячи тысяч тысячу тысячами",
    "1000000": "million millions millionen millón millones миллион миллиона миллионов",
    "1000000000": "billion billions milliarde milliarden milliard milliards "
    "миллиард миллиарда миллиардов",
}
_ORDINALS = {
    "1": "first premier première primer primero primera",
    "2": "second zweite zweiten zweiter segundo segunda deuxième seconde второй вторая вторую",
    "3": "third thirds dritte dritten dritter tercer tercero tercera troisième tiers "
    "третий третья третью трети",
    "4": "fourth quarter quarters vierte vierten vierter cuarto cuarta quatrième quart "
    "четвертый четвертая четвертую четверть",
    "5": "fifth fünfte fünften fünfter quinto quinta cinquième пятый пятая пятую",
    "6": "sixth sechste sechsten sechster sexto sexta sixième шестой шестая шестую",
    "7": "seventh siebte siebten siebter séptimo séptima septième седьмой седьмая седьмую",
    "8": "eighth achte achten achter octavo octava huitième восьмой восьмая восьмую",
    "9": "ninth neunte neunten neunter noveno novena neuvième девятый девятая девятую",
    "10": "tenth zehnte zehnten zehnter décimo décima dixième десятый десятая десятую",
    "0.5": "half halves halb halbe halben hälfte medio mitad moitié demi половина половину",
}
_ROMAN = {
    "1": "i",
    "2": "ii",
    "3": "iii",
    "4": "iv",
    "5": "v",
    "6": "vi",
    "7": "vii",
    "8": "viii",
    "9": "ix",
    "10": "x",
    "11": "xi",
    "12": "xii",
    "13": "xiii",
    "14": "xiv",
    "15": "xv",
    "16": "xvi",
}
_CHARACTERS = (
    "\u30070 零0 一1 二2 两2 兩2 三3 四4 五5 六6 七7 八8 九9 十10 百100 千1000 万10000 萬10000"
)
_GERMAN_PART = (
    "ein|eins|zwei|zwo|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|sech|sieb|zwanzig|"
    "dreissig|vierzig|fünfzig|sechzig|siebzig|achtzig|neunzig|hundert|tausend"
)
_GERMAN = re.compile(rf"(?:(?:{_GERMAN_PART})(?:und)?)+(?<!und)")
_WORD = re.compile(
    r"(?<![^\s(])[-\u2212]\d+(?:[.,:]\d+)*"  # below zero
    r"|\d+(?:[.,:]\d+)*"
    rf"|[{UNSPACED}]|[^\W\d{UNSPACED}]+"
)
_RARE = re.compile(rf"[-\u2212]\d|(?:{_GERMAN_PART})(?:und|{_GERMAN_PART})")
"""What a text must hold for one of its words to be a number below zero or a German compound."""
_LINKS = frozenset({"and", "und", "y", "et", "и"})
"""Between two numbers they make one of both: "vingt et un"."""
_NUMBER = "#"


def words_of(text: str) -> list[str]:
    """Return the words of `text` in order, in lower case, each number as one word.

    Small number words become digits. Numbers, and nothing else, begin with a digit. Scripts
    without spaces give characters.
    """
    folded = unicodedata.normalize("NFKC", text).casefold().replace("\u0451", "\u0435")
    known = _known()
    words = [known.get(word, word) for word in _WORD.findall(folded)]
    if _RARE.search(folded):
        words = [_digits(word) for word in words]
    numbers = [place for place, word in enumerate(words) if word[0].isdigit()]
    return _joined(words) if _follow_each_other(numbers) else words


def without_numbers(words: Sequence[str]) -> list[str]:
    """Return `words` with the same sign in place of every number."""
    return [_NUMBER if word[0].isdigit() else word for word in words]


def numbers_of(words: Sequence[str]) -> list[str]:
    """Return the numbers among `words`, in order."""
    return [word for word in words if _is_number(word)]


def _is_number(word: str) -> bool:
    return word[0].isdigit()


def _follow_each_other(places: Sequence[int]) -> bool:
    """Whether two of the ascending places are neighbours, or have but one word between them."""
    return any(later - earlier <= 2 for earlier, later in itertools.pairwise(places))  # noqa: PLR2004


def _digits(word: str) -> str:
    return f"0{word}" if word[0] in "-\u2212" or _GERMAN.fullmatch(word) else word


def _joined(words: Sequence[str]) -> list[str]:
    """Return `words` with numbers that follow each other as one, "five hundred" as "5 100"."""
    joined: list[str] = []
    for place, word in enumerate(words):
        after_number = bool(joined) and _is_number(joined[-1])
        links = word in _LINKS and place + 1 < len(words) and _is_number(words[place + 1])
        if after_number and (_is_number(word) or links):
            joined[-1] = f"{joined[-1]} {word}"
        else:
            joined.append(word)
    return joined


@cache
def _known() -> dict[str, str]:
    """Return digits by number word."""
    known = {pair[0]: pair[1:] for pair in _CHARACTERS.split()}
    for table in (_ROMAN, _ORDINALS, _CARDINALS):
        for digits, words in table.items():
            known.update(dict.fromkeys(words.split(), digits))
    return known
