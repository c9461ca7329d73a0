"""`/why`: how an answer was found, in plain lines."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reasons import WORDS_KEPT, Reasons
from bot.references import stories_of
from bot.speech import ENGLISH
from bot.state import StoredAnswer
from bot.telegram.explaining import why_lines
from bot.telegram.messages import Desk
from bot.telegram.texts import reasons as texts
from corpus.store import ArticleStore
from retrieval.answers import Answer, Confidence, Question
from retrieval.confidence import FEATURES
from retrieval.explanations import Explanation, WordOfQuestion
from tests.bot.telegram_bot import a_bot, flood
from tests.doubles import KeywordEngine

QUESTION = "How far did the river rise at Harlow Bridge?"
WEIGHTS = {"coverage": 1.5, "sentence_cosine": 2.5, "names_missing": -0.7, "rarest_found": 0.01}
EXPLANATION = Explanation(
    words=(
        WordOfQuestion(word="harlow", weight=3.0, in_library=True, in_first_hit=True),
        WordOfQuestion(word="tide", weight=2.0, in_library=True, in_first_hit=False),
        WordOfQuestion(word="mars", weight=1.0, in_library=False, in_first_hit=False),
    ),
    searched=10,
    candidates=5,
    vectors_count=1.0,
    probability=0.834,
    possible_from=0.35,
    strong_from=0.72,
    bias=0.0,
    features=dict.fromkeys(WEIGHTS, 1.0),
    contributions=WEIGHTS,
)


class ExplainingEngine(KeywordEngine):
    """Explains all its answers alike."""

    def __init__(self, store: ArticleStore, explanation: Explanation = EXPLANATION) -> None:
        super().__init__(store)
        self._explanation = explanation

    def answer(self, question: Question) -> Answer:
        return replace(super().answer(question), explanation=self._explanation)


async def test_why_names_words_ranks_copies_and_the_bar_in_five_lines(tmp_path: Path) -> None:
    copies = [flood(f"copy{n}", source=f"Site {n}") for n in range(2)]
    with ArticleStore.create(tmp_path) as store:
        for one in (flood(), *copies):
            store.put(one)
        engine = ExplainingEngine(store)
        async with a_bot(tmp_path, engine=engine) as bot:
            bot.double.says(QUESTION)
            await bot.double.shows(1)
            bot.double.says("/why")
            _, why = await bot.double.shows(2)
    assert why["text"].split("\n") == [
        f"Searched for: {QUESTION}",
        "In the first passage: harlow. Only in other passages: tide. Nowhere in the library: mars.",
        "By meaning it is not in the list; by keywords it is number 1.",
        "2 copies folded into it: Site 0, Site 1.",
        (
            "The bar: 83 % sure; a possible match from 35 %, a strong one from 72 %. For it: a "
            "sentence is close in meaning, much of what you asked stands in the passage. Against "
            "it: a name or number you asked about is missing."
        ),
    ]


async def test_why_is_told_after_a_restart_and_of_the_answer_it_replies_to(tmp_path: Path) -> None:
    async with a_bot(tmp_path, flood()) as bot:
        double = bot.double
        double.says(QUESTION)
        [first] = await double.shows(1)
        double.date += 5
        double.says("Who won the match on Mars?")
        await double.shows(2)
    async with a_bot(tmp_path, double=double):
        double.says("/why")
        double.says("/why", reply_to_message=first)
        double.says("/why", reply_to_message=double.says("Thanks!"))
        shown = await double.shows(6)
    said = [message["text"] for message in shown if message["text"].startswith("Searched for")]
    assert [text.split("\n")[0] for text in said] == [
        "Searched for: Who won the match on Mars?",
        f"Searched for: {QUESTION}",
        "Searched for: Who won the match on Mars?",
    ]


async def test_why_says_so_when_nothing_came_near(tmp_path: Path) -> None:
    async with a_bot(tmp_path) as bot:
        bot.double.says(QUESTION)
        await bot.double.shows(1)
        bot.double.says("/why")
        _, why = await bot.double.shows(2)
    assert why["text"] == f"Searched for: {QUESTION}\n{texts.nothing_near(ENGLISH)}"


def the_bar(tmp_path: Path, confidence: Confidence, explanation: Explanation) -> str:
    """Return the last line about an answer that was explained like that."""
    return the_lines(tmp_path, confidence, explanation)[-1]


def the_lines(tmp_path: Path, confidence: Confidence, explanation: Explanation) -> list[str]:
    """Return all lines."""
    now = datetime(2026, 11, 1, tzinfo=UTC)
    with ArticleStore.create(tmp_path) as store:
        store.put(flood())
        hits = KeywordEngine(store).answer(Question(text=QUESTION)).hits
        answer = StoredAnswer(
            token="abcdefghijkl",
            chat_id=7,
            thread_id=None,
            message_id=None,
            question_id=1,
            asker_id=7,
            question=QUESTION,
            searched_for=QUESTION,
            confidence=confidence,
            stories=stories_of(hits),
            shown=None,
            created_at=now,
            reasons=Reasons.of(explanation),
        )
        desk = Desk(articles=store, username="news_bot", now=lambda: now)
        return why_lines(desk, answer)


def test_a_model_that_is_not_calibrated_never_finds_strong_matches(tmp_path: Path) -> None:
    unreachable = replace(EXPLANATION, strong_from=2.0)
    said = the_bar(tmp_path, Confidence.POSSIBLE, unreachable)
    assert "a strong one never" in said


def test_why_says_what_held_a_sure_answer_back(tmp_path: Path) -> None:
    assert texts.held_back(ENGLISH) in the_bar(tmp_path, Confidence.POSSIBLE, EXPLANATION)


def test_what_was_found_by_meaning_alone_says_so(tmp_path: Path) -> None:
    words = tuple(replace(one, in_first_hit=False) for one in EXPLANATION.words)
    alone = replace(EXPLANATION, words=words, contributions={"coverage": 0.01})
    said = the_lines(tmp_path, Confidence.STRONG, alone)
    assert said[1].startswith("In the first passage: none of your words")
    assert said[3] == texts.copies(ENGLISH, copies=0, names=())
    assert "For it" not in said[4]
    assert texts.by_meaning(ENGLISH, 2) == "By meaning it is number 2;"
    assert texts.by_words(ENGLISH, None) == "by keywords it is not in the list."


@pytest.mark.parametrize("confidence", list(Confidence))
def test_every_verdict_has_a_sentence(confidence: Confidence) -> None:
    assert texts.verdict(ENGLISH, confidence).startswith("All in all, it ")


def test_every_feature_of_the_confidence_has_words() -> None:
    assert all(texts.feature(ENGLISH, name) for name in FEATURES)
    assert texts.feature(ENGLISH, "a feature of a later release") is None


@given(
    words=st.lists(
        st.builds(
            WordOfQuestion,
            word=st.text(min_size=1, max_size=9),
            weight=st.floats(0, 9),
            in_library=st.booleans(),
            in_first_hit=st.booleans(),
        ),
        max_size=20,
    ),
    weights=st.dictionaries(st.sampled_from(FEATURES), st.floats(-9, 9)),
)
def test_reasons_are_read_back_as_they_were_kept(
    words: list[WordOfQuestion], weights: dict[str, float]
) -> None:
    explained = replace(EXPLANATION, words=tuple(words), contributions=weights)
    kept = Reasons.of(explained)
    read = Reasons.from_json(kept.to_json())
    assert (read.here, read.elsewhere, read.nowhere) == (kept.here, kept.elsewhere, kept.nowhere)
    assert len(kept.here + kept.elsewhere + kept.nowhere) <= WORDS_KEPT
    assert read.weights == pytest.approx(dict(kept.weights), abs=0.001)
    assert read.strong_from == EXPLANATION.strong_from
