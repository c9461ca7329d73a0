"""Which layout a database has, and bringing an older one up to date.

A folder of migrations holds files named `v0001_what_it_does.py`, each an Alembic script whose
`revision` is those four digits. The digits alone tell older from newer, so a database is opened
without Alembic; it is imported only when a migration must run.
"""

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.database_errors import damaged
from corpus.errors import LibraryError, LibraryNewerError
from corpus.sqlite_files import Asked

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

_ENVIRONMENT = Path(__file__).parent / "migrations"
_SCRIPT_NAME = re.compile(r"v(\d{4})_\w+\.py")

CORPUS_MIGRATIONS = _ENVIRONMENT / "versions"
"""The migrations of `library.sqlite`."""


def newest_revision(migrations: Path) -> str:
    """Return the revision this release works with, such as "0003"."""
    names = (_SCRIPT_NAME.fullmatch(path.name) for path in migrations.iterdir())
    return max(name[1] for name in names if name)


def revision_of(asked: Asked, path: Path) -> str | None:
    """Return the revision of a database, `None` for one without any table.

    Raise `LibraryDamagedError` for a database that holds something else; `path` is named.
    """
    tables = asked.rows("SELECT name FROM sqlite_schema WHERE type = 'table'")
    names = {name for (name,) in tables}
    if not names:
        return None
    if "alembic_version" not in names:
        raise damaged(path, "it holds other tables than ours")
    version = asked.value("SELECT max(version_num) FROM alembic_version")
    if version is None:
        raise damaged(path, "it does not say which release wrote it")
    return str(version)


def require_current(asked: Asked, path: Path, migrations: Path) -> None:
    """Raise a `LibraryError` unless the database has exactly the layout of this release."""
    revision = revision_of(asked, path)
    if revision is None:
        raise damaged(path, "it holds no tables")
    _refuse_newer(revision, path, migrations)
    if revision != newest_revision(migrations):
        message = (
            f"{path} was written by an older passagebot; `passagebot ingest` brings it up to date"
        )
        raise LibraryError(message)


def is_of_older_release(path: Path, migrations: Path) -> bool:
    """Whether the database at `path` lacks migrations. Nothing is written to find out.

    Of none, of a newer one and of a file that cannot be read, it is false.
    """
    log = path.with_name(f"{path.name}-wal")
    # Without a log beside it the file is whole, and SQLite need not put its own files there.
    whole = "" if log.exists() and log.stat().st_size else "&immutable=1"
    try:
        with closing(
            sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro{whole}", uri=True)
        ) as file:
            (revision,) = file.execute("SELECT max(version_num) FROM alembic_version").fetchone()
    except sqlite3.Error:
        return False
    return revision is not None and revision < newest_revision(migrations)


def bring_up_to_date(engine: "Engine", path: Path, migrations: Path) -> bool:
    """Run the migrations a database lacks, all or none; an empty one gets all.

    Return whether there were any. Raise `LibraryNewerError` for a database of a newer release.
    Several processes may do this at once.
    """
    from corpus.database import asked, reading, writing  # noqa: PLC0415 - answering needs no SQLAlchemy

    with reading(engine) as connection:
        if not _lacks_some(asked(connection), path, migrations):
            return False
    with writing(engine) as connection:
        lacking = _lacks_some(asked(connection), path, migrations)
        if lacking:
            _upgrade(connection, migrations)
    return lacking


def _lacks_some(asked: Asked, path: Path, migrations: Path) -> bool:
    revision = revision_of(asked, path)
    if revision is not None:
        _refuse_newer(revision, path, migrations)
    return revision != newest_revision(migrations)


def _refuse_newer(revision: str, path: Path, migrations: Path) -> None:
    if revision > newest_revision(migrations):
        message = f"{path} was written by a newer passagebot; upgrade passagebot to use it"
        raise LibraryNewerError(message)


def _upgrade(connection: "Connection", migrations: Path) -> None:
    from alembic import command  # noqa: PLC0415 - a quarter of a second, for a rare need
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.attributes["connection"] = connection
    for option, folder in (("script_location", _ENVIRONMENT), ("version_locations", migrations)):
        config.set_main_option(option, str(folder).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    command.upgrade(config, "head")
