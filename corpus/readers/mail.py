"""Mail: one message, or a mailbox of them; newsletters are what it is for."""

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.errors import CloseBoundaryNotFoundDefect
from email.message import EmailMessage, MIMEPart
from email.policy import default
from typing import Any, BinaryIO

from corpus.dates import parse_date
from corpus.decoding import decode
from corpus.errors import EmptySourceError, OversizedSourceError, SourceError
from corpus.languages import language_code
from corpus.normalising import normalise, normalise_line
from corpus.readers.damage import damage_named
from corpus.readers.documents import Document, Failure, Found, Place
from corpus.readers.fragments import Fragment, read_fragment
from corpus.readers.plain import resolve_stars
from corpus.titles import find_title

_KIND = "a mail"
_ENVELOPE = re.compile(rb"From \S+.{0,60}\d{4}[^\n]{0,40}\n")
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
_LONGEST_ID = 512  # characters
_ID = re.compile(r"<?([^\s<>]+@[^\s<>]+)>?")
_LIST_NAME = re.compile(r'\s*"?([^"<]*?)"?\s*<')
_LINK = re.compile(r"<?(https?://[^\s<>]+)>?")
_ENOUGH_HTML = 0.5  # of the words of the plain part: with fewer, the other part is the letter
_SIGNATURE = "-- "
_LINE = 1024 * 1024  # bytes read of a line at once


def read_mail(data: bytes) -> Document:
    """Return the document a message is: its HTML or plain part, whichever says more.

    Raise `UnreadableSourceError` for what is no message, `EmptySourceError` without words.
    """
    with damage_named(_KIND):
        message = message_from_bytes(data, policy=default)
        document = _document(message)
    if not any(map(str.isalnum, document.text)):
        error = "the mail holds no words; remove it from the sources"
        raise EmptySourceError(error)
    return document


def read_mailbox(file: BinaryIO, place: Place, *, limit: int) -> Iterator[Found | Failure]:
    """Yield the messages of a mailbox (mbox) one by one, none of more than `limit` bytes."""
    for number, data in enumerate(_messages(file, limit), 1):
        where = f"message {number}"
        try:
            if data is None:
                megabytes = limit // (1024 * 1024)
                message = f"longer than {megabytes} MB; take out its attachments"
                raise OversizedSourceError(message)
            document = read_mail(data)
        except SourceError as error:
            yield place.failure(str(error), where)
            continue
        inner = place if document.key else place.inside(where)
        yield inner.found(document, data, where if document.key else "")


def _messages(file: BinaryIO, limit: int) -> Iterator[bytes | None]:
    """Yield the bytes of each message, None for one that is too long."""
    lines: list[bytes] = []
    size = 0
    after_blank = True
    while line := file.readline(_LINE):
        if after_blank and _ENVELOPE.fullmatch(line):
            if size:
                yield _QUOTED_FROM.sub(rb"\1", b"".join(lines)) if size <= limit else None
            lines, size = [], 0
            continue
        after_blank = not line.strip()
        size += len(line)
        if size <= limit:
            lines.append(line)
        else:
            lines.clear()
    if size:
        yield _QUOTED_FROM.sub(rb"\1", b"".join(lines)) if size <= limit else None


def _document(message: EmailMessage) -> Document:
    body = _body(message)
    text, headings = body.text, body.headings
    sender = message["From"]
    names = [it.display_name or it.addr_spec for it in getattr(sender, "addresses", ())]
    author = normalise_line(", ".join(names)) or None
    return Document(
        title=_line(message, "Subject") or find_title(text, headings),
        text=text,
        key=_key(message),
        url=_url(message),
        source=_list_name(message) or author,
        author=author,
        published=parse_date(_line(message, "Date")),
        language=language_code(_line(message, "Content-Language")),
        warnings=(*_attachments(message), *_cut(message)),
    )


def _body(message: EmailMessage) -> Fragment:
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    written = Fragment(text="", headings=()) if plain is None else _plain(_text(plain))
    if html is None:
        return written
    shown = read_fragment(_text(html))
    enough = len(shown.text.split()) >= _ENOUGH_HTML * len(written.text.split())
    return shown if enough else written


def _plain(text: str) -> Fragment:
    lines = [line.rstrip("\r") for line in text.split("\n")]
    end = lines.index(_SIGNATURE) if _SIGNATURE in lines else len(lines)
    prose, headings = resolve_stars(normalise("\n".join(lines[:end])))
    return Fragment(text=prose, headings=tuple(headings))


def _text(part: "MIMEPart[Any, Any]") -> str:
    """Return the text of a part, by the charset it names if that is true."""
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes) or not data.strip():
        return ""
    try:
        return data.decode(part.get_content_charset("utf-8"))
    except (LookupError, UnicodeError):
        return decode(data)


def _line(message: EmailMessage, name: str) -> str | None:
    value = message[name]
    return None if value is None else normalise_line(str(value)) or None


def _key(message: EmailMessage) -> str | None:
    match = _ID.search(_line(message, "Message-ID") or "")
    return match[1] if match and len(match[1]) <= _LONGEST_ID else None


def _url(message: EmailMessage) -> str | None:
    match = _LINK.search(_line(message, "Archived-At") or "")
    return match[1] if match else None


def _list_name(message: EmailMessage) -> str | None:
    """Return the name a mailing list gives itself: 'Lunby News <news.lunby.example>'."""
    match = _LIST_NAME.match(_line(message, "List-Id") or "")
    return match[1] or None if match else None


def is_cut(message: EmailMessage) -> bool:
    """Return whether a message ends before the last boundary of its parts."""
    return any(isinstance(defect, CloseBoundaryNotFoundDefect) for defect in message.defects)


def _cut(message: EmailMessage) -> tuple[str, ...]:
    note = "it ends within one of its parts, so it may be cut off; fetch it again"
    return (note,) if is_cut(message) else ()


def _attachments(message: EmailMessage) -> tuple[str, ...]:
    names = [part.get_filename() for part in message.iter_attachments()]
    shown = ", ".join(normalise_line(name) for name in names if name)
    return (f"its attachments were not read: {shown}",) if shown else ()
