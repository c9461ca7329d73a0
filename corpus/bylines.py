"""Who wrote an article and who took its pictures, said in lines of their own."""
# ruff: noqa: RUF001 - the marks of other scripts are meant

import re

_LONGEST = 120
"""Characters of a byline; a longer line says more."""
_WORD = re.compile(r"[^\W\d_]+")
_AROUND = frozenset(
    """
    by and text story words report reporting published updated posted on at in the our from staff writer
    reporter correspondent editor columnist gmt bst utc cet est
    von und text bericht veröffentlicht aktualisiert am um uhr redaktion korrespondent
    por y texto publicado actualizado el a las de redacción corresponsal
    par et texte publié le av og tekst publisert oppdatert kl journalist
    автор и текст опубликовано обновлено в редакция корреспондент
    بقلم و كتب كتبت نشر في تحديث مراسل
    january february march april may june july august september october november december
    jan feb mar apr jun jul aug sep sept oct nov dec
    januar februar märz mai juni juli oktober dezember
    enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
    января февраля марта апреля мая июня июля августа сентября октября ноября декабря
    monday tuesday wednesday thursday friday saturday sunday
    """.split()  # noqa: SIM905 - a list of words is for reading
)
"""Words a byline may hold beside names: what it is, a role, a date."""
_CAPTION = re.compile(
    r"\W{0,3}(?:photo(?:graph|s)?|picture|image|illustration|graphic|credit|foto(?:s)?|bild|grafik|imagen|"
    r"ilustración|фото|изображение|صورة|الصورة|تصوير)(?: (?:by|von|de|av|credit))?\s*[:：|/©–-].*",
    re.IGNORECASE,
)


def is_byline(line: str, author: str) -> bool:
    """Return whether `line` says who wrote the article, and at most when, and nothing else."""
    names = _words(author)
    said = _words(line)
    whole = len(line) <= _LONGEST and bool(names) and set(names) <= set(said)
    return whole and set(said) - set(names) <= _AROUND


def is_caption(line: str) -> bool:
    """Return whether `line` names a picture or who took it."""
    return _CAPTION.fullmatch(line) is not None


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())
