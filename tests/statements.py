"""The statements a file is asked, as SQLite sees them."""

from corpus.sqlite_files import ReadOnlyFile


def told_statements(file: ReadOnlyFile) -> list[str]:
    """Return a list that grows by each statement this thread asks from now on, one at a time.

    Those of transactions are left out.
    """
    told: list[str] = []

    def note(statement: str) -> None:
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA")):
            told.append(statement)

    with file.reading() as asked:  # the connection that was given back last is the next one taken
        asked._driver.set_trace_callback(note)
    return told
