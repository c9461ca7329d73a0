"""Any sequence of changes to a store: once brought up to date, the indexes say what it says."""

import shutil
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from corpus.errors import ArticleNotFoundError
from retrieval.answers import Question
from retrieval.embeddings import content_hash
from retrieval.engine import AnswerEngine
from retrieval.indexer import Indexer
from retrieval.indexes import index_folder
from tests.corpus.builders import prepared
from tests.retrieval.hashing_embedder import HashingEmbedder
from tests.retrieval.libraries import (
    assert_indexed_exactly,
    embedded_contents,
    indexer,
    make_library,
)

KEYS = st.sampled_from(["one", "two", "three"])
TEXTS = st.lists(
    st.sampled_from(
        ["The river rose", "Snow fell", "It rained \U0001f30a in \U0001d49c", "河川が増水した"]
    ),
    min_size=1,
    max_size=4,
).map(lambda some: ". ".join(some) + ".")


class Histories(RuleBasedStateMachine):
    """Changes at random, runs in between; an engine that is open all the while answers."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.library = Path(self.folder.name)
        self.store = make_library(self.library, {})
        self.engine = AnswerEngine(self.library, self.store, HashingEmbedder())
        self.is_current = False

    def teardown(self) -> None:
        self.engine.close()
        self.store.close()
        self.folder.cleanup()

    @rule(key=KEYS, text=TEXTS, title=st.sampled_from(["Flood", "Snow"]))
    def put(self, *, key: str, text: str, title: str) -> None:
        before = self.store.position()
        self.store.put(prepared(key, text, title=title))
        self.is_current &= before == self.store.position()

    @rule(key=KEYS, how=st.sampled_from(["retire", "remove"]))
    def take_away(self, *, key: str, how: str) -> None:
        before = self.store.position()
        try:
            getattr(self.store, how)(key)
        except ArticleNotFoundError:
            return
        self.is_current &= before == self.store.position()

    @rule()
    def lose_the_indexes(self) -> None:
        shutil.rmtree(index_folder(self.library), ignore_errors=True)
        self.is_current = False

    @rule(how=st.sampled_from(["bring_up_to_date", "bring_up_to_date", "rebuild"]))
    def run(self, *, how: str) -> None:
        embedder = HashingEmbedder()
        kept = embedded_contents(self.library)
        report = getattr(indexer(self.store, embedder), how)()
        assert report.position == self.store.position()
        assert report.embedded == len(embedder.read) == len(set(embedder.read))
        passages = self.store.passages(self.store.allowed_passages()).values()
        news = {content_hash(passage) for passage in passages} - kept.keys()
        assert len(embedder.read) == len(news)
        self.is_current = True
        self.engine.refresh()

    @rule()
    def ask(self) -> None:
        answer = self.engine.answer(Question(text="Where did the river rise?", hits=50))
        answering = self.store.passages([hit.passage.id for hit in answer.hits])
        for hit in answer.hits:
            assert answering[hit.passage.id] == hit.passage
        if self.is_current:
            shown = {hit.passage.citation.key for hit in answer.hits}
            folded = {cited.key for hit in answer.hits for cited in hit.also_in}
            assert shown | folded == {cited.key for cited in self.store.citations()}

    @precondition(lambda self: self.is_current)
    @invariant()
    def indexes_hold_exactly_what_answers(self) -> None:
        assert_indexed_exactly(self.store)

    @invariant()
    def the_lag_tells_whether_a_run_is_due(self) -> None:
        if self.is_current:
            assert not Indexer(self.library, self.store, HashingEmbedder).lag()


TestHistories = Histories.TestCase
TestHistories.settings = settings(max_examples=12, stateful_step_count=12, deadline=None)
