"""What SQLite itself is asked, whoever asks it."""

from sqlalchemy import Engine, event


def told_statements(engine: Engine) -> list[str]:
    """Return a list that grows by each statement run from now on but those of transactions."""
    told: list[str] = []

    def note(statement: str) -> None:
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA")):
            told.append(statement)

    event.listen(engine, "checkout", lambda driver, *_: driver.set_trace_callback(note))
    return told
