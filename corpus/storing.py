"""Articles on their way into the store: prepared, put under their key, and reported."""

from collections.abc import Callable, Iterator
from dataclasses import replace as changed

from corpus.articles import PreparedArticle, RawArticle
from corpus.errors import CorpusError, LibraryError
from corpus.foretelling import Foretelling
from corpus.gathering import SourceFile
from corpus.outcomes import PutOutcome
from corpus.preparing import prepare
from corpus.readers.columns import Columns
from corpus.readers.documents import Failure, Found
from corpus.reading_ahead import Item, read_prepared
from corpus.reports import ReportLine, Result
from corpus.store import ArticleStore

_LARGE = 1024 * 1024  # bytes of a file that takes noticeable time to read


class Storing:
    """Where the articles of one source go, and how."""

    def __init__(
        self,
        target: ArticleStore | Foretelling,
        *,
        collection: str,
        replace: bool = False,
        columns: Columns | None = None,
        spares_removed: bool = False,
    ) -> None:
        """Put articles into `collection` of `target`.

        `replace` takes over keys of other sources. With `spares_removed` an article a person
        removed stays removed.
        """
        self.columns = columns
        self.collection = collection
        self._target = target
        self._replace = replace
        self._spares_removed = spares_removed

    def store(self, found: Found, prepared: PreparedArticle | None = None) -> ReportLine:
        """Store one article, prepared here if it is not; what is wrong with it becomes its line.

        Raise `LibraryError` alone.
        """
        try:
            named = self._under_its_key(found).article
            if self._is_removed(named):
                return _spared(found.source, named.key)
            article = changed(prepared, raw=named) if prepared else prepare(named)
            outcome = self._put(article)
        except LibraryError:
            raise
        except CorpusError as error:
            return failed(Failure(source=found.source, reason=str(error)))
        return ReportLine(
            source=found.source,
            result=Result(outcome.value),
            key=article.raw.key,
            warnings=found.warnings,
        )

    def pause(self) -> None:
        """Let others write: what comes next takes its time."""
        if isinstance(self._target, ArticleStore):
            self._target.flush()

    def _put(self, article: PreparedArticle) -> PutOutcome:
        return self._target.put(article, collection=self.collection, replace=self._replace)

    def _under_its_key(self, found: Found) -> Found:
        """Return the article under the key its file already has, if the file names it."""
        if found.names_itself:
            return found
        origin = found.article.origin
        known = self._target.find_by_origin(origin, collection=self.collection)
        key = known or found.article.key
        return changed(found, article=changed(found.article, key=key))

    def _is_removed(self, article: RawArticle) -> bool:
        if not self._spares_removed or not isinstance(self._target, ArticleStore):
            return False
        return self._target.followed.is_removed(article.key, collection=self.collection)


def store_file(
    storing: Storing,
    file: SourceFile,
    progress: Callable[[int], None],
    *,
    items: Iterator[Item] | None = None,
) -> Iterator[ReportLine]:
    """Read a file and store what is in it, a line for each article and failure.

    `items` are what is in it, where somebody read ahead. `progress` is told how many bytes are
    stored.
    """
    if items is None and file.size >= _LARGE:
        storing.pause()
    read = 0
    for item in items or read_prepared(file, storing.columns):
        if isinstance(item, Failure):
            yield failed(item)
            continue
        yield storing.store(item.found, item.article)
        read += len(item.found.article.raw)
        progress(read)


def failed(failure: Failure) -> ReportLine:
    """Return the line of a source that gave no article."""
    return ReportLine(source=failure.source, result=Result.FAILED, reason=failure.reason)


def _spared(source: str, key: str) -> ReportLine:
    reason = f"{key} was removed from the library; `passagebot ingest` it to have it back"
    return ReportLine(source=source, result=Result.SKIPPED, reason=reason)
