"""The names of the months, in the languages whose papers most often write them out."""

_NAMES = {
    "en": "january february march april may june july august september october november december",
    "de": "januar februar märz april mai juni juli august september oktober november dezember",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre "
    "dicembre",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "no": "januar februar mars april mai juni juli august september oktober november desember",
    "sv": "januari februari mars april maj juni juli augusti september oktober november december",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "ar": "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
}
_FEWEST_LETTERS = 3


def month_of(name: str) -> int | None:
    """Return the number of a month from its name, or from the first letters of it.

    None if there is no such month, or letters that begin the names of two ("ju", "jui").
    """
    letters = name.casefold()
    if len(letters) < _FEWEST_LETTERS:
        return None
    found = {
        number
        for names in _NAMES.values()
        for number, month in enumerate(names.split(), start=1)
        if month.startswith(letters)
    }
    return found.pop() if len(found) == 1 else None
