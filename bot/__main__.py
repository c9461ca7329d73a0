"""`python -m bot`, which is also the installed command `passagebot`."""

import gc
import sys
from io import TextIOWrapper


def main() -> None:
    """Run the command line and exit with its code.

    Nothing is collected while the program is loaded, nor of what is left when it ends: none of it
    is garbage, and looking takes a tenth of the time an answer needs.
    """
    gc.disable()
    for stream, errors in (
        (sys.stdin, "replace"),
        (sys.stdout, "backslashreplace"),
        (sys.stderr, "backslashreplace"),
    ):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors=errors)
    from bot.cli import main as run  # noqa: PLC0415 -- after the streams speak UTF-8

    code = run()
    gc.freeze()
    sys.exit(code)


if __name__ == "__main__":
    main()
