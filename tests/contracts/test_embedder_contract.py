"""What every embedder promises, run over all of them."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.articles import Span
from corpus.sentences import sentence_spans
from retrieval.protocols import Embedder, PassageText, PassageVectors
from tests.retrieval.exported_models import EXPORTED_KINDS

FEW = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

FLOOD = "The river rose. The bridge held. Nobody was hurt."
FIRE = "Five houses burned down on the road. The mayor was in town."
ASTRAL = "\U0001f9d1\u200d\U0001f680 The bridge \u2014 \U0001d49c held. \u4e24\u4eba\u6b7b\u4ea1\u3002 Nobody was hurt!"

texts = st.text(
    alphabet=st.sampled_from("the river Two 5,.!?\u00e9\u0437\u4eba\U0001f30a \n"),
    min_size=1,
    max_size=60,
).filter(str.strip)


def passage(text: str, title: str = "a storm") -> PassageText:
    return PassageText(title=title, text=text, sentences=tuple(sentence_spans(text, "en")))


def alike(first: PassageVectors, second: PassageVectors) -> bool:
    return bool(
        np.allclose(first.passage, second.passage, atol=1e-3)
        and np.allclose(first.sentences, second.sentences, atol=1e-3)
    )


def test_it_says_how_many_threads_embed_passages(embedder: Embedder) -> None:
    assert embedder.parts_at_once >= 1
    parts = [[passage(FLOOD)], [passage(FIRE), passage(FLOOD)]] * embedder.parts_at_once
    with ThreadPoolExecutor(embedder.parts_at_once) as pool:
        together = list(pool.map(embedder.embed_passages, parts))
    assert [len(made) for made in together] == [len(part) for part in parts]
    assert all(alike(made[-1], together[0][0]) for made in together)


@FEW
@given(some=st.lists(st.tuples(texts, st.sampled_from(["", "a storm", ASTRAL])), max_size=3))
def test_vectors_are_float32_of_length_one_in_the_space(
    embedder: Embedder, some: list[tuple[str, str]]
) -> None:
    passages = [passage(text, title) for text, title in some]
    dimension = embedder.space.dimension
    made = embedder.embed_passages(passages)
    assert len(made) == len(passages)
    for one, vectors in zip(passages, made, strict=True):
        assert vectors.passage.dtype == vectors.sentences.dtype == np.float32
        assert vectors.passage.shape == (dimension,)
        assert np.linalg.norm(vectors.passage) == pytest.approx(1, abs=1e-5)
        assert vectors.sentences.shape == (len(one.sentences), dimension)
        for length in np.linalg.norm(vectors.sentences, axis=1):
            assert length == pytest.approx(1, abs=1e-5) or length == 0


def test_a_question_is_one_float32_vector_of_length_one(embedder: Embedder) -> None:
    for text in ("Who was hurt?", ASTRAL, "?", "word " * 500):
        vector = embedder.embed_question(text)
        assert vector.dtype == np.float32
        assert vector.shape == (embedder.space.dimension,)
        assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


def test_no_passages_give_no_vectors(embedder: Embedder) -> None:
    assert embedder.embed_passages([]) == []


def test_a_passage_without_sentences_has_no_sentence_vectors(embedder: Embedder) -> None:
    bare = PassageText(title="a storm", text=FLOOD, sentences=())
    (vectors,) = embedder.embed_passages([bare])
    assert vectors.sentences.shape == (0, embedder.space.dimension)
    assert np.linalg.norm(vectors.passage) == pytest.approx(1, abs=1e-5)


def test_the_same_text_gives_the_same_vectors_alone_and_in_a_batch(embedder: Embedder) -> None:
    passages = [passage(FLOOD), passage("Two."), passage(ASTRAL), passage(FIRE * 3)]
    together = embedder.embed_passages(passages)
    alone = [embedder.embed_passages([one])[0] for one in passages]
    assert all(alike(a, b) for a, b in zip(together, alone, strict=True))
    again = embedder.embed_passages(passages[::-1])[::-1]
    assert all(alike(a, b) for a, b in zip(together, again, strict=True))


def test_the_vectors_come_in_the_order_of_the_passages(embedder: Embedder) -> None:
    flood, fire = embedder.embed_passages([passage(FLOOD), passage(FIRE)])
    assert not alike(flood, fire)
    assert alike(embedder.embed_passages([passage(FIRE)])[0], fire)


def test_a_passage_lies_nearer_to_its_own_words_than_another_does(embedder: Embedder) -> None:
    flood, fire = embedder.embed_passages([passage(FLOOD, "flood"), passage(FIRE, "fire")])
    asked = embedder.embed_question(f"flood {FLOOD}")
    assert asked @ flood.passage > asked @ fire.passage
    asked = embedder.embed_question(f"fire {FIRE}")
    assert asked @ fire.passage > asked @ flood.passage


def test_a_sentence_lies_nearest_to_itself(embedder: Embedder, kind_of: str) -> None:
    if kind_of not in {"hashing", "first token", "exported first token"}:
        pytest.skip("these sentence vectors know their surroundings, and no sense was trained in")
    (vectors,) = embedder.embed_passages([passage(FLOOD, "")])
    for place, span in enumerate(sentence_spans(FLOOD, "en")):
        cosines = vectors.sentences @ embedder.embed_question(span.of(FLOOD))
        assert cosines.argmax() == place


def test_the_title_is_read_but_has_no_sentence_vector(embedder: Embedder) -> None:
    titled, untitled = embedder.embed_passages([passage(FLOOD, "mayor won"), passage(FLOOD, "")])
    assert not np.allclose(titled.passage, untitled.passage, atol=1e-3)
    assert titled.sentences.shape == untitled.sentences.shape


def test_a_sentence_beyond_the_longest_text_has_a_vector_of_its_own_or_none(
    embedder: Embedder,
) -> None:
    long = passage("The river rose. " * 40 + "Nobody was hurt.")
    (vectors,) = embedder.embed_passages([long])
    last = float(np.linalg.norm(vectors.sentences[-1]))
    assert last == 0 or last == pytest.approx(1, abs=1e-5)
    assert np.linalg.norm(vectors.sentences[0]) == pytest.approx(1, abs=1e-5)
    assert np.isfinite(vectors.sentences).all()


def test_words_cut_by_a_sentence_are_not_shared_between_sentences(embedder: Embedder) -> None:
    text = "The river rose. The bridge held."
    spans = (Span(start=0, end=15), Span(start=16, end=32))
    swapped = PassageText(title="", text=text, sentences=spans[::-1])
    straight = PassageText(title="", text=text, sentences=spans)
    first, second = embedder.embed_passages([straight, swapped])
    assert np.allclose(first.sentences, second.sentences[::-1], atol=1e-3)
    assert not np.allclose(first.sentences[0], first.sentences[1], atol=1e-3)


def test_the_space_is_the_same_for_every_load_and_names_itself_in_one_line(
    load_kind: Callable[[str], Embedder], kind_of: str, embedder: Embedder
) -> None:
    assert load_kind(kind_of).space == embedder.space
    assert embedder.space.name == load_kind(kind_of).space.name
    assert "\n" not in embedder.space.name
    assert embedder.space.max_tokens > 0


def test_kinds_of_different_weights_prompts_or_pooling_are_different_spaces(
    load_kind: Callable[[str], Embedder],
) -> None:
    names = [load_kind(kind).space.name for kind in ("hashing", "mean", "prompted")]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("kind", sorted(EXPORTED_KINDS))
def test_an_engine_is_no_part_of_the_space_and_its_vectors_are_the_models_own(
    load_kind: Callable[[str], Embedder], kind: str
) -> None:
    engine, model = load_kind(kind), load_kind(EXPORTED_KINDS[kind])
    assert engine.space == model.space
    near = 0.99 if kind == "integers" else 1 - 1e-5
    for text in (FLOOD, FIRE, ASTRAL, "Two."):
        (one,), (other,) = (each.embed_passages([passage(text)]) for each in (engine, model))
        assert one.passage @ other.passage > near
        assert (one.sentences * other.sentences).sum(axis=1).min(initial=1) > near
    assert engine.embed_question("Who was hurt?") @ model.embed_question("Who was hurt?") > near


def test_threads_may_ask_while_another_embeds_passages(embedder: Embedder) -> None:
    questions = [f"Who {word}?" for word in ("rose", "held", "burned", "won", "said")] * 4
    alone = [embedder.embed_question(question) for question in questions]
    batch = [passage(FLOOD), passage("Two. " * 30), passage(ASTRAL)]
    expected = embedder.embed_passages(batch)
    with ThreadPoolExecutor(4) as pool:
        passages = [pool.submit(embedder.embed_passages, batch) for _ in range(6)]
        asked = list(pool.map(embedder.embed_question, questions))
        for one in passages:
            assert all(alike(a, b) for a, b in zip(expected, one.result(), strict=True))
    assert np.allclose(alone, asked, atol=1e-3)
