"""The keyword index: BM25 over our own tokens, kept by tantivy.

Scores are BM25 (Robertson and Zaragoza, 2009; k1 = 1.2, b = 0.75) summed over the title and the
body of a passage, each a field of its own.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import tantivy
from numpy.typing import NDArray

from retrieval.errors import IndexingError
from retrieval.protocols import Found, Ranking
from retrieval.rankings import exact_top, nothing_ranked

_WRITER_BYTES = 64_000_000
_TOKENIZER = "tokens"
_FIELDS = ("title", "body")
_COUNTED = 20_000
"""Passages with a token that are counted one by one, in about a millisecond."""
_AT_ONCE = 1_000
"""If no more passages can match, all are scored by the first search. To score some of them with a
second one takes as long."""
_FEW_IDS = 300
"""Up to so many passages are found three times as fast one by one as by walking over all ids."""
_REMEMBERED = 50_000
"""Of how many tokens the count is remembered until the index changes."""
TITLE_WEIGHT = 0.6
"""Weight of the title's score beside the body's; see docs/decisions."""


class TantivyIndex:
    """A `KeywordIndex` in a folder. Many processes may read it while one writes."""

    def __init__(self, folder: Path, *, create: bool = False) -> None:
        """Open the index, or make an empty one. Raise `IndexingError` if it cannot be read."""
        try:
            if create:
                folder.mkdir(parents=True, exist_ok=True)
                self._index = tantivy.Index(_schema(), path=str(folder))
            else:
                self._index = tantivy.Index.open(str(folder))
        except (ValueError, OSError) as error:
            message = f"the keyword index {folder.name} cannot be read; run `passagebot reindex`"
            raise IndexingError(message) from error
        analyzer = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
        self._index.register_tokenizer(_TOKENIZER, analyzer)
        self._writer: Any = None
        self.reload()

    def __len__(self) -> int:
        """Return the number of passages held."""
        return int(self._searcher.num_docs)

    def reload(self) -> None:
        """See what another process has committed since."""
        self._index.reload()
        self._searcher = self._index.searcher()
        self._counts = (self._searcher, dict[str, int]())

    def upsert(self, passages: Iterable[tuple[int, Sequence[str], Sequence[str]]]) -> None:
        """Add or replace (id, title tokens, body tokens); seen after `commit`."""
        latest = {passage_id: (title, body) for passage_id, title, body in passages}
        self.remove(latest)
        writer = self._open_writer()
        with self._mapped_errors():
            for passage_id, (title, body) in latest.items():
                document = tantivy.Document()
                document.add_unsigned("id", passage_id)
                document.add_text("title", " ".join(title))
                document.add_text("body", " ".join(body))
                writer.add_document(document)

    def remove(self, ids: Iterable[int]) -> None:
        """Remove the ids that are there; seen after `commit`."""
        unwanted = list(ids)
        if unwanted:
            # Deleting by term would compare a signed with an unsigned number and match nothing.
            query = tantivy.Query.term_set_query(self._index.schema, "id", unwanted)
            self._open_writer().delete_documents_by_query(query)

    def commit(self) -> None:
        """Make all changes so far durable and visible, and let other writers in."""
        if self._writer is not None:
            with self._mapped_errors():
                self._writer.commit()
                self._writer.wait_merging_threads()
            self._writer = None
        self.reload()

    def discard(self) -> None:
        """Drop all changes since the last commit, and let other writers in."""
        if self._writer is not None:
            with suppress(ValueError, OSError):  # it may be what failed
                self._writer.rollback()
                self._writer.wait_merging_threads()
            self._writer = None

    def search(
        self,
        tokens: Sequence[str],
        k: int,
        allowed: NDArray[np.int64] | None,
        *,
        shares: Mapping[str, float] | None = None,
    ) -> Ranking:
        """Return up to `k` passages that share a token, restricted to `allowed` unless None.

        What a token scores is multiplied by its share, a positive number; 1 if it has none.
        """
        searcher = self._searcher
        if not tokens or (allowed is not None and not allowed.size):
            return nothing_ranked()
        matching = self._query(tokens, shares or {})
        query = matching if allowed is None else self._within(matching, allowed)
        most = min(int(searcher.num_docs), sum(self.document_frequencies(tokens)))
        if most <= _AT_ONCE:
            return exact_top(lambda wanted: _best(searcher, query, max(wanted, most)), k, most)
        return exact_top(
            lambda wanted: _best(searcher, query, wanted),
            k,
            int(searcher.num_docs),
            further=partial(self._scores, searcher, matching),
        )

    def _scores(
        self, searcher: tantivy.Searcher, matching: tantivy.Query, ids: NDArray[np.int64]
    ) -> Found:
        """Return those of `ids` that match, with their scores."""
        return _best(searcher, self._within(matching, ids), len(ids))

    def document_frequencies(self, tokens: Sequence[str]) -> list[int]:
        """Return for each token in how many passages (body or title) it stands.

        Beyond `_COUNTED` it is what the segments say, which still count removed passages.
        """
        searcher, known = self._counts
        if len(known) > _REMEMBERED:
            known.clear()
        counts = []
        for token in tokens:
            count = known.get(token)
            if count is None:
                count = known[token] = self._document_frequency(searcher, token)
            counts.append(count)
        return counts

    def _document_frequency(self, searcher: tantivy.Searcher, token: str) -> int:
        said = [int(searcher.doc_freq(field, token)) for field in _FIELDS]
        if max(said) > _COUNTED:
            return min(max(said), int(searcher.num_docs))
        if not any(said):
            return 0
        either = [
            (tantivy.Occur.Should, tantivy.Query.term_query(self._index.schema, field, token))
            for field in _FIELDS
        ]
        found: Any = searcher.search(tantivy.Query.boolean_query(either), limit=1, count=True)
        return int(found.count)

    def _query(self, tokens: Sequence[str], shares: Mapping[str, float]) -> tantivy.Query:
        schema = self._index.schema
        should = []
        for token in tokens:
            share = shares.get(token, 1.0)
            title = tantivy.Query.term_query(schema, "title", token)
            title = tantivy.Query.boost_query(title, TITLE_WEIGHT * share)
            body = tantivy.Query.term_query(schema, "body", token)
            body = tantivy.Query.boost_query(body, share) if share != 1.0 else body
            should += [(tantivy.Occur.Should, title), (tantivy.Occur.Should, body)]
        return tantivy.Query.boolean_query(should)

    def _within(self, matching: tantivy.Query, ids: NDArray[np.int64]) -> tantivy.Query:
        """Return a query for what matches among the passages with these ids."""
        unscored = tantivy.Query.const_score_query(_any_of(self._index.schema, ids.tolist()), 0.0)
        return tantivy.Query.boolean_query(
            [(tantivy.Occur.Must, matching), (tantivy.Occur.Must, unscored)]
        )

    @contextmanager
    def _mapped_errors(self) -> Iterator[None]:
        try:
            yield
        except (ValueError, OSError) as error:
            message = (
                f"the keyword index cannot be written ({error}); "
                "make room on the disk, then repeat the command"
            )
            raise IndexingError(" ".join(message.split())) from error

    def _open_writer(self) -> Any:  # noqa: ANN401 - tantivy ships no types for its writer
        if self._writer is None:
            try:
                self._writer = self._index.writer(heap_size=_WRITER_BYTES, num_threads=1)
            except ValueError as error:
                message = "another process is writing the keyword index; try again when it is done"
                raise IndexingError(message) from error
        return self._writer


def _best(searcher: tantivy.Searcher, query: tantivy.Query, wanted: int) -> Found:
    """Return up to `wanted` passages with their scores, best first."""
    hits = searcher.search(query, limit=wanted, count=False).hits
    ids = searcher.fast_field_values("id", [address for _, address in hits])
    return np.array(ids, dtype=np.int64), np.array([score for score, _ in hits], dtype=np.float64)


def _any_of(schema: tantivy.Schema, ids: Sequence[int]) -> tantivy.Query:
    """Return a query for the passages with these ids; of few, each looked up by itself."""
    if len(ids) > _FEW_IDS:
        return tantivy.Query.term_set_query(schema, "id", ids)
    each = [(tantivy.Occur.Should, tantivy.Query.term_query(schema, "id", key)) for key in ids]
    return tantivy.Query.boolean_query(each)


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("id", indexed=True, fast=True)
    for field in _FIELDS:
        builder.add_text_field(field, tokenizer_name=_TOKENIZER, index_option="freq")
    return builder.build()
