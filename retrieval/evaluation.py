"""How good the answers are, on a question set: ranking, quoting, abstaining, speed and size.

Ranking measures are ir-measures' (MacAvaney et al., 2022) over the articles of the hits, each at
its best hit. A span is hit when a passage contains one of the question's answers, spaces aside.
"""

import re
import statistics
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from corpus.ingest import ingest
from corpus.store import ArticleStore
from retrieval.answers import Answer, Confidence, Question
from retrieval.engine import AnswerEngine
from retrieval.fitting import balanced_accuracy
from retrieval.indexer import Indexer
from retrieval.protocols import Embedder, Progress, no_progress
from retrieval.question_sets import QuestionSet, QuestionSetError, SetQuestion

HITS = 10
_SPAN_RANKS = (1, 3, 5)
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one question: its articles best first, and which hits hold an answer."""

    question: SetQuestion
    articles: tuple[str, ...]
    spans: tuple[bool, ...]
    confidence: Confidence
    timings_ms: Mapping[str, float]
    verbatim: bool

    @property
    def right(self) -> bool:
        """Whether the first hit's article is a relevant one."""
        return bool(self.articles) and self.articles[0] in self.question.relevant


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The measures of one question set, shares in [0, 1], times in milliseconds."""

    questions: int
    answerable: int
    ranking: Mapping[str, float]
    spans: Mapping[str, float]
    abstention: Mapping[str, float]
    latency_ms: Mapping[str, Mapping[str, float]]
    library: Mapping[str, int]
    verbatim: bool

    def to_json(self) -> dict[str, Any]:
        """Return the outside form."""
        return asdict(self)


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
) -> Report:
    """Return the measures of a question set over a library made of its own articles."""
    with library_of(questions, embedder, folder=folder, progress=progress) as (place, store):
        with AnswerEngine(place, store, embedder) as engine:
            outcomes = ask_all(questions, engine, store, progress)
        size = sum(path.stat().st_size for path in place.rglob("*") if path.is_file())
        counts = store.counts()
        library = {"articles": counts.articles, "passages": counts.passages, "bytes": size}
    return report_of(outcomes, library)


def ask_all(
    questions: QuestionSet, engine: AnswerEngine, store: ArticleStore, progress: Progress
) -> list[Outcome]:
    """Return what became of each question, in order."""
    outcomes = []
    for done, asked in enumerate(questions.questions, start=1):
        answer = engine.answer(Question(text=asked.text, hits=HITS, history=asked.history))
        outcomes.append(_outcome(asked, answer, store))
        progress("asking", done, len(questions.questions))
    return outcomes


def report_of(outcomes: Sequence[Outcome], library: Mapping[str, int]) -> Report:
    """Return the measures over all outcomes."""
    return Report(
        questions=len(outcomes),
        answerable=sum(bool(one.question.relevant) for one in outcomes),
        ranking=ranking_measures(outcomes),
        spans=span_measures(outcomes),
        abstention=abstention_measures(outcomes),
        latency_ms=_latencies(outcomes),
        library=library,
        verbatim=all(one.verbatim for one in outcomes),
    )


def ranking_measures(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """Return article recall@1, 5 and 10, MRR@10 and nDCG@10 over the answerable questions."""
    from ir_measures import RR, R, calc_aggregate, nDCG  # noqa: PLC0415 - takes a second

    judged = [one for one in outcomes if one.question.relevant]
    if not judged:
        return {}
    relevant = {one.question.id: dict(one.question.relevant) for one in judged}
    run = {
        one.question.id: {key: 1.0 / place for place, key in enumerate(one.articles, start=1)}
        for one in judged
    }
    names = {
        "recall@1": R @ 1,
        "recall@5": R @ 5,
        "recall@10": R @ 10,
        "mrr@10": RR @ 10,
        "ndcg@10": nDCG @ 10,
    }
    found = calc_aggregate(list(names.values()), relevant, run)
    return {name: round(float(found[measure]), 4) for name, measure in names.items()}


def span_measures(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """Return the share of questions with an answer among the first 1, 3 and 5 passages."""
    spanned = [one for one in outcomes if one.question.relevant and one.question.answers]
    if not spanned:
        return {}
    return {
        f"span_hit@{rank}": _share([any(one.spans[:rank]) for one in spanned])
        for rank in _SPAN_RANKS
    }


def abstention_measures(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """Return answered rates, balanced accuracy, and precision and coverage of `strong`."""
    answerable = np.array([bool(one.question.relevant) for one in outcomes])
    answered = np.array([one.confidence is not Confidence.NONE for one in outcomes])
    strong = [one for one in outcomes if one.confidence is Confidence.STRONG]
    measures: dict[str, float] = {}
    if answerable.any():
        measures["answered_when_present"] = _share(answered[answerable])
        covered = [one.confidence is Confidence.STRONG for one in outcomes if one.question.relevant]
        measures["strong_coverage"] = _share(covered)
    if not answerable.all():
        measures["answered_when_absent"] = _share(answered[~answerable])
    if answerable.any() and not answerable.all():
        measures["balanced_accuracy"] = round(balanced_accuracy(answerable, answered), 4)
    if strong:
        measures["strong_precision"] = _share([one.right for one in strong])
    return measures


def holds_answer(passage: str, answers: Sequence[str]) -> bool:
    """Return whether `passage` contains one of `answers`, whatever the spaces between words."""
    text = _SPACES.sub(" ", passage)
    return any(_SPACES.sub(" ", answer).strip() in text for answer in answers)


def _outcome(asked: SetQuestion, answer: Answer, store: ArticleStore) -> Outcome:
    passages = [hit.passage for hit in answer.hits]
    return Outcome(
        question=asked,
        articles=tuple(dict.fromkeys(passage.citation.key for passage in passages)),
        spans=tuple(holds_answer(passage.text, asked.answers) for passage in passages),
        confidence=answer.confidence,
        timings_ms=answer.timings_ms,
        verbatim=all(
            passage.span.of(store.article(passage.citation.key).text) == passage.text
            for passage in passages
        ),
    )


def _latencies(outcomes: Sequence[Outcome]) -> dict[str, dict[str, float]]:
    hops = dict.fromkeys(hop for one in outcomes for hop in one.timings_ms)
    found: dict[str, dict[str, float]] = {}
    for hop in hops:
        spent = [one.timings_ms.get(hop, 0.0) for one in outcomes]
        found[hop] = {
            "p50": round(statistics.median(spent), 3),
            "p99": round(float(np.percentile(spent, 99)), 3),
        }
    return found


def _share(flags: Sequence[bool] | Any) -> float:  # noqa: ANN401 - any sequence of truths
    return round(float(np.mean(flags)), 4)
