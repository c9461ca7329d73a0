"""Folders and files that are followed: what changed in them is told without reading the rest."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from corpus.errors import SourceNotFoundError
from corpus.gathering import NO_FILES, Gathered, Skipped, SourceFile, gather
from corpus.readers.documents import Failure
from corpus.reports import ReportLine, Result
from corpus.retiring import retire_item, retire_keys
from corpus.source_records import SourceRecords
from corpus.sources import Item, Source, SourceKind
from corpus.store import ArticleStore
from corpus.storing import Storing, failed, store_file


def follow(
    records: SourceRecords,
    path: Path,
    *,
    collection: str,
    columns: Mapping[str, str] | None = None,
) -> Source:
    """Return the folder or file at `path` as a source, followed from now on."""
    place = path.resolve()
    kind = SourceKind.FOLDER if place.is_dir() else SourceKind.FILE
    source = records.register(place.as_uri(), kind, collection=collection, columns=columns)
    if kind is SourceKind.FOLDER:
        records.change(source, device=_device(place))
    return source


class FileMemory:
    """Remembers the files of one source as they are read."""

    def __init__(self, records: SourceRecords, source: Source) -> None:
        """Write into `records` what is read of `source`."""
        self._records = records
        self._source = source

    def noting(self, file: SourceFile, lines: Iterable[ReportLine]) -> Iterator[ReportLine]:
        """Yield the lines of `file`, and remember it after the last of them.

        If articles of it were stored before that it no longer holds, the next sync is to look.
        """
        origin = file.path.resolve().as_uri()
        told = _Told()
        yield from told.passing(lines)
        left = told.left_of(self._records, origin, self._source.collection)
        hint = None if left else file.signature
        self._records.note(self._source, told.item(origin, hint))


class FolderSync:
    """Brings one folder or file up to date."""

    def __init__(self, store: ArticleStore, source: Source) -> None:
        """Store what is new in `source`, retire what is gone."""
        self._store = store
        self._records = store.followed
        self._source = source
        self._storing = Storing(
            store, collection=source.collection, columns=source.columns, spares_removed=True
        )

    def lines(self) -> Iterator[ReportLine]:
        """Yield a line for each article that changed and each failure.

        Raise `SourceNotFoundError` where the whole source may only be out of reach: a folder
        that is not there, or a disk that is not mounted.
        """
        self._require_there()
        known = self._records.items(self._source)
        found = list(gather([self._source.path]))
        present = {it.path.as_uri() for it in found if isinstance(it, SourceFile)}
        if known:
            found = [it for it in found if not self._says_empty(it)]
        with self._store.batch():
            yield from self._present(found, known)
            yield from self._vanished(found, present, known)

    def _present(
        self, found: Iterable[Gathered], known: Mapping[str, Item]
    ) -> Iterator[ReportLine]:
        for it in found:
            if isinstance(it, SourceFile):
                yield from self._file(it, known)
            elif isinstance(it, Skipped):
                yield ReportLine(source=it.source, result=Result.SKIPPED, reason=it.reason)
            else:
                yield failed(it)

    def _file(self, file: SourceFile, known: Mapping[str, Item]) -> Iterator[ReportLine]:
        origin = file.path.as_uri()
        item = known.get(origin)
        if item is None or item.gone or item.hint != file.signature:
            yield from self._read(file, origin)
        elif item.error is not None:
            yield failed(Failure(source=str(file.path), reason=item.error))

    def _read(self, file: SourceFile, origin: str) -> Iterator[ReportLine]:
        told = _Told()
        yield from told.passing(store_file(self._storing, file, lambda _: None))
        if told.error is None:
            left = told.left_of(self._records, origin, self._source.collection)
            reason = "the file holds it no longer"
            yield from retire_keys(
                self._store, self._source, left, of=str(file.path), reason=reason
            )
        self._records.note(self._source, told.item(origin, file.signature))

    def _vanished(
        self, found: Iterable[Gathered], present: set[str], known: Mapping[str, Item]
    ) -> Iterator[ReportLine]:
        """Retire what files held that are gone; not where their folder could not be read."""
        closed = [it.source for it in found if isinstance(it, Failure)]
        unseen = [Path(it).as_uri() for it in closed]
        for address, item in known.items():
            is_hidden = any(address == it or address.startswith(f"{it}/") for it in unseen)
            if address not in present and not is_hidden:
                yield from retire_item(self._store, self._source, item, "the file is gone")
                self._records.drop(self._source, [address])

    def _says_empty(self, it: Gathered) -> bool:
        """Return whether a line only says that all is gone, as those of the articles will."""
        if not isinstance(it, Failure):
            return False
        path = self._source.path
        is_gone = self._source.kind is SourceKind.FILE and not path.exists()
        return it.source == str(path) and (is_gone or it.reason == NO_FILES)

    def _require_there(self) -> None:
        path = self._source.path
        is_folder = self._source.kind is SourceKind.FOLDER
        if not (path if is_folder else path.parent).is_dir():
            message = "the folder is not there; bring it back, or `passagebot sources --forget` it"
            raise SourceNotFoundError(message)
        known = self._source.device
        if is_folder and known not in {None, _device(path)} and not any(path.iterdir()):
            message = "the folder is empty and on another disk than before; mount its disk"
            raise SourceNotFoundError(message)


class _Told:
    """What the lines of one file said."""

    def __init__(self) -> None:
        self.error: str | None = None
        self._keys: set[str] = set()

    def passing(self, lines: Iterable[ReportLine]) -> Iterator[ReportLine]:
        for line in lines:
            if line.key is not None:
                self._keys.add(line.key)
            if line.result is Result.FAILED and self.error is None:
                self.error = line.reason
            yield line

    def left_of(self, records: SourceRecords, origin: str, collection: str) -> list[str]:
        """Return the keys of stored articles from `origin` that no line spoke of."""
        stored = records.keys_at(origin, collection=collection)
        return [key for key in stored if key not in self._keys]

    def item(self, origin: str, hint: str | None) -> Item:
        return Item(address=origin, origin=origin, hint=hint, error=self.error)


def _device(path: Path) -> str:
    return str(path.stat().st_dev)
