"""`ask`: one question, or a file of them."""

import json
import os
from argparse import Namespace
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from bot.assembly import Library
from bot.commands.run import Run
from bot.console_view import WHOLE, ConsoleView
from bot.errors import InputError
from bot.exit_codes import DONE, NOT_ANSWERED, SOME_FAILED
from bot.interface_language import interface_language
from corpus.store import ArticleStore
from retrieval.answers import DEFAULT_HITS, SCHEMA, Answer, Confidence, Filters, Question
from retrieval.errors import QuestionError

_LATER_PASSAGES = 320
"""Characters shown of every passage after the first; `--json` has them whole."""


def ask(arguments: Namespace, run: Run) -> int:
    """Answer a question on stdout; 3 if nothing answers it. With a batch, one answer a line."""
    if arguments.batch is None:
        return _ask_one(arguments, run)
    if arguments.question:
        message = "a question and --batch do not go together; leave one of them out"
        raise InputError(message)
    return _ask_all(arguments, run)


def _ask_one(arguments: Namespace, run: Run) -> int:
    question = _question(arguments, {"text": " ".join(arguments.question)})
    with _library(arguments, run) as library:
        with run.progress() as progress:
            engine = library.engine(progress)
        answer = engine.answer(question)
        if arguments.json:
            run.terminal.say_json(answer.to_json(why=arguments.why))
        else:
            view = ConsoleView(run.terminal.output(), library.store)
            _show(answer, view, library.store)
            if arguments.why:
                view.line()
                view.explanation(answer)
    return DONE if answer.answered else NOT_ANSWERED


@contextmanager
def _library(arguments: Namespace, run: Run) -> Iterator[Library]:
    """Yield the library, as it stood at `--asof` if that is given; notes say what is lost."""
    moment = arguments.asof
    with run.library() as library, ExitStack() as closing:
        if moment is None:
            yield library
            return
        from bot.past import lost_since, past_library  # noqa: PLC0415 - rarely asked for

        with run.progress() as progress:
            past = closing.enter_context(past_library(library, moment, progress))
        for line in lost_since(library.store, moment):
            run.terminal.note(f"passagebot: {line}")
        if past.is_empty:
            run.terminal.note(f"passagebot: as of {moment:%Y-%m-%d %H:%M} UTC nothing answered")
        yield past


def _show(answer: Answer, view: ConsoleView, store: ArticleStore) -> None:
    if not answer.answered:
        view.nothing(answer, store.counts())
        return
    for hit in answer.hits:
        if hit.rank > 1:
            view.line()
        view.hit(hit, answer.confidence, limit=WHOLE if hit.rank == 1 else _LATER_PASSAGES)


def _ask_all(arguments: Namespace, run: Run) -> int:
    """Answer every line; one that cannot be asked gets its reason, and the others go on."""
    code = DONE
    lines = lines_of(arguments.batch, run)
    with _library(arguments, run) as library:
        with run.progress() as progress:
            engine = library.engine(progress)
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            record: dict[str, Any] = {}
            try:
                record = _record(line)
                answer = engine.answer(_question(arguments, record)).to_json(why=arguments.why)
            except (InputError, QuestionError) as error:
                run.terminal.note(f"passagebot: {arguments.batch}, line {number}: {error}")
                answer = _refused(record, error)
                code = SOME_FAILED
            run.terminal.say_json({"_id": record.get("_id"), **answer})
    return code


def lines_of(name: str, run: Run) -> Iterable[str]:
    """Return the lines of a file, or of stdin for "-"; `InputError` if they cannot be read."""
    if name == "-":
        return run.terminal.lines()
    try:
        return Path(name).read_text(encoding="utf-8-sig").split("\n")
    except OSError as error:
        message = f"cannot read {name} ({error.strerror}); name a JSON-lines file, or - for stdin"
        raise InputError(message) from error
    except UnicodeDecodeError as error:
        message = f"{name} is not UTF-8 text; convert it"
        raise InputError(message) from error


def _record(line: str) -> dict[str, Any]:
    try:
        record = json.loads(line.removeprefix("\ufeff"))
    except ValueError as error:
        message = f"not JSON ({error}); write one object a line"
        raise InputError(message) from error
    if not isinstance(record, dict) or not isinstance(record.get("text"), str):
        message = 'not a question; write {"_id": "...", "text": "..."}'
        raise InputError(message)
    history = record.get("history") or []
    if not isinstance(history, list) or not all(isinstance(turn, str) for turn in history):
        message = '"history" is not a list of texts; write ["user: ...", "agent: ..."]'
        raise InputError(message)
    return record


def _question(arguments: Namespace, record: dict[str, Any]) -> Question:
    return Question(
        text=record["text"],
        hits=arguments.hits or DEFAULT_HITS,
        history=tuple(record.get("history") or ()),
        filters=Filters(
            since=arguments.since,
            until=arguments.until,
            source=arguments.source,
            language=arguments.language,
            collections=tuple(arguments.collection or ()),
        ),
        language=interface_language(os.environ),
    )


def _refused(record: dict[str, Any], error: Exception) -> dict[str, Any]:
    """Return the outside form of a question that could not be asked."""
    return {
        "schema": SCHEMA,
        "question": record.get("text"),
        "answered": False,
        "confidence": Confidence.NONE.value,
        "hits": [],
        "error": str(error),
    }
