"""Our own small evaluation set holds together: its answers stand in the articles they cite."""

import csv
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from corpus.ingest import ingest
from corpus.store import ArticleStore

ROOT = Path(__file__).parents[2]
SET = Path(__file__).parent / "own_articles"


def queries() -> list[dict[str, Any]]:
    lines = (SET / "queries.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def relevant() -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    with (SET / "qrels.tsv").open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows, delimiter="\t"):
            found.setdefault(row["query-id"], {})[row["corpus-id"]] = int(row["score"])
    return found


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ArticleStore]:
    with ArticleStore.create(tmp_path_factory.mktemp("library")) as opened:
        ingest(opened, [ROOT / "corpus" / "samples"])
        yield opened


def test_the_set_holds_what_it_says() -> None:
    kinds = Counter(query["kind"] for query in queries())
    assert kinds["absent"] >= 15
    assert kinds["near miss"] >= 10
    assert kinds["copies"] >= 5
    assert {query["lang"] for query in queries()} == {"en", "de", "es"}
    assert len({query["_id"] for query in queries()}) == len(queries())


def test_a_question_has_relevant_articles_exactly_if_it_is_answerable() -> None:
    answerable = {query["_id"] for query in queries() if query["answerable"]}
    assert set(relevant()) == answerable


@pytest.mark.parametrize("query", [q for q in queries() if q["answerable"]], ids=lambda q: q["_id"])
def test_an_answer_stands_word_for_word_in_the_passages_of_the_best_articles(
    query: dict[str, Any], store: ArticleStore
) -> None:
    marks = relevant()[query["_id"]]
    for key in (key for key, mark in marks.items() if mark == max(marks.values())):
        article = store.article(key)
        passages = [span.of(article.text) for span in article.spans]
        assert any(answer in passage for answer in query["answers"] for passage in passages)


def test_a_near_miss_names_articles_that_exist(store: ArticleStore) -> None:
    keys = {citation.key for citation in store.citations()}
    assert all(set(query.get("related", ())) <= keys for query in queries())
