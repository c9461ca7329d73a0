"""What parsers raise at broken input, as one error of ours."""

import binascii
import csv
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from email.errors import MessageError
from xml.parsers.expat import ExpatError
from xml.sax import SAXException

from corpus.errors import UnreadableSourceError

_RAISED = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    ExpatError,
    LookupError,
    MessageError,
    OSError,  # all that is parsed is in memory, or open: the file system has no part in it
    RuntimeError,  # also RecursionError and NotImplementedError, and the errors of pdfium
    SAXException,
    SyntaxError,  # the errors of lxml
    TypeError,
    ValueError,
    binascii.Error,
    csv.Error,
    struct.error,
    tarfile.TarError,
    zipfile.BadZipFile,
    zlib.error,
)


@contextmanager
def damage_named(kind: str) -> Iterator[None]:
    """Raise `UnreadableSourceError` for what a library raises at a broken document.

    `kind` names the document with its article: "a PDF document". Parsers of large formats meet
    broken input in more ways than they document; the list above is what ours were seen to raise
    under random changes, and it leaves out what is no fault of the input (`MemoryError`).
    """
    try:
        yield
    except _RAISED as error:
        message = f"it is {kind} that is damaged or cut off; fetch it again"
        raise UnreadableSourceError(message) from error
