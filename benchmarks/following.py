"""What it costs to match new articles against many followed questions, and what the sieve loses.

    python -m benchmarks.following [--follows N] [--articles N] [--one-by-one] [--recall]

Finds the question sets through SHARED_DIR. A library is made of their articles but some, which then
come as news; as many questions as wanted, of all sets alike, are followed. Prints how many pairs of
question and article the sieve leaves, what the engine decides on them, and the time; beside it what
it would take to ask every question of every new article, from the mean of --sample answers.

With --one-by-one the news come one article after the other, as they do in life, not all at once.
With --recall every question is also asked without the sieve, of all news together: the strong
matches the sieve left out are counted. The library is kept in --work and used again.
"""

import argparse
import json
import os
import random
import shutil
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bot.following.follows import Follow
from bot.following.matching import Matching, Watch
from bot.state import BotState
from bot.telegram.access import AllowedChats
from corpus.ingest import ingest
from corpus.store import ArticleStore
from retrieval.answers import Answer, Confidence, Filters, Question
from retrieval.embedders.sentence_transformers import SentenceTransformersEmbedder
from retrieval.engine import AnswerEngine
from retrieval.indexer import Indexer
from retrieval.question_sets import QuestionSet, read_question_set
from retrieval.sieve import Sieve, Standing
from retrieval.story_index import StoryIndex

SETS = ("onestop_news", "clapnq", "norquad/news", "xquad/en", "xquad/es", "xquad/ru")
_SEED = 7


def main(arguments: Sequence[str] | None = None) -> int:
    """Run; return 2 if the sets are not there."""
    options = _options(arguments)
    shared = os.environ.get("SHARED_DIR")
    if not shared:
        print("following: set SHARED_DIR to the folder that holds data/", file=sys.stderr)
        return 2
    sets = [read_question_set(Path(shared) / "data" / name) for name in SETS]
    kept, news = _parted(sets, options.articles)
    model = SentenceTransformersEmbedder.load()
    base = _base(options.work / f"following_{options.articles}", kept, model)
    folder = options.work / "following_now"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(base, folder)
    with _watched(folder, model) as watched:
        questions = _questions(sets, options.follows)
        _follow(watched, questions)
        groups = [[one] for one in news] if options.one_by_one else [news]
        for group in groups:
            _add(folder, watched, group, model)
            watched.look()
        _report(watched, len(questions), len(news), options.sample)
        if options.recall:
            _recall(watched, questions, news)
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--follows", type=int, default=1_000)
    parser.add_argument("--articles", type=int, default=100)
    parser.add_argument("--sample", type=int, default=100)
    parser.add_argument("--one-by-one", action="store_true")
    parser.add_argument("--recall", action="store_true")
    parser.add_argument("--work", type=Path, default=Path.home() / ".cache/passagebot-quality")
    return parser.parse_args(arguments)


Article = dict[str, str]


def _parted(sets: Sequence[QuestionSet], count: int) -> tuple[list[Article], list[Article]]:
    """Return the articles that are there, and those that come: of every set as many, by chance."""
    chance = random.Random(_SEED)  # noqa: S311 - no secret
    kept: list[Article] = []
    news: list[Article] = []
    for number, one in enumerate(sets):
        name = f"{one.folder.parent.name}-{one.folder.name}"
        lines = one.corpus.read_text(encoding="utf-8").splitlines()
        articles = [
            {**article, "_id": f"{name}-{article['_id']}"} for article in map(json.loads, lines)
        ]
        chance.shuffle(articles)
        share = count * (number + 1) // len(sets) - count * number // len(sets)
        news += articles[:share]
        kept += articles[share:]
    return kept, news


def _base(folder: Path, articles: Sequence[Article], model: SentenceTransformersEmbedder) -> Path:
    """Return the library as it is before the news, made if it is not there yet."""
    if not (folder / "made").exists():
        shutil.rmtree(folder, ignore_errors=True)
        with ArticleStore.create(folder) as store, closing(StoryIndex(folder)) as stories:
            _store(folder, store, articles)
            Indexer(folder, store, lambda: model).bring_up_to_date()
            stories.bring_up_to_date(store)
        (folder / "made").touch()
    return folder


def _store(folder: Path, store: ArticleStore, articles: Sequence[Article]) -> None:
    path = folder / "articles.jsonl"
    path.write_text("\n".join(map(json.dumps, articles)), encoding="utf-8")
    ingest(store, [path])
    path.unlink()


@dataclass
class Watched:
    """A library under watch, and what was spent on it."""

    store: ArticleStore
    state: BotState
    engine: AnswerEngine
    stories: StoryIndex
    sieve: Sieve
    pairs: int = 0
    sifting: float = 0.0
    looking: float = 0.0
    decided: list[float] = field(default_factory=list)
    strong: int = 0
    alerts: int = 0

    def look(self) -> None:
        """Look through the news as the bot does."""
        matching = Matching(
            follows=self.state.follows,
            ask=self._ask,
            watch=Watch(library=self.store, sieve=self),
            stories=self.stories.of,
            rights=AllowedChats(frozenset(), {}),
            now=lambda: datetime.now(UTC),
        )
        started = time.perf_counter()
        while (found := matching.step()) is not None:
            self.alerts += found
        self.looking += time.perf_counter() - started

    def _ask(self, question: Question) -> Answer:
        started = time.perf_counter()
        answer = self.engine.answer(question)
        self.decided.append(time.perf_counter() - started)
        self.strong += answer.confidence is Confidence.STRONG
        return answer

    @property
    def position(self) -> int:
        return self.sieve.position

    @property
    def space(self) -> str:
        return self.sieve.space

    def vector(self, text):  # noqa: ANN001, ANN201 - as in `Sieve`
        return self.sieve.vector(text)

    def likely(self, questions, passages):  # noqa: ANN001, ANN201 - as in `Sieve`
        """Sift, and count pairs of question and article."""
        started = time.perf_counter()
        found = self.sieve.likely(questions, passages)
        self.sifting += time.perf_counter() - started
        self.pairs += len({(one, passages[other].version_id) for one, other in found})
        return found


@contextmanager
def _watched(folder: Path, model: SentenceTransformersEmbedder) -> Iterator[Watched]:
    with (
        ArticleStore.open(folder) as store,
        BotState.open(folder) as state,
        AnswerEngine(folder, store, model) as engine,
        closing(StoryIndex(folder)) as stories,
        closing(Sieve(folder, engine)) as sieve,
    ):
        watched = Watched(store, state, engine, stories, sieve)
        watched.look()
        yield watched


def _questions(sets: Sequence[QuestionSet], count: int) -> list[str]:
    chance = random.Random(_SEED)  # noqa: S311 - no secret
    chosen: list[str] = []
    for number, one in enumerate(sets):
        share = count * (number + 1) // len(sets) - count * number // len(sets)
        texts = sorted({question.text for question in one.questions})
        chosen += chance.sample(texts, min(share, len(texts)))
    return chosen


def _follow(watched: Watched, questions: Sequence[str]) -> None:
    for number, text in enumerate(questions):
        follow = Follow(
            token=f"{number:012}",
            person_id=number + 1,
            chat_id=number + 1,
            thread_id=None,
            question=text,
            language="",
            is_once=False,
            since=watched.position,
            created_at=datetime.now(UTC),
            vector=watched.vector(text),
            space=watched.space,
        )
        watched.state.follows.add(follow)


def _add(
    folder: Path,
    watched: Watched,
    articles: Sequence[Article],
    model: SentenceTransformersEmbedder,
) -> None:
    _store(folder, watched.store, articles)
    Indexer(folder, watched.store, lambda: model).bring_up_to_date()
    watched.stories.bring_up_to_date(watched.store)
    watched.engine.refresh()


def _report(watched: Watched, follows: int, articles: int, sample: int) -> None:
    passages = watched.store.counts().passages
    print(f"{follows} follows, {articles} new articles, {passages} passages in the library")
    everything = follows * articles
    print(f"pairs of question and article  {everything:>10,}")
    print(f"left by the sieve              {watched.pairs:>10,}   {watched.pairs / everything:.2%}")
    print(f"asked of the engine            {len(watched.decided):>10,}")
    print(f"alerts                         {watched.alerts:>10,}")
    decisions = sum(watched.decided)
    print(f"sifting                        {watched.sifting:>10.2f} s")
    print(f"deciding                       {decisions:>10.2f} s")
    print(f"in all                         {watched.looking:>10.2f} s")
    print(f"for one article                {watched.looking / articles * 1000:>10.1f} ms")
    some = random.Random(_SEED).sample(watched.state.follows.standing(), min(sample, follows))  # noqa: S311
    spent = [_timed(watched.engine, one.question) for one in some]
    naive = statistics.mean(spent) * everything
    print(
        f"without the sieve, about       {naive:>10.0f} s   ({statistics.mean(spent) * 1000:.1f} ms an answer)"
    )


def _timed(engine: AnswerEngine, text: str) -> float:
    started = time.perf_counter()
    engine.answer(Question(text=text))
    return time.perf_counter() - started


def _recall(watched: Watched, questions: Sequence[str], news: Sequence[Article]) -> None:
    """Print how many strong matches among the news the sieve would have left out."""
    names = tuple(("main", one["_id"]) for one in news)
    strong = lost = 0
    for text in questions:
        filters = Filters(articles=names)
        answer = watched.engine.answer(Question(text=text, hits=1, filters=filters))
        if answer.confidence is not Confidence.STRONG:
            continue
        strong += 1
        passages = [answer.hits[0].passage]
        standing = Standing(text=text, vector=watched.vector(text))
        lost += not watched.sieve.likely([standing], passages)
    print(f"strong matches without the sieve {strong}, of which it leaves out {lost}")


if __name__ == "__main__":
    sys.exit(main())
