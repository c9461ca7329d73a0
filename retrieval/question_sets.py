"""Question sets in BEIR form: a folder with `corpus.jsonl`, `queries.jsonl` and `qrels.tsv`.

After Thakur et al. (2021). Beyond their fields, a query may have

- `answers`: texts that a right passage contains; `gold_sentences`: the sentences that answer,
  word for word, where `answers` is in words of its own;
- `answerable`: false for a question the articles do not answer;
- `related`: keys of articles that look as if they answered an unanswerable question, which makes
  it a near miss; `"kind": "near miss"` does so without naming them;
- `removed_article`: the name of the article that would have answered an absent question;
- `history`: earlier turns.

A folder that marks paragraphs has two more files: `passages.jsonl` (`_id`, `article_id`, `text`)
and `qrels_passages.tsv`, judgements in the form of `qrels.tsv` with a paragraph for the article.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from corpus.normalising import normalise
from retrieval.errors import RetrievalError

CORPUS = "corpus.jsonl"
_QUERIES = "queries.jsonl"
_QRELS = "qrels.tsv"
_PARAGRAPHS = "passages.jsonl"
_PARAGRAPH_QRELS = "qrels_passages.tsv"
_LISTS = ("answers", "gold_sentences", "history", "related")


class QuestionSetError(RetrievalError):
    """The folder is no question set, or one of its files is damaged."""


class Kind(StrEnum):
    """Whether the articles answer a question, and if not, whether one looks as if it did."""

    PRESENT = "present"
    ABSENT = "absent"
    NEAR_MISS = "near miss"


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedParagraph:
    """A paragraph that answers, as its set marks it: the article's key and the text."""

    article: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetQuestion:
    """One question with the keys of its relevant articles, graded; none if it has no answer.

    `related` names look-alikes, `left_out` the article that would have answered. What must
    stand in an article is in the form in which articles are stored.
    """

    id: str
    text: str
    history: tuple[str, ...]
    answers: tuple[str, ...]
    relevant: Mapping[str, int]
    gold_sentences: tuple[str, ...] = ()
    paragraphs: tuple[MarkedParagraph, ...] = ()
    near_miss: bool = False
    related: tuple[str, ...] = ()
    left_out: str | None = None

    @property
    def kind(self) -> Kind:
        """Return what kind of question this is."""
        if self.relevant:
            return Kind.PRESENT
        return Kind.NEAR_MISS if self.near_miss else Kind.ABSENT

    @property
    def about(self) -> tuple[str, ...]:
        """Return the articles it was asked about, there or not; none if the set names none."""
        if self.relevant:
            return tuple(self.relevant)
        return self.related or ((f"left out: {self.left_out}",) if self.left_out else ())


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionSet:
    """A folder's questions, in the order of its file."""

    folder: Path
    questions: tuple[SetQuestion, ...]

    @property
    def corpus(self) -> Path:
        """Return the file with the articles."""
        return self.folder / CORPUS


def read_question_set(folder: Path) -> QuestionSet:
    """Return the questions of a folder; raise `QuestionSetError` that names what is wrong."""
    for name in (CORPUS, _QUERIES, _QRELS):
        if not (folder / name).is_file():
            message = (
                f"{folder} has no {name}; a question set is a folder with {CORPUS}, {_QUERIES} "
                f"and {_QRELS}"
            )
            raise QuestionSetError(message)
    relevant = _read_qrels(folder / _QRELS)
    paragraphs = _read_paragraphs(folder)
    questions: dict[str, SetQuestion] = {}
    for number, query in _read_queries(folder / _QUERIES):
        question = _question(query, relevant, paragraphs)
        if question.id in questions:
            message = f"{folder / _QUERIES}, line {number} has an _id that stood before; change it"
            raise QuestionSetError(message)
        questions[question.id] = question
    if not questions:
        message = f"{folder / _QUERIES} holds no question; add lines with _id and text"
        raise QuestionSetError(message)
    return QuestionSet(folder=folder, questions=tuple(questions.values()))


def _question(
    query: dict[str, Any],
    relevant: Mapping[str, Mapping[str, int]],
    paragraphs: Mapping[str, tuple[MarkedParagraph, ...]],
) -> SetQuestion:
    name = str(query["_id"])
    left_out = query.get("removed_article")
    judged = relevant.get(name, {}) if query.get("answerable", True) else {}
    return SetQuestion(
        id=name,
        text=query["text"],
        history=tuple(query.get("history") or ()),
        answers=_as_stored(query.get("answers")),
        relevant=judged,
        gold_sentences=_as_stored(query.get("gold_sentences")),
        paragraphs=paragraphs.get(name, ()) if judged else (),
        near_miss=bool(query.get("related")) or _is_near_miss(query.get("kind")),
        related=tuple(query.get("related") or ()),
        left_out=str(left_out) if left_out else None,
    )


def _is_near_miss(kind: object) -> bool:
    return isinstance(kind, str) and re.sub("[-_]", " ", kind) == Kind.NEAR_MISS


def _as_stored(texts: list[str] | None) -> tuple[str, ...]:
    return tuple(filter(None, map(normalise, texts or ())))


def _read_queries(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, query in _records(path, ("text",)):
        for name in _LISTS:
            if not _are_texts(query.get(name) or []):
                message = f"{path}, line {number}: {name} is not a list of texts; make it one"
                raise QuestionSetError(message)
        yield number, query


def _records(path: Path, fields: tuple[str, ...]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the objects of a JSON-lines file that have an `_id` and texts under `fields`."""
    for number, line in _lines(path):
        try:
            record = json.loads(line)
        except ValueError as error:
            message = f"{path}, line {number} is not JSON; mend or delete the line"
            raise QuestionSetError(message) from error
        for name in ("_id", *fields):
            has = isinstance(record, dict) and name in record
            if not has or not (name == "_id" or _is_text(record[name])):
                wanted = " or no ".join(("_id", *fields))
                message = f"{path}, line {number} has no {wanted}; add them"
                raise QuestionSetError(message)
        yield number, record


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


def _read_paragraphs(folder: Path) -> dict[str, tuple[MarkedParagraph, ...]]:
    """Return the marked paragraphs by question; none if the set marks none."""
    texts, judgements = folder / _PARAGRAPHS, folder / _PARAGRAPH_QRELS
    if not texts.is_file() and not judgements.is_file():
        return {}
    for path, other in ((texts, judgements), (judgements, texts)):
        if not path.is_file():
            message = f"{folder} has {other.name} but no {path.name}; add it, or delete the first"
            raise QuestionSetError(message)
    judged = _read_qrels(judgements, "paragraph")
    wanted = {key for keys in judged.values() for key in keys}
    marked = {
        str(record["_id"]): MarkedParagraph(
            article=record["article_id"], text=normalise(record["text"])
        )
        for _, record in _records(texts, ("article_id", "text"))
        if str(record["_id"]) in wanted
    }
    if unknown := wanted - marked.keys():
        message = f"{judgements} names {min(unknown)}, which is not in {_PARAGRAPHS}; add it there"
        raise QuestionSetError(message)
    return {query: tuple(marked[key] for key in keys) for query, keys in judged.items()}


def _read_qrels(path: Path, judged: str = "article") -> dict[str, dict[str, int]]:
    """Return the positive judgements by question."""
    relevant: dict[str, dict[str, int]] = {}
    for number, line in _lines(path):
        columns = line.rstrip("\n").split("\t")
        if number == 1 and columns[-1] == "score":
            continue
        try:
            query, key, score = columns
            grade = int(score)
        except ValueError as error:
            message = (
                f"{path}, line {number} is not `question<TAB>{judged}<TAB>score`; mend the line"
            )
            raise QuestionSetError(message) from error
        if grade > 0:
            relevant.setdefault(query, {})[key] = grade
    return relevant


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        with path.open(encoding="utf-8-sig") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield number, line
    except (OSError, UnicodeDecodeError) as error:
        message = f"{path} cannot be read ({error}); it should be UTF-8 text"
        raise QuestionSetError(message) from error
