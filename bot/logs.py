"""Where the log goes and what it never holds.

Lines go to stderr. The Telegram token is taken out of every line, wherever it came from.
"""

import logging
import re
import sys

_TOKEN = re.compile(r"[0-9]{5,}:[A-Za-z0-9_-]{20,}")
_CHATTY = ("httpx", "httpcore", "telegram", "sentence_transformers", "transformers", "alembic")


class RedactingFormatter(logging.Formatter):
    """Formats a record, traceback included, and masks every Telegram token in it."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line with tokens masked."""
        return redact(super().format(record))


def redact(text: str) -> str:
    """Return `text` with every Telegram token masked."""
    return _TOKEN.sub("<token>", text)


def configure_logs(*, verbose: bool) -> None:
    """Send our log to stderr: warnings, or with `verbose` everything; libraries stay at warnings.

    httpx in particular logs request addresses at INFO, and those contain the token.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(RedactingFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.DEBUG if verbose else logging.WARNING)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
