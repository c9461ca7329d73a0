"""Taking up in `stories.sqlite` what changed in the store.

A text is compared with those that share a bucket with it, once, when it comes; its links go when
the last article that tells it does.
"""

import json
from collections.abc import Iterator, Sequence
from itertools import groupby

from sqlalchemy import Connection

from corpus.articles import Passage
from corpus.database import asked, driver
from corpus.reading import ArticleReader
from retrieval.copies import Body, Kinship
from retrieval.kinships import Relative, kinship, may_be_copies
from retrieval.sketches import Sketch, hashes_from_bytes, hashes_to_bytes, sketch

MOST_RELATIVES = 24
"""Texts one text is compared with: those that share the most buckets with it."""
_RELATIVES = """
    SELECT text_id, max(is_run) FROM json_each(?)
    CROSS JOIN buckets ON buckets.bucket = json_each.value
    GROUP BY text_id ORDER BY count(*) DESC, text_id LIMIT ?
"""


class StoryWriter:
    """Writes on the connection of one transaction."""

    def __init__(self, connection: Connection, store: ArticleReader) -> None:
        """Take up the articles of `store`."""
        self._connection = connection
        self._asked = asked(connection)
        self._store = store

    def take(self, first: int, last: int) -> int:
        """Make the file agree with what the store says now of the passages `first..last`.

        Return how many articles were taken up, or else taken out.
        """
        dropped = self._asked.rows(
            "DELETE FROM tellings WHERE first_passage <= ? AND last_passage >= ? RETURNING text_id",
            (last, first),
        )
        added = [self._add(passages) for passages in _by_version(self._store, first, last)]
        for text_id in {row[0] for row in dropped}.difference(added):
            self._forget_unused(text_id)
        return max(len(added), len(dropped))

    def _add(self, passages: list[Passage]) -> int:
        """Take up an article by all its passages; return the id of its text."""
        cited = passages[0].citation
        text = _prose(passages)
        made = sketch(text, language=cited.language, part=cited.collection)
        known = self._asked.value("SELECT id FROM texts WHERE fingerprint = ?", (made.fingerprint,))
        text_id = int(known) if known is not None else self._add_text(made, text)
        seen = (
            cited.published
            or self._store.article(
                cited.key, collection=cited.collection, version=cited.version
            ).stored_at
        )
        place = (passages[0].id, passages[-1].id, cited.collection, cited.key)
        self._asked.rows(
            "INSERT INTO tellings VALUES (?, ?, ?, ?, ?, ?, ?)",
            (*place, text_id, seen.isoformat(), cited.published is not None),
        )
        return text_id

    def related(
        self, made: Sketch, text: str, relatives: Sequence[tuple[int, bool]] | None = None
    ) -> Iterator[tuple[int, Kinship, float]]:
        """Yield the texts that a text is kin to, what they are to each other, and how strongly.

        `made` is its sketch. `relatives` are those it is compared with, by default the ones that
        share a bucket with it.
        """
        found = self._relatives(made) if relatives is None else relatives
        own = Relative(names=made.names, words=made.words, has_case=made.has_case, body=Body(text))
        for other_id, shares_runs in found:
            kin = kinship(own, self._relative(other_id, own, shares_runs=shares_runs))
            if kin is not None:
                yield other_id, *kin

    def _add_text(self, made: Sketch, text: str) -> int:
        relatives = self._relatives(made)
        text_id = self._asked.value(
            "INSERT INTO texts (fingerprint, has_case, names, words) VALUES (?, ?, ?, ?) "
            "RETURNING id",
            (
                made.fingerprint,
                made.has_case,
                hashes_to_bytes(made.names),
                hashes_to_bytes(made.words),
            ),
        )
        kinds = dict.fromkeys(made.name_buckets, False) | dict.fromkeys(made.run_buckets, True)
        if kinds:
            rows = [(bucket, text_id, is_run) for bucket, is_run in kinds.items()]
            with driver(self._connection) as own:
                own.executemany("INSERT INTO buckets VALUES (?, ?, ?)", rows)
        for other_id, kind, strength in self.related(made, text, relatives):
            link = (other_id, text_id, kind.value, strength)
            self._asked.rows("INSERT INTO links VALUES (?, ?, ?, ?)", link)
        return int(text_id)

    def _relatives(self, made: Sketch) -> list[tuple[int, bool]]:
        """Return the texts that share a bucket, most buckets first; and whether runs are shared."""
        buckets = (*made.run_buckets, *made.name_buckets)
        rows = self._asked.rows(_RELATIVES, (json.dumps(buckets), MOST_RELATIVES))
        return [(row[0], bool(row[1])) for row in rows]

    def _relative(self, text_id: int, own: Relative, *, shares_runs: bool) -> Relative:
        ((has_case, names, words),) = self._asked.rows(
            "SELECT has_case, names, words FROM texts WHERE id = ?", (text_id,)
        )
        known = hashes_from_bytes(words)
        is_read = shares_runs and may_be_copies(own.words, known)
        return Relative(
            names=hashes_from_bytes(names),
            words=known,
            has_case=bool(has_case),
            body=self._body(text_id) if is_read else None,
        )

    def _body(self, text_id: int) -> Body | None:
        """Return a text, read from the store; `None` if what tells it is just being taken out."""
        places = self._asked.rows(
            "SELECT first_passage, last_passage FROM tellings WHERE text_id = ?", (text_id,)
        )
        for first, last in places:
            found = self._store.passages(range(first, last + 1))
            if len(found) == last + 1 - first:
                return Body(_prose(list(found.values())))
        return None

    def _forget_unused(self, text_id: int) -> None:
        if self._asked.value("SELECT count(*) FROM tellings WHERE text_id = ?", (text_id,)):
            return
        self._asked.rows("DELETE FROM links WHERE ? IN (first_id, second_id)", (text_id,))
        self._asked.rows("DELETE FROM buckets WHERE text_id = ?", (text_id,))
        self._asked.rows("DELETE FROM texts WHERE id = ?", (text_id,))


def _by_version(store: ArticleReader, first: int, last: int) -> Iterator[list[Passage]]:
    """Yield the passages of each article that answers now."""
    passages = store.passages_to_index(first, last)
    for _, some in groupby(passages, key=lambda passage: passage.version_id):
        yield list(some)


def _prose(passages: list[Passage]) -> str:
    return "\n".join(passage.text for passage in passages)
