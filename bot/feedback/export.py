"""Readers' votes as a question set that `evaluate` replays: BEIR form (Thakur et al., 2021).

Beyond `corpus.jsonl`, `queries.jsonl` and `qrels.tsv` a folder holds

- `passages.jsonl` and `qrels_passages.tsv`: the passages that readers voted for;
- `undecided.jsonl`: questions with too few votes to say anything, with their votes;
- `chosen.jsonl`: what people picked from a list of results and sent, which is a weaker sign;
- `feedback.json`: says that the folder is such an export, and what it holds.

A question is what was searched for, so it stands without its conversation. Nobody is named, and the
same votes over the same articles make the same files.
"""

import hashlib
from collections.abc import Iterator
from typing import Any

from bot.feedback.judgements import Articles, Feedback
from bot.rendering import find_current

SCHEMA = 1
KIND = "passagebot feedback"
MARK = "feedback.json"
FILES = (
    "corpus.jsonl",
    "queries.jsonl",
    "qrels.tsv",
    "passages.jsonl",
    "qrels_passages.tsv",
    "undecided.jsonl",
    "chosen.jsonl",
    MARK,
)
"""Every file an export may hold."""

Record = dict[str, Any]


def corpus_of(articles: Articles, feedback: Feedback) -> Iterator[Record]:
    """Yield every article as `ingest` reads it."""
    for name, article_id in feedback.ids.items():
        article = find_current(articles, collection=name[0], key=name[1])
        if article is None:
            continue
        cited = article.citation
        told = {
            "_id": article_id,
            "title": cited.title,
            "text": article.text,
            "url": cited.url,
            "date": cited.published.isoformat() if cited.published else None,
            "source": cited.source,
            "author": cited.author,
            "lang": cited.language,
        }
        yield {field: value for field, value in told.items() if value is not None}


def queries_of(feedback: Feedback) -> Iterator[Record]:
    """Yield the questions that can be judged; those without an answer as near misses."""
    for one in feedback.questions:
        if one.relevant:
            yield {"_id": one.id, "text": one.text}
        elif one.is_absent:
            related = [feedback.ids[name] for name in sorted(one.against)]
            yield {
                "_id": one.id,
                "text": one.text,
                "answerable": False,
                "kind": "near miss",
                "related": related,
            }


def judgements_of(feedback: Feedback) -> Iterator[tuple[str, str, int]]:
    """Yield question, article and grade: 2 or 1 for what answers, 0 for what does not."""
    for one in (*feedback.answered, *feedback.absent):
        graded = {**dict.fromkeys(one.against, 0), **one.relevant}
        for name in sorted(graded):
            yield one.id, feedback.ids[name], graded[name]


def paragraphs_of(feedback: Feedback) -> Iterator[tuple[str, Record]]:
    """Yield the id of a question and a passage that readers voted for under it."""
    for one in feedback.answered:
        for name in sorted(one.passages):
            for text in dict.fromkeys(one.passages[name]):
                article_id = feedback.ids[name]
                digest = hashlib.sha256(f"{article_id}\n{text}".encode()).hexdigest()[:16]
                yield one.id, {"_id": f"p{digest}", "article_id": article_id, "text": text}


def undecided_of(feedback: Feedback) -> Iterator[Record]:
    """Yield the questions with too few votes, and how many were against which article."""
    for one in feedback.undecided:
        against = {feedback.ids[name]: one.against[name] for name in sorted(one.against)}
        yield {"_id": one.id, "text": one.text, "against": against}


def chosen_of(feedback: Feedback) -> Iterator[Record]:
    """Yield what was picked from lists of results, and how often."""
    for one in feedback.questions:
        if one.chosen:
            chosen = {feedback.ids[name]: one.chosen[name] for name in sorted(one.chosen)}
            yield {"_id": one.id, "text": one.text, "chosen": chosen}


def mark_of(feedback: Feedback) -> Record:
    """Return what tells an export from any other folder, and what it holds."""
    return {
        "kind": KIND,
        "schema": SCHEMA,
        "answered": len(feedback.answered),
        "absent": len(feedback.absent),
        "undecided": len(feedback.undecided),
        "left_out": feedback.left_out,
        "articles": len(feedback.ids),
    }
