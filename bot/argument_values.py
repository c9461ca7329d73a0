"""What single options may say: each text as its value, or one line that says what is wrong."""

import argparse
from datetime import UTC, datetime, timedelta

from corpus.errors import CorpusError
from corpus.readers.columns import parse_columns

MOST_HITS = 100


def hits(text: str) -> int:
    """Return how many passages are wished for, from 1 to `MOST_HITS`."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= MOST_HITS:
        message = f"{text!r} is not a number from 1 to {MOST_HITS}"
        raise argparse.ArgumentTypeError(message)
    return int(text)


def columns(text: str) -> dict[str, str]:
    """Return which column holds which of our fields, from "title=headline,text=body"."""
    try:
        return parse_columns(text)
    except CorpusError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def moment(text: str) -> datetime:
    """Return a date as its midnight, UTC unless it names another zone."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        message = f"{text!r} is not a date like 2026-10-30"
        raise argparse.ArgumentTypeError(message) from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def end_of_day(text: str) -> datetime:
    """Return the last moment of a date, or the moment a text with a time names; both in UTC."""
    found = moment(text)
    rest = timedelta(days=1, microseconds=-1) if len(text) <= len("2026-10-30") else timedelta()
    try:
        return (found + rest).astimezone(UTC)
    except OverflowError:
        message = f"{text!r} is beyond the calendar; write a date like 2026-10-30"
        raise argparse.ArgumentTypeError(message) from None
