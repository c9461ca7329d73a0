"""What every command is given: the settings, the streams and the way a model is loaded."""

from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

from bot.assembly import EmbedderLoader, Library, open_library
from bot.progress import progress_on
from bot.settings import Settings
from bot.terminal import Terminal
from retrieval.protocols import Progress

if TYPE_CHECKING:
    from corpus.fetching import Fetcher
    from retrieval.embedders.engines import Engines


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of one command."""

    settings: Settings
    terminal: Terminal
    load: EmbedderLoader
    fetcher: "Fetcher | None" = None
    """The way to the web, if not the usual one."""
    engines: "Engines | None" = None
    """What makes engines for the library, if `load` uses them."""

    def library(self, *, create: bool = False) -> AbstractContextManager[Library]:
        """Return the library of the settings, open; with `create` it is made if it is not there."""
        return open_library(self.settings, load=self.load, engines=self.engines, create=create)

    def web(self) -> "Fetcher":
        """Return the way to the web: to public addresses, at the ports of the settings."""
        if self.fetcher is not None:
            return self.fetcher
        from corpus.addresses import Reach  # noqa: PLC0415 - what only answers needs no web
        from corpus.fetching import Fetcher  # noqa: PLC0415

        return Fetcher(reach=Reach(ports=frozenset(self.settings.fetch_ports)))

    def progress(self) -> AbstractContextManager[Progress]:
        """Return what draws bars while a block runs."""
        return progress_on(self.terminal)

    def with_model(self, model: str) -> Self:
        """Return the same run with another embedding model."""
        return replace(self, settings=replace(self.settings, model=model))
