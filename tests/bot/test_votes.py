"""Votes on passages: one a person, passage and question; undoable; nobody is named."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.feedback.votes import Ballot, Cast, Grade, alone, question_key
from bot.references import ArticleRef
from bot.state import BotState
from corpus.articles import Span

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


def a_ballot(
    user_id: int = 7,
    question: str = "How far did it rise?",
    receipt: str = "K7Q2M9XA4T",
    *,
    key: str = "flood",
) -> Ballot:
    return Ballot(
        user_id=user_id,
        question=question,
        receipt=receipt,
        article=ArticleRef(collection="main", key=key, version=1),
        span=Span(start=0, end=10),
        token="abcdefghijkl",
    )


def test_a_vote_is_one_a_person_passage_and_question(tmp_path: Path) -> None:
    with BotState.open(tmp_path) as state:
        votes = state.votes
        assert votes.cast(a_ballot(), Grade.UP, at=NOW) is Cast.NEW
        assert votes.cast(a_ballot(8), Grade.UP, at=NOW) is Cast.NEW
        assert votes.cast(a_ballot(receipt="OTHER"), Grade.DOWN, at=NOW) is Cast.NEW
        assert votes.cast(a_ballot(question="Why did it rise?"), Grade.DOWN, at=NOW) is Cast.NEW
        found = {(one.question, one.receipt): (one.ups, one.downs) for one in votes.tallies()}
    assert found == {
        ("How far did it rise?", "K7Q2M9XA4T"): (2, 0),
        ("How far did it rise?", "OTHER"): (0, 1),
        ("Why did it rise?", "K7Q2M9XA4T"): (0, 1),
    }


def test_the_same_vote_takes_it_back_and_the_other_changes_it(tmp_path: Path) -> None:
    with BotState.open(tmp_path) as state:
        votes = state.votes
        assert votes.cast(a_ballot(), Grade.UP, at=NOW) is Cast.NEW
        assert votes.cast(a_ballot(), Grade.DOWN, at=NOW) is Cast.CHANGED
        assert votes.grade(a_ballot()) is Grade.DOWN
        assert votes.cast(a_ballot(), Grade.DOWN, at=NOW) is Cast.TAKEN_BACK
        assert votes.grade(a_ballot()) is None
        assert votes.tallies() == []


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 3), st.sampled_from(Grade)), max_size=12))
def test_whatever_is_pressed_each_person_has_at_most_one_vote(
    tmp_path_factory: pytest.TempPathFactory, presses: list[tuple[int, Grade]]
) -> None:
    expected: dict[int, Grade] = {}
    with BotState.open(tmp_path_factory.mktemp("votes")) as state:
        for user, grade in presses:
            state.votes.cast(a_ballot(user), grade, at=NOW)
            if expected.get(user) is grade:
                del expected[user]
            else:
                expected[user] = grade
        counted = [(one.ups, one.downs) for one in state.votes.tallies()]
        own = {user: state.votes.grade(a_ballot(user)) for user in (1, 2, 3)}
    ups = list(expected.values()).count(Grade.UP)
    assert counted == ([(ups, len(expected) - ups)] if expected else [])
    assert own == {user: expected.get(user) for user in (1, 2, 3)}


def test_what_was_picked_from_a_list_is_counted_apart(tmp_path: Path) -> None:
    with BotState.open(tmp_path) as state:
        state.votes.choose(a_ballot(), at=NOW)
        state.votes.choose(a_ballot(), at=NOW)
        state.votes.cast(a_ballot(), Grade.DOWN, at=NOW)
        [tally] = state.votes.tallies()
        assert state.votes.grade(a_ballot()) is Grade.DOWN
    assert (tally.ups, tally.downs, tally.chosen) == (0, 1, 1)


def test_one_question_is_known_however_it_is_written_and_told_in_its_first_words(
    tmp_path: Path,
) -> None:
    with BotState.open(tmp_path) as state:
        later = NOW + timedelta(hours=1)
        state.votes.cast(a_ballot(8, "how far did it RISE"), Grade.UP, at=later)
        state.votes.cast(a_ballot(), Grade.UP, at=NOW)
        [tally] = state.votes.tallies()
    assert (tally.question, tally.ups) == ("How far did it rise?", 2)
    assert question_key("??") != question_key("!!")


@pytest.mark.parametrize(
    ("question", "searched_for", "expected"),
    [
        ("and in winter?", "and in winter? (bridge, Harlow)", "and in winter? (bridge, Harlow)"),
        ("who?", "who? (in: Flood cuts valley road)", "who?"),
        ("who?", "who? (bridge) (in: A (b) c)", "who? (bridge)"),
        ("who?", "", "who?"),
    ],
)
def test_a_question_is_kept_in_the_form_that_stands_alone(
    question: str, searched_for: str, expected: str
) -> None:
    assert alone(question, searched_for) == expected


def test_a_person_and_an_article_can_be_forgotten(tmp_path: Path) -> None:
    with BotState.open(tmp_path) as state:
        state.votes.cast(a_ballot(), Grade.UP, at=NOW)
        state.votes.choose(a_ballot(), at=NOW)
        state.votes.cast(a_ballot(8, key="other", receipt="OTHER"), Grade.UP, at=NOW)
        assert state.votes.forget(7) == 2
        assert state.votes.forget(7) == 0
        assert state.votes.forget_articles([("main", "flood"), ("main", "other")]) == 1
        assert state.votes.tallies() == []


@pytest.mark.parametrize(
    ("grades", "disliked"),
    [([], False), ([Grade.UP], False), ([Grade.DOWN], True), ([Grade.DOWN, Grade.UP], False)],
)
def test_an_answer_is_disliked_if_there_are_votes_against_it_alone(
    grades: list[Grade], disliked: bool, tmp_path: Path
) -> None:
    with BotState.open(tmp_path) as state:
        for user, grade in enumerate(grades):
            state.votes.cast(a_ballot(user), grade, at=NOW)
        assert state.votes.disliked("abcdefghijkl") is disliked
