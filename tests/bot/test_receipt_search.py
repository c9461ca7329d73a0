"""A receipt nobody noted is found among all quotes that could have been shown."""

from pathlib import Path

import pytest

from bot.receipt_search import find_claim, inner_spans
from bot.rendering import receipt_of, sentences_of, shorten
from corpus.articles import Article, Span
from corpus.store import ArticleStore
from retrieval.protocols import no_progress
from tests.bot.shelf import an_article
from tests.corpus.builders import make_store, prepared

LONG = "It rained " + "and rained " * 40 + "until the river rose."
TEXT = f"First paragraph. It has two sentences.\n\n{LONG} Then it stopped.\n\nNobody was hurt."
WHOLE = (Span(start=0, end=len(TEXT)),)


@pytest.fixture
def store(tmp_path: Path) -> ArticleStore:
    store = make_store(tmp_path)
    store.put(prepared("fire", "A house burned. Nobody saw it."))
    store.put(prepared("flood", TEXT, spans=WHOLE))
    return store


def found(store: ArticleStore, article: Article, span: Span) -> tuple[str, int | None, Span] | None:
    claim = find_claim(store, receipt_of(article, span), no_progress)
    return (claim.key, claim.version, claim.span) if claim else None


@pytest.mark.parametrize("limit", [30, 120, 250, 320, 460, 10_000])
def test_a_shortened_quote_is_found(limit: int, store: ArticleStore) -> None:
    article = store.article("flood")
    for sentence in sentences_of(article, WHOLE[0]):
        span = shorten(article, WHOLE[0], (sentence,), limit=limit, measure=len)
        if limit >= 200 or len(sentence.of(TEXT)) <= limit:
            assert found(store, article, span) == ("flood", 1, span)


def test_a_quote_of_an_older_version_is_found(store: ArticleStore) -> None:
    then = store.article("flood")
    store.put(prepared("flood", "Nothing of it is left."))
    first = sentences_of(then, WHOLE[0])[0]
    assert found(store, then, WHOLE[0]) == ("flood", 1, WHOLE[0])
    assert found(store, then, first) == ("flood", 1, first)
    assert found(store, store.article("flood"), Span(start=0, end=22)) == (
        "flood",
        2,
        Span(start=0, end=22),
    )


def test_what_is_no_quote_is_not_found(store: ArticleStore) -> None:
    assert found(store, store.article("flood"), Span(start=1, end=9)) is None
    assert found(store, an_article(), Span(start=0, end=9)) is None


def test_progress_is_told_for_every_version_looked_through(store: ArticleStore) -> None:
    told: list[tuple[int, int]] = []
    find_claim(store, "0000000000", lambda _what, done, total: told.append((done, total)))
    assert told == [(0, 4), (1, 4), (2, 4), (3, 4)]


def test_an_article_removed_meanwhile_is_passed_over(store: ArticleStore) -> None:
    def remove(_what: str, done: int, _total: int) -> None:
        if done == 2:
            store.remove("fire")

    article = store.article("flood")
    last = sentences_of(article, WHOLE[0])[-1]
    claim = find_claim(store, receipt_of(article, last), remove)
    assert claim is not None
    assert claim.key == "flood"


def test_the_runs_of_sentences_are_those_a_quote_is_shortened_to() -> None:
    article = an_article("One is here. Two is there.\n\nThree is gone.")
    spans = [span.of(article.text) for span in inner_spans(article)]
    assert spans == [
        "One is here.",
        "One is here. Two is there.",
        article.text,
        "Two is there.",
        "Two is there.\n\nThree is gone.",
        "Three is gone.",
    ]
