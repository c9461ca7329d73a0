"""Judging an answer by the gold texts of its question.

A passage is judged in units of what answers. Where the set marks paragraphs, each marked one is a
unit, held by a passage of its article that shares at least half of the shorter of the two: a
paragraph may be cut into several passages, or share one with its neighbours. Where it marks none,
the gold sentences that begin in one passage are a unit, held by a passage of a relevant article
that contains any of them; where there are none, the answer is the unit, in whichever of its
wordings. An answer or gold sentence that stands in no relevant article word for word judges
nothing: it cannot be quoted.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from corpus.articles import Article, Passage, Span
from corpus.errors import ArticleNotFoundError
from corpus.sentences import sentence_spans
from corpus.store import ArticleStore
from retrieval.answers import Answer, Hit
from retrieval.outcomes import Highlighted, Outcome
from retrieval.overlap import covers, holds_answer, occurrences, token_f1
from retrieval.question_sets import SetQuestion


@dataclass(frozen=True, slots=True, kw_only=True)
class _Gold:
    """What answers a question, found in its articles: `paragraphs` are (key, place).

    `pieces` are the units where there are no paragraphs: texts any of which will do. `texts` are answers and gold sentences that stand there, `sentences` the sentences around them.
    """

    paragraphs: tuple[tuple[str, Span], ...]
    pieces: tuple[tuple[str, ...], ...]
    texts: tuple[str, ...]
    sentences: tuple[str, ...]


class Judge:
    """Judges answers from one library. It remembers the sentences of articles it has read."""

    def __init__(self, store: ArticleStore) -> None:
        """Judge answers from `store`."""
        self._store = store
        self._articles: dict[str, Article | None] = {}
        self._sentences: dict[str, list[Span]] = {}

    def judge(self, asked: SetQuestion, answer: Answer) -> Outcome:
        """Return what became of a question that got `answer`."""
        gold = self._gold(asked)
        passages = [hit.passage for hit in answer.hits]
        explained = answer.explanation
        return Outcome(
            id=asked.id,
            text=asked.text,
            kind=asked.kind,
            about=asked.about,
            relevant=asked.relevant,
            articles=tuple(dict.fromkeys(passage.citation.key for passage in passages)),
            units=len(gold.paragraphs or gold.pieces),
            found=tuple(_units_in(passage, gold, asked) for passage in passages),
            spans=tuple(holds_answer(passage.text, gold.texts) for passage in passages)
            if gold.texts
            else None,
            highlighted=_highlighted(answer.hits, gold) if gold.texts else None,
            confidence=answer.confidence,
            probability=explained.probability if explained else 0.0,
            timings_ms=answer.timings_ms,
            verbatim=all(map(self._is_verbatim, passages)),
        )

    def _gold(self, asked: SetQuestion) -> _Gold:
        paragraphs = self._paragraphs(asked)
        texts = (*asked.gold_sentences, *asked.answers)
        places = {text: self._places(text, asked, paragraphs) for text in texts}
        standing = tuple(text for text, found in places.items() if found)
        sentences = {
            self._sentences_around(key, span) for found in places.values() for key, span in found
        }
        wordings = tuple(text for text in asked.answers if text in standing)
        gold = {text: places[text][0] for text in asked.gold_sentences if text in standing}
        return _Gold(
            paragraphs=paragraphs,
            pieces=self._by_passage(gold) or ((wordings,) if wordings else ()),
            texts=standing,
            sentences=tuple(sorted(sentences)),
        )

    def _paragraphs(self, asked: SetQuestion) -> tuple[tuple[str, Span], ...]:
        return tuple(
            (marked.article, span)
            for marked in asked.paragraphs
            for span in list(occurrences(self._text(marked.article), marked.text))[:1]
        )

    def _places(
        self, text: str, asked: SetQuestion, paragraphs: Sequence[tuple[str, Span]]
    ) -> list[tuple[str, Span]]:
        """Return where a text stands in the relevant articles, in marked paragraphs if it does."""
        found = [
            (key, span) for key in asked.relevant for span in occurrences(self._text(key), text)
        ]
        marked = [
            (key, span)
            for key, span in found
            if any(key == other and covers(span, place) for other, place in paragraphs)
        ]
        return marked or found

    def _by_passage(self, gold: Mapping[str, tuple[str, Span]]) -> tuple[tuple[str, ...], ...]:
        """Return gold sentences, each with its place, by the passage they begin in."""
        pieces: dict[tuple[str, int], list[str]] = {}
        for text, (key, span) in gold.items():
            article = self._article(key)
            starts = [one.start for one in article.spans] if article else []
            pieces.setdefault((key, bisect_right(starts, span.start)), []).append(text)
        return tuple(map(tuple, pieces.values()))

    def _sentences_around(self, key: str, span: Span) -> str:
        """Return the text from the first to the last sentence that a range touches."""
        text = self._text(key)
        if key not in self._sentences:
            self._sentences[key] = sentence_spans(text, self._language(key))
        touched = [
            one for one in self._sentences[key] if one.start < span.end and span.start < one.end
        ]
        return text[touched[0].start : touched[-1].end]

    def _text(self, key: str) -> str:
        """Return an article's text, "" if the set judges one that its corpus does not hold."""
        article = self._article(key)
        return article.text if article else ""

    def _language(self, key: str) -> str:
        article = self._article(key)
        return article.citation.language if article else ""

    def _article(self, key: str) -> Article | None:
        if key not in self._articles:
            try:
                self._articles[key] = self._store.article(key)
            except ArticleNotFoundError:
                self._articles[key] = None
        return self._articles[key]

    def _is_verbatim(self, passage: Passage) -> bool:
        return passage.span.of(self._text(passage.citation.key)) == passage.text


def _units_in(passage: Passage, gold: _Gold, asked: SetQuestion) -> tuple[int, ...]:
    key = passage.citation.key
    if gold.paragraphs:
        held = [other == key and covers(passage.span, place) for other, place in gold.paragraphs]
    else:
        held = [key in asked.relevant and holds_answer(passage.text, one) for one in gold.pieces]
    return tuple(number for number, holds in enumerate(held) if holds)


def _highlighted(hits: Sequence[Hit], gold: _Gold) -> Highlighted:
    if not hits:
        return Highlighted(sentence_f1=0.0, answer_f1=0.0, held=False, holds=False)
    passage = hits[0].passage
    start = passage.span.start
    marks = [passage.text[mark.start - start : mark.end - start] for mark in hits[0].highlights]
    marked = " ".join(marks)
    return Highlighted(
        sentence_f1=round(max(token_f1(marked, one) for one in gold.sentences), 4),
        answer_f1=round(max(token_f1(marked, one) for one in gold.texts), 4),
        held=holds_answer(passage.text, gold.texts),
        holds=holds_answer(marked, gold.texts),
    )
