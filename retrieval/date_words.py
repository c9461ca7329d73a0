"""Words dates are said with, in the five languages of the interface.

Every entry is `english: variants`, the variants patterns of a regular expression, separated by
spaces, with `_` for a space inside one. A date phrase is translated word by word into English, so
that one parser of dates reads them all: inflected forms of the others are known to few parsers.
"""

from dataclasses import dataclass
from functools import cached_property

Words = dict[str, str]


@dataclass(frozen=True, kw_only=True)
class DateWords:
    """One language's words. `of` and `articles` stand inside a date or before it and are dropped.

    Prepositions: what follows `since` and `after` opens a period (the latter at its end), what
    follows `before` and `until` closes one (the latter at its end); `within` and `printed` name
    the period itself, the latter only in a question about what was published. `published` are
    words that say so, `news` nouns for what is published.
    """

    months: Words
    weekdays: Words
    days: Words
    units: Words
    last: str
    this: str
    ago: str
    numbers: Words
    of: str
    articles: str
    year: str
    since: str
    after: str
    before: str
    until: str
    within: str
    printed: str
    between: tuple[tuple[str, str], ...]
    published: str
    news: str

    @cached_property
    def dictionary(self) -> Words:
        """Return all words that are translated, English first."""
        fixed = {"last": self.last, "this": self.this, "ago": self.ago}
        return {**self.days, **self.months, **self.weekdays, **self.units, **self.numbers, **fixed}


_RUSSIAN_SOFT = "(?:[ьяею]|ем|ём)"

DATE_WORDS = {
    "en": DateWords(
        months={
            "january": "january jan",
            "february": "february feb",
            "march": "march",
            "april": "april apr",
            "may": "may",
            "june": "june jun",
            "july": "july jul",
            "august": "august aug",
            "september": "september sept sep",
            "october": "october oct",
            "november": "november nov",
            "december": "december dec",
        },
        weekdays={
            day: day
            for day in (
                "monday",
                "tuesday",
                "wednesday",
                "thursday",
                "friday",
                "saturday",
                "sunday",
            )
        },
        days={
            "day before yesterday": "the_day_before_yesterday",
            "yesterday": "yesterday",
            "today": "today",
        },
        units={"day": "days?", "week": "weeks?", "month": "months?", "year": "years?"},
        last="last past previous",
        this="this",
        ago="ago",
        numbers={
            "1": "one an?",
            "2": "two",
            "3": "three",
            "4": "four",
            "5": "five",
            "6": "six",
            "7": "seven",
            "8": "eight",
            "9": "nine",
            "10": "ten",
        },
        of="of",
        articles="the",
        year="the_year year",
        since="since newer_than",
        after="after",
        before="before older_than prior_to",
        until="until till up_to",
        within="in during within over on",
        printed="from of dated",
        between=(("between", "and"), ("from", "to|until|till")),
        published="published written posted printed dated",
        news="articles news reports stories headlines coverage posts",
    ),
    "de": DateWords(
        months={
            "january": "januar jänner",
            "february": "februar",
            "march": "märz",
            "april": "april",
            "may": "mai",
            "june": "juni",
            "july": "juli",
            "august": "august",
            "september": "september",
            "october": "oktober",
            "november": "november",
            "december": "dezember",
        },
        weekdays={
            "monday": "montag",
            "tuesday": "dienstag",
            "wednesday": "mittwoch",
            "thursday": "donnerstag",
            "friday": "freitag",
            "saturday": "samstag sonnabend",
            "sunday": "sonntag",
        },
        days={"day before yesterday": "vorgestern", "yesterday": "gestern", "today": "heute"},
        units={
            "day": "tage?n?",
            "week": "wochen?",
            "month": "monate?n?",
            "year": "jahre?n?",
        },
        last="letzte[nrsm]? vergangene[nrsm]? vorige[nrsm]?",
        this="diese[nrsm]?",
        ago="vor",
        numbers={
            "1": "eine[nrsm]?",
            "2": "zwei",
            "3": "drei",
            "4": "vier",
            "5": "fünf",
            "6": "sechs",
            "7": "sieben",
            "8": "acht",
            "9": "neun",
            "10": "zehn",
        },
        of="des",
        articles="de[rmn] die das zum",
        year="dem_jahre? jahre?s?",
        since="seit ab",
        after="nach",
        before="vor",
        until="bis",
        within="i[mn] am während innerhalb",
        printed="aus vom? von",
        between=(("zwischen", "und"), ("von|vom", "bis|bis zum")),
        published="veröffentlichte?[nrs]? erschienene?[nrs]? geschriebene?[nrs]?",
        news="artikeln? berichten? meldungen nachrichten beiträgen? schlagzeilen",
    ),
    "es": DateWords(
        months={
            "january": "enero",
            "february": "febrero",
            "march": "marzo",
            "april": "abril",
            "may": "mayo",
            "june": "junio",
            "july": "julio",
            "august": "agosto",
            "september": "septiembre setiembre",
            "october": "octubre",
            "november": "noviembre",
            "december": "diciembre",
        },
        weekdays={
            "monday": "lunes",
            "tuesday": "martes",
            "wednesday": "miércoles",
            "thursday": "jueves",
            "friday": "viernes",
            "saturday": "sábado",
            "sunday": "domingo",
        },
        days={"day before yesterday": "anteayer antier", "yesterday": "ayer", "today": "hoy"},
        units={"day": "días?", "week": "semanas?", "month": "mes(?:es)?", "year": "años?"},
        last="pasad[oa]s? últim[oa]s?",
        this="est[ea]s? estos",
        ago="hace",
        numbers={
            "1": "una?",
            "2": "dos",
            "3": "tres",
            "4": "cuatro",
            "5": "cinco",
            "6": "seis",
            "7": "siete",
            "8": "ocho",
            "9": "nueve",
            "10": "diez",
        },
        of="del? del_año",
        articles="el la los las",
        year="el_año año",
        since="desde a_partir_del?",
        after="después_del? tras",
        before="antes_del?",
        until="hasta",
        within="en durante el",
        printed="del? del_año",
        between=(("entre", "y|e"), ("desde|del?", "hasta|al?")),
        published="publicad[oa]s? escrit[oa]s? aparecid[oa]s?",
        news="artículos noticias reportajes notas informes",
    ),
    "ru": DateWords(
        months={
            "january": f"январ{_RUSSIAN_SOFT}",
            "february": f"феврал{_RUSSIAN_SOFT}",
            "march": "март(?:[аеу]|ом)?",
            "april": f"апрел{_RUSSIAN_SOFT}",
            "may": "май мая маю мае маем",
            "june": f"июн{_RUSSIAN_SOFT}",
            "july": f"июл{_RUSSIAN_SOFT}",
            "august": "август(?:[аеу]|ом)?",
            "september": f"сентябр{_RUSSIAN_SOFT}",
            "october": f"октябр{_RUSSIAN_SOFT}",
            "november": f"ноябр{_RUSSIAN_SOFT}",
            "december": f"декабр{_RUSSIAN_SOFT}",
        },
        weekdays={
            "monday": "понедельника?",
            "tuesday": "вторника?",
            "wednesday": "сред[ауы]",
            "thursday": "четверга?",
            "friday": "пятниц[ауы]",
            "saturday": "суббот[ауы]",
            "sunday": "воскресень[ея]",
        },
        days={"day before yesterday": "позавчера", "yesterday": "вчера", "today": "сегодня"},
        units={
            "day": "день дня дней",
            "week": "недел[яиюе] недель",
            "month": "месяц(?:[ае]|ев)?",
            "year": "год[ауе]? лет",
        },
        last="прошл(?:ая|ой|ую|ый|ого|ом|ое|ые) последн(?:ие|их|ий|юю|ей|яя|ее|ем|его)",
        this="эт(?:а|ой|у|от|ого|ом|и)",
        ago="назад",
        numbers={
            "1": "один одну",
            "2": "дв[ае]",
            "3": "три",
            "4": "четыре",
            "5": "пять",
            "6": "шесть",
            "7": "семь",
            "8": "восемь",
            "9": "девять",
            "10": "десять",
        },
        of="-го -е",
        articles="",
        year="года? году г\\.?",
        since="со? начиная_со?",
        after="после",
        before="до",
        until="по",
        within="во? за на",
        printed="от",
        between=(("между", "и"), ("со?", "по|до")),
        published="опубликованн\\w+ вышедш\\w+ написанн\\w+",
        news="статьи статей новости новостей сообщени[яй] публикаци[ий] заметки",
    ),
    "ar": DateWords(
        months={
            "january": "يناير كانون_الثاني",
            "february": "فبراير شباط",
            "march": "مارس آذار",
            "april": "[أإا]بريل نيسان",
            "may": "مايو أيار",
            "june": "يونيو يونيه حزيران",
            "july": "يوليو يوليه تموز",
            "august": "[أا]غسطس آب",
            "september": "سبتمبر أيلول",
            "october": "[أا]كتوبر تشرين_ال[أا]ول",
            "november": "نوفمبر تشرين_الثاني",
            "december": "ديسمبر كانون_ال[أا]ول",
        },
        weekdays={
            "monday": "(?:يوم_)?ال[إا]ثنين",
            "tuesday": "(?:يوم_)?الثلاثاء",
            "wednesday": "(?:يوم_)?ال[أا]ربعاء",
            "thursday": "(?:يوم_)?الخميس",
            "friday": "(?:يوم_)?الجمعة",
            "saturday": "(?:يوم_)?السبت",
            "sunday": "(?:يوم_)?ال[أا]حد",
        },
        days={
            "day before yesterday": "[أا]ول_[أا]مس",
            "yesterday": "[أا]مس البارحة",
            "today": "اليوم",
        },
        units={
            "2 days": "يومين",
            "2 weeks": "[أا]سبوعين",
            "2 months": "شهرين",
            "2 years": "عامين سنتين",
            "day": "(?:ال)?يوم(?:ا|ًا)? (?:ال)?[أا]يام",
            "week": "(?:ال)?[أا]سبوع(?:ا|ًا)? (?:ال)?[أا]سابيع",
            "month": "(?:ال)?شهر(?:ا|ًا)? (?:ال)?[أا]شهر",
            "year": "(?:ال)?عام(?:ا|ًا)? (?:ال)?سنة (?:ال)?سنوات",
        },
        last="الماضي(?:ة|ين)? المنصرم [آا]خر",
        this="هذا هذه",
        ago="قبل",
        numbers={
            "3": "ثلاثة ثلاث",
            "4": "[أا]ربعة [أا]ربع",
            "5": "خمسة خمس",
            "6": "ستة ست",
            "7": "سبعة سبع",
            "8": "ثمانية ثماني",
            "9": "تسعة تسع",
            "10": "عشرة عشر",
        },
        of="من",
        articles="شهر",
        year="عام سنة",
        since="منذ ابتداء_من",
        after="بعد",
        before="قبل",
        until="حتى",
        within="في خلال [أا]ثناء",
        printed="من عن",
        between=(("بين", "و"), ("من", "[إا]لى|حتى")),
        published="(?:ال)?منشورة? نشرت? نُشرت? صدرت?",
        news="مقالات [أا]خبار تقارير",
    ),
}
