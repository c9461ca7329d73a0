"""The library as it stood on another day: what is asked of it is answered as it was then."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime

from bot.assembly import Library
from corpus.clock import Clock, utc_now
from corpus.store import ArticleStore
from retrieval.protocols import Embedder, Progress
from retrieval.serving import require_same
from retrieval.snapshots import library_as_of


@contextmanager
def past_library(
    library: Library, moment: datetime, progress: Progress, *, now: Clock = utc_now
) -> Iterator[Library]:
    """Yield `library` as it stood at `moment`; the library itself if nothing changed since.

    "Yesterday" in a question counts from then. Raise `OtherModelError` if the settings name
    another model than the library is embedded with.
    """
    then = min(moment, now())
    with ExitStack() as closing:
        if library.store.past(moment).is_present:
            yield library.over(library.folder, library.store, now=lambda: then, closing=closing)
            return
        folder = closing.enter_context(
            library_as_of(library.folder, library.store, moment, progress)
        )
        store = closing.enter_context(ArticleStore.open(folder))
        space = library.space()

        def load(model: str) -> Embedder:
            embedder = library.load(model)
            if space is not None:
                require_same(space, embedder.space)
            return embedder

        yield library.over(folder, store, now=lambda: then, closing=closing, load=load)


def lost_since(store: ArticleStore, moment: datetime) -> list[str]:
    """Return what an answer as of `moment` has to do without, a line for each reason."""
    past = store.past(moment)
    lines = []
    if past.removed_since:
        count = past.removed_since
        said = "article was" if count == 1 else "articles were"
        lines.append(f"{count} {said} removed since then, and can take no part")
    if past.retired_sometime:
        count = past.retired_sometime
        said = "article was" if count == 1 else "articles were"
        lines.append(f"{count} {said} retired on an unknown day, and can take no part")
    return lines
