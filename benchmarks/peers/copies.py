"""Whether a passage that a system found is a copy of one in an article that was judged.

Articles of a corpus may hold the same text, of which only one was judged: two versions of a page,
a report and its reprint. passagebot folds such copies into one hit that names the others; other
systems list them one after the other. Counted by articles alone, whoever shows the copy that was
not judged has found nothing, and a folded copy is nowhere. So rankings are counted a second time, for
every system alike: a passage of which a relevant article holds a copy stands for that article.
"""

from collections.abc import Collection, Mapping, Sequence

from corpus.articles import Passage
from retrieval.folding import FoldablePassage, is_copy
from retrieval.reading import read_passages


class Copies:
    """The copies among the passages of a library, found when asked for."""

    def __init__(self, passages: Mapping[int, Passage]) -> None:
        """Look for copies among `passages`, by id."""
        reads = read_passages(passages, {}, list(passages))
        self._passages = {read.passage.id: FoldablePassage(read) for read in reads}
        self._of_article: dict[str, list[int]] = {}
        for key, passage in passages.items():
            self._of_article.setdefault(passage.citation.key, []).append(key)
        self._known: dict[tuple[int, int], bool] = {}

    def article_ranking(
        self, found: Sequence[int], relevant: Collection[str], most: int = 10
    ) -> list[str]:
        """Return the first `most` articles that the passages `found` stand for, without repeats."""
        return list(dict.fromkeys(self._article(key, relevant) for key in found))[:most]

    def _article(self, key: int, relevant: Collection[str]) -> str:
        own = self._passages[key].read.passage.citation.key
        if own in relevant:
            return own
        others = (one for one in sorted(relevant) if self._stands_in(key, one))
        return next(others, own)

    def _stands_in(self, key: int, article: str) -> bool:
        return any(self._same(key, other) for other in self._of_article.get(article, ()))

    def _same(self, key: int, other: int) -> bool:
        pair = key, other
        if pair not in self._known:
            first, second = self._passages[key], self._passages[other]
            sentences = range(len(first.read.sentences))
            self._known[pair] = any(is_copy(first, quoted, second) for quoted in sentences)
        return self._known[pair]
