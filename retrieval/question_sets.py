"""Question sets in BEIR form: a folder with `corpus.jsonl`, `queries.jsonl` and `qrels.tsv`.

After Thakur et al. (2021). Beyond their fields, a query may have `answers` (texts that a right
passage contains), `answerable`, and `history` (earlier turns).
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from retrieval.errors import RetrievalError

CORPUS = "corpus.jsonl"
_QUERIES = "queries.jsonl"
_QRELS = "qrels.tsv"


class QuestionSetError(RetrievalError):
    """The folder is no question set, or one of its files is damaged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetQuestion:
    """One question with the keys of its relevant articles, graded; none if it has no answer."""

    id: str
    text: str
    history: tuple[str, ...]
    answers: tuple[str, ...]
    relevant: Mapping[str, int]


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
    questions: dict[str, SetQuestion] = {}
    for number, query in _read_queries(folder / _QUERIES):
        question = _question(query, relevant)
        if question.id in questions:
            message = f"{folder / _QUERIES}, line {number} has an _id that stood before; change it"
            raise QuestionSetError(message)
        questions[question.id] = question
    if not questions:
        message = f"{folder / _QUERIES} holds no question; add lines with _id and text"
        raise QuestionSetError(message)
    return QuestionSet(folder=folder, questions=tuple(questions.values()))


def _question(query: dict[str, Any], relevant: Mapping[str, Mapping[str, int]]) -> SetQuestion:
    name = str(query["_id"])
    return SetQuestion(
        id=name,
        text=query["text"],
        history=tuple(query.get("history") or ()),
        answers=tuple(query.get("answers") or ()),
        relevant=relevant.get(name, {}) if query.get("answerable", True) else {},
    )


def _read_queries(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in _lines(path):
        try:
            query = json.loads(line)
        except ValueError as error:
            message = f"{path}, line {number} is not JSON; mend or delete the line"
            raise QuestionSetError(message) from error
        if not isinstance(query, dict) or "_id" not in query or not _is_text(query.get("text")):
            message = f"{path}, line {number} has no _id or no text; add them"
            raise QuestionSetError(message)
        for name in ("answers", "history"):
            if not _are_texts(query.get(name) or []):
                message = f"{path}, line {number}: {name} is not a list of texts; make it one"
                raise QuestionSetError(message)
        yield number, query


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


def _read_qrels(path: Path) -> dict[str, dict[str, int]]:
    """Return the positive judgements by question."""
    relevant: dict[str, dict[str, int]] = {}
    for number, line in _lines(path):
        columns = line.rstrip("\n").split("\t")
        if number == 1 and columns[-1] == "score":
            continue
        try:
            query, article, score = columns
            grade = int(score)
        except ValueError as error:
            message = (
                f"{path}, line {number} is not `question<TAB>article<TAB>score`; mend the line"
            )
            raise QuestionSetError(message) from error
        if grade > 0:
            relevant.setdefault(query, {})[article] = grade
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
