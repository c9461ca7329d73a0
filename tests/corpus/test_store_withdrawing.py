from pathlib import Path

import pytest

from corpus.alike import find_alike
from corpus.articles import Change
from corpus.drafts import sha256
from corpus.errors import ArticleNotFoundError
from corpus.packing import packed_text
from corpus.store import ArticleStore
from tests.corpus.builders import prepared

FIRST = "The river rose. The bridge held."
SECOND = "The river fell. A word nobody else writes: quincunx."


def kinds(changes: list[Change]) -> list[tuple[str, range]]:
    return [(change.kind, change.passage_ids) for change in changes]


def test_withdrawing_a_version_lets_the_one_before_answer_again(tmp_path: Path) -> None:
    with ArticleStore.create(tmp_path) as store:
        store.put(prepared(text=FIRST))
        before = store.article("article.txt")
        store.put(prepared(text=SECOND))
        position = store.position()
        counts = store.remove_version("article.txt")
        after = store.article("article.txt")
        ids = [passage.id for passage in store.passages_to_index(1, 100)]
        log = store.changes(after=position)
    assert (counts.versions, counts.wiped) == (1, True)
    assert after == before
    assert ids == [1, 2]
    assert kinds(log) == [("remove", range(3, 5)), ("add", range(1, 3))]


def test_no_word_of_a_withdrawn_version_is_left_in_the_file(tmp_path: Path) -> None:
    with ArticleStore.create(tmp_path) as store:
        store.put(prepared(text=FIRST))
        store.put(prepared(text=SECOND))
        store.remove_version("article.txt")
    held = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert packed_text(SECOND)[-24:] not in held


def test_a_version_of_a_retired_article_is_withdrawn_without_an_answer(tmp_path: Path) -> None:
    with ArticleStore.create(tmp_path) as store:
        store.put(prepared(text=FIRST))
        store.put(prepared(text=SECOND))
        store.retire("article.txt")
        store.remove_version("article.txt")
        assert store.article("article.txt").text == FIRST
        assert not list(store.passages_to_index(1, 100))


def test_the_only_version_is_not_withdrawn(tmp_path: Path) -> None:
    with ArticleStore.create(tmp_path) as store:
        store.put(prepared(text=FIRST))
        with pytest.raises(ArticleNotFoundError, match="has no earlier version"):
            store.remove_version("article.txt")
        with pytest.raises(ArticleNotFoundError, match="there is no article nothing"):
            store.remove_version("nothing")
        assert store.article("article.txt").text == FIRST


def test_withdrawing_inside_a_batch_rewrites_the_file_at_its_end(tmp_path: Path) -> None:
    with ArticleStore.create(tmp_path) as store:
        store.put(prepared(text=FIRST))
        store.put(prepared(text=SECOND))
        with store.batch():
            assert not store.remove_version("article.txt").wiped
        held = (tmp_path / "library.sqlite").read_bytes()
    assert packed_text(SECOND)[-24:] not in held


def test_the_same_text_and_the_same_address_are_found(tmp_path: Path) -> None:
    url = "https://news.example/flood"
    with ArticleStore.create(tmp_path) as store:
        store.put(prepared("text", FIRST))
        store.put(prepared("address", SECOND, url=url))
        store.put(prepared("both", FIRST, url=url), collection="news")
        store.put(prepared("retired", FIRST))
        store.retire("retired")
        same, there = find_alike(store.path, text_hash=sha256(FIRST.encode()), url=url)
        here = find_alike(
            store.path, text_hash=sha256(FIRST.encode()), url=url, collections=("news",)
        )
        nothing = find_alike(store.path, text_hash="", url=None)
    assert [one.key for one in same] == ["text", "both"]
    assert [one.key for one in there] == ["address"]
    assert [[one.key for one in part] for part in here] == [["both"], []]
    assert nothing == ([], [])
