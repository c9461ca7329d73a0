"""What becomes of a receipt: one judgement, by a library or by an article's file alone."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.diffs import to_json
from bot.rendering import receipt_of
from bot.verdicts import Claim, Verdict, judge, judge_by_file
from corpus.articles import Article, RawArticle, Span
from corpus.store import ArticleStore
from tests.corpus.builders import make_store, prepared

FIRST = "The river rose 2.4 metres.\n\nTwo houses were evacuated. Nobody was hurt."
MOVED = f"Update at noon.\n\n{FIRST}"
CHANGED = FIRST.replace("Two houses", "Five houses")


@pytest.fixture
def store(tmp_path: Path) -> ArticleStore:
    store = make_store(tmp_path)
    store.put(prepared("flood", FIRST))
    return store


def a_claim(article: Article, quote: str = "Two houses were evacuated.", **known: object) -> Claim:
    start = article.text.index(quote)
    span = Span(start=start, end=start + len(quote))
    return Claim(
        code=receipt_of(article, span),
        collection=article.citation.collection,
        key=article.citation.key,
        span=span,
        **known,  # type: ignore[arg-type]
    )


def exported(article: Article) -> Claim:
    return a_claim(article, quote="Two houses were evacuated.", text_hash=article.text_hash)


def quoted(claim: Claim, quote: str = "Two houses were evacuated.") -> Claim:
    return replace(claim, quote=quote)


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        (lambda _: None, Verdict.EXACT),
        (lambda store: store.put(prepared("flood", FIRST, title="New")), Verdict.EXACT),
        (lambda store: store.put(prepared("flood", MOVED)), Verdict.STILL_THERE),
        (lambda store: store.put(prepared("flood", CHANGED)), Verdict.CHANGED),
        (lambda store: store.retire("flood"), Verdict.WITHDRAWN),
        (lambda store: store.remove("flood"), Verdict.WITHDRAWN),
    ],
)
def test_a_quote_is_judged_by_the_library_as_it_is(
    change: Callable[[ArticleStore], object], verdict: Verdict, store: ArticleStore
) -> None:
    claim = a_claim(store.article("flood"))
    change(store)
    judged = judge(store, claim)
    assert judged.verdict is verdict
    assert verdict.holds == (verdict in {Verdict.EXACT, Verdict.STILL_THERE})
    assert judged.verdict is Verdict.CHANGED or judged.changes() == ()


def test_a_text_that_came_back_is_exact_again(store: ArticleStore) -> None:
    claim = a_claim(store.article("flood"), version=1)
    store.put(prepared("flood", CHANGED))
    store.put(prepared("flood", FIRST))
    judged = judge(store, claim)
    assert judged.verdict is Verdict.EXACT
    assert judged.then == judged.current == store.article("flood")


def test_the_version_of_a_receipt_is_found_without_being_told(store: ArticleStore) -> None:
    claim = a_claim(store.article("flood"))
    store.put(prepared("flood", CHANGED))
    store.put(prepared("flood", MOVED))
    for version in (None, 1, 2, 99):
        judged = judge(store, replace(claim, version=version))
        assert judged.then == store.article("flood", version=1)
        assert judged.verdict is Verdict.STILL_THERE


def test_a_changed_quote_shows_what_changed_around_it(store: ArticleStore) -> None:
    claim = a_claim(store.article("flood"))
    store.put(prepared("flood", CHANGED))
    assert to_json(judge(store, claim).changes()) == [
        ["same", "The river rose 2.4 metres.\n\n"],
        ["out", "Two "],
        ["in", "Five "],
        ["same", "houses were evacuated. Nobody was hurt."],
    ]


def test_an_article_that_was_removed_and_came_back_otherwise_is_withdrawn(
    store: ArticleStore,
) -> None:
    claim = a_claim(store.article("flood"))
    store.remove("flood")
    store.put(prepared("flood", CHANGED))
    assert judge(store, claim).verdict is Verdict.WITHDRAWN


def test_a_file_that_says_another_quote_than_its_receipt_is_told(store: ArticleStore) -> None:
    claim = quoted(exported(store.article("flood")), "Nobody was evacuated.")
    assert judge(store, claim).verdict is Verdict.ALTERED
    assert judge_by_file([raw()], claim).verdict is Verdict.ALTERED


@pytest.mark.parametrize(
    ("text", "verdict"), [(MOVED, Verdict.STILL_THERE), (CHANGED, Verdict.CHANGED)]
)
def test_a_quote_of_another_library_is_compared_with_what_is_here(
    text: str, verdict: Verdict, store: ArticleStore, tmp_path: Path
) -> None:
    claim = quoted(exported(store.article("flood")))
    (tmp_path / "other").mkdir()
    other = make_store(tmp_path / "other")
    assert judge(other, claim).verdict is Verdict.WITHDRAWN
    other.put(prepared("flood", text))
    judged = judge(other, claim)
    assert judged.verdict is verdict
    assert judged.then is None
    assert bool(judged.changes()) is (verdict is Verdict.CHANGED)
    other.retire("flood")
    assert judge(other, claim).verdict is Verdict.WITHDRAWN


def test_a_receipt_no_text_here_gives_is_unknown_and_a_forged_one_altered(
    store: ArticleStore,
) -> None:
    claim = replace(quoted(exported(store.article("flood"))), code="0000000000")
    assert judge(store, claim).verdict is Verdict.ALTERED
    assert judge(store, replace(claim, text_hash=None)).verdict is Verdict.UNKNOWN


def raw(text: str = FIRST, key: str = "flood") -> RawArticle:
    return RawArticle(key=key, origin="file:///flood", title="A flood", text=text, raw=b"")


@pytest.mark.parametrize(
    ("articles", "verdict"),
    [
        ([raw()], Verdict.EXACT),
        ([raw(key="other"), raw("Something else.", "flood")], Verdict.EXACT),
        ([raw(MOVED)], Verdict.STILL_THERE),
        ([raw(MOVED, "renamed.html")], Verdict.STILL_THERE),
        ([raw(CHANGED)], Verdict.CHANGED),
        ([raw("Something else.", "a"), raw("And more.", "b")], Verdict.UNKNOWN),
    ],
)
def test_a_file_alone_tells_whether_a_quote_is_exact(
    articles: list[RawArticle], verdict: Verdict, store: ArticleStore
) -> None:
    claim = quoted(exported(store.article("flood")))
    assert judge_by_file(articles, claim).verdict is verdict
    assert judge_by_file(articles, replace(claim, text_hash=None)).verdict is verdict


def test_a_forged_receipt_is_told_by_a_file_alone(store: ArticleStore) -> None:
    claim = replace(quoted(exported(store.article("flood"))), code="0000000000")
    assert judge_by_file([raw()], claim).verdict is Verdict.ALTERED
    beyond = Span(start=0, end=5_000)
    code = claim.code_in("5a" * 32)
    assert judge_by_file([raw()], replace(claim, code=code, span=beyond)).verdict is Verdict.ALTERED


def test_a_place_beyond_the_text_is_not_exact_even_if_its_receipt_is_right(
    store: ArticleStore,
) -> None:
    claim = replace(exported(store.article("flood")), span=Span(start=3, end=5_000))
    text_hash = store.article("flood").text_hash
    claim = replace(claim, code=claim.code_in(text_hash))
    assert judge(store, claim).verdict is Verdict.WITHDRAWN
    assert judge_by_file([raw()], claim).verdict is Verdict.ALTERED


def test_what_changed_is_shown_without_the_lines_around_it(store: ArticleStore) -> None:
    claim = quoted(exported(store.article("flood")))
    judged = judge_by_file([raw(CHANGED)], claim)
    assert to_json(judged.changes()) == [
        ["out", "Two "],
        ["in", "Five "],
        ["same", "houses were evacuated. "],
    ]
    assert judge_by_file([raw("Quite another text.")], claim).changes() == ()
