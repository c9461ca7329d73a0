"""Rich Text (RTF): words, paragraphs and what the document says of itself.

Written from the Rich Text Format Specification 1.9.1 (Microsoft, 2008); pictures, fields'
instructions, headers and footers are passed over.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from corpus.dates import parse_date
from corpus.errors import UnreadableSourceError
from corpus.normalising import normalise, normalise_line
from corpus.readers.documents import Document
from corpus.readers.rich_text_words import (
    ABOUT,
    CODE_PAGES,
    CONTROL_SYMBOLS,
    NAMED_PAGES,
    PASSED_OVER,
    SYMBOLS,
)
from corpus.titles import find_title

_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z'])|([{}])|[\r\n]+|([^\\{}\r\n]+)"
)
_DEEPEST = 5_000  # groups within groups
_LAST_ROW = re.compile(r"(?: \| )*\x1e\n(?=[^\n\x1e]*(?:\n|\Z))")
_ROW = re.compile(r"(?: \| )*\x1e\n")
_BLANK = re.compile(r"\n{3,}")
_HIGHEST = 0x10FFFF


def read_rich_text(data: bytes) -> Document:
    """Return the document in an RTF file; raise `UnreadableSourceError` for a damaged one."""
    reader = _Reader()
    reader.read(data)
    text = normalise(_plain_layout(reader.text()))
    about = reader.about
    return Document(
        title=normalise_line(about.get("title", "")) or find_title(text),
        text=text,
        author=normalise_line(about.get("author", "")) or None,
        published=parse_date(about.get("creatim")),
        updated=parse_date(about.get("revtim")),
    )


def _plain_layout(text: str) -> str:
    """Return `text` with its rows ended and its blank space put in order."""
    lines = _ROW.sub("\n", _LAST_ROW.sub("\n\n", text)).split("\n")
    return _BLANK.sub("\n\n", "\n".join(line.strip(" ") for line in lines))


@dataclass(frozen=True, slots=True)
class _State:
    """What holds until the end of a group."""

    page: str = "cp1252"
    skipped: int = 1  # characters a Unicode character is followed by, for old readers
    target: str = "text"  # where words go: the text, a field of `about`, or nowhere
    may_ignore: bool = False
    numbers: Mapping[str, int] = field(default_factory=dict)


class _Reader:
    """Goes through the tokens of a document once."""

    def __init__(self) -> None:
        self.about: dict[str, str] = {}
        self._pieces: list[str] = []
        self._notes: list[str] = []
        self._bytes = b""
        self._state = _State()
        self._outer: list[_State] = []
        self._default = "cp1252"
        self._fonts: dict[int, str] = {}
        self._font: int | None = None  # the one being declared
        self._to_skip = 0
        self._moment: dict[str, int] = {}

    def text(self) -> str:
        """Return the words read so far, the footnotes last."""
        halves = "".join([*self._pieces, *self._notes]).encode("utf-16", "surrogatepass")
        return halves.decode("utf-16", "ignore")

    def read(self, data: bytes) -> None:
        """Read all of `data`."""
        for token in _tokens(data):
            word, number, code, symbol, brace, plain = token
            if brace:
                self._brace(brace)
            elif code:
                self._hexadecimal(bytes.fromhex(code.decode("ascii")))
            elif word:
                self._word(word.decode("ascii"), int(number) if number else None)
            elif symbol:
                self._symbol(symbol.decode("latin-1"))
            elif plain:
                self._plain(plain)
            if not self._outer:
                break
        if self._outer:
            message = "it is an RTF document that is cut off; fetch it again"
            raise UnreadableSourceError(message)
        self._flush()

    def _brace(self, brace: bytes) -> None:
        self._flush()
        self._to_skip = 0
        if brace == b"{":
            if len(self._outer) >= _DEEPEST:
                message = "it is an RTF document that is nested too deeply; save it again"
                raise UnreadableSourceError(message)
            self._outer.append(self._state)
            self._state = replace(self._state, may_ignore=False)
            return
        if self._state.target in {"creatim", "revtim"} and self._moment:
            self.about[self._state.target] = _date(self._moment)
            self._moment = {}
        self._state = self._outer.pop() if self._outer else _State()

    def _hexadecimal(self, byte: bytes) -> None:
        if self._to_skip:
            self._to_skip -= 1
        else:
            self._bytes += byte

    def _plain(self, plain: bytes) -> None:
        start = min(self._to_skip, len(plain))
        self._to_skip -= start
        self._bytes += plain[start:]

    def _symbol(self, symbol: str) -> None:
        if symbol == "*":
            self._state = replace(self._state, may_ignore=True)
        elif symbol in CONTROL_SYMBOLS:
            self._write(CONTROL_SYMBOLS[symbol])

    def _word(self, word: str, number: int | None) -> None:
        self._flush()
        if word == "u" and number is not None:
            self._unicode(number)
        elif word in SYMBOLS:
            self._write(SYMBOLS[word])
        elif word == "footnote" and self._state.target == "text":
            self._state = replace(self._state, target="notes", may_ignore=False)
            self._notes.append("\n\n")
        elif word in PASSED_OVER or (self._state.may_ignore and word not in ABOUT):
            target = "fonts" if word == "fonttbl" else "nowhere"
            self._state = replace(self._state, target=target, may_ignore=False)
        elif word in ABOUT and self._state.target == "about":
            self._state = replace(self._state, target="nowhere" if word in self.about else word)
        else:
            self._property(word, number or 0)

    def _property(self, word: str, number: int) -> None:
        match word:
            case "info":
                self._state = replace(self._state, target="about")
            case "uc":
                self._state = replace(self._state, skipped=min(max(number, 0), 9))
            case "ansi" | "mac" | "pc" | "pca":
                self._set_default(NAMED_PAGES[word])
            case "ansicpg":
                self._set_default(_codec(number))
            case "f" | "deff":
                self._use_font(number)
            case "fcharset" if self._font is not None:
                self._fonts[self._font] = CODE_PAGES.get(number, self._default)
            case "plain":
                self._state = replace(self._state, page=self._default)
            case "yr" | "mo" | "dy" | "hr" | "min" | "sec":
                self._moment[word] = number
            case "bin":
                message = "it is an RTF document with binary pictures; save it without them"
                raise UnreadableSourceError(message)

    def _set_default(self, page: str) -> None:
        self._default = page
        self._state = replace(self._state, page=page)

    def _use_font(self, number: int) -> None:
        if self._state.target == "fonts":
            self._font = number
        else:
            self._state = replace(self._state, page=self._fonts.get(number, self._default))

    def _unicode(self, number: int) -> None:
        code = number % 0x10000 if number < 0 else number
        self._write(chr(code) if code <= _HIGHEST else "")
        self._to_skip = self._state.skipped

    def _flush(self) -> None:
        """Decode the bytes that stand together: in some code pages a letter has two."""
        if self._bytes:
            data, self._bytes = self._bytes, b""
            self._write(data.decode(self._state.page, "replace"), is_flushed=True)

    def _write(self, text: str, *, is_flushed: bool = False) -> None:
        if not is_flushed:
            self._flush()
        target = self._state.target
        if target == "text":
            self._pieces.append(text)
        elif target == "notes":
            self._notes.append(text)
        elif target in {"title", "author"}:
            self.about[target] = self.about.get(target, "") + text


def _tokens(data: bytes) -> Iterator[tuple[bytes | None, ...]]:
    for match in _TOKEN.finditer(data.rstrip(b"\0")):
        if any(match.groups()):
            yield match.groups()


def _codec(page: int) -> str:
    import codecs  # noqa: PLC0415 - only where a document names its code page

    name = "utf-8" if page == 65001 else f"cp{page}"  # noqa: PLR2004 - Windows' number of UTF-8
    try:
        codecs.lookup(name)
    except LookupError:
        return "cp1252"
    return name


def _date(parts: Mapping[str, int]) -> str:
    day = f"{parts.get('yr', 0):04}-{parts.get('mo', 1):02}-{parts.get('dy', 1):02}"
    return f"{day}T{parts.get('hr', 0):02}:{parts.get('min', 0):02}:{parts.get('sec', 0):02}"
