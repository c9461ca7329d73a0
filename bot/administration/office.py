"""What administrators in chat work with: the library they may change, and work beside the bot."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bot.administration.workshop import Beside, Workshop
from corpus.readers.reading import LARGEST_FILE

if TYPE_CHECKING:
    from bot.assembly import Library
    from bot.settings import Settings

LARGEST_DOWNLOAD = 20 * 1000 * 1000
"""Bytes of the largest file that Telegram's own server hands out."""

PROGRESS_SECONDS = 3.0
_TELEGRAM = "api.telegram.org"


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """The library, where its articles are read and added, and the command that syncs it.

    `file_limit` is in bytes. A line that tells how far work is changes every `progress_seconds`.
    """

    library: "Library"
    workshop: Workshop
    sync: Sequence[str]
    file_limit: int = LARGEST_DOWNLOAD
    progress_seconds: float = PROGRESS_SECONDS


def largest_download(api_url: str) -> int:
    """Return how many bytes a file may have: a Bot API server of one's own has no limit but ours."""
    is_telegram = urlsplit(api_url).hostname == _TELEGRAM
    return LARGEST_DOWNLOAD if is_telegram else LARGEST_FILE


def office_of(library: "Library", settings: "Settings") -> Office | None:
    """Return what the administrators of the settings work with, None if there are none."""
    if not settings.admins:
        return None
    command = (sys.executable, "-m", "bot", "--library", str(library.folder), "sync", "--json")
    return Office(
        library=library,
        workshop=Beside(library, ports=settings.fetch_ports),
        sync=command,
        file_limit=largest_download(settings.telegram_api_url),
    )
