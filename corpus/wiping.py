"""Making removed content vanish from the file's bytes.

SQLite overwrites what it deletes, but when it evens out its pages it may leave a copy of a row
behind in a gap, and the log holds earlier pages. So after a removal the file is rewritten from
what is still there and the log is emptied. A tombstone remembers until that has been done.
"""

import json
from pathlib import Path

from sqlalchemy import Engine, bindparam, func, select, update

from corpus.database import fold_log_in, open_engine, outside_transactions, reading, writing
from corpus.errors import LibraryFullError, LibraryLockedError
from corpus.schema import tombstones

_PENDING = select(tombstones.c.id).where(tombstones.c.wiped == 0)
_DONE = (
    update(tombstones)
    .where(
        tombstones.c.id.in_(select(func.json_each(bindparam("ids")).table_valued("value").c.value))
    )
    .values(wiped=1)
)


def wipe(engine: Engine) -> bool:
    """Rewrite the file if something was removed from it since the last time.

    Return whether nothing removed is left in it: not while another process keeps reading an
    earlier state or writes for longer than we wait, or when there is no room to rewrite.
    """
    with reading(engine) as connection:
        pending = list(connection.scalars(_PENDING))
    if not pending:
        return True
    try:
        return _rewrite(engine, pending)
    except (LibraryLockedError, LibraryFullError):
        return False


def rewrite(path: Path) -> bool:
    """Rewrite another database of the library from what is still in it, if it is there.

    Return whether nothing that was deleted is left in the file, as `wipe` does.
    """
    if not path.exists():
        return True
    engine = open_engine(path)
    try:
        with outside_transactions(engine) as connection:
            connection.exec_driver_sql("VACUUM")
        return fold_log_in(engine)
    except (LibraryLockedError, LibraryFullError):
        return False
    finally:
        engine.dispose()


def _rewrite(engine: Engine, pending: list[int]) -> bool:
    with outside_transactions(engine) as connection:
        connection.exec_driver_sql("VACUUM")
    if not fold_log_in(engine):
        return False
    with writing(engine) as connection:
        connection.execute(_DONE, {"ids": json.dumps(pending)})
    return True
