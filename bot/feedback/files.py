"""The folder of an export of votes: written beside its place, then put there whole."""

import json
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from bot.errors import InputError
from bot.feedback.export import (
    FILES,
    KIND,
    MARK,
    Record,
    chosen_of,
    corpus_of,
    judgements_of,
    mark_of,
    paragraphs_of,
    queries_of,
    undecided_of,
)
from bot.feedback.judgements import Articles, Feedback


def require_free(folder: Path) -> None:
    """Raise `InputError` unless a folder is absent, empty, or an earlier export and nothing else."""
    if not folder.exists():
        return
    if not folder.is_dir():
        message = f"{folder} is a file; name a folder for the votes"
        raise InputError(message)
    held = {path.name for path in folder.iterdir()}
    if not held:
        return
    if not _is_export(folder):
        message = f"{folder} is not empty and no earlier export of votes; name another folder"
        raise InputError(message)
    if others := sorted(held - set(FILES)):
        message = (
            f"{folder} also holds {others[0]}, which is not ours; move it, or name another folder"
        )
        raise InputError(message)


def write_feedback(articles: Articles, feedback: Feedback, folder: Path) -> None:
    """Write an export; `folder` holds all of it afterwards, or what it held before.

    Raises `InputError` if the folder is not free or cannot be written.
    """
    require_free(folder)
    draft = folder.with_name(f"{folder.name}.{os.getpid()}.partial")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        draft.mkdir()
        try:
            _write(articles, feedback, draft)
            _put(draft, folder)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    except OSError as error:
        message = f"cannot write {folder} ({error.strerror}); name another folder"
        raise InputError(message) from error


def _is_export(folder: Path) -> bool:
    try:
        mark = json.loads((folder / MARK).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(mark, dict) and mark.get("kind") == KIND


def _write(articles: Articles, feedback: Feedback, folder: Path) -> None:
    _records(folder / "corpus.jsonl", corpus_of(articles, feedback))
    _records(folder / "queries.jsonl", queries_of(feedback))
    _judgements(folder / "qrels.tsv", judgements_of(feedback))
    marked = list(paragraphs_of(feedback))
    if marked:
        texts = {record["_id"]: record for _, record in marked}
        _records(folder / "passages.jsonl", texts.values())
        _judgements(
            folder / "qrels_passages.tsv", ((one, record["_id"], 1) for one, record in marked)
        )
    _records(folder / "undecided.jsonl", undecided_of(feedback))
    _records(folder / "chosen.jsonl", chosen_of(feedback))
    _records(folder / MARK, [mark_of(feedback)])


def _records(path: Path, records: Iterable[Record]) -> None:
    _lines(path, (json.dumps(record, ensure_ascii=False) for record in records))


def _judgements(path: Path, judged: Iterable[tuple[str, str, int]]) -> None:
    rows = ("\t".join(map(str, row)) for row in judged)
    _lines(path, ["query-id\tcorpus-id\tscore", *rows])


def _lines(path: Path, lines: Iterable[str]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for line in lines:
            file.write(f"{line}\n")
        file.flush()
        os.fsync(file.fileno())


def _put(draft: Path, folder: Path) -> None:
    """Put a folder in the place of another, which is moved aside until then."""
    if not folder.exists() or not any(folder.iterdir()):
        draft.replace(folder)
        return
    aside = folder.with_name(f"{folder.name}.{os.getpid()}.aside")
    folder.replace(aside)
    try:
        draft.replace(folder)
    except OSError:
        aside.replace(folder)
        raise
    shutil.rmtree(aside)
