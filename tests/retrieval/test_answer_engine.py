"""Question in, answer out: what is answered, what is refused, what others change meanwhile."""

import json
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest

from corpus.articles import Span
from corpus.store import ArticleStore
from retrieval.answers import Answer, Confidence, Filters, Question
from retrieval.calibration import FILE_NAME as CALIBRATION
from retrieval.calibration import write_calibration
from retrieval.engine import LONGEST_QUESTION, MOST_HITS, AnswerEngine, searchable
from retrieval.errors import IndexingError, OtherModelError, QuestionError
from retrieval.indexes import index_folder
from retrieval.manifest import FILE_NAME as MANIFEST
from retrieval.receipts import receipt
from tests.corpus.builders import NOON, prepared
from tests.retrieval.hashing_embedder import HashingEmbedder
from tests.retrieval.libraries import ARTICLES, FIRE, FLOOD, engine, indexer, make_library
from tests.retrieval.passages import PLAIN

HURT = Question(text="Was nobody hurt?")


def whole(text: str) -> Span:
    return Span(start=0, end=len(text))


def texts(answer: Answer) -> list[str]:
    return [hit.passage.text for hit in answer.hits]


def keys(answer: Answer) -> set[str]:
    """Return the articles an answer names, folded ones included."""
    return {cited.key for hit in answer.hits for cited in (hit.passage.citation, *hit.also_in)}


def test_the_passage_that_answers_comes_first_with_its_sentence_marked(store: ArticleStore) -> None:
    with engine(store) as opened:
        answer = opened.answer(Question(text="Who won the football match?"))
    hit = answer.hits[0]
    assert hit.passage.text == "Northtown won the football match."
    assert [mark.of(store.article("match").text) for mark in hit.highlights] == [hit.passage.text]
    assert hit.rank == hit.vector_rank == hit.keyword_rank == 1
    assert hit.also_in == ()
    assert hit.receipt == receipt(
        collection="main",
        key="match",
        text_hash=store.article("match").text_hash,
        span=hit.passage.span,
    )
    assert [one.rank for one in answer.hits] == list(range(1, len(answer.hits) + 1))
    scores = [one.score for one in answer.hits]
    assert scores == sorted(scores, reverse=True)
    assert answer.question == answer.searched_for == "Who won the football match?"


def test_the_confidence_is_that_of_the_calibration(store: ArticleStore, library: Path) -> None:
    indexer(store).bring_up_to_date()
    with AnswerEngine(library, store, HashingEmbedder(), calibration=PLAIN) as opened:
        found = {
            text: opened.answer(Question(text=text)).confidence
            for text in ("Northtown won", "Northtown thanked", "Volcanoes")
        }
    assert list(found.values()) == [Confidence.STRONG, Confidence.POSSIBLE, Confidence.NONE]


def test_numbers_fitted_for_the_library_are_used(store: ArticleStore, library: Path) -> None:
    indexer(store).bring_up_to_date()
    never = replace(PLAIN.confidence, possible_from=1.1, strong_from=1.2)
    own = replace(PLAIN, confidence=never, fitted_for=HashingEmbedder().space.name)
    write_calibration(library / CALIBRATION, own)
    with AnswerEngine(library, store, HashingEmbedder()) as opened:
        answer = opened.answer(Question(text="Northtown won"))
    assert not answer.answered
    assert answer.hits
    write_calibration(library / CALIBRATION, replace(own, fitted_for="another"))
    with AnswerEngine(library, store, HashingEmbedder()) as opened:
        assert opened.answer(Question(text="Northtown won the football match")).answered
    with AnswerEngine(library, store, HashingEmbedder()) as opened:
        assert not opened.refresh()
        write_calibration(library / CALIBRATION, own)
        assert opened.refresh()
        assert not opened.answer(Question(text="Northtown won")).answered
        assert not opened.refresh()
        (library / CALIBRATION).unlink()
        assert opened.refresh()
    (library / CALIBRATION).write_text("{")
    with pytest.raises(IndexingError, match="passagebot calibrate"):
        AnswerEngine(library, store, HashingEmbedder())


def test_the_answer_goes_out_as_json(store: ArticleStore) -> None:
    published = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
    store.put(
        prepared("snow", "Snow fell.", source="Wire", url="https://x.example", published=published)
    )
    with engine(store) as opened:
        sent = json.loads(json.dumps(opened.answer(Question(text="snow fell", hits=1)).to_json()))
    assert list(sent) == [
        "schema", "question", "searched_for", "answered", "confidence", "hits", "timings_ms",
    ]  # fmt: skip
    assert sent["schema"] == 1
    assert sent["answered"] == (sent["confidence"] != "none")
    (hit,) = sent["hits"]
    assert list(hit) == [
        "rank", "score", "vector_rank", "keyword_rank", "receipt", "article", "passage",
        "highlights", "also_in",
    ]  # fmt: skip
    assert hit["article"] == {
        "key": "snow",
        "collection": "main",
        "version": 1,
        "title": "A flood",
        "source": "Wire",
        "url": "https://x.example",
        "published": "2026-03-01T09:30:00+00:00",
        "language": "en",
    }
    assert hit["passage"] == {"start": 0, "end": 10, "text": "Snow fell."}
    assert hit["highlights"] == [[0, 10]]


def test_every_hop_is_timed_and_so_is_the_whole(store: ArticleStore) -> None:
    with engine(store) as opened:
        spent = opened.answer(HURT).timings_ms
    hops = {"embed", "candidates", "load", "rank", "fold", "confidence"}
    assert set(spent) == hops | {"total"}
    assert all(time >= 0 for time in spent.values())
    assert spent["total"] >= sum(spent[hop] for hop in hops)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  \n\t",
        "?!",
        "\U0001f30a\U0001f9d1\u200d\U0001f680",
        "\0",
        "\u200f\u202e",
        "\ud83c",
        "_-_",
    ],
)
def test_a_question_without_a_word_is_refused(text: str) -> None:
    with pytest.raises(QuestionError, match="there is no word in the question; ask it in words"):
        searchable(text)


def test_a_question_too_long_is_refused_and_says_how_long_it_may_be() -> None:
    with pytest.raises(QuestionError, match=r"has 20,000 characters; ask in at most 4,096"):
        searchable("x" * 20_000)
    assert len(searchable(" " + "x" * LONGEST_QUESTION + " ")) == LONGEST_QUESTION


@pytest.mark.parametrize(
    ("text", "searched"),
    [
        (" Who won?\n", "Who won?"),
        ("Who\0won\x1f\ufeff?", "Who won  ?"),
        ("half \ud83c a pair \udcff", "half   a pair"),
        ("\u202eWho won\u202c", "Who won"),
        ("Mu\u0308nchen", "M\u00fcnchen"),
        (
            "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
            "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        ),
        ("\U0001f9d1\u200d\U0001f680 who?", "\U0001f9d1\u200d\U0001f680 who?"),
        ("5", "5"),
    ],
)
def test_what_cannot_be_searched_is_left_out_of_a_question(text: str, searched: str) -> None:
    assert searchable(text) == searched


@pytest.mark.parametrize(
    "text",
    ["\ud83c river", "river\0", "\u05e0\u05d4\u05e8 \u202eriver", "\u6cb3" * 4_000, "river " * 600],
)
def test_any_question_that_holds_a_word_is_answered(store: ArticleStore, text: str) -> None:
    with engine(store) as opened:
        answer = opened.answer(Question(text=text, hits=3))
        json.dumps(answer.to_json(), ensure_ascii=False)
    assert len(answer.hits) == 3
    assert answer.question == text


@pytest.mark.parametrize(("asked", "found"), [(0, 0), (-3, 0), (1, 1), (7, 7), (99, 7)])
def test_as_many_hits_come_as_were_asked_for_if_there_are_so_many(
    store: ArticleStore, asked: int, found: int
) -> None:
    with engine(store) as opened:
        assert len(opened.answer(Question(text="river", hits=asked)).hits) == found


def test_nobody_gets_more_hits_than_the_most(tmp_path: Path) -> None:
    articles = {f"{n}": f"The river rose for the {n}th time." for n in range(130)}
    with make_library(tmp_path, articles) as store, engine(store) as opened:
        assert len(opened.answer(Question(text="river", hits=1_000)).hits) == MOST_HITS


def test_a_library_without_indexes_answers_nothing_and_is_not_written_to(
    store: ArticleStore, library: Path
) -> None:
    before = sorted(library.rglob("*"))
    with AnswerEngine(library, store, HashingEmbedder()) as opened:
        answer = opened.answer(HURT)
        with pytest.raises(QuestionError):
            opened.answer(Question(text="?"))
        assert not opened.refresh()
    assert (answer.confidence, answer.hits) == (Confidence.NONE, ())
    assert set(answer.timings_ms) == {"total"}
    assert sorted(library.rglob("*")) == before


def test_opening_and_asking_write_nothing(store: ArticleStore, library: Path) -> None:
    indexer(store).bring_up_to_date()

    def state() -> dict[Path, tuple[int, bytes]]:
        files = [path for path in library.rglob("*") if path.is_file()]
        kept = [path for path in files if not path.name.endswith(("-shm", "-wal"))]
        return {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in kept}

    before = state()
    with AnswerEngine(library, store, HashingEmbedder()) as opened:
        opened.answer(HURT)
        opened.refresh()
    assert state() == before


def test_an_empty_library_answers_nothing(tmp_path: Path) -> None:
    with make_library(tmp_path, {}) as store, engine(store) as opened:
        answer = opened.answer(HURT)
    assert (answer.confidence, answer.hits) == (Confidence.NONE, ())


@pytest.mark.parametrize("how", ["remove", "retire"])
def test_an_article_is_not_answered_from_the_moment_it_is_taken_away(
    store: ArticleStore, how: str
) -> None:
    with engine(store) as opened:
        assert "flood" in keys(opened.answer(HURT))
        getattr(store, how)("flood")
        answer = opened.answer(HURT)
        assert "flood" not in keys(answer)
        assert len(answer.hits) == 4


def test_a_replaced_text_is_not_quoted_from_the_moment_it_is_replaced(store: ArticleStore) -> None:
    with engine(store) as opened:
        store.put(prepared("flood", FLOOD.replace("Nobody was", "Two were"), title="Flood"))
        assert "Nobody was hurt." not in texts(opened.answer(HURT))
        indexer(store).bring_up_to_date()
        assert opened.refresh()
        assert not opened.refresh()
        found = opened.answer(HURT)
        assert "Two were hurt." in texts(found)
        assert found.hits[0].passage.citation.version == 2


def test_removed_passages_in_the_index_do_not_crowd_out_those_that_answer(tmp_path: Path) -> None:
    crowd = {f"{n}": f"Was nobody hurt, nobody at all, asked {n}?" for n in range(150)}
    with make_library(tmp_path, {**crowd, "flood": FLOOD}) as store, engine(store) as opened:
        for key in crowd:
            store.retire(key)
        answer = opened.answer(HURT)
        assert set(texts(answer)) == set(FLOOD.replace(". ", ".|").split("|"))


def test_copies_do_not_crowd_out_other_articles(tmp_path: Path) -> None:
    copies = {f"copy{n:02}": "Was anybody hurt? Nobody was hurt." for n in range(60)}
    with ArticleStore.create(tmp_path) as store:
        for key, text in {**copies, "fire": FIRE}.items():
            store.put(prepared(key, text, spans=[whole(text)]))
        with engine(store) as opened:
            answer = opened.answer(Question(text="Was anybody hurt?", hits=5))
    assert len(answer.hits) == 2
    assert keys(answer) == {*copies, "fire"}
    assert len(answer.hits[0].also_in) == 59


def test_filters_find_as_many_as_exist_however_far_they_rank(tmp_path: Path) -> None:
    with ArticleStore.create(tmp_path) as store:
        for n in range(140):
            far = n % 20 == 0
            text = f"Trains stood still at {n}." if far else f"Was nobody hurt at {n}? Nobody."
            about = prepared(
                f"{n}",
                text,
                spans=[whole(text)],
                source="Far Post" if far else "Near Post",
                language="de" if far else "en",
                published=NOON + timedelta(days=n),
            )
            store.put(about, collection="far" if far else "main")
        with engine(store) as opened:
            for filters in (
                Filters(source="far post"),
                Filters(language="de"),
                Filters(collections=("far",)),
                Filters(source="Far Post", since=NOON, until=NOON + timedelta(days=121)),
            ):
                answer = opened.answer(replace(HURT, hits=50, filters=filters))
                assert keys(answer) == {f"{n}" for n in range(0, 140, 20)}
            nothing = opened.answer(replace(HURT, filters=Filters(source="Nobody's Post")))
            assert (nothing.hits, nothing.confidence) == ((), Confidence.NONE)
            part = Filters(since=NOON + timedelta(days=3), until=NOON + timedelta(days=5))
            assert keys(opened.answer(replace(HURT, filters=part))) == {"3", "4"}


INGEST_ELSEWHERE = """
import sys
from pathlib import Path
from corpus.store import ArticleStore
from tests.corpus.builders import prepared
from tests.retrieval.libraries import indexer

with ArticleStore.open(Path(sys.argv[1])) as store:
    store.put(prepared("snow", "Snow fell on Harlow. Trains stood still."))
    store.remove("fire")
    indexer(store).bring_up_to_date()
"""


def test_what_another_process_ingests_is_answered_after_a_refresh(
    store: ArticleStore, library: Path, project: Path
) -> None:
    asked = Question(text="Where did snow fall?", hits=20)
    with engine(store) as opened:
        command = [sys.executable, "-c", INGEST_ELSEWHERE, str(library)]
        subprocess.run(command, check=True, cwd=project)
        assert keys(opened.answer(asked)) == {"flood", "match"}
        assert opened.refresh()
        answer = opened.answer(asked)
        assert keys(answer) == {"flood", "match", "snow"}
        assert texts(answer)[0] == "Snow fell on Harlow."


def test_indexes_deleted_and_built_again_are_taken_up(store: ArticleStore, library: Path) -> None:
    with engine(store) as opened:
        shutil.rmtree(index_folder(library))
        assert not opened.refresh()
        assert len(opened.answer(HURT).hits) == 5
        store.put(prepared("snow", "Snow fell."))
        indexer(store).bring_up_to_date()
        assert opened.refresh()
        assert texts(opened.answer(Question(text="Snow fell")))[0] == "Snow fell."


def test_damaged_indexes_leave_the_old_ones_answering(store: ArticleStore, library: Path) -> None:
    with engine(store) as opened:
        (index_folder(library) / MANIFEST).write_text("{")
        with pytest.raises(IndexingError, match="passagebot reindex"):
            opened.refresh()
        assert len(opened.answer(HURT).hits) == 5
        with pytest.raises(IndexingError, match="passagebot reindex"):
            AnswerEngine(library, store, HashingEmbedder())
        indexer(store).bring_up_to_date()
        assert opened.refresh()


def test_indexes_of_another_model_are_refused_with_the_command_that_repairs_it(
    store: ArticleStore, library: Path
) -> None:
    indexer(store).bring_up_to_date()
    with pytest.raises(OtherModelError) as caught:
        AnswerEngine(library, store, HashingEmbedder(revision="2"))
    assert "PASSAGEBOT_MODEL=hashing" in str(caught.value)
    assert "`passagebot reindex --model hashing`" in str(caught.value)


def test_threads_are_answered_rightly_while_another_ingests_and_refreshes(
    store: ArticleStore,
) -> None:
    stop = Event()
    known = {
        sentence for text in ARTICLES.values() for sentence in text.replace(". ", ".|").split("|")
    }
    known |= {f"It rained for the {number}th time." for number in range(1, 5)}

    def ask(number: int) -> int:
        asked = 0
        while not stop.is_set() or not asked:
            answer = opened.answer(Question(text=f"Was anybody hurt, {number}?", hits=20))
            found = texts(answer)
            assert set(found) <= known
            assert len({hit.passage.id for hit in answer.hits}) == len(found)
            assert len(found) >= 3
            asked += 1
        return asked

    with engine(store) as opened, ThreadPoolExecutor(8) as pool:
        asking = [pool.submit(ask, number) for number in range(8)]
        try:
            for number in range(1, 5):
                store.put(prepared("rain", f"It rained for the {number}th time.", title="Rain"))
                if number % 2 == 0:
                    store.retire("fire")
                    indexer(store).rebuild()
                store.put(prepared("fire", FIRE, title="Fire"))
                indexer(store).bring_up_to_date()
                assert opened.refresh()
        finally:
            stop.set()
        assert all(one.result() for one in asking)
        assert "It rained for the 4th time." in texts(opened.answer(Question(text="rained time")))


def test_a_passage_without_a_sentence_is_quoted_without_a_mark(tmp_path: Path) -> None:
    with make_library(tmp_path, {}) as store:
        store.put(prepared("blank", " \n It rained.", spans=[Span(start=0, end=2)]))
        with engine(store) as opened:
            (hit,) = opened.answer(Question(text="rain")).hits
    assert (hit.passage.text, hit.highlights, hit.also_in) == (" \n", (), ())
