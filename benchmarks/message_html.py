"""Telegram messages as web pages: what a person sees of a text with entities and of its buttons."""

import html
from collections import defaultdict
from typing import Any
from unicodedata import bidirectional

Json = dict[str, Any]
TAGS = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "code": "code",
    "pre": "pre",
    "text_link": "a",
    "url": "a",
    "mention": "a",
    "bot_command": "a",
    "date_time": "time",
    "spoiler": "span",
}
STYLE = """
:root { --wall: #cfdcc6; --said: #fff; --asked: #e7fbd2; --ink: #111; --faint: #7a8a74;
  --quote: #eaf3fb; --bar: #3a8bd0; --link: #2a75b8; --key: #7f9c7ad9; --keyink: #fff; }
.dark { --wall: #0e1a22; --said: #1b2a36; --asked: #2b5278; --ink: #eef2f5; --faint: #7f95a5;
  --quote: #223748; --bar: #62b0ef; --link: #78bff5; --key: #2c4152d9; --keyink: #eef2f5; }
* { box-sizing: border-box; }
body { margin: 0; padding: 14px 16px; width: 560px; background: var(--wall); color: var(--ink);
  font: 15px/1.38 "Liberation Sans", "DejaVu Sans", "Noto Color Emoji", "DejaVu Math TeX Gyre",
  "OpenSymbol", sans-serif; }
.asked, .said { border-radius: 14px; padding: 8px 12px; margin: 5px 0; width: fit-content; }
.asked { background: var(--asked); margin-inline-start: auto; max-width: 440px; }
.said { background: var(--said); max-width: 500px; }
.name { color: var(--link); font-weight: bold; font-size: 14px; }
.reply { border-inline-start: 3px solid var(--bar); padding: 1px 8px; margin: 2px 0 5px;
  font-size: 13px; color: var(--faint); white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.text { white-space: pre-wrap; overflow-wrap: break-word; }
.line { min-height: 1.38em; }
blockquote { margin: 2px 0 3px; padding: 4px 10px; border-inline-start: 3px solid var(--bar);
  border-radius: 5px; background: var(--quote); }
blockquote.folded { display: -webkit-box; -webkit-line-clamp: 3; -webkit-box-orient: vertical;
  overflow: hidden; padding-bottom: 0; margin-bottom: 6px; }
a { color: var(--link); text-decoration: none; }
.row { display: flex; gap: 4px; max-width: 500px; margin: 4px 0; }
.row span { flex: 1; text-align: center; background: var(--key); color: var(--keyink);
  border-radius: 8px; padding: 6px 4px; font-size: 14px; white-space: nowrap; }
.day { text-align: center; color: var(--faint); font-size: 12px; margin: 2px; }
"""

_SQUARES = (
    '<svg width="14" height="14" viewBox="0 0 14 14" fill="none" stroke="currentColor">'
    '<rect x="1" y="4" width="8" height="9"/><path d="M4.5 4V1H13v9H9"/></svg>'
)
"""Two joined squares, which clients have in their fonts and Debian's browser has not."""


def text_html(message: Json) -> str:
    """Return the text of a message with its entities as elements; offsets count UTF-16 units."""
    units = message["text"].encode("utf-16-le")
    opening: dict[int, list[Json]] = defaultdict(list)
    closing: dict[int, list[Json]] = defaultdict(list)
    for entity in sorted(message.get("entities", []), key=lambda e: (e["offset"], -e["length"])):
        opening[entity["offset"]].append(entity)
        closing[entity["offset"] + entity["length"]].insert(0, entity)
    places = sorted({0, len(units) // 2, *opening, *closing, *_line_starts(message["text"])})
    pieces, depth = [], 0
    for place, following in zip(places, [*places[1:], places[-1]], strict=True):
        rest = units[2 * place :].decode("utf-16-le")
        ended = [entity for entity in closing[place] if entity["offset"] < place]
        pieces.extend(f"</{_tag(entity)}>" for entity in ended)
        depth -= len(ended)
        if place in {0, *_line_starts(message["text"])} and not depth:
            pieces.append(f'</div><div class="line" dir="{direction(rest)}">')
        pieces.extend(_start(entity, rest) for entity in opening[place])
        depth += len(opening[place])
        part = units[2 * place : 2 * following].decode("utf-16-le")
        pieces.append(html.escape(part if depth else part.replace("\n", "")))
    return "".join(pieces).removeprefix("</div>") + "</div>"


def _line_starts(text: str) -> list[int]:
    """Return where lines after the first begin, in UTF-16 units."""
    ends = [place for place, letter in enumerate(text) if letter == "\n"]
    return [len(text[: end + 1].encode("utf-16-le")) // 2 for end in ends]


def direction(text: str) -> str:
    """Return the direction of a line: that of its first letter outside of isolates (UAX 9, P2)."""
    depth = 0
    for letter in text.split("\n", maxsplit=1)[0]:
        kind = bidirectional(letter)
        depth += (kind in {"LRI", "RLI", "FSI"}) - (kind == "PDI")
        if not depth and kind in {"L", "R", "AL"}:
            return "ltr" if kind == "L" else "rtl"
    return "ltr"


def message_html(message: Json, *, name: str = "") -> str:
    """Return a message of the bot as a bubble with its buttons below; `name` heads it in a group."""
    head = f'<div class="name">{html.escape(name)}</div>' if name else ""
    replied = message.get("reply_to_message")
    if replied is not None:
        head += f'<div class="reply">{html.escape(replied.get("text", ""))}</div>'
    keyboard = message.get("reply_markup", {}).get("inline_keyboard", [])
    rows = "".join(_row([key["text"] for key in row]) for row in keyboard)
    return f'<div class="said">{head}<div class="text">{text_html(message)}</div></div>{rows}'


def _row(labels: list[str]) -> str:
    keys = "".join(f"<span>{html.escape(label).replace('⧉', _SQUARES)}</span>" for label in labels)
    return f'<div class="row">{keys}</div>'


def asked_html(text: str, *, name: str = "") -> str:
    """Return what a person wrote as a bubble."""
    head = f'<div class="name">{html.escape(name)}</div>' if name else ""
    return f'<div class="asked">{head}<div class="text">{html.escape(text)}</div></div>'


def page_html(bubbles: list[str], *, dark: bool) -> str:
    """Return a chat as a web page."""
    body = f'<body class="{"dark" if dark else "light"}">{"".join(bubbles)}</body>'
    return f'<!doctype html><meta charset="utf-8"><style>{STYLE}</style>{body}'


def _tag(entity: Json) -> str:
    return "blockquote" if "blockquote" in entity["type"] else TAGS.get(entity["type"], "span")


def _start(entity: Json, rest: str) -> str:
    if "blockquote" not in entity["type"]:
        return f"<{_tag(entity)}>"
    folded = "folded" if entity["type"] == "expandable_blockquote" else "open"
    return f'<blockquote class="{folded}" dir="{direction(rest)}">'
