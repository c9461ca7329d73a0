"""The corpus' errors.

CorpusError                 every message ends in what to do next
|-- SourceError             one document or source could not be read; others go on
|   |-- SourceNotFoundError
|   |-- EmptySourceError
|   |-- OversizedSourceError
|   |-- UnreadableSourceError
|   `-- FetchError          an address gave no document
|       |-- AddressRefusedError
|       |-- PageGoneError
|       |-- PageMissingError
|       `-- UnreachableError
|-- SourceUnknownError      no such source is followed
|-- KeyTakenError           the key belongs to a document from another origin
|-- ArticleNotFoundError
`-- LibraryError            the store as a whole cannot be used
    |-- LibraryNotFoundError
    |-- LibraryNewerError
    |-- LibraryDamagedError
    |-- LibraryLockedError
    `-- LibraryFullError
"""


class CorpusError(Exception):
    """Base of all errors of this layer; its text is one line for a person."""


class SourceError(CorpusError):
    """One document or source could not be read; the others go on."""


class SourceNotFoundError(SourceError):
    """There is no such file or folder."""


class EmptySourceError(SourceError):
    """The document holds no prose."""


class OversizedSourceError(SourceError):
    """The document is larger than the reader accepts."""


class UnreadableSourceError(SourceError):
    """The document is damaged, binary, or not readable by this user."""


class FetchError(SourceError):
    """An address gave no document."""


class AddressRefusedError(FetchError):
    """The address may not be fetched: by our own rules, or by the robots.txt of its site."""


class PageGoneError(FetchError):
    """The site says that there will never be a document again (410)."""


class PageMissingError(FetchError):
    """The site says that there is no such document (404)."""


class UnreachableError(FetchError):
    """The site could not be asked, or asks to come again; later it may work."""

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        """Say what happened; `retry_after` is how many seconds the site asks to wait."""
        super().__init__(message)
        self.retry_after = retry_after


class SourceUnknownError(CorpusError):
    """No source of this name is followed."""


class KeyTakenError(CorpusError):
    """The key belongs to a document from another origin."""


class ArticleNotFoundError(CorpusError):
    """The library holds no such article or version."""


class LibraryError(CorpusError):
    """The store as a whole cannot be used."""


class LibraryNotFoundError(LibraryError):
    """There is no library in this folder."""


class LibraryNewerError(LibraryError):
    """The library was written by a newer release."""


class LibraryDamagedError(LibraryError):
    """The library's files are incomplete or damaged."""


class LibraryLockedError(LibraryError):
    """Another process holds the library for longer than we wait."""


class LibraryFullError(LibraryError):
    """The disk is full; what was stored before is safe."""
