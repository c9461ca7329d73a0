"""How good the answers are on a question set: ranking, quoting, abstaining, speed and size.

The questions are asked of a library made of the set's own articles, as a reader would ask them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from corpus.ingest import ingest
from corpus.store import ArticleStore
from retrieval.answers import Question
from retrieval.bootstrap import RESAMPLES
from retrieval.engine import AnswerEngine
from retrieval.errors import QuestionError
from retrieval.indexer import Indexer
from retrieval.judging import Judge
from retrieval.outcomes import Outcome
from retrieval.protocols import Embedder, Progress, no_progress
from retrieval.question_sets import QuestionSet, QuestionSetError
from retrieval.report import Library, Report, report_of

HITS = 10
_BESIDE_A_DATABASE = ("-wal", "-shm")


@contextmanager
def library_of(
    questions: QuestionSet,
    embedder: Embedder,
    *,
    folder: Path | None = None,
    progress: Progress = no_progress,
) -> Iterator[tuple[Path, ArticleStore]]:
    """Yield a library of the set's articles and its folder; in `folder`, it is kept and reused.

    Raise `QuestionSetError` if an article cannot be read.
    """
    with TemporaryDirectory(prefix="passagebot-evaluate-") as temporary:
        place = folder or Path(temporary)
        with ArticleStore.create(place) as store:
            report = ingest(store, [questions.corpus], progress=progress)
            if report.failed:
                first = report.failed[0]
                message = f"{first.source}: {first.reason}; mend the corpus and evaluate again"
                raise QuestionSetError(message)
            Indexer(place, store, lambda: embedder).bring_up_to_date(progress)
            yield place, store


def evaluate(
    questions: QuestionSet,
    embedder: Embedder,
    *,
    folder: Path | None = None,
    progress: Progress = no_progress,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Report:
    """Return the measures of a question set over a library made of its own articles."""
    with library_of(questions, embedder, folder=folder, progress=progress) as (place, store):
        with AnswerEngine(place, store, embedder) as engine:
            outcomes = ask_all(questions, engine, store, progress)
        library = measured_library(place, store)
    return report_of(
        outcomes,
        library,
        name=questions.folder.name,
        model=embedder.space.model,
        resamples=resamples,
        seed=seed,
    )


def ask_all(
    questions: QuestionSet, engine: AnswerEngine, store: ArticleStore, progress: Progress
) -> list[Outcome]:
    """Return what became of each question, in order.

    Raise `QuestionSetError` if one cannot be asked.
    """
    judge = Judge(store)
    outcomes = []
    for done, asked in enumerate(questions.questions, start=1):
        question = Question(text=asked.text, hits=HITS, history=asked.history)
        try:
            outcomes.append(judge.judge(asked, engine.answer(question)))
        except QuestionError as error:
            message = f"the question {asked.id} of {questions.folder} cannot be asked: {error}"
            raise QuestionSetError(message) from error
        progress("asking", done, len(questions.questions))
    return outcomes


def measured_library(place: Path, store: ArticleStore) -> Library:
    """Return how much a library holds, and its bytes by file; a folder of an index is one."""
    files: dict[str, int] = {}
    for path in sorted(place.rglob("*")):
        if path.is_file() and (size := path.stat().st_size):
            name = "/".join(path.relative_to(place).parts[:2])
            for ending in _BESIDE_A_DATABASE:
                name = name.removesuffix(ending)
            files[name] = files.get(name, 0) + size
    counts = store.counts()
    return Library(articles=counts.articles, passages=counts.passages, files=files)
