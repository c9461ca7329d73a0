"""How the library of a running bot is watched for news."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

from bot.following.matching import Watch
from corpus.store import ArticleStore
from retrieval.engine import AnswerEngine
from retrieval.sieve import Sieve
from retrieval.story_index import StoryIndex


@contextmanager
def watching(
    folder: Path, store: ArticleStore, engine: AnswerEngine, stories: StoryIndex
) -> Iterator[Watch]:
    """Yield the watch over a library whose questions `engine` answers."""
    with closing(Sieve(folder, engine)) as sieve:
        refresh = partial(stories.bring_up_to_date, store)
        yield Watch(library=store, sieve=sieve, refresh_stories=refresh)
