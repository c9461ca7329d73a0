"""A question set evaluated from end to end, over a library of its own articles."""

from pathlib import Path

import pytest

from corpus.store import ArticleStore
from retrieval.evaluation import evaluate, measured_library
from retrieval.question_sets import Kind, QuestionSetError
from tests.retrieval.hashing_embedder import HashingEmbedder
from tests.retrieval.small_sets import three_articles, write


def test_a_set_is_evaluated_over_a_library_of_its_own_articles(tmp_path: Path) -> None:
    steps: list[tuple[str, int, int]] = []
    report = evaluate(
        three_articles(tmp_path / "set"),
        HashingEmbedder(),
        progress=lambda *step: steps.append(step),
        resamples=50,
    )
    assert (report.name, report.model, report.groups) == ("set", "hashing", 4)
    assert report.kinds == {Kind.PRESENT: 3, Kind.ABSENT: 1, Kind.NEAR_MISS: 0}
    assert {name: one.value for name, one in report.quality["ranking"].items()} == dict.fromkeys(
        ("recall@1", "recall@5", "recall@10", "mrr@10", "ndcg@10"), 1.0
    )
    assert report.value("passages", "recall@1") == report.value("spans", "span_hit@1") == 1.0
    assert report.judged == {"ranking": 3, "passages": 2, "spans": 2, "highlights": 2}
    assert report.value("abstention", "answered_when_absent") == 0
    assert report.verbatim
    assert (report.library.articles, report.library.passages) == (3, 3)
    assert {"embed", "total"} <= set(report.latency_ms)
    assert steps[-1] == ("asking", 4, 4)
    assert [one.id for one in report.outcomes] == ["q1", "q2", "q3", "q4"]
    assert all(0 <= one.probability <= 1 for one in report.outcomes)
    assert report.outcomes[0].probability > report.outcomes[3].probability


def test_a_library_that_is_kept_is_not_embedded_again(tmp_path: Path) -> None:
    questions = three_articles(tmp_path / "set")
    first, second = HashingEmbedder(), HashingEmbedder()
    reports = [
        evaluate(questions, embedder, folder=tmp_path / "library", resamples=10)
        for embedder in (first, second)
    ]
    assert len(first.read) == 3
    assert second.read == []
    assert reports[0].quality == reports[1].quality


def test_an_article_that_cannot_be_read_ends_the_evaluation_in_one_line(tmp_path: Path) -> None:
    questions = three_articles(tmp_path / "set")
    with questions.corpus.open("a") as file:
        file.write("{\n")
    with pytest.raises(QuestionSetError) as caught:
        evaluate(questions, HashingEmbedder())
    assert "\n" not in str(caught.value)
    assert "mend the corpus and evaluate again" in str(caught.value)


def test_a_question_that_cannot_be_asked_is_named_in_one_line(tmp_path: Path) -> None:
    queries: list[dict[str, object]] = [{"_id": "odd", "text": "?!"}]
    questions = write(tmp_path, [{"_id": "a", "title": "A", "text": "It rose."}], queries, [])
    with pytest.raises(QuestionSetError, match=r"the question odd of .* ask it in words") as caught:
        evaluate(questions, HashingEmbedder())
    assert "\n" not in str(caught.value)


def test_a_library_is_measured_by_file_and_what_belongs_together_together(tmp_path: Path) -> None:
    folder = tmp_path / "index" / "words"
    folder.mkdir(parents=True)
    for name, size in (("one", 3), ("two", 4), ("empty", 0)):
        (folder / name).write_bytes(b"x" * size)
    (tmp_path / "index" / "vectors").write_bytes(b"x" * 5)
    with ArticleStore.create(tmp_path) as store:
        found = measured_library(tmp_path, store)
        assert (found.articles, found.passages) == (0, 0)
        assert set(found.files) == {"index/vectors", "index/words", "library.sqlite"}
        assert (found.files["index/words"], found.files["index/vectors"]) == (7, 5)
        database = sum(path.stat().st_size for path in tmp_path.glob("library.sqlite*"))
        assert found.files["library.sqlite"] == database
        assert found.to_json()["bytes"] == database + 12
