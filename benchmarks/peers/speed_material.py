"""What systems are given when their speed is measured: a small library and a large one.

The small one are passages and questions of one set as they are: every system embeds them itself.
The large one is put together from sentences of all sets (`benchmarks.scaled_library`), with vectors
made before, for embedding so much takes each system a quarter of an hour and tells nothing new.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.peers.material import export, keep_vectors, vectors_of
from benchmarks.quality import SETS
from benchmarks.scaled_library import scaled_library
from corpus.store import ArticleStore
from retrieval.embedders.engines import Engines
from retrieval.embedders.sentence_transformers import BUNDLED_MODEL
from retrieval.evaluation import library_of
from retrieval.indexes import indexed_space
from retrieval.question_sets import SetQuestion, read_question_set

SET = "onestop_news"
RANKED = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallLibrary:
    """Passages of one set in a file, and the questions that these passages answer."""

    passages: Path
    texts: tuple[str, ...]
    questions: tuple[SetQuestion, ...]
    articles: Mapping[int, str]
    """The article of each passage."""

    def reciprocal_ranks(self, found: Sequence[Sequence[int]]) -> float:
        """Return the mean of 1 / rank of the first relevant article among the first ten."""
        total = 0.0
        for question, passages in zip(self.questions, found, strict=True):
            ranking = list(dict.fromkeys(self.articles[key] for key in passages))[:RANKED]
            places = [rank for rank, key in enumerate(ranking, start=1) if key in question.relevant]
            total += 1.0 / places[0] if places else 0.0
        return total / len(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class LargeLibrary:
    """A library of the product, and what it holds for the others: passages and their vectors."""

    place: Path
    passages: Path
    vectors: Path
    size: int


def small_library(data: Path, work: Path, *, passages: int, questions: int) -> SmallLibrary:
    """Return the first `passages` of the set, and up to `questions` they answer."""
    found = read_question_set(data / SET)
    folder = work / "libraries" / SET
    folder.mkdir(parents=True, exist_ok=True)
    with library_of(found, Engines(work).load(BUNDLED_MODEL), folder=folder) as (_, store):
        some = store.passages(list(store.allowed_passages())[:passages])
    file = work / f"passages-{len(some)}.jsonl"
    export(some, file)
    articles = {key: passage.citation.key for key, passage in some.items()}
    held = set(articles.values())
    asked = [one for one in found.questions if held & set(one.relevant)]
    step = max(1, len(asked) // questions)
    return SmallLibrary(
        passages=file,
        texts=tuple(f"{one.citation.title}\n{one.text}" for one in some.values()),
        questions=tuple(asked[::step][:questions]),
        articles=articles,
    )


def large_library(data: Path, work: Path, *, passages: int) -> LargeLibrary:
    """Return a library of at least so many passages, made the first time."""
    folder = work / "libraries" / f"scaled_{passages}"
    sets = {name: read_question_set(data / name) for name in SETS}
    model = Engines(work).load(BUNDLED_MODEL)
    scaled_library(folder, sets, model, passages=passages, work=work / "libraries")
    Engines(folder).load(BUNDLED_MODEL)  # kept there, as in any library that was asked before
    file, vectors = folder / "passages.jsonl", folder / "vectors.npz"
    with ArticleStore.open(folder) as store:
        ids = store.allowed_passages()
        if not vectors.is_file():
            space = indexed_space(folder)
            assert space is not None  # noqa: S101 - `scaled_library` has indexed it
            some = {one.id: one for one in store.passages_to_index(ids[0], ids[-1])}
            export(some, file)
            keep_vectors(vectors_of(some, folder, space), vectors)
    return LargeLibrary(place=folder, passages=file, vectors=vectors, size=len(ids))


def first_lines(file: Path, count: int, to: Path) -> Path:
    """Return a file `to` with the first `count` passages of another."""
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)[:count]
    assert all(json.loads(line) for line in lines)  # noqa: S101 - whole lines
    to.write_text("".join(lines), encoding="utf-8")
    return to
