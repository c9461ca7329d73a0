"""The command line's outermost edge: arguments in, an exit code out, never a traceback.

Nothing heavy is imported before a command is known: `passagebot --help` stays quick.
"""

import logging
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.arguments import parse
from bot.errors import BotError
from bot.exit_codes import INTERRUPTED, PIPE_CLOSED, USER_MUST_ACT
from bot.logs import configure_logs, redact
from corpus.errors import CorpusError
from retrieval.errors import RetrievalError

if TYPE_CHECKING:
    from bot.assembly import EmbedderLoader
    from corpus.fetching import Fetcher

_log = logging.getLogger(__name__)


def main(
    argv: Sequence[str] | None = None,
    *,
    load: "EmbedderLoader | None" = None,
    fetcher: "Fetcher | None" = None,
) -> int:
    """Run one command and return its exit code.

    `load` replaces the way a model is loaded, `fetcher` the way to the web.
    """
    arguments = parse(argv)
    configure_logs(verbose=arguments.verbose)
    try:
        from bot.commands import run_command  # noqa: PLC0415 -- heavy: only once a command is known

        code = run_command(arguments, load=load, fetcher=fetcher)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        return _close_quietly()
    except Exception as error:  # noqa: BLE001 -- the outermost edge of this front end
        return _tell(error)
    return code


def _tell(error: Exception) -> int:
    """Write the one line a person needs; the traceback goes to the verbose log."""
    _log.debug("the command failed", exc_info=error)
    line = redact(" ".join(_line_for(error).split()))
    sys.stderr.write(f"passagebot: {line}\n")
    return USER_MUST_ACT


def _line_for(error: Exception) -> str:
    if isinstance(error, (BotError, CorpusError, RetrievalError)):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        place = f" ({error.filename})" if error.filename else ""
        return f"the system says: {error.strerror}{place}; mend that and run the command again"
    return (
        f"unexpected {type(error).__name__}: {error}; "
        "run it again with --verbose and report what it prints"
    )


def _close_quietly() -> int:
    """Let the reader of our pipe go; without this the interpreter complains when it exits."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return PIPE_CLOSED
