"""The prose of parsed Markdown: blocks parted by a blank line, a line for each list item."""

import re
from collections.abc import Iterable
from html import unescape

from markdown_it.token import Token

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_BREAK = re.compile(r"<br\s*/?>|</(?:p|div|li|tr|h[1-6])\s*>", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_HIDDEN = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)


def prose_of(tokens: Iterable[Token]) -> str:
    """Return the text of block tokens: no marks, no pictures, the numbers of numbered lists."""
    writer = _Writer()
    for token in tokens:
        writer.take(token)
    return "".join(writer.pieces)


def inline_text(token: Token) -> str:
    """Return the words of an inline token; line breaks stay."""
    return "".join(map(piece, token.children or [])).strip()


def piece(token: Token) -> str:
    """Return what one token within a line adds to the text."""
    if is_line_break(token):
        return "\n"
    return "" if token.type in {"image", "html_inline"} else token.content


def is_line_break(token: Token) -> bool:
    """Return whether the token ends a line."""
    broken = token.type == "html_inline" and _BREAK.fullmatch(token.content)
    return token.type in {"softbreak", "hardbreak"} or bool(broken)


def html_text(html: str) -> str:
    """Return the words of a piece of HTML, a line for each of its blocks."""
    shown = _HIDDEN.sub("", _COMMENT.sub("", html))
    return unescape(_TAG.sub("", _BREAK.sub("\n", shown))).strip()


class _Writer:
    """Collects pieces of text; knows the open lists and the open table row."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self._numbers: list[int | None] = []  # of the open lists, the next number
        self._item: str | None = None  # the mark of an item that has no text yet
        self._cells: list[str] | None = None

    def take(self, token: Token) -> None:
        match token.type:
            case "ordered_list_open":
                self._open_list(int(token.attrs.get("start", 1)))
            case "bullet_list_open":
                self._open_list(None)
            case "ordered_list_close" | "bullet_list_close":
                self._numbers.pop()
            case "list_item_open":
                self._open_item()
            case "table_open":
                self.pieces.append("\n")
            case "tr_open":
                self._cells = []
            case "tr_close":
                self._close_row()
            case "inline" | "fence" | "code_block" | "html_block":
                self._add(_block_text(token))

    def _open_list(self, number: int | None) -> None:
        if not self._numbers:
            self.pieces.append("\n")
        self._numbers.append(number)

    def _open_item(self) -> None:
        number = self._numbers[-1]
        self._item = "" if number is None else f"{number}. "
        self._numbers[-1] = None if number is None else number + 1

    def _close_row(self) -> None:
        self.pieces.append("\n" + " | ".join(filter(None, self._cells or [])))
        self._cells = None

    def _add(self, text: str) -> None:
        if self._cells is not None:
            self._cells.append(text.replace("\n", " "))
        elif text:
            self.pieces.append("\n" if self._numbers else "\n\n")
            self.pieces.append((self._item or "") + text)
            self._item = None


def _block_text(token: Token) -> str:
    if token.type == "inline":
        return inline_text(token)
    if token.type == "html_block":
        return html_text(token.content)
    return token.content.strip("\n")
