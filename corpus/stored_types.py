"""How columns of the library are kept where the plain value would take more room."""

from sqlalchemy import Dialect, LargeBinary, String
from sqlalchemy.types import TypeDecorator

from corpus.drafts import NOTHING_CLEANED
from corpus.packing import Unpacker, packed_text


class Digest(TypeDecorator[str]):
    """A hash in hexadecimal digits, kept as its bytes."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> bytes | None:
        """Return the bytes to store."""
        return None if value is None else bytes.fromhex(value)

    def process_result_value(self, value: bytes | None, _dialect: Dialect) -> str | None:
        """Return the digits of a stored hash."""
        return None if value is None else value.hex()


class PackedText(TypeDecorator[str]):
    """A text, kept as `corpus.packing` packs it."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> bytes | None:
        """Return the bytes to store."""
        return None if value is None else packed_text(value)

    def process_result_value(self, value: bytes | None, _dialect: Dialect) -> str | None:
        """Return a stored text; raise `LibraryDamagedError` if it is not one."""
        return None if value is None else Unpacker().text(value)


class Cleaning(TypeDecorator[str]):
    """A cleaning map as JSON; one that leaves nothing out is kept as no characters."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> str | None:
        """Return the text to store."""
        return "" if value == NOTHING_CLEANED else value

    def process_result_value(self, value: str | None, _dialect: Dialect) -> str | None:
        """Return the JSON of a stored map."""
        return NOTHING_CLEANED if value == "" else value
