"""Question sets of a handful of articles, written to a folder."""

import json
from pathlib import Path

from retrieval.question_sets import QuestionSet, read_question_set

THREE = {
    "flood": ("The flood", "The river rose 2.4 metres overnight. The old bridge held."),
    "fire": ("The fire", "Five houses burned down in Harlow. The mayor thanked the firemen."),
    "match": ("The match", "Northtown won the football match. The goal fell late."),
}
ASKED: list[dict[str, object]] = [
    {"_id": "q1", "text": "How far did the river rise overnight?", "answers": ["2.4  metres"]},
    {"_id": "q2", "text": "Who won the football match?", "answers": ["Northtown won"]},
    {"_id": "q3", "text": "How many houses burned down?", "answers": ["ten houses"]},
    {"_id": "q4", "text": "Xylophone quartz?", "answerable": False},
]
RELEVANT = {"q1": "flood", "q2": "match", "q3": "fire", "q4": "match"}


def three_articles(folder: Path) -> QuestionSet:
    """Return a set of three articles and four questions, the last without an answer."""
    articles = [{"_id": key, "title": title, "text": text} for key, (title, text) in THREE.items()]
    return write(folder, articles, ASKED, list(RELEVANT.items()))


def many_articles(folder: Path, *, seed: int = 0, count: int = 12) -> QuestionSet:
    """Return a set of `count` articles, each with a question, in the words of a made-up place."""
    places = [
        f"{first}{last}" for first in ("Harl", "Sel", "Mor", "Win") for last in ("ow", "by", "ton")
    ]
    events = ("flood", "fire", "match", "storm", "strike", "wedding")
    articles: list[dict[str, str]] = []
    queries: list[dict[str, object]] = []
    judged: list[tuple[str, str]] = []
    for number in range(count):
        place, event = places[(number + seed) % 12], events[(number * 5 + seed) % 6]
        text = (
            f"The {event} of {place} began on day {number + 3}. People from all over came to see. "
            f"It cost {number * 7 + seed} pounds, and the mayor of {place} was not pleased."
        )
        articles.append({"_id": f"{number}", "title": f"News from {place}", "text": text})
        queries.append(
            {
                "_id": f"q{number}",
                "text": f"What did the {event} of {place} cost?",
                "answers": [f"{number * 7 + seed} pounds"],
            }
        )
        judged.append((f"q{number}", f"{number}"))
    queries.append({"_id": "none", "text": "Who painted the ceiling?", "answerable": False})
    queries.append({"_id": "more", "text": "And then?", "history": ["user: hello"]})
    return write(folder, articles, queries, judged)


def write(
    folder: Path,
    articles: list[dict[str, str]],
    queries: list[dict[str, object]],
    judged: list[tuple[str, str]],
) -> QuestionSet:
    """Write a set and read it back."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, lines in (("corpus.jsonl", articles), ("queries.jsonl", queries)):
        (folder / name).write_text("".join(json.dumps(line) + "\n" for line in lines))
    rows = "".join(f"{query}\t{article}\t1\n" for query, article in judged)
    (folder / "qrels.tsv").write_text(f"query-id\tcorpus-id\tscore\n{rows}")
    return read_question_set(folder)
