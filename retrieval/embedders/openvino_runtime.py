"""OpenVINO on the processor: graphs compiled and run, one door to the library.

Importing the library whole would also load its conversion tools, which count their users over the
network. They are shut out before: it also saves a third of the time.
"""

import os
import queue
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from retrieval.embedders.pooling_rows import Reading
from retrieval.protocols import Vectors

_CONVERSION_TOOLS = "openvino.tools.ovc"
_MOST_STREAMS = 4
_LENGTHS = 8
"""Tokens a text is filled up to a multiple of, which costs nothing that can be measured."""
_ROWS = 4
_SHORT = 64
"""Tokens up to which some texts more cost less than a shape more."""
_COUNTS = (2, 4, 8, 16)
_HINTS = {"fp32": "f32", "bf16": "bf16", "int8": "f32"}
"""What the parts of a graph compute in that are not integers already."""


def openvino() -> ModuleType:
    """Return the library; its conversion tools stay outside."""
    sys.modules.setdefault(_CONVERSION_TOOLS, None)  # type: ignore[arg-type] # makes it not importable
    import openvino as library  # noqa: PLC0415 - takes a while

    found: ModuleType = library
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Processor:
    """What a graph runs on: its name, and whether it computes in bf16 and int8 by itself."""

    name: str
    capabilities: tuple[str, ...]

    @property
    def identity(self) -> str:
        """Return one line that tells this kind of processor from others."""
        return f"{self.name} {' '.join(self.capabilities)}"

    @property
    def has_bf16(self) -> bool:
        """Whether bf16 is more than an imitation, which is a hundred times slower than fp32."""
        return "BF16" in self.capabilities


def processor() -> Processor:
    """Return what this machine computes with."""
    core = openvino().Core()
    return Processor(
        name=str(core.get_property("CPU", "FULL_DEVICE_NAME")).strip(),
        capabilities=tuple(sorted(core.get_property("CPU", "OPTIMIZATION_CAPABILITIES"))),
    )


def usable_threads() -> int:
    """Return how many processors this process may use; a container's share counts."""
    try:
        allowed = len(os.sched_getaffinity(0))
    except AttributeError:  # not on every system
        allowed = os.cpu_count() or 1
    return max(1, min(allowed, _quota() or allowed))


def questions_at_once(threads: int | None = None) -> int:
    """Return how many runs side by side suit many askers: one for each two of `threads`.

    Each keeps all it computes with for itself, and questions that wait are computed together.
    """
    return max(1, (threads or usable_threads()) // 2)


def _quota() -> int | None:
    """Return the whole processors a control group grants, `None` if it sets no limit."""
    try:
        granted, period = Path("/sys/fs/cgroup/cpu.max").read_text(encoding="ascii").split()
        return max(1, round(int(granted) / int(period)))
    except (OSError, ValueError):
        return None


class CompiledGraph:
    """A graph that is ready to run; any number of threads may run it at a time."""

    def __init__(
        self,
        compiled: Any,  # noqa: ANN401 - a library's own
        *,
        streams: int,
        longest: int = 0,
    ) -> None:
        """Wrap a compiled graph of the inputs of `run`, which bears texts of `longest` tokens.

        If that is 0, it is not known, and texts are not filled up.
        """
        self._compiled = compiled
        self._longest = longest
        self._idle: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self.streams = streams

    @classmethod
    def compile(
        cls,
        graph: Any,  # noqa: ANN401 - a library's own
        *,
        precision: str,
        threads: int | None = None,
        at_once: int | None = None,
        longest: int = 0,
        kept_in: Path | None = None,
    ) -> "CompiledGraph":
        """Compile a graph, or the file of one, for `threads` (default: all this process may use).

        Several runs go on side by side, each with few threads: that serves many askers, and long
        batches, best. Who asks one question at a time is served best by one `at_once`; the graph is
        then compiled in two thirds of the time. With `kept_in`, a folder, what was compiled is kept
        there without the weights and found again, which takes a quarter of the time.
        """
        threads = threads or usable_threads()
        streams = min(threads, at_once or _MOST_STREAMS, _MOST_STREAMS)
        compiled = (
            openvino()
            .Core()
            .compile_model(
                graph,
                "CPU",
                {
                    "INFERENCE_PRECISION_HINT": _HINTS[precision],
                    "INFERENCE_NUM_THREADS": threads,
                    "NUM_STREAMS": str(streams),
                    "ENABLE_CPU_PINNING": False,
                    **_keeping(kept_in),
                },
            )
        )
        return cls(compiled, streams=streams, longest=longest)

    def run(self, readings: Sequence[Reading]) -> list[Vectors]:
        """Return for each reading float32 [rows, dimension]; the lengths mean nothing.

        A row of weights that are all zero gives zeros.
        """
        inputs = _padded(readings, self._longest)
        (made, *_) = self._outputs(inputs)
        made[~inputs["rows"].any(axis=2)] = 0.0
        return [
            vectors[: len(reading.rows)] for vectors, reading in zip(made, readings, strict=False)
        ]

    def outputs(self, readings: Sequence[Reading]) -> list[Vectors]:
        """Return everything the graph gives for readings, one array an output."""
        return self._outputs(_padded(readings, self._longest))

    def _outputs(self, inputs: dict[str, Any]) -> list[Vectors]:
        library, request = openvino(), self._request()
        try:
            for name, values in inputs.items():
                request.set_tensor(name, library.Tensor(values, shared_memory=True))
            request.start_async()  # `infer` would spend a twentieth of a question on conversions
            request.wait()
            return [np.array(tensor.data, dtype=np.float32) for tensor in request.output_tensors]
        finally:
            self._idle.put(request)

    def _request(self) -> Any:  # noqa: ANN401
        try:
            return self._idle.get_nowait()
        except queue.Empty:
            return self._compiled.create_infer_request()


def _keeping(folder: Path | None) -> dict[str, Any]:
    if folder is None or not os.access(folder.parent, os.W_OK):
        return {}
    return {"CACHE_DIR": str(folder), "CACHE_MODE": "OPTIMIZE_SIZE"}


def _padded(readings: Sequence[Reading], most: int) -> dict[str, Any]:
    """Return readings of any lengths as the inputs of one run, in one of few shapes.

    What computes in a new shape is made first, which takes 20 to 80 ms and 4 to 7 MB that stay.
    To change to another shape costs up to a millisecond, more than some tokens do. So lengths are
    filled up a little, to `most` tokens if that is not 0, and several short texts with others of
    one token.
    """
    longest = max(len(reading.tokens) for reading in readings)
    short = longest <= _SHORT
    few_short = most > 0 and len(readings) > 1 and short
    filled = _filled(longest, 2 * _LENGTHS if short else _LENGTHS)
    longest = max(longest, min(filled, most))
    count = next((some for some in _COUNTS if some >= len(readings)), 0) if few_short else 0
    count = count or len(readings)
    rows = max(len(reading.rows) for reading in readings)
    rows = _filled(rows, _ROWS) if rows > 1 else 1
    inputs: dict[str, Any] = {
        "input_ids": np.zeros((count, longest), dtype=np.int64),
        "attention_mask": np.zeros((count, longest), dtype=np.int64),
        "rows": np.zeros((count, rows, longest), dtype=np.float32),
    }
    for place, reading in enumerate(readings):
        length = len(reading.tokens)
        inputs["input_ids"][place, :length] = reading.tokens
        inputs["attention_mask"][place, :length] = 1
        inputs["rows"][place, : len(reading.rows), :length] = reading.rows
    inputs["attention_mask"][len(readings) :, 0] = 1
    return inputs


def _filled(number: int, step: int) -> int:
    """Return the multiple of `step` that is not less than `number`."""
    return -(-number // step) * step
