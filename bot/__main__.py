"""`python -m bot`, which is also the installed command `passagebot`."""

import sys
from io import TextIOWrapper


def main() -> None:
    """Run the command line and exit with its code."""
    for stream, errors in (
        (sys.stdin, "replace"),
        (sys.stdout, "backslashreplace"),
        (sys.stderr, "backslashreplace"),
    ):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors=errors)
    from bot.cli import main as run  # noqa: PLC0415 -- after the streams speak UTF-8

    sys.exit(run())


if __name__ == "__main__":
    main()
