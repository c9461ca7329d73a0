"""Names of files as text that can be stored."""

import os
import re

_CONTROL = re.compile("[\x00-\x1f\x7f]")
_PAGES = (".html", ".htm", ".xhtml")
_PAGE_PARTS = ("_files", "-files", ".files", "-Dateien", "_archivos", "_fichiers", "_filer")


def storable(name: str) -> str:
    """Return `name` with what some file names hold spelled out: no UTF-8, or line ends."""
    text = os.fsencode(name).decode("utf-8", "backslashreplace")
    return _CONTROL.sub(lambda match: f"\\x{ord(match.group()):02x}", text)


def belongs_to_page(name: str, names: set[str]) -> bool:
    """Return whether a folder holds the pictures and scripts of a page saved beside it."""
    stems = [name.removesuffix(end) for end in _PAGE_PARTS if name.endswith(end)]
    return any(stem + suffix in names for stem in stems for suffix in _PAGES)
