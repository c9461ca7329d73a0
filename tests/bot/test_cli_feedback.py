"""`feedback export` and `feedback gaps`: votes become a set that `evaluate` replays."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.feedback.files import write_feedback
from bot.feedback.gap_keeping import Noting, no_vectors
from bot.feedback.judgements import feedback_of
from bot.feedback.votes import Ballot, Grade
from bot.references import ArticleRef
from bot.state import BotState, StoredAnswer
from corpus.articles import Span
from corpus.store import ArticleStore
from retrieval.answers import Confidence
from retrieval.question_sets import Kind, read_question_set
from tests.bot.command_line import Ended, passagebot
from tests.corpus.builders import prepared

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
FLOOD = "The river rose 2.4 metres overnight. The old bridge held."
FIRE = "Five houses burned down in Harlow. The mayor thanked the firemen."
MATCH = "Northtown won the football match. The goal fell late."
RISE = "How far did the river rise overnight?"
HOUSES = "How many houses burned down?"
LIBRARY = Path("library")
BEGINNING = Span(start=0, end=20)


@pytest.fixture
def store() -> Iterator[ArticleStore]:
    with ArticleStore.create(LIBRARY) as opened:
        for key, text in (("flood", FLOOD), ("fire", FIRE), ("match", MATCH)):
            opened.put(prepared(key, text, title=key.title(), published=NOW))
        yield opened


@pytest.fixture
def state(store: ArticleStore) -> Iterator[BotState]:
    with BotState.open(store.path.parent) as opened:
        yield opened


def vote(
    state: BotState,
    question: str,
    key: str,
    grade: Grade,
    *,
    users: Sequence[int] = (1,),
    span: Span = BEGINNING,
    collection: str = "main",
) -> None:
    for user in users:
        state.votes.cast(ballot(user, question, key, span, collection), grade, at=NOW)


def ballot(
    user: int, question: str, key: str, span: Span = BEGINNING, collection: str = "main"
) -> Ballot:
    return Ballot(
        user_id=user,
        question=question,
        receipt=f"{collection}{key}{span.start}",
        article=ArticleRef(collection=collection, key=key, version=1),
        span=span,
        token="abcdefghijkl",
    )


def exported(folder: str = "votes") -> Ended:
    return passagebot("feedback", "export", folder, "--library", LIBRARY)


def records(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in Path("votes", name).read_text().splitlines()]


def figures() -> dict[str, Any]:
    ended = passagebot("evaluate", "--json", "votes")
    assert ended.code == 0, ended.err
    found: dict[str, Any] = json.loads(ended.out)
    return found


def test_a_set_whose_voted_article_comes_first_has_an_mrr_of_one(state: BotState) -> None:
    vote(state, RISE, "flood", Grade.UP, span=Span(start=0, end=36))
    vote(state, HOUSES, "fire", Grade.UP)
    ended = exported()
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == "2 questions with an answer, 0 without, 0 undecided: votes\n"
    found = figures()
    assert (found["questions"], found["ranking"]["mrr@10"]) == (2, 1.0)
    assert found["library"]["articles"] == 3
    questions = {one.text: one for one in read_question_set(Path("votes")).questions}
    assert questions[RISE].relevant == {"flood": 1}
    assert questions[RISE].paragraphs[0].text == "The river rose 2.4 metres overnight."


def test_a_set_whose_voted_article_does_not_come_first_has_a_lower_mrr(state: BotState) -> None:
    vote(state, RISE, "match", Grade.UP)
    assert exported().code == 0
    assert figures()["ranking"]["mrr@10"] < 1.0


def test_an_article_that_several_vote_for_is_of_the_higher_grade(state: BotState) -> None:
    vote(state, RISE, "flood", Grade.UP, users=(1, 2, 3))
    vote(state, RISE, "flood", Grade.DOWN, users=(4,))
    vote(state, RISE, "match", Grade.UP, users=(1, 2))
    vote(state, RISE, "match", Grade.DOWN, users=(3,))
    vote(state, RISE, "fire", Grade.DOWN, users=(1,))
    exported()
    rows = [line.split("\t")[1:] for line in Path("votes/qrels.tsv").read_text().splitlines()]
    assert rows == [["corpus-id", "score"], ["fire", "0"], ["flood", "2"], ["match", "1"]]


def test_what_several_reject_and_nobody_accepts_is_absent_and_one_vote_is_too_little(
    state: BotState,
) -> None:
    vote(state, "Who painted the ceiling?", "flood", Grade.DOWN, users=(1, 2))
    vote(state, "Who sang?", "fire", Grade.DOWN)
    vote(state, RISE, "flood", Grade.UP)
    assert "1 questions with an answer, 1 without, 1 undecided" in exported().out
    questions = {one.text: one for one in read_question_set(Path("votes")).questions}
    assert {text: one.kind for text, one in questions.items()} == {
        RISE: Kind.PRESENT,
        "Who painted the ceiling?": Kind.NEAR_MISS,
    }
    assert questions["Who painted the ceiling?"].related == ("flood",)
    [undecided] = records("undecided.jsonl")
    assert (undecided["text"], undecided["against"]) == ("Who sang?", {"fire": 1})
    assert figures()["questions"] == 2


def test_what_was_picked_from_lists_stands_apart(state: BotState) -> None:
    state.votes.choose(ballot(1, HOUSES, "fire"), at=NOW)
    state.votes.choose(ballot(2, HOUSES, "fire"), at=NOW)
    vote(state, RISE, "flood", Grade.UP)
    exported()
    [chosen] = records("chosen.jsonl")
    assert (chosen["text"], chosen["chosen"]) == (HOUSES, {"fire": 2})
    assert [one["text"] for one in records("queries.jsonl")] == [RISE]


def test_copies_of_a_voted_passage_are_judged_alike(store: ArticleStore, state: BotState) -> None:
    store.put(prepared("copy", f"By our own reporter. {FLOOD}"))
    vote(state, RISE, "flood", Grade.UP, span=Span(start=0, end=36))
    exported()
    [question] = read_question_set(Path("votes")).questions
    assert question.relevant == {"copy": 1, "flood": 1}


def test_votes_on_what_is_gone_or_changed_are_left_out(
    store: ArticleStore, state: BotState
) -> None:
    for key in ("flood", "fire", "match"):
        vote(state, f"What about the {key}?", key, Grade.UP)
    vote(state, "Unknown?", "unknown", Grade.UP)
    store.put(prepared("flood", "Another text altogether."))
    store.put(prepared("fire", f"Correction. {FIRE}"))
    store.remove("match")
    ended = exported()
    assert "1 questions with an answer" in ended.out
    assert "3 on passages that are gone left out" in ended.out
    assert [one["text"] for one in records("queries.jsonl")] == ["What about the fire?"]


def test_nobody_is_named_and_the_same_votes_make_the_same_files(
    store: ArticleStore, state: BotState
) -> None:
    users = (987654321, 987654322)
    vote(state, RISE, "flood", Grade.UP, users=users)
    vote(state, HOUSES, "fire", Grade.DOWN, users=users)
    state.votes.choose(ballot(users[0], HOUSES, "fire"), at=NOW)
    exported()
    first = {path.name: path.read_bytes() for path in Path("votes").iterdir()}
    exported("again")
    assert {path.name: path.read_bytes() for path in Path("again").iterdir()} == first
    assert b"98765432" not in b"".join(first.values())
    write_feedback(store, feedback_of(store, state.votes.tallies()[::-1]), Path("turned"))
    assert {path.name: path.read_bytes() for path in Path("turned").iterdir()} == first


def test_an_earlier_export_is_replaced_whole_and_nothing_else(state: BotState) -> None:
    vote(state, RISE, "flood", Grade.UP)
    Path("votes").mkdir()
    assert exported().code == 0
    vote(state, RISE, "flood", Grade.UP)
    vote(state, HOUSES, "fire", Grade.DOWN, users=(1, 2))
    assert exported().code == 0
    assert not Path("votes/passages.jsonl").exists()
    assert [one["text"] for one in records("queries.jsonl")] == [HOUSES]
    Path("votes/mine.txt").write_text("mine")
    ended = exported()
    assert (ended.code, "also holds mine.txt" in ended.err) == (2, True)
    assert sorted(path.name for path in Path().iterdir()) == ["library", "votes"]


@pytest.mark.parametrize("held", ["notes.txt", "feedback.json"])
def test_a_folder_with_something_else_in_it_is_left_alone(held: str, state: BotState) -> None:
    vote(state, RISE, "flood", Grade.UP)
    Path("votes").mkdir()
    Path("votes", held).write_text('{"kind": "something else"}')
    ended = exported()
    assert (ended.code, "is not empty" in ended.err) == (2, True)
    assert [path.name for path in Path("votes").iterdir()] == [held]


def test_a_file_and_a_place_that_cannot_be_written_are_refused(state: BotState) -> None:
    vote(state, RISE, "flood", Grade.UP)
    Path("votes").write_text("a file")
    assert "is a file" in exported().err
    assert "cannot write" in exported("votes/inside").err


def test_without_votes_or_without_a_bot_it_says_what_to_do(store: ArticleStore) -> None:
    assert store.counts().articles == 3
    assert "run `passagebot serve` first" in exported().err
    with BotState.open(LIBRARY) as state:
        assert "no votes to export yet" in exported().err
        vote(state, RISE, "flood", Grade.DOWN)
        assert "no votes to export yet" in exported().err
    assert not Path("votes").exists()


def test_articles_of_several_collections_keep_ids_of_their_own(
    store: ArticleStore, state: BotState
) -> None:
    store.put(prepared("flood", "Another flood of another town."), collection="town")
    store.put(prepared("main/flood", "An article with a strange key."))
    store.put(prepared("tab\tkey", "An article with a key that is no field of a table."))
    vote(state, "Which town?", "flood", Grade.UP, collection="town")
    vote(state, RISE, "flood", Grade.UP)
    assert exported().code == 0
    ids = [one["_id"] for one in records("corpus.jsonl")]
    assert len(set(ids)) == len(ids) == 6
    assert "town/flood" in ids
    questions = {one.text: one.relevant for one in read_question_set(Path("votes")).questions}
    assert questions["Which town?"] == {"town/flood": 1}
    [own] = questions[RISE]
    assert own.startswith("article-")
    assert figures()["questions"] == 2


def test_gaps_are_listed_for_people_and_for_programs(state: BotState) -> None:
    empty = passagebot("feedback", "gaps", "--library", LIBRARY)
    assert (empty.code, empty.out) == (0, "")
    for number, question in enumerate(["Who sang?", "who sang", "Where to?"]):
        answer = StoredAnswer(
            token=f"answer{number:06}",
            chat_id=7,
            thread_id=None,
            message_id=None,
            question_id=1,
            asker_id=number,
            question=question,
            searched_for=question,
            confidence=Confidence.NONE,
            stories=(),
            shown=None,
            created_at=NOW,
        )
        state.keep(answer, ())
    Noting(state.gaps, embed=no_vectors, limits=lambda _: ()).note(since=None)
    people = passagebot("feedback", "gaps", "--library", LIBRARY)
    programs = passagebot("feedback", "gaps", "--json", "--library", LIBRARY)
    assert people.out.splitlines() == [
        "2 times, last 2026-11-01: Who sang?",
        "1 time, last 2026-11-01: Where to?",
    ]
    [first, _] = json.loads(programs.out)["gaps"]
    assert first == {
        "question": "Who sang?",
        "collections": [],
        "times": 2,
        "people": 2,
        "first_asked": "2026-11-01T12:00:00+00:00",
        "last_asked": "2026-11-01T12:00:00+00:00",
    }


def test_an_earlier_export_stays_if_the_new_one_cannot_take_its_place(
    state: BotState, monkeypatch: pytest.MonkeyPatch
) -> None:
    vote(state, RISE, "flood", Grade.UP)
    exported()
    before = {path.name: path.read_bytes() for path in Path("votes").iterdir()}
    vote(state, HOUSES, "fire", Grade.UP)
    replace = Path.replace

    def full(path: Path, target: Path) -> Path:
        if path.name.endswith(".partial"):
            raise OSError(28, "No space left on device")
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", full)
    ended = exported()
    assert (ended.code, "No space left on device" in ended.err) == (2, True)
    assert {path.name: path.read_bytes() for path in Path("votes").iterdir()} == before
    assert sorted(path.name for path in Path().iterdir()) == ["library", "votes"]
