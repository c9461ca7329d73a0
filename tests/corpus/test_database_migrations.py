import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine

from corpus.database import asked, open_engine, reading
from corpus.errors import LibraryError, LibraryNewerError
from corpus.migrating import (
    CORPUS_MIGRATIONS,
    bring_up_to_date,
    newest_revision,
    require_current,
    revision_of,
)
from corpus.schema import metadata
from corpus.store import ArticleStore
from tests.corpus.builders import SHORT, make_store, prepared

FIRST = '''
"""Make a table."""
from alembic import op

revision = "0001"
down_revision = None

def upgrade() -> None:
    op.execute("CREATE TABLE chats (id INTEGER PRIMARY KEY)")
    op.execute("INSERT INTO chats VALUES (7)")
'''
SECOND = '''
"""Add a column."""
from alembic import op

revision = "0002"
down_revision = "0001"

def upgrade() -> None:
    op.execute("ALTER TABLE chats ADD COLUMN language TEXT")
'''
BROKEN = '''
"""Begin well and fail."""
from alembic import op

revision = "0003"
down_revision = "0002"

def upgrade() -> None:
    op.execute("ALTER TABLE chats ADD COLUMN colour TEXT")
    op.execute("ALTER TABLE elsewhere ADD COLUMN colour TEXT")
'''


@pytest.fixture
def scripts(tmp_path: Path) -> Path:
    folder = tmp_path / "migrations of, 100% someone: else"
    folder.mkdir()
    (folder / "v0001_chats.py").write_text(FIRST)
    (folder / "notes.txt").write_text("not a migration")
    return folder


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "bot.sqlite"


@pytest.fixture
def engine(path: Path) -> Iterator[Engine]:
    engine = open_engine(path, timeout=SHORT)
    yield engine
    engine.dispose()


def columns(engine: Engine) -> list[str]:
    with reading(engine) as connection:
        return [row[1] for row in connection.exec_driver_sql("PRAGMA table_info(chats)")]


def revision(engine: Engine, path: Path) -> str | None:
    with reading(engine) as connection:
        return revision_of(asked(connection), path)


def test_the_migrations_make_exactly_the_tables_of_the_schema(tmp_path: Path) -> None:
    make_store(tmp_path).close()
    engine = open_engine(tmp_path / "library.sqlite", read_only=True)
    with reading(engine) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
        tables = connection.exec_driver_sql("SELECT name, sql FROM sqlite_schema").all()
    engine.dispose()
    assert {name for name, sql in tables if "AUTOINCREMENT" in (sql or "")} == {
        table.name for table in metadata.tables.values() if table.kwargs["sqlite_autoincrement"]
    }


def test_another_layer_can_keep_its_own_database_with_its_own_migrations(
    engine: Engine, path: Path, scripts: Path
) -> None:
    assert bring_up_to_date(engine, path, scripts) is True
    assert columns(engine) == ["id"]
    assert bring_up_to_date(engine, path, scripts) is False
    (scripts / "v0002_language.py").write_text(SECOND)
    assert newest_revision(scripts) == "0002"
    with reading(engine) as connection, pytest.raises(LibraryError, match="older passagebot"):
        require_current(asked(connection), path, scripts)
    assert bring_up_to_date(engine, path, scripts) is True
    assert columns(engine) == ["id", "language"]
    with reading(engine) as connection:
        require_current(asked(connection), path, scripts)
        assert connection.exec_driver_sql("SELECT id FROM chats").scalar() == 7


def test_a_migration_that_fails_leaves_the_database_as_it_was(
    engine: Engine, path: Path, scripts: Path
) -> None:
    bring_up_to_date(engine, path, scripts)
    (scripts / "v0002_language.py").write_text(SECOND)
    (scripts / "v0003_colour.py").write_text(BROKEN)
    with pytest.raises(LibraryError, match="no such table: elsewhere"):
        bring_up_to_date(engine, path, scripts)
    assert columns(engine) == ["id"]
    assert revision(engine, path) == "0001"


def test_a_database_of_a_newer_release_is_not_touched(
    engine: Engine, path: Path, scripts: Path
) -> None:
    (scripts / "v0002_language.py").write_text(SECOND)
    bring_up_to_date(engine, path, scripts)
    (scripts / "v0002_language.py").unlink()
    with pytest.raises(LibraryNewerError, match="upgrade passagebot"):
        bring_up_to_date(engine, path, scripts)
    assert revision(engine, path) == "0002"


def test_our_migrations_are_a_chain_in_the_order_of_their_names() -> None:
    texts = [path.read_text() for path in sorted(CORPUS_MIGRATIONS.glob("v*.py"))]
    for number, text in enumerate(texts, start=1):
        assert f'revision = "{number:04}"' in text
        assert ("down_revision = None" if number == 1 else f'"{number - 1:04}"') in text


def test_opening_a_library_does_not_load_alembic(tmp_path: Path, project: Path) -> None:
    with make_store(tmp_path) as store:
        store.put(prepared())
    script = (
        "import sys; from pathlib import Path; from corpus.store import ArticleStore;"
        "ArticleStore.open(Path(sys.argv[1])).close();"
        "ArticleStore.create(Path(sys.argv[1])).close();"
        "print('alembic' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, tmp_path],
        cwd=project,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "False"


def test_a_process_killed_in_a_migration_leaves_an_empty_library(
    tmp_path: Path, project: Path
) -> None:
    script = (
        "import os, signal, sys; from pathlib import Path; from sqlalchemy import event, Engine;"
        "from corpus.store import ArticleStore;"
        "stop = lambda *told: 'changes' in told[2] and os.kill(os.getpid(), signal.SIGKILL);"
        "event.listen(Engine, 'after_cursor_execute', stop);"
        "ArticleStore.create(Path(sys.argv[1]))"
    )
    done = subprocess.run([sys.executable, "-c", script, tmp_path], cwd=project, check=False)
    assert done.returncode == -9
    with ArticleStore.create(tmp_path, timeout=SHORT) as store:
        store.put(prepared())
        assert store.counts().articles == 1
