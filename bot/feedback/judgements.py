"""What readers' votes say of questions: which articles answer, which do not, what is undecided."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bot.feedback.votes import Tally, question_key
from bot.rendering import ArticleSource, find_current
from corpus.articles import Article, Citation
from corpus.errors import ArticleNotFoundError

CLEARLY = 2
"""By how many votes more for it than against it an article is of the higher grade; and how many
must be against everything that was shown before a question counts as not answered."""

_NOT_IN_A_TABLE = re.compile(r"[\t\r\n]")
_LONGEST_ID = 512

Name = tuple[str, str]


class Articles(ArticleSource, Protocol):
    """The store, as far as votes are exported from it."""

    def citations(self, *, collection: str | None = None) -> list[Citation]:
        """Return the active articles of all collections, by collection and key."""


@dataclass(slots=True)
class Judged:
    """One question with the votes on what was shown: by article, and passages voted for."""

    id: str
    text: str
    votes: dict[Name, list[Tally]] = field(default_factory=dict)
    passages: dict[Name, list[str]] = field(default_factory=dict)

    @property
    def relevant(self) -> dict[Name, int]:
        """Return the articles somebody voted for, with their grades."""
        graded = {name: max(map(_grade, tallies)) for name, tallies in self.votes.items()}
        return {name: grade for name, grade in graded.items() if grade}

    @property
    def against(self) -> dict[Name, int]:
        """Return the articles that were voted against and not for, with how many were."""
        counted = {name: max(one.downs for one in tallies) for name, tallies in self.votes.items()}
        return {
            name: downs
            for name, downs in counted.items()
            if downs and not any(one.ups for one in self.votes[name])
        }

    @property
    def is_absent(self) -> bool:
        """Whether readers agree that nothing shown answers: several against, none for."""
        return not self.relevant and sum(self.against.values()) >= CLEARLY

    @property
    def chosen(self) -> dict[Name, int]:
        """Return the articles that were picked from a list, with how often."""
        counted = {name: sum(one.chosen for one in t) for name, t in self.votes.items()}
        return {name: count for name, count in counted.items() if count}


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """Everything an export holds, in its order. `ids` are the names of articles in it."""

    questions: tuple[Judged, ...]
    ids: Mapping[Name, str]
    left_out: int

    @property
    def answered(self) -> list[Judged]:
        """Return the questions with an article that answers."""
        return [one for one in self.questions if one.relevant]

    @property
    def absent(self) -> list[Judged]:
        """Return the questions that nothing answers, as readers say."""
        return [one for one in self.questions if one.is_absent]

    @property
    def undecided(self) -> list[Judged]:
        """Return the questions whose votes say too little."""
        return [
            one for one in self.questions if one.against and not one.relevant and not one.is_absent
        ]


def feedback_of(articles: Articles, tallies: Sequence[Tally]) -> Feedback:
    """Return the votes on what the articles still say, with copies of it judged alike.

    Votes on a passage that its article no longer holds are left out and counted.
    """
    questions: dict[str, Judged] = {}
    left_out = 0
    cited = articles.citations()
    for tally in tallies:
        text = _passage(articles, tally)
        if text is None:
            left_out += 1
            continue
        key = question_key(tally.question)
        judged = questions.setdefault(key, Judged(id=f"q{key}", text=tally.question))
        name = (tally.article.collection, tally.article.key)
        judged.votes.setdefault(name, []).append(tally)
        if tally.ups:
            judged.passages.setdefault(name, []).append(text)
    _judge_copies(articles, cited, questions.values())
    return Feedback(
        questions=tuple(sorted(questions.values(), key=lambda one: one.id)),
        ids=_ids(cited),
        left_out=left_out,
    )


def _grade(tally: Tally) -> int:
    """Return 0 where nobody voted for a passage, 2 where the votes for it clearly prevail, else 1."""
    if not tally.ups:
        return 0
    return 2 if tally.ups - tally.downs >= CLEARLY else 1


def _passage(articles: ArticleSource, tally: Tally) -> str | None:
    """Return what was voted on, if the article as it stands now still holds it."""
    ref = tally.article
    current = find_current(articles, collection=ref.collection, key=ref.key)
    if current is None:
        return None
    try:
        then = articles.article(ref.key, collection=ref.collection, version=ref.version)
    except ArticleNotFoundError:
        return None
    text = tally.span.of(then.text)
    return text if text.strip() and text in current.text else None


def _judge_copies(
    articles: Articles, cited: Sequence[Citation], questions: Iterable[Judged]
) -> None:
    """Give articles that hold a passage readers voted for that vote too.

    A search folds copies under one of them, and which one that is means nothing.
    """
    voted = [
        (one, name, text)
        for one in questions
        for name, texts in one.passages.items()
        for text in dict.fromkeys(texts)
    ]
    found: list[tuple[Judged, Name, Name]] = []
    for citation in cited if voted else ():
        name = (citation.collection, citation.key)
        article = find_current(articles, collection=name[0], key=name[1])
        found += [
            (one, name, original)
            for one, original, text in voted
            if name != original and _holds(article, text)
        ]
    for one, name, original in found:
        one.votes.setdefault(name, []).extend(t for t in one.votes[original] if t.ups)


def _holds(article: Article | None, text: str) -> bool:
    return article is not None and text in article.text


def _ids(cited: Sequence[Citation]) -> dict[Name, str]:
    """Return an id for each article: its key, with its collection where that is not enough."""
    keys = Counter(one.key for one in cited)
    ids: dict[Name, str] = {}
    taken = {key for key, count in keys.items() if count == 1}
    for one in cited:
        alone = keys[one.key] == 1 and not _NOT_IN_A_TABLE.search(one.key)
        name = one.key if alone else f"{one.collection}/{one.key}"
        if not alone and (name in taken or _is_unfit(name)):
            digest = hashlib.sha256(f"{one.collection}\n{one.key}".encode()).hexdigest()
            name = f"article-{digest[:16]}"
        ids[one.collection, one.key] = name
        taken.add(name)
    return ids


def _is_unfit(name: str) -> bool:
    return len(name) > _LONGEST_ID or _NOT_IN_A_TABLE.search(name) is not None
