"""Keeps the token out of every log record, and the libraries' own logs quiet.

httpx names request URLs, and those hold the token; python-telegram-bot shows a damaged
answer of the server whole, and that holds what people wrote.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

HIDDEN = "***"
QUIET = {
    "httpx": logging.WARNING,
    "httpcore": logging.WARNING,
    "telegram": logging.INFO,
    "telegram.request.BaseRequest": logging.CRITICAL,
}


class Redactor(logging.Filter):
    """Replaces a secret in a record's message, arguments and traceback; drops no record."""

    def __init__(self, token: str) -> None:
        """Hide `token`, and its secret half where it stands alone or percent-encoded."""
        super().__init__()
        secret = token.partition(":")[2]
        self._secrets = tuple(part for part in (token, token.replace(":", "%3A"), secret) if part)
        self._formatter = logging.Formatter()

    def filter(self, record: logging.LogRecord) -> bool:
        """Return True always; the record is changed in place."""
        record.msg, record.args = self._hide(record.getMessage()), None
        if record.exc_info:
            record.exc_text = record.exc_text or self._formatter.formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = self._hide(record.exc_text)
        if record.stack_info:
            record.stack_info = self._hide(record.stack_info)
        return True

    def _hide(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        return text


@contextmanager
def redacted(token: str) -> Iterator[None]:
    """Redact `token` in all that the root handlers write, while the block runs."""
    redactor = Redactor(token)
    handlers = [*logging.getLogger().handlers]
    if logging.lastResort is not None:
        handlers.append(logging.lastResort)
    before = {name: logging.getLogger(name).level for name in QUIET}
    for handler in handlers:
        handler.addFilter(redactor)
    for name, level in QUIET.items():
        logging.getLogger(name).setLevel(max(level, before[name]))
    try:
        yield
    finally:
        for handler in handlers:
            handler.removeFilter(redactor)
        for name, level in before.items():
            logging.getLogger(name).setLevel(level)
