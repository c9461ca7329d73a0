"""Libraries of any size out of the question sets: real sentences, put together anew.

Beyond the sets' own articles, further ones are put together from pieces of three sentences of many
articles of one set, each sentence with another last word, so that none quotes another. Nothing is embedded: a sentence keeps the vector it has in the set's own library, with a little noise, and a passage gets
the normalised mean of its sentences' vectors. Speed is measured on such libraries, quality is not.
"""

import json
import random
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np

from corpus.ingest import ingest
from corpus.sentences import sentence_spans
from corpus.store import ArticleStore
from retrieval.embeddings import EmbeddingStore
from retrieval.evaluation import library_of
from retrieval.indexer import Indexer
from retrieval.protocols import Embedder, PassageText, PassageVectors, Space, Vectors
from retrieval.question_sets import QuestionSet

_NOISE = 0.02
"""Standard deviation of what is added to each number of a sentence's vector."""
_PIECE = 3
_ARTICLES_A_FILE = 100
_CHANCE = 1 << 20
"""Numbers of chance drawn once; noise is a piece of them."""


class RecombiningEmbedder:
    """An `Embedder` for known sentences: their vectors, mixed; others get a vector of chance."""

    parts_at_once = 1
    """All of it is Python's work."""

    def __init__(self, model: Embedder, sentences: Mapping[str, Vectors]) -> None:
        """Take questions and the space from `model`; `sentences` are unit vectors by stem."""
        self._model = model
        self._sentences = sentences
        drawn = np.random.default_rng(1).normal(scale=_NOISE, size=_CHANCE)
        self._chance: Vectors = drawn.astype(np.float32)

    @property
    def space(self) -> Space:
        """Return the model's space."""
        return self._model.space

    def embed_question(self, text: str) -> Vectors:
        """Return the model's vector."""
        return self._model.embed_question(text)

    def embed_passages(self, passages: Sequence[PassageText]) -> list[PassageVectors]:
        """Return float32 vectors of length 1 for passages and sentences."""
        return [self._embedded(passage) for passage in passages]

    def _embedded(self, passage: PassageText) -> PassageVectors:
        spans, dimension = passage.sentences, self.space.dimension
        start = zlib.crc32(passage.text.encode()) % (_CHANCE - len(spans) * dimension)
        rows = self._chance[start : start + len(spans) * dimension].reshape(-1, dimension).copy()
        for row, span in zip(rows, spans, strict=True):
            known = self._sentences.get(_stem(span.of(passage.text)))
            if known is not None:
                np.add(row, known, out=row)
        sentences = _unit(rows)
        return PassageVectors(passage=_unit(sentences.mean(axis=0)), sentences=sentences)


def scaled_library(
    folder: Path, sets: Mapping[str, QuestionSet], model: Embedder, *, passages: int, work: Path
) -> Path:
    """Return a library of at least so many passages in `folder`, made if it is not there yet.

    One that an earlier release made is brought up to date. `work` keeps the libraries of the sets.
    """
    if (folder / "made").exists():
        with ArticleStore.create(folder) as store:
            Indexer(folder, store, lambda: model).bring_up_to_date()
        return folder
    embedder = RecombiningEmbedder(model, known_sentences(sets, model, work))
    with ArticleStore.create(folder) as store:
        fill(store, sets, passages)
        Indexer(folder, store, lambda: embedder).bring_up_to_date()
    (folder / "made").touch()
    return folder


def fill(
    store: ArticleStore,
    sets: Mapping[str, QuestionSet],
    passages: int,
    *,
    ticks: Callable[[], float] = time.process_time,
) -> float:
    """Read at least so many passages into a store; return the seconds that alone took."""
    spent = 0.0
    path = store.path.with_name("articles.jsonl")
    for some in _files(sets):
        path.write_text("\n".join(map(json.dumps, some)), encoding="utf-8")
        begun = ticks()
        ingest(store, [path])
        spent += ticks() - begun
        if store.counts().passages >= passages:
            break
    path.unlink()
    return spent


def known_sentences(
    sets: Mapping[str, QuestionSet], model: Embedder, work: Path
) -> dict[str, Vectors]:
    """Return the vector of each sentence of the sets, by all of it but its last word."""
    known: dict[str, Vectors] = {}
    for name, questions in sets.items():
        folder = work / name.replace("/", "_")
        folder.mkdir(parents=True, exist_ok=True)
        with library_of(questions, model, folder=folder) as (place, store):
            ids = list(store.allowed_passages())
            with EmbeddingStore(place, read_only=True) as kept:
                for start in range(0, len(ids), 500):
                    known.update(_sentences(store, kept, model.space, ids[start : start + 500]))
    return known


def _sentences(
    store: ArticleStore, kept: EmbeddingStore, space: Space, ids: Sequence[int]
) -> Iterator[tuple[str, Vectors]]:
    closeups = kept.closeups(space, ids)
    vectors = {key: one.sentence_vectors for key, one in closeups.items()}
    for key, passage in store.passages(ids).items():
        spans = sentence_spans(passage.text, passage.citation.language)
        if key in vectors and len(vectors[key]) == len(spans):
            for span, vector in zip(spans, vectors[key], strict=True):
                yield _stem(span.of(passage.text)), vector


def _files(sets: Mapping[str, QuestionSet]) -> Iterator[list[dict[str, str]]]:
    """Yield articles without end, a few hundred at a time; first all as they are."""
    originals = {name: _articles(questions) for name, questions in sets.items()}
    some: list[dict[str, str]] = []
    copy = 0
    while True:
        for name, articles in originals.items():
            for place, article in enumerate(articles):
                some.append(_retold(name, articles, place, copy) if copy else article)
                if len(some) == _ARTICLES_A_FILE:
                    yield some
                    some = []
        copy += 1


def _articles(questions: QuestionSet) -> list[dict[str, str]]:
    name = questions.folder.name
    with questions.corpus.open(encoding="utf-8") as lines:
        articles = [json.loads(line) for line in lines]
    return [article | {"_id": f"{name}-0-{article['_id']}"} for article in articles]


def _retold(name: str, articles: Sequence[dict[str, str]], place: int, copy: int) -> dict[str, str]:
    """Return an article under the same title, in pieces of three sentences of many articles."""
    chance = random.Random(f"{name} {place} {copy}")  # noqa: S311 - no secret
    article = articles[place]
    length = len(_split(article["text"]))
    sentences: list[str] = []
    while len(sentences) < length:
        some = _split(chance.choice(articles)["text"])
        start = chance.randrange(len(some))
        sentences += [_changed(one, chance) for one in some[start : start + _PIECE]]
    return article | {"_id": f"{article['_id']}-{copy}", "text": " ".join(sentences)}


def _changed(sentence: str, chance: random.Random) -> str:
    """Return the sentence with another end, so that no passage quotes another."""
    return f"{_stem(sentence)} {chance.randrange(10**6)}."


def _stem(sentence: str) -> str:
    """Return the sentence without its last word, by which its vector is found."""
    return sentence.rpartition(" ")[0] or sentence


@cache
def _split(text: str) -> list[str]:
    return [span.of(text) for span in sentence_spans(text, "en")]


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    unit: Vectors = (vectors / np.maximum(lengths, 1e-9)).astype(np.float32)
    return unit
