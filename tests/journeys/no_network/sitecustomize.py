"""Loaded by the interpreter before a program: every step towards a network is written down.

Not the attempt to stop it but the attempt itself is what a test looks for, so it works on
machines with and without a network. Audit hooks see the socket calls of C code, too.
"""

import os
import sys
from pathlib import Path

_STEPS = ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto")
_RECORD = Path(os.environ["NETWORK_RECORD"])


def _write_down(event: str, arguments: tuple[object, ...]) -> None:
    if event in _STEPS:
        with _RECORD.open("a", encoding="utf-8") as record:
            record.write(f"{event} {arguments[1:]}\n")
        message = f"this test allows no network: {event}"
        raise ConnectionRefusedError(message)


sys.addaudithook(_write_down)
_RECORD.touch()
