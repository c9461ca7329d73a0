"""Whatever the articles and the question: quotes are exact, sources are kept, hits are whole."""

import tempfile
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.articles import RawArticle
from corpus.preparing import prepare
from corpus.sentences import sentence_spans
from corpus.store import ArticleStore
from retrieval.answers import Hit, Question
from retrieval.close_reading import CloseReading
from retrieval.embeddings import EmbeddingStore
from retrieval.engine import AnswerEngine
from retrieval.folding import plain
from retrieval.receipts import receipt
from retrieval.search import Search, terms_of
from tests.corpus import article_texts
from tests.retrieval.hashing_embedder import HashingEmbedder
from tests.retrieval.libraries import engine, indexes_of
from tests.retrieval.passages import PLAIN

WIRE = "Seven boats lay near Harlow bridge. \U0001f30a The river rose in \U0001d49c. Nobody spoke."
TEXTS = st.one_of(
    article_texts.articles.filter(str.strip),
    article_texts.articles.map(lambda text: f"{WIRE}\n\n{text}"),
    st.just(WIRE),
    st.sampled_from(["9", "seven", "\U0001f9d1\u200d\U0001f680"]).map(
        lambda number: WIRE.replace("Seven", number)
    ),
)
QUESTIONS = st.sampled_from(
    [
        "How many boats lay near the bridge?",
        "river",
        "Wer sprach am Dienstag?",
        "вода",
        "\U0001d49c a",
    ]
)


def fill(store: ArticleStore, texts: Sequence[str]) -> None:
    for number, text in enumerate(texts):
        raw = RawArticle(
            key=f"{number}.txt",
            origin=f"file:///{number}.txt",
            title="The bridge",
            text=text,
            raw=text.encode(),
        )
        store.put(prepare(raw), collection="even" if number % 2 == 0 else "odd")


def is_exact(store: ArticleStore, hit: Hit) -> None:
    cited = hit.passage.citation
    article = store.article(cited.key, collection=cited.collection, version=cited.version)
    span = hit.passage.span
    assert hit.passage.text == article.text[span.start : span.end]
    assert span in article.spans
    sentences = {
        (span.start + found.start, span.start + found.end)
        for found in sentence_spans(hit.passage.text, cited.language)
    }
    assert {(mark.start, mark.end) for mark in hit.highlights} <= sentences
    assert hit.receipt == receipt(
        collection=cited.collection, key=cited.key, text_hash=article.text_hash, span=span
    )


def sources_contain_the_quote(store: ArticleStore, hit: Hit) -> None:
    own = hit.passage.citation
    text = store.article(own.key, collection=own.collection).text
    names = {(cited.collection, cited.key) for cited in hit.also_in}
    assert len(names) == len(hit.also_in)
    assert (own.collection, own.key) not in names
    for cited in hit.also_in:
        other = store.article(cited.key, collection=cited.collection).text
        assert all(plain(mark.of(text)) in plain(other) for mark in hit.highlights)


@settings(max_examples=12, deadline=None)
@given(texts=st.lists(TEXTS, min_size=1, max_size=5), question=QUESTIONS)
def test_every_quote_is_a_slice_of_its_article_and_every_source_is_kept(
    texts: list[str], question: str
) -> None:
    with tempfile.TemporaryDirectory() as folder, ArticleStore.create(Path(folder)) as store:
        fill(store, texts)
        with engine(store) as opened:
            answer = opened.answer(Question(text=question, hits=100))
            assert len({hit.passage.id for hit in answer.hits}) == len(answer.hits)
            for hit in answer.hits:
                is_exact(store, hit)
                sources_contain_the_quote(store, hit)
            named = {
                (cited.collection, cited.key)
                for hit in answer.hits
                for cited in (hit.passage.citation, *hit.also_in)
            }
            assert named == {
                (cited.collection, cited.key)
                for cited in store.citations()
                if store.article(cited.key, collection=cited.collection).spans
            }
            every_passage_is_a_hit_or_folded_under_one(Path(folder), store, question)
            assert opened.answer(Question(text=question, hits=2)).hits == answer.hits[:2]


def every_passage_is_a_hit_or_folded_under_one(
    library: Path, store: ArticleStore, question: str
) -> None:
    indexes = indexes_of(library)
    with EmbeddingStore(library, read_only=True) as kept:
        found = Search(store, CloseReading(store, kept), PLAIN).run(
            indexes,
            terms_of(question, indexes),
            HashingEmbedder().embed_question(question),
            wanted=1_000,
            allowed=None,
            timer=lambda _: nullcontext(),
        )
    shown = [passage.id for hit in found.hits for passage in (hit.ranked.read.passage, *hit.copies)]
    assert sorted(shown) == list(store.allowed_passages())


@settings(max_examples=5, deadline=None)
@given(texts=st.lists(TEXTS, min_size=1, max_size=4), question=QUESTIONS)
def test_the_same_question_of_the_same_library_gets_the_same_answer(
    texts: list[str], question: str
) -> None:
    with tempfile.TemporaryDirectory() as folder, ArticleStore.create(Path(folder)) as store:
        fill(store, texts)
        with engine(store) as opened:
            first = opened.answer(Question(text=question))
            with AnswerEngine(Path(folder), store, HashingEmbedder()) as other:
                second = other.answer(Question(text=question))
    assert first.hits == second.hits
    assert first.confidence == second.confidence
