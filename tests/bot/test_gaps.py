"""Gaps: questions asked in vain, alike ones as one, counted, closed, forgotten."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.feedback.gap_keeping import Noting, closes, disliked_in, no_vectors, question_of
from bot.feedback.gap_likeness import Reading, likeness, standing
from bot.feedback.gaps import Gap, GapState
from bot.feedback.votes import Grade
from bot.state import BotState, StoredAnswer
from retrieval.answers import Confidence
from retrieval.protocols import Vectors
from tests.bot.shelf import a_hit, an_answer, an_article
from tests.bot.test_votes import a_ballot
from tests.retrieval.hashing_embedder import HashingEmbedder

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


@pytest.fixture
def state(tmp_path: Path) -> Iterator[BotState]:
    with BotState.open(tmp_path) as opened:
        yield opened


def embed(question: str) -> tuple[str, Vectors]:
    return "hashing", HashingEmbedder().embed_question(question)


class Asked:
    """Puts answers that were none into a state, one a minute."""

    def __init__(self, state: BotState) -> None:
        self._state = state
        self.count = 0

    def __call__(
        self,
        question: str,
        *,
        asker: int | None = 7,
        chat: int = 7,
        token: str | None = None,
        confidence: Confidence = Confidence.NONE,
        searched_for: str | None = None,
        question_id: int | None = 3,
        is_listing: bool = False,
    ) -> str:
        self.count += 1
        answer = StoredAnswer(
            token=token or f"answer{self.count:06}",
            chat_id=chat,
            thread_id=None,
            message_id=None,
            question_id=question_id,
            asker_id=asker,
            question=question,
            searched_for=question if searched_for is None else searched_for,
            confidence=confidence,
            stories=(),
            shown=None,
            created_at=NOW + timedelta(minutes=self.count),
            is_listing=is_listing,
        )
        self._state.keep(answer, ())
        return answer.token


@pytest.fixture
def asked(state: BotState) -> Asked:
    return Asked(state)


def note(state: BotState, since: datetime | None = None, **given: object) -> datetime | None:
    options = {"embed": no_vectors, "limits": lambda _chat: ()} | given
    return Noting(state.gaps, **options).note(since=since)  # type: ignore[arg-type]


def listed(state: BotState, kind: GapState = GapState.OPEN) -> list[tuple[str, int, int]]:
    return [(one.question, one.times, one.people) for one in state.gaps.listed(kind)]


def test_alike_questions_are_one_gap_most_asked_first(state: BotState, asked: Asked) -> None:
    asked("Who is the mayor?")
    asked("Where can I park?", asker=8)
    asked("where can i park", asker=9)
    asked("Where can I PARK??", asker=8)
    asked("Where can I park!", asker=None, chat=-100)
    assert note(state) is None
    assert listed(state) == [("Where can I park?", 4, 3), ("Who is the mayor?", 1, 1)]
    [first, _] = state.gaps.listed()
    assert (first.first_asked, first.last_asked) == (
        NOW + timedelta(minutes=2),
        NOW + timedelta(minutes=5),
    )
    assert [one.question for one in state.gaps.listed(skip=1, most=1)] == ["Who is the mayor?"]
    assert state.gaps.count() == 2


def test_noting_again_changes_nothing_and_the_same_questions_make_the_same_gaps(
    state: BotState, asked: Asked, tmp_path: Path
) -> None:
    questions = ["Where can I park?", "Who is the mayor?", "where can i park", "Parking?"]
    for question in questions:
        asked(question)
    note(state, embed=embed)
    once = state.gaps.listed()
    note(state, embed=embed)
    note(state, NOW, embed=embed)
    assert state.gaps.listed() == once
    with BotState.open(tmp_path / "other") as other:
        again = Asked(other)
        for question in questions:
            again(question)
            note(other, embed=embed)
        assert other.gaps.listed() == once


def test_only_questions_that_were_asked_and_found_nothing_count(
    state: BotState, asked: Asked
) -> None:
    asked("found", confidence=Confidence.STRONG)
    asked("perhaps", confidence=Confidence.POSSIBLE)
    asked("?!", searched_for="")
    asked("shown again by a link", question_id=None)
    asked("offered anywhere", chat=0)
    asked("latest", is_listing=True)
    asked("nothing")
    note(state)
    assert listed(state) == [("nothing", 1, 1)]


def test_a_possible_answer_that_readers_dislike_counts_until_they_take_it_back(
    state: BotState, asked: Asked
) -> None:
    token = asked("perhaps", confidence=Confidence.POSSIBLE)
    ballot = a_ballot()
    assert token != ballot.token
    asked("again perhaps", token=ballot.token, confidence=Confidence.POSSIBLE)
    later = NOW + timedelta(days=3)
    state.votes.cast(ballot, Grade.DOWN, at=later)
    note(state, later)
    assert listed(state) == [("again perhaps", 1, 1)]
    state.votes.cast(ballot, Grade.DOWN, at=later)
    note(state, later)
    assert listed(state) == []


def test_an_edited_question_leaves_its_old_gap(state: BotState, asked: Asked) -> None:
    token = asked("Where can I park?")
    note(state)
    asked("Who is the mayor?", token=token)
    note(state)
    assert listed(state) == [("Who is the mayor?", 1, 1)]
    asked("Who is the mayor?", token=token, confidence=Confidence.STRONG)
    note(state)
    assert listed(state) == []


@pytest.mark.parametrize(
    ("kind", "after"),
    [
        (GapState.DONE, GapState.OPEN),
        (GapState.ANSWERED, GapState.OPEN),
        (GapState.DISMISSED, GapState.DISMISSED),
    ],
)
def test_a_closed_gap_opens_again_when_asked_in_vain_unless_dismissed(
    kind: GapState, after: GapState, state: BotState, asked: Asked
) -> None:
    asked("Where can I park?")
    note(state)
    [gap] = state.gaps.listed()
    state.gaps.settle(gap.token, kind, at=NOW, answer=("main", "a"))
    [settled] = state.gaps.listed(kind)
    assert (settled.answer, state.gaps.listed()) == (("main", "a"), [])
    asked("where can I park")
    note(state)
    [found] = state.gaps.listed(after)
    assert (found.token, found.times) == (gap.token, 2)
    assert found.answer == (None if after is GapState.OPEN else ("main", "a"))


def test_questions_of_chats_that_see_other_collections_are_apart(
    state: BotState, asked: Asked
) -> None:
    asked("Where can I park?")
    asked("Where can I park?", chat=8)
    note(state, limits=lambda chat: ("town", "news") if chat == 8 else ())
    assert sorted(one.collections for one in state.gaps.listed()) == [(), ("news", "town")]
    [limited] = [one for one in state.gaps.listed() if one.collections]
    assert question_of(limited).filters.collections == ("news", "town")


def test_vectors_bring_rewordings_together_and_are_compared_in_their_own_space_alone(
    state: BotState, asked: Asked
) -> None:
    _, vector = embed("the same")
    asked("When will the swimming pool reopen?")
    note(state, embed=lambda _: ("one space", vector))
    asked("When does the pool reopen?")
    note(state, embed=lambda _: ("other space", vector))
    assert state.gaps.count() == 2
    asked("When is the swimming pool to reopen now?")
    note(state, embed=lambda _: ("one space", vector))
    assert [one.times for one in state.gaps.listed()] == [2, 1]


def test_many_questions_are_noted_in_batches_and_the_least_asked_are_dropped_first(
    state: BotState, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.feedback.gap_keeping.NOTED_AT_ONCE", 4)
    for word in ("alpha", "beta", "gamma", "alpha", "delta", "beta"):
        asked(f"{word}?")
    assert note(state) == NOW + timedelta(minutes=4)
    assert note(state, NOW + timedelta(minutes=4)) is None
    assert state.gaps.count() == 4
    state.gaps.settle(state.gaps.listed()[0].token, GapState.DONE, at=NOW)
    assert state.gaps.prune(2) == 2
    assert listed(state) == [("alpha?", 2, 1), ("delta?", 1, 1)]
    assert listed(state, GapState.DONE) == []


def test_a_person_is_forgotten_and_others_keep_their_words(state: BotState, asked: Asked) -> None:
    asked("Where can I park?", asker=7)
    asked("where can i park", asker=8)
    asked("Who is the mayor?", asker=7)
    note(state, embed=embed)
    assert state.gaps.forget(7) == 2
    assert listed(state) == [("where can i park", 1, 1)]
    [known] = state.gaps.known()
    assert known.vector is None
    assert state.gaps.forget_before(NOW + timedelta(days=1)) == 1
    assert state.gaps.known() == []


def test_gaps_are_asked_again_once_for_each_change_of_the_library(
    state: BotState, asked: Asked
) -> None:
    for word in ("alpha", "beta", "beta", "gamma"):
        asked(f"{word}?")
    note(state)
    first = state.gaps.to_try(5, most=2)
    assert [one.question for one in first] == ["beta?", "gamma?"]
    state.gaps.note_tried([one.token for one in first], 5)
    assert [one.question for one in state.gaps.to_try(5, most=2)] == ["alpha?"]
    assert [one.question for one in state.gaps.to_try(6, most=3)] == ["alpha?", "beta?", "gamma?"]
    assert state.gaps.gap("unknown") is None


def a_gap(question: str = "How far?") -> Gap:
    return Gap(
        token="g" * 12,
        question=question,
        collections=(),
        state=GapState.OPEN,
        times=1,
        people=1,
        first_asked=NOW,
        last_asked=NOW,
        answer=None,
    )


def test_only_a_strong_match_that_readers_did_not_vote_against_closes_a_gap(
    state: BotState,
) -> None:
    hit = a_hit(an_article())
    strong = an_answer(hit, question="How far?")
    possible = an_answer(hit, confidence=Confidence.POSSIBLE, question="How far?")
    assert closes(a_gap(), strong, frozenset()) == hit.passage.citation
    assert closes(a_gap(), possible, frozenset()) is None
    assert closes(a_gap(), an_answer(), frozenset()) is None
    state.votes.cast(a_ballot(question="how FAR", receipt=hit.receipt), Grade.DOWN, at=NOW)
    disliked = disliked_in(state.votes.tallies())
    assert closes(a_gap(), strong, disliked) is None
    assert closes(a_gap("Why?"), strong, disliked) == hit.passage.citation
    state.votes.cast(a_ballot(8, "how FAR", hit.receipt), Grade.UP, at=NOW)
    assert disliked_in(state.votes.tallies()) == frozenset()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Who is the mayor of Harlow?", "who's the mayor of harlow"),
        ("Why was the road closed?", "why is the road closed"),
        ("Is the school closed tomorrow?", "will the school be closed tomorrow?"),
        ("Wann öffnet die Brücke?", "wann öffnet die brücke"),
        ("¿Dónde está el puente?", "donde esta el puente"),
        ("Когда откроют мост?", "когда откроют мост"),
        ("متى يفتح الجسر؟", "متى يفتح الجسر"),
        ("桥什么时候开放？", "桥什么时候开放"),
        ("How many people were hurt?", "how many people was hurt"),
    ],
)
def test_one_question_in_two_wordings_is_one(one: str, other: str) -> None:
    assert likeness(Reading.of(one, None), Reading.of(other, None)) is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Who built the bridge?", "When was the bridge built?"),
        ("Where is the bridge?", "How is the bridge?"),
        ("What happened on 3 May?", "What happened on 4 May?"),
        ("Who owns the Grand Hotel?", "Who owns the Park Hotel?"),
        ("Who won in Norway?", "Who won in Sweden?"),
        ("Where can I park?", "Who is the mayor?"),
        ("Warum ist die Brücke zu?", "Wo ist die Brücke?"),
    ],
)
def test_different_questions_are_not_one_however_near_their_vectors(one: str, other: str) -> None:
    vector = HashingEmbedder().embed_question("the same")
    assert likeness(Reading.of(one, vector), Reading.of(other, vector)) is None


@pytest.mark.parametrize(
    ("question", "searched_for", "expected"),
    [
        ("Zeppelin opera harbour?", "Zeppelin opera harbour? (river)", "Zeppelin opera harbour?"),
        ("and in winter?", "and in winter? (bridge, Harlow)", "and in winter? (bridge, Harlow)"),
        ("Who built it?", "Who built it? (in: A bridge)", "Who built it?"),
    ],
)
def test_a_question_that_names_enough_stands_as_it_was_asked(
    question: str, searched_for: str, expected: str
) -> None:
    assert standing(question, searched_for) == expected
