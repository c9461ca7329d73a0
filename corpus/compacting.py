"""Giving the room back that deleted and moved rows left empty in a database."""

from sqlalchemy import Engine

from corpus.database import asked, fold_log_in, outside_transactions, reading
from corpus.errors import LibraryFullError, LibraryLockedError

_EMPTY = 0.25
_LEAST = 8
"""Pages."""


def compact(engine: Engine) -> bool:
    """Rewrite a database without its empty pages if they are a quarter of it.

    Return whether it was rewritten: not while another process uses it for longer than we wait, or
    when there is no room for a copy. A crash leaves it as it was.
    """
    with reading(engine) as connection:
        asking = asked(connection)
        empty, pages = (
            int(asking.value(f"PRAGMA {name}")) for name in ("freelist_count", "page_count")
        )
    if empty < max(_LEAST, _EMPTY * pages):
        return False
    try:
        with outside_transactions(engine) as connection:
            connection.exec_driver_sql("VACUUM")
        return fold_log_in(engine)
    except (LibraryFullError, LibraryLockedError):
        return False
