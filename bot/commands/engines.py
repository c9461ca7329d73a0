"""`engines`: what embeds for a library, how near it comes to the model, and what it costs."""

from argparse import Namespace
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from bot.assembly import engines_of
from bot.commands.run import Run
from bot.errors import InputError
from bot.exit_codes import DONE
from retrieval.answers import SCHEMA
from retrieval.embedders.engine_record import Engine, EngineRecord


def show_engines(arguments: Namespace, run: Run) -> int:
    """Write what embeds for the library, with `--make` once the quickest engine is made."""
    engines = run.engines or engines_of(run.settings)
    with run.library() as library, run.progress() as progress:
        model = library.model()
        if model is None:
            message = "nothing is indexed yet, so nothing embeds; run `passagebot ingest` first"
            raise InputError(message)
        if arguments.make:
            library.embedder(progress)
            progress("making a quicker engine", 0, 0)
            engines.quantise(model)
    record = engines.record(model)
    serving = "torch" if record is None else engines.serving(record)
    if arguments.json:
        run.terminal.say_json(_as_json(model, record, serving))
        return DONE
    for name, value in _lines(model, record, serving):
        run.terminal.say(f"{name:<9}{value}")
    return DONE


def _as_json(model: str, record: EngineRecord | None, serving: str) -> dict[str, Any]:
    """Return the outside form; costs are milliseconds of the processor for a passage."""
    engines = record.engines if record else {}
    return {
        "schema": SCHEMA,
        "model": model,
        "serving": serving,
        "not_exported": (record.refused if record else "") or None,
        "engines": {name: asdict(engine) for name, engine in engines.items()},
    }


def _lines(model: str, record: EngineRecord | None, serving: str) -> Iterator[tuple[str, str]]:
    """Yield what a person wants to know, name and value."""
    yield "model", model
    for name, engine in (record.engines if record else {}).items():
        yield name, f"{_told(engine)}{'; serves' if name == serving else ''}"
    if serving != "torch":
        return
    why = f" (not exported: {record.refused})" if record and record.refused else ""
    yield "torch", f"the model itself{why}; serves"


def _told(engine: Engine) -> str:
    if engine.refused:
        return f"refused: {engine.refused}"
    parts = []
    if engine.quality is not None:
        parts.append(f"cosine {engine.quality.cosine:.4f} on {engine.quality.passages} passages")
    parts += [
        f"{took:.1f} ms a passage on {place.partition(' BIN')[0]}"
        for place, took in engine.milliseconds.items()
    ]
    return ", ".join(parts)
