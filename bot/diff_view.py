"""How a word diff looks: in colour where there is colour, with marks elsewhere."""

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from bot.diffs import Piece

_STYLES = {"same": "", "out": "strike red", "in": "green"}
_MARKS = {"same": ("", ""), "out": ("[-", "-]"), "in": ("{+", "+}")}


def show_diff(console: Console, pieces: Sequence[Piece], *, indent: str = "") -> None:
    """Write the pieces; without colours [-what is out-] and {+what is in+} stand in marks."""
    drawn = Text()
    marked = not console.is_terminal or console.color_system is None
    for piece in pieces:
        drawn.append_text(_drawn(piece, marked=marked))
    for line in drawn.split("\n", allow_blank=False):
        if line.plain.strip():
            console.print(Text.assemble(indent, line), soft_wrap=True)


def _drawn(piece: Piece, *, marked: bool) -> Text:
    """Return one piece; blank space around it, and line ends in it, stay outside of its marks."""
    opened, closed = _MARKS[piece.kind] if marked else ("", "")
    style = "" if marked else _STYLES[piece.kind]
    drawn = Text()
    for line in piece.text.splitlines(keepends=True):
        body = line.strip()
        before, after = line[: len(line) - len(line.lstrip())], line[len(line.rstrip()) :]
        if not body:
            drawn.append(line if piece.kind != "out" else "")
            continue
        drawn.append(before).append(f"{opened}{body}{closed}", style=style)
        drawn.append(after.replace("\n", " ") if piece.kind == "out" else after)
    return drawn
