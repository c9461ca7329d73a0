"""From the store's log to the indexes in three stages, which run side by side.

*Read*: a lot of passages is cut from the log (`retrieval/lots.py`), and of what has no embedding
yet the sentences and words are found. *Embed*: threads of their own compute the vectors, of like
lengths together. *Keep*: the vectors are stored and both indexes take the lot up. While one lot is
embedded the next is read and the one before is kept, both by the thread that runs the pipeline, so
that nothing has to be locked. Lots are bounded by bytes and four at most are under way.
"""

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from corpus.articles import Passage
from retrieval.drafts import Draft
from retrieval.embeddings import EmbeddingStore, content_hash
from retrieval.lots import Ending, Lot
from retrieval.outlines import Outline, outline
from retrieval.passage_words import PassageWords, taken_apart
from retrieval.protocols import Embedder, PassageText, PassageVectors, Space, Vectors
from retrieval.tokens import tokenise

_LOTS_AHEAD = 2
"""Lots that are embedded, or wait to be, while others are read and kept."""
_PART_CHARACTERS = 48_000
"""Given to the engine at once, of like lengths: some 64 passages. Who interrupts waits for these."""

_Part = tuple[Sequence[bytes], Future[list[PassageVectors]]]


@dataclass(slots=True, kw_only=True)
class _Read:
    """A lot that was read: what its passages hold, and what is being made of what is new in it."""

    lot: Lot
    hashes: dict[int, bytes]
    news: dict[bytes, PassageWords]
    stale: dict[bytes, Outline]
    parts: list[_Part]

    @property
    def is_made(self) -> bool:
        """Whether nobody has to wait for the vectors."""
        return all(part.done() for _, part in self.parts)

    def made(self) -> dict[bytes, PassageVectors]:
        """Wait for the vectors of what is new; raise what embedding raised."""
        return {
            key: vectors
            for keys, part in self.parts
            for key, vectors in zip(keys, part.result(), strict=True)
        }


class Pipeline:
    """Takes lots up into the indexes of a draft, and counts what that was."""

    def __init__(
        self, kept: EmbeddingStore, draft: Draft, embedder_of: Callable[[Space], Embedder]
    ) -> None:
        """Do nothing yet; `embedder_of` is asked when something is new."""
        self._kept = kept
        self._draft = draft
        self._engine = _EmbeddingThreads(lambda: embedder_of(draft.space))
        self._under_way: set[bytes] = set()
        self.indexed = self.embedded = self.removed = 0

    def run(self, lots: Iterable[Lot], ending: Ending) -> Generator[Lot]:
        """Yield each lot once both indexes have it; leave the rest once it is given up.

        Lots that tell nothing are passed over: they are no reason to wait for the engine. What
        goes wrong in one stage stops all of them. No thread outlives the iterator.
        """
        waiting: deque[_Read] = deque()
        read_to = self._draft.position
        with closing(self._engine):
            for lot in lots:
                if ending.is_given_up:
                    return
                if lot.touched or lot.position != read_to:
                    waiting.append(self._read(lot))
                    read_to = lot.position
                while waiting and (len(waiting) > _LOTS_AHEAD or waiting[0].is_made):
                    yield self._keep(waiting.popleft())
            while waiting and not ending.is_given_up:
                yield self._keep(waiting.popleft())

    def _read(self, lot: Lot) -> _Read:
        hashes = {key: content_hash(passage) for key, passage in lot.passages.items()}
        contents = {hashes[key]: passage for key, passage in lot.passages.items()}
        held = self._kept.held(self._draft.space, contents)
        news = {
            key: taken_apart(passage)
            for key, passage in contents.items()
            if key not in held and key not in self._under_way
        }
        stale = self._kept.without_outline(self._draft.space, held)
        self._under_way |= news.keys()
        return _Read(
            lot=lot,
            hashes=hashes,
            news=news,
            stale={key: outline(contents[key]) for key in stale},
            parts=self._engine.begin(
                {key: _text(contents[key], words) for key, words in news.items()}
            ),
        )

    def _keep(self, read: _Read) -> Lot:
        """Store what was made, and make both indexes agree with what the store says of the lot.

        Which content passages have is noted first, so that no embedding is ever kept that nobody
        would erase.
        """
        space = self._draft.space
        made = read.made()
        self._kept.assign(read.hashes)
        self._kept.add(space, made, {key: words.outline for key, words in read.news.items()})
        self._kept.outline(space, read.stale)
        self._under_way -= made.keys()
        self.embedded += len(made)
        if read.hashes:
            self._take_up(read)
        if read.lot.gone:
            self._take_out(read.lot.gone)
        self._draft.gone -= read.hashes.keys()
        self._draft.position = read.lot.position
        return read.lot

    def _take_up(self, read: _Read) -> None:
        vectors = self._vectors(read)
        rows = np.stack([vectors[content] for content in read.hashes.values()])
        self._draft.vectors.upsert(list(read.hashes), rows)
        self._draft.keywords.upsert(_tokens(read))
        self.indexed += len(read.hashes)

    def _vectors(self, read: _Read) -> dict[bytes, Vectors]:
        """Return the vectors of the lot's contents, as they are kept.

        One that was there when the lot was read may be erased since, with the last passage that
        had it: it is made again.
        """
        space = self._draft.space
        contents = {read.hashes[key]: passage for key, passage in read.lot.passages.items()}
        found = self._kept.passages(space, list(contents))
        lost = {key: taken_apart(one) for key, one in contents.items() if key not in found}
        if lost:
            texts = [_text(contents[key], words) for key, words in lost.items()]
            made = dict(zip(lost, self._engine.embed(texts), strict=True))
            self._kept.add(space, made, {key: words.outline for key, words in lost.items()})
            self.embedded += len(made)
            found |= self._kept.passages(space, list(lost))
        return found

    def _take_out(self, gone: set[int]) -> None:
        before = len(self._draft.vectors)
        self._draft.vectors.remove(gone)
        self._draft.keywords.remove(gone)
        self.removed += before - len(self._draft.vectors)
        self._draft.gone |= gone


class _EmbeddingThreads:
    """The threads that embed, and the engine, which is loaded when something is to be embedded."""

    def __init__(self, load: Callable[[], Embedder]) -> None:
        self._load = load

    @cached_property
    def _embedder(self) -> Embedder:
        return self._load()

    @cached_property
    def _pool(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(self._embedder.parts_at_once, thread_name_prefix="embedding lots")

    def begin(self, texts: Mapping[bytes, PassageText]) -> list[_Part]:
        """Begin to embed texts by the hash of their content, in parts."""
        return [
            (part, self._pool.submit(self.embed, [texts[key] for key in part]))
            for part in _parts(texts)
        ]

    def embed(self, texts: Sequence[PassageText]) -> list[PassageVectors]:
        """Return the vectors of texts, in their order, when they are made."""
        return self._embedder.embed_passages(texts)

    def close(self) -> None:
        """Wait for what is being computed, and for nothing that was not begun."""
        if "_pool" in self.__dict__:
            self._pool.shutdown(cancel_futures=True)


def _parts(texts: Mapping[bytes, PassageText]) -> list[list[bytes]]:
    """Return the keys of texts, the longest first, as parts that are embedded at once."""
    parts: list[list[bytes]] = []
    room = 0
    for key in sorted(texts, key=lambda key: -len(texts[key].indexed)):
        if room <= 0:
            parts.append([])
            room = _PART_CHARACTERS
        parts[-1].append(key)
        room -= len(texts[key].indexed)
    return parts


def _text(passage: Passage, words: PassageWords) -> PassageText:
    return PassageText(title=passage.citation.title, text=passage.text, sentences=words.sentences)


def _tokens(read: _Read) -> Iterator[tuple[int, Sequence[str], Sequence[str]]]:
    """Yield for each passage of a lot its id and the tokens of its title and text."""
    for key, passage in read.lot.passages.items():
        words = read.news.get(read.hashes[key])
        if words is not None:
            yield key, words.title, words.body
        else:
            language = passage.citation.language
            title = tokenise(passage.citation.title, language)
            yield key, title, tokenise(passage.text, language)
