"""Streams that say they are a terminal."""

import io


class Screen(io.StringIO):
    """A stream a person reads or types on."""

    def isatty(self) -> bool:
        return True
