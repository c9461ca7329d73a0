"""A raw article to a prepared one: its language, its cleaning map and its passages."""

from corpus.articles import CleaningMap, PreparedArticle, RawArticle
from corpus.cleaning import clean
from corpus.languages import detect_language
from corpus.splitting import DEFAULT_OPTIONS, SplitOptions, split

_SAMPLE = 400  # characters of prose; the language detector needs no more


def prepare(article: RawArticle, options: SplitOptions = DEFAULT_OPTIONS) -> PreparedArticle:
    """Return `article` with what is derived from it; the same article gives the same result."""
    cleaning = clean(article.text, article.title, article.furniture, author=article.author)
    language = article.language or detect_language(_sample(article, cleaning))
    spans = split(article.text, cleaning, language, options)
    return PreparedArticle(raw=article, language=language, cleaning=cleaning, spans=spans)


def _sample(article: RawArticle, cleaning: CleaningMap) -> str:
    """Return the title and the first of the text without what cleaning leaves out."""
    ends = [0, *(drop.span.end for drop in cleaning.dropped)]
    starts = [*(drop.span.start for drop in cleaning.dropped), len(article.text)]
    kept = (article.text[end:start] for end, start in zip(ends, starts, strict=True))
    return f"{article.title}\n{''.join(kept)[:_SAMPLE]}"
