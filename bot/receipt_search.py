"""Which quote a receipt was given for, when nobody wrote it down.

A receipt is a hash, so it is looked for: first among the passages, then among the runs of sentences
inside them, which are what shortened quotes are; current versions before older ones.
"""

from bisect import bisect_right
from collections.abc import Iterator

from bot.rendering import meet
from bot.verdicts import Claim
from corpus.articles import Article, Span
from corpus.blocks import block_spans
from corpus.errors import ArticleNotFoundError
from corpus.history import StoredVersion
from corpus.sentences import block_sentences
from corpus.store import ArticleStore
from retrieval.protocols import Progress
from retrieval.receipts import find_span

_LONG = 200
"""Characters of a sentence that may have been cut between words."""


def find_claim(store: ArticleStore, code: str, progress: Progress) -> Claim | None:
    """Return the place whose receipt is `code`, `None` if no quote of the library has it.

    One version is in memory at a time.
    """
    total = 2 * store.counts().versions
    for done, (version, is_close) in enumerate(_in_order(store)):
        progress("looking for the receipt", done, total)
        spans = _inner_spans(store, version) if is_close else version.spans
        span = find_span(
            code,
            spans,
            collection=version.collection,
            key=version.key,
            text_hash=version.text_hash,
        )
        if span is not None:
            return _claim(code, version, span)
    return None


def inner_spans(article: Article) -> Iterator[Span]:
    """Yield every run of whole sentences inside a passage, then long sentences cut after words."""
    blocks = block_spans(article.text)
    starts = [block.start for block in blocks]
    for passage in article.spans:
        first = max(bisect_right(starts, passage.start) - 1, 0)
        sentences = list(_sentences(article, passage, blocks[first:]))
        for place, one in enumerate(sentences):
            yield from (Span(start=one.start, end=last.end) for last in sentences[place:])
        for sentence in sentences:
            yield from _cut(article.text, sentence)


def _in_order(store: ArticleStore) -> Iterator[tuple[StoredVersion, bool]]:
    for is_close in (False, True):
        for current in (True, False):
            for version in store.stored_versions(current=current):
                yield version, is_close


def _claim(code: str, version: StoredVersion, span: Span) -> Claim:
    return Claim(
        code=code,
        collection=version.collection,
        key=version.key,
        span=span,
        version=version.number,
    )


def _inner_spans(store: ArticleStore, version: StoredVersion) -> Iterator[Span]:
    try:
        article = store.article(version.key, collection=version.collection, version=version.number)
    except ArticleNotFoundError:  # removed while we look
        return
    yield from inner_spans(article)


def _sentences(article: Article, passage: Span, blocks: list[Span]) -> Iterator[Span]:
    """Yield the sentences of a passage, as `bot.rendering.sentences_of` gives them."""
    for block in blocks:
        if block.start >= passage.end:
            return
        if meet(block, passage):
            shared = Span(start=max(block.start, passage.start), end=min(block.end, passage.end))
            yield from block_sentences(article.text, article.citation.language, shared)


def _cut(text: str, sentence: Span) -> Iterator[Span]:
    if sentence.end - sentence.start <= _LONG:
        return
    for end in range(sentence.start + 1, sentence.end):
        if text[end] in " \n" and not text[end - 1].isspace():
            yield Span(start=sentence.start, end=end)
