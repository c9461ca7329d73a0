"""Pages saved as one file (MHTML): the page itself, without the pictures packed beside it."""

from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from corpus.decoding import decode
from corpus.errors import UnreadableSourceError
from corpus.normalising import normalise_line
from corpus.readers.damage import damage_named
from corpus.readers.documents import Document
from corpus.readers.mail import is_cut
from corpus.readers.page import read_page

_KIND = "a saved page (MHTML)"
_PLACES = ("Snapshot-Content-Location", "Content-Location")


def read_web_archive(data: bytes) -> Document:
    """Return the document in an MHTML file.

    Raise `UnreadableSourceError` for one without a page, `EmptySourceError` without text.
    """
    with damage_named(_KIND):
        message = message_from_bytes(data, policy=default)
        page = next((it for it in message.walk() if it.get_content_type() == "text/html"), None)
        html = b"" if page is None else page.get_payload(decode=True)
    if is_cut(message):
        error = f"it is {_KIND} that is cut off; save it again"
        raise UnreadableSourceError(error)
    if page is None or not isinstance(html, bytes) or not html.strip():
        error = f"it is {_KIND} without a page in it; save it again"
        raise UnreadableSourceError(error)
    document = read_page(_decoded(html, page))
    return replace(document, url=document.url or _address(message) or _address(page))


def _decoded(html: bytes, page: EmailMessage) -> str:
    try:
        return html.decode(page.get_content_charset("utf-8"))
    except (LookupError, UnicodeError):
        return decode(html)


def _address(message: EmailMessage) -> str | None:
    found = (normalise_line(str(message[name] or "")) for name in _PLACES)
    return next((url for url in found if url.startswith(("http://", "https://"))), None)
