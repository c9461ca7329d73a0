"""Any sequence of changes, held against a model of what the store should say."""

import tempfile
from contextlib import nullcontext
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from corpus.articles import Span
from corpus.errors import KeyTakenError
from corpus.store import PutOutcome
from tests.corpus.builders import answering_ids, make_store, prepared

# Letters of one, two, three and four bytes, a mark that combines, a joiner, a line end.
TEXTS = st.text(alphabet="ab. \n\u00e9\u0301Ж中𝒜👩\u200d🚒", min_size=1, max_size=40)
KEYS = st.sampled_from(["one", "two", "three"])
COLLECTIONS = st.sampled_from(["main", "archive"])


@st.composite
def spans_of(draw: st.DrawFn, text: str) -> list[Span]:
    bounds = st.integers(0, len(text))
    pairs = draw(st.lists(st.tuples(bounds, bounds), max_size=6))
    return sorted(
        (Span(start=low, end=high) for low, high in map(sorted, pairs) if low < high),
        key=lambda span: (span.start, span.end),
    )


class Histories(RuleBasedStateMachine):
    """Puts, retires and removes at random; `answers` is what must be found afterwards."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.store = make_store(Path(self.folder.name))
        self.answers: dict[tuple[str, str], list[str]] = {}
        self.known: dict[tuple[str, str], str] = {}
        self.used: set[int] = set()
        self.position = 0

    def teardown(self) -> None:
        self.store.close()
        self.folder.cleanup()

    @rule(
        key=KEYS,
        collection=COLLECTIONS,
        text=TEXTS,
        title=st.sampled_from(["A", "B"]),
        origin=st.sampled_from(["file:///x", "file:///y"]),
        replace=st.booleans(),
        batched=st.booleans(),
        data=st.data(),
    )
    def put(
        self,
        *,
        key: str,
        collection: str,
        text: str,
        title: str,
        origin: str,
        replace: bool,
        batched: bool,
        data: st.DataObject,
    ) -> None:
        spans = data.draw(spans_of(text))
        article = prepared(key, text=text, title=title, origin=origin, spans=spans)
        name = (collection, key)
        taken = self.known.get(name, origin) != origin and not replace
        with self.store.batch() if batched else nullcontext():
            try:
                outcome = self.store.put(article, collection=collection, replace=replace)
            except KeyTakenError:
                assert taken
                return
        assert not taken
        assert (outcome is PutOutcome.ADDED) == (name not in self.known)
        self.known[name] = origin
        self.answers[name] = [span.of(text) for span in spans]

    @precondition(lambda self: self.known)
    @rule(data=st.data())
    def put_the_same_again(self, data: st.DataObject) -> None:
        collection, key = data.draw(st.sampled_from(sorted(self.known)))
        article = self.store.article(key, collection=collection)
        before = self.store.position()
        again = prepared(
            key,
            text=article.text,
            title=article.citation.title,
            origin=article.origin,
            spans=article.spans,
        )
        outcome = self.store.put(again, collection=collection)
        if (collection, key) in self.answers:
            assert (outcome, self.store.position()) == (PutOutcome.UNCHANGED, before)
        else:
            assert outcome is PutOutcome.UPDATED
            self.answers[collection, key] = [span.of(article.text) for span in article.spans]

    @precondition(lambda self: self.known)
    @rule(title=st.sampled_from(["A", "B"]), data=st.data())
    def put_the_same_text_split_anew(self, title: str, data: st.DataObject) -> None:
        collection, key = data.draw(st.sampled_from(sorted(self.known)))
        article = self.store.article(key, collection=collection)
        spans = data.draw(spans_of(article.text))
        again = prepared(key, text=article.text, title=title, origin=article.origin, spans=spans)
        outcome = self.store.put(again, collection=collection)
        same = (article.spans, article.citation.title) == (tuple(spans), title)
        if (collection, key) not in self.answers:
            assert outcome is PutOutcome.UPDATED
        else:
            assert outcome is (PutOutcome.UNCHANGED if same else PutOutcome.REVISED)
        self.answers[collection, key] = [span.of(article.text) for span in spans]

    @precondition(lambda self: self.known)
    @rule(data=st.data())
    def retire(self, data: st.DataObject) -> None:
        collection, key = data.draw(st.sampled_from(sorted(self.known)))
        self.store.retire(key, collection=collection)
        self.answers.pop((collection, key), None)

    @precondition(lambda self: self.known)
    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        collection, key = data.draw(st.sampled_from(sorted(self.known)))
        assert self.store.remove(key, collection=collection).wiped
        del self.known[collection, key]
        self.answers.pop((collection, key), None)

    @rule()
    def close_and_open_again(self) -> None:
        self.store.close()
        self.store = make_store(Path(self.folder.name))

    @invariant()
    def the_log_leads_to_what_answers_now(self) -> None:
        now = {passage.id for passage in self.store.passages_to_index(1, 10**9)}
        assert answering_ids(self.store) == now
        assert set(self.store.allowed_passages()) == now
        assert set(self.store.passages(range(200))) == {number for number in now if number < 200}
        assert self.store.counts().passages == len(now)

    @invariant()
    def answers_are_those_of_the_model(self) -> None:
        found: dict[tuple[str, str], list[str]] = {name: [] for name in self.answers}
        for passage in self.store.passages_to_index(1, 10**9):
            found[passage.citation.collection, passage.citation.key].append(passage.text)
        assert found == self.answers

    @invariant()
    def every_passage_is_a_slice_of_the_version_it_cites(self) -> None:
        for passage in self.store.passages(self.store.allowed_passages()).values():
            cited = passage.citation
            article = self.store.article(cited.key, collection=cited.collection)
            assert passage.text == article.text[passage.span.start : passage.span.end]
            assert passage.version_id == article.version_id
            assert passage.text_hash == article.text_hash
            assert cited == article.citation

    @invariant()
    def positions_grow_and_ids_are_never_used_twice(self) -> None:
        fresh = self.store.changes(after=self.position)
        positions = [self.position, *(change.position for change in fresh)]
        assert positions == sorted(set(positions))
        for change in fresh:
            if change.kind == "add" and not self.used.issuperset(change.passage_ids):
                assert min(change.passage_ids) > max(self.used, default=0)
                self.used.update(change.passage_ids)
        self.position = positions[-1]
        assert self.store.position() == self.position


TestHistories = Histories.TestCase
TestHistories.settings = settings(
    max_examples=25,
    stateful_step_count=15,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)


@given(text=TEXTS, data=st.data())
@settings(max_examples=30, deadline=None)
def test_slices_made_by_the_database_are_python_slices(text: str, data: st.DataObject) -> None:
    spans = data.draw(spans_of(text))
    with tempfile.TemporaryDirectory() as folder, make_store(Path(folder)) as store:
        store.put(prepared(text=text, spans=spans))
        found = store.passages(range(1, len(spans) + 1))
        assert [passage.text for passage in found.values()] == [span.of(text) for span in spans]
        assert list(store.passages_to_index(1, len(spans))) == list(found.values())
        assert store.article("article.txt").spans == tuple(spans)
