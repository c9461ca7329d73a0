"""Where the log goes and what it never holds.

Lines go to stderr. The Telegram token is taken out of every line, wherever it came from.
"""

import logging
import re
import sys
from typing import TextIO

_TOKEN = re.compile(r"[0-9]{5,}:[A-Za-z0-9_-]{20,}")
_OURS = ("bot", "retrieval", "corpus")


class RedactingFormatter(logging.Formatter):
    """Formats a record, traceback included, and masks every Telegram token in it."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line with tokens masked."""
        return redact(super().format(record))


class StderrHandler(logging.StreamHandler[TextIO]):
    """Writes to whatever stderr is at that moment."""

    def __init__(self) -> None:
        """Make the handler with the formatter that masks tokens."""
        super().__init__(sys.stderr)
        self.setFormatter(RedactingFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        """Write the record's line."""
        self.stream = sys.stderr
        super().emit(record)


def redact(text: str) -> str:
    """Return `text` with every Telegram token masked."""
    return _TOKEN.sub("<token>", text)


def configure_logs(*, verbose: bool) -> None:
    """Send the log to stderr: warnings, and with `verbose` all of ours.

    Libraries never go below warnings: httpx logs request addresses at INFO, and those contain
    the token.
    """
    root = logging.getLogger()
    if not any(isinstance(handler, StderrHandler) for handler in root.handlers):
        root.addHandler(StderrHandler())
    root.setLevel(logging.WARNING)
    _set_ours(logging.DEBUG if verbose else logging.WARNING)


def tell_what_happens() -> None:
    """Log what our own code does in the large, for a program that runs for days."""
    _set_ours(logging.INFO)


def _set_ours(level: int) -> None:
    for name in _OURS:
        logging.getLogger(name).setLevel(level)
