"""What all systems are given: a library's passages, questions, and the vectors of both."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.peers.copies import Copies
from corpus.articles import Passage
from corpus.store import ArticleStore
from retrieval.embeddings import EmbeddingStore, content_hash
from retrieval.engine import searchable
from retrieval.evaluation import library_of
from retrieval.indexes import Indexes, IndexFiles
from retrieval.protocols import Embedder, Space, Vectors
from retrieval.question_sets import SetQuestion, read_question_set
from retrieval.sets_under_fit import sample


class RememberingEmbedder:
    """An `Embedder` that embeds a question once, also over several runs."""

    def __init__(self, embedder: Embedder, file: Path) -> None:
        """Remember what `embedder` makes of questions in `file`."""
        self._embedder = embedder
        self._file = file
        self._known: dict[str, Vectors] = {}
        self.embed_passages = embedder.embed_passages
        if file.is_file():
            with np.load(file) as held:
                if str(held["space"]) == embedder.space.name:
                    self._known = dict(zip(map(str, held["texts"]), held["vectors"], strict=True))

    @property
    def space(self) -> Space:
        """Return the space of the vectors."""
        return self._embedder.space

    def embed_question(self, text: str) -> Vectors:
        """Return float32 [dimension], of length 1."""
        if text not in self._known:
            self._known[text] = self._embedder.embed_question(text)
        return self._known[text]

    def keep(self) -> None:
        """Write what is known to the file."""
        texts = np.array(list(self._known))
        vectors = np.stack(list(self._known.values()))
        np.savez(self._file, space=np.array(self.space.name), texts=texts, vectors=vectors)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question; `alone` is what a system that knows no history is asked."""

    question: SetQuestion
    alone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """One set, ready for every system."""

    name: str
    place: Path
    store: ArticleStore
    indexes: Indexes
    questions: tuple[Asked, ...]
    passages: Path
    articles: dict[int, str]
    """The article of each passage."""
    copies: Copies
    repeats: str | None
    """The set that has the same questions without history, if this one has it."""
    vectors: dict[str, Vectors]
    """The vector of each text: passages as they are indexed, and questions."""

    def article_ranking(self, passage_ids: Sequence[int], most: int = 10) -> list[str]:
        """Return the first `most` articles, each where its first passage stands."""
        return list(dict.fromkeys(self.articles[key] for key in passage_ids))[:most]


@contextmanager
def material_of(
    data: Path, name: str, work: Path, embedder: Embedder, *, most: int, with_history: bool
) -> Iterator[Material]:
    """Yield a set's material over a library that is kept in `work`.

    Only questions with an answer in the library are asked: the others have no right ranking.
    Without history, the product too is asked the last turn alone.
    """
    questions = read_question_set(data / name)
    answerable = tuple(one for one in questions.questions if one.relevant)
    chosen = sample(replace(questions, questions=answerable), most)
    folder = work / "libraries" / name.replace("/", "_")
    folder.mkdir(parents=True, exist_ok=True)
    with library_of(questions, embedder, folder=folder) as (place, store):
        indexes = IndexFiles(place).newer()
        assert indexes is not None  # noqa: S101 - `library_of` has made them
        asked = tuple(_asked(one, with_history=with_history) for one in chosen)
        passages = store.passages(store.allowed_passages())
        file = folder / "passages.jsonl"
        export(passages, file)
        vectors = vectors_of(passages, place, indexes.space)
        vectors |= {one.alone: embedder.embed_question(one.alone) for one in asked}
        yield Material(
            name=f"{name} + history" if with_history else name,
            place=place,
            store=store,
            indexes=indexes,
            questions=asked,
            passages=file,
            articles={key: passage.citation.key for key, passage in passages.items()},
            copies=Copies(passages),
            repeats=name if with_history else None,
            vectors=vectors,
        )


def _asked(question: SetQuestion, *, with_history: bool) -> Asked:
    """Join the earlier turns of the reader and the question, for systems that know no history."""
    if not with_history:
        return Asked(question=replace(question, history=()), alone=searchable(question.text))
    turns = [turn.partition(":")[2].strip() for turn in question.history if _by_reader(turn)]
    return Asked(question=question, alone=searchable("\n".join([*turns, question.text])))


def _by_reader(turn: str) -> bool:
    return turn.startswith("user:")


def export(passages: Mapping[int, Passage], file: Path) -> None:
    """Write the passages as `protocol` has them."""
    rows = (
        {"id": key, "title": passage.citation.title, "text": passage.text}
        for key, passage in sorted(passages.items())
    )
    lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in rows]
    file.write_text("".join(lines), encoding="utf-8")


def vectors_of(passages: Mapping[int, Passage], place: Path, space: Space) -> dict[str, Vectors]:
    """Return the library's own vectors, by what was embedded."""
    hashes = {key: content_hash(passage) for key, passage in passages.items()}
    with EmbeddingStore(place, read_only=True) as kept:
        held = kept.passages(space, list(set(hashes.values())))
    return {
        f"{passage.citation.title}\n{passage.text}": held[hashes[key]]
        for key, passage in passages.items()
    }


def write_vectors(materials: Sequence[Material], file: Path) -> None:
    """Write the vectors of all sets as `protocol` has them."""
    keep_vectors({text: vector for one in materials for text, vector in one.vectors.items()}, file)


def keep_vectors(vectors: Mapping[str, Vectors], file: Path) -> None:
    """Write vectors by text as `protocol` has them."""
    texts = np.frombuffer(json.dumps(list(vectors)).encode(), dtype=np.uint8)
    np.savez(file, texts=texts, vectors=np.stack(list(vectors.values())))
