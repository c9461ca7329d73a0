"""The language of a question, and that it pays where a question is too short to show its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.store import ArticleStore
from retrieval.answers import Question
from retrieval.asked_language import asked_language, searched_languages
from retrieval.engine import AnswerEngine
from tests.corpus.builders import Ticking, prepared
from tests.retrieval.hashing_embedder import HashingEmbedder
from tests.retrieval.libraries import indexer
from tests.retrieval.passages import PLAIN


@pytest.mark.parametrize(
    ("text", "interface", "language"),
    [
        ("Hotel Internet", "de", "de"),
        ("Hotel Internet", "en-US", "en"),
        ("Hotel Internet", "", ""),
        ("Hotel Internet", "?", ""),
        ("Wie viele Häuser wurden gestern Abend geräumt?", "en", "de"),
        ("¿Cuántas casas fueron evacuadas ayer por la noche?", "", "es"),
        ("1 2 3 4", "de", ""),
    ],
)
def test_a_short_question_is_in_the_language_of_the_interface(
    text: str, interface: str, language: str
) -> None:
    assert asked_language(text, interface) == language


def test_the_interface_language_leads_for_a_short_question_only() -> None:
    held = {"en": 9, "de": 4, "es": 1}
    assert searched_languages("die Bar", "es", held, 2) == ["es", "en"]
    assert searched_languages("Wo ist die Bar?", "es", held, 2) == ["en", "de"]
    assert searched_languages("die Bar", "fr", held, 2) == ["en", "de"]
    assert searched_languages("die Bar", "", held, 3) == ["en", "de", "es"]


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[AnswerEngine]:
    with ArticleStore.create(tmp_path, now=Ticking()) as store:
        store.put(prepared("en", "Hotel Miramar has breakfast.", title="Rooms", language="en"))
        store.put(prepared("de", "Hotel Miramar bietet Frühstück.", title="Rooms", language="de"))
        store.put(prepared("rain", "It rained on the hills. The mill stood still.", title="Rain"))
        indexer(store).bring_up_to_date()
        with AnswerEngine(tmp_path, store, HashingEmbedder(), calibration=PLAIN) as opened:
            yield opened


@pytest.mark.parametrize("language", ["en", "de"])
def test_equally_good_hits_come_in_the_language_of_whoever_asks(
    engine: AnswerEngine, language: str
) -> None:
    answer = engine.answer(Question(text="Hotel Miramar", language=language))
    assert answer.hits[0].passage.citation.language == language
