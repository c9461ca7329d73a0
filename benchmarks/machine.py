"""What the machine is, how busy it is, and how fast it could be at best."""

import os
import platform
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

_SIDE = 1_536
_TRIES = 5


def machine() -> str:
    """Return the processor, its cores, and Python's version."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{len(names)} cores of {names[0]}, Python {platform.python_version()}"


def load() -> str:
    """Return the load of the last 1, 5 and 15 minutes."""
    return ", ".join(f"{one:.1f}" for one in os.getloadavg())


def peak_gigaflops() -> float:
    """Return the billions of single-precision operations a second that a matrix product reaches.

    The best of several tries: what other programs take away is not the machine's limit.
    """
    rows = np.random.default_rng(1).standard_normal((_SIDE, _SIDE), dtype=np.float32)
    rows @ rows
    best = min(_seconds(rows) for _ in range(_TRIES))
    return float(2 * _SIDE**3 / best / 1e9)


def _seconds(rows: np.ndarray) -> float:
    begun = time.perf_counter()
    rows @ rows
    return time.perf_counter() - begun


def gigaflops_of(texts: Sequence[str], model: Path) -> float:
    """Return the billions of operations it takes to embed a text, on average, unpadded.

    A layer of a transformer of width h costs a token 24 h^2, and 4 h for each token it attends to
    (Kaplan et al., 2020, appendix). `model` is the folder of a sentence-transformers model.
    """
    import json  # noqa: PLC0415 - beside the tokenizer, which only benchmarks need here

    from tokenizers import Tokenizer  # noqa: PLC0415

    shape = json.loads((model / "config.json").read_text(encoding="utf-8"))
    longest = json.loads((model / "sentence_bert_config.json").read_text(encoding="utf-8"))
    tokenizer = Tokenizer.from_file(str(model / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    found = tokenizer.encode_batch(list(texts))
    counts = np.minimum([len(one.ids) for one in found], longest["max_seq_length"])
    width, layers = shape["hidden_size"], shape["num_hidden_layers"]
    return float(np.mean(layers * counts * (24 * width**2 + 4 * width * counts)) / 1e9)
