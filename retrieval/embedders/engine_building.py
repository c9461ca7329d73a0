"""Making the engines of a model: exported, judged on a library's own passages, then noted.

The note is written last: files without one are none.
"""

import logging
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from retrieval.embedders.engine_folder import EngineFolder
from retrieval.embedders.engine_record import Engine, EngineRecord
from retrieval.embedders.engine_trials import milliseconds_of, quality, why_refused
from retrieval.embedders.openvino_runtime import Processor, openvino
from retrieval.embedders.pooling_rows import Reading
from retrieval.embedders.sentence_transformers import SentenceTransformersEmbedder
from retrieval.protocols import PassageText, PassageVectors

TIMED_BY = 4
"""Passages that tell what an engine costs."""
QUANTISED_BY = 192
"""Passages that give an engine in integers its ranges, a third, and judge it."""
KEPT_EXACT = (0, 3, 6)
"""How many of a graph's activations stay in floats, tried in this order."""

_TRACING_ERRORS = (RuntimeError, ValueError, TypeError, AttributeError, LookupError, ImportError)
"""What torch and OpenVINO raise for a model they cannot trace, write or run."""

_log = logging.getLogger(__name__)


def export(
    folder: EngineFolder,
    embedder: SentenceTransformersEmbedder,
    passages: Sequence[PassageText],
    *,
    source: dict[str, tuple[int, int]],
    on: Processor,
    threads: int | None,
) -> EngineRecord:
    """Return what can serve in place of a model on torch, judged by `passages`, and note it.

    What cannot is noted with the reason, so that it is not tried at every start. `source` are
    the stamps of the model's files. Raises `OSError` if nothing can be written.
    """
    record = EngineRecord(space=embedder.full_space, source=source)
    folder.forget()
    try:
        record = _written(folder, embedder, record)
    except _TRACING_ERRORS as error:
        _log.debug("the model cannot be exported", exc_info=error)
        reason = str(error).strip().splitlines() or [type(error).__name__]
        record = EngineRecord(space=record.space, source=source, refused=reason[0][:200])
    if not record.refused:
        wanted = embedder.embed_passages(passages)
        for precision in ("fp32", "bf16") if on.has_bf16 else ("fp32",):
            engine = judged(folder, record, precision, passages, wanted, on=on, threads=threads)
            record = record.with_engine(precision, engine)
        record = _with_ready_integers(folder, record, passages, wanted, on=on, threads=threads)
    record.write(folder.path)
    return record


def _with_ready_integers(
    folder: EngineFolder,
    record: EngineRecord,
    passages: Sequence[PassageText],
    wanted: Sequence[PassageVectors],
    *,
    on: Processor,
    threads: int | None,
) -> EngineRecord:
    """Return the record with an engine in integers, if its roundings are known beforehand.

    One that is refused is not noted: it can still be made from the library's own passages.
    """
    graph = _ready_graph(folder, record) if "fp32" in record.engines else None
    if graph is None:
        return record
    engine = _taken(folder, record, graph, passages, wanted, on=on, threads=threads)
    return record if engine.refused else record.with_engine("int8", engine)


def _ready_graph(folder: EngineFolder, record: EngineRecord) -> Any | None:  # noqa: ANN401
    """Return the graph in integers by roundings known beforehand, `None` if there are none."""
    from retrieval.embedders.quantising import Quantiser  # noqa: PLC0415 - once a model
    from retrieval.embedders.ready_roundings import ready_roundings  # noqa: PLC0415

    ready = ready_roundings(record.space.revision)
    return None if ready is None else Quantiser(folder.graph("fp32"), ready).graph(exact=0)


def _taken(
    folder: EngineFolder,
    record: EngineRecord,
    graph: Any,  # noqa: ANN401 - a library's own
    passages: Sequence[PassageText],
    wanted: Sequence[PassageVectors],
    *,
    on: Processor,
    threads: int | None,
) -> Engine:
    """Return the engine of a graph in integers, judged; its files are kept if it may serve."""
    with folder.drafting("int8") as draft:
        openvino().save_model(graph, str(draft), compress_to_fp16=True)
        engine = judged(
            folder, record, "int8", passages, wanted, on=on, threads=threads, draft=draft
        )
        if not engine.refused:
            folder.take(draft, "int8")
    return engine


def _written(
    folder: EngineFolder, embedder: SentenceTransformersEmbedder, record: EngineRecord
) -> EngineRecord:
    from retrieval.embedders import exporting  # noqa: PLC0415 - imports torch

    refused = exporting.why_not_exportable(embedder.model, embedder.passage_prompt)
    if refused is not None:
        return EngineRecord(space=record.space, source=record.source, refused=refused)
    graph = exporting.graph_of(embedder.model)
    openvino().save_model(graph, str(folder.graph("fp32")), compress_to_fp16=True)
    exporting.save_tokenizer(embedder.model, folder.tokenizer)
    return EngineRecord(
        space=record.space,
        source=record.source,
        habits=exporting.habits_of(
            embedder.model,
            question_prompt=embedder.question_prompt,
            passage_prompt=embedder.passage_prompt,
            longest=embedder.full_space.max_tokens,
        ),
        widest=exporting.widest_layer(graph),
    )


def judged(
    folder: EngineFolder,
    record: EngineRecord,
    precision: str,
    passages: Sequence[PassageText],
    wanted: Sequence[PassageVectors],
    *,
    on: Processor,
    threads: int | None,
    draft: Path | None = None,
) -> Engine:
    """Return an engine whose files are written, with what its vectors are worth and cost.

    `wanted` are the vectors of `passages` in full precision.
    """
    try:
        opened = folder.opened(record, precision, threads=threads, draft=draft)
        found = quality(wanted, opened.embed_passages(passages))
    except RuntimeError as error:
        _log.debug("the %s engine cannot run", precision, exc_info=error)
        return Engine(refused="it cannot run here")
    took = milliseconds_of(opened, passages[:TIMED_BY])
    return Engine(
        quality=found, refused=why_refused(found), milliseconds={on.identity: round(took, 2)}
    )


def quantise(
    folder: EngineFolder,
    record: EngineRecord,
    passages: Sequence[PassageText],
    *,
    on: Processor,
    threads: int | None,
) -> EngineRecord:
    """Return the record with an engine in integers, or with why there is none, and note it.

    Of `passages` a third gives the ranges and the others judge, against the exported engine in
    full precision. Known roundings are tried first; while too few passages come near, more of the
    graph stays in floats. Raises
    `OSError` if nothing can be written and `RuntimeError` if the exported engine is damaged.
    """
    seen, judges = passages[::3], [one for place, one in enumerate(passages) if place % 3]
    record = record.without("int8")
    record.write(folder.path)
    full = folder.opened(record, "fp32", threads=threads)
    wanted = full.embed_passages(judges)
    took = milliseconds_of(full, judges[:TIMED_BY])
    record = record.with_engine("fp32", record.engines["fp32"].timed(on.identity, took))
    for graph in _integer_graphs(folder, record, full.reader.passages(seen)):
        engine = _taken(folder, record, graph, judges, wanted, on=on, threads=threads)
        record = record.with_engine("int8", engine)
        if not engine.refused:
            break
    record.write(folder.path)
    return record


def _integer_graphs(
    folder: EngineFolder, record: EngineRecord, seen: Sequence[Reading]
) -> Iterator[Any]:
    """Yield graphs in integers, the quickest first: by known roundings, then by what was `seen`."""
    from retrieval.embedders.quantising import Quantiser, roundings_of  # noqa: PLC0415

    ready = _ready_graph(folder, record)
    if ready is not None:
        yield ready
    own = Quantiser(folder.graph("fp32"), roundings_of(folder.graph("fp32"), seen))
    for exact in KEPT_EXACT:
        yield own.graph(exact=exact)
