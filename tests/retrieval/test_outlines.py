"""Outlines: what is kept of a passage tells its sentences and words as they were."""

from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.outlines import Outline, outline, read_outlines, spelled_places
from retrieval.tokens import tokenise
from tests.retrieval.passages import a_passage

PROSE = st.text(alphabet="ab .\n\x1e\u0085\u2029é漢ا1?!", max_size=80).filter(str.strip)


@given(text=PROSE, title=PROSE, language=st.sampled_from(["en", "de", "zh", "ar", ""]))
def test_an_outline_comes_back_as_it_was_kept(text: str, title: str, language: str) -> None:
    made = outline(a_passage(1, text, title=title, language=language))
    assert read_outlines([made.to_bytes(), b"", made.to_bytes()]) == [made, None, made]


@given(text=PROSE)
def test_sentences_hold_the_words_of_the_passage(text: str) -> None:
    made = outline(a_passage(1, text))
    held = {word for span in made.sentences for word in tokenise(span.of(text), "en")}
    assert frozenset().union(*made.sentence_words) == held
    assert len(made.sentence_words) == len(made.sentences)
    assert tuple(map(made.sentence, range(len(made.sentences)))) == made.sentences


@given(
    steps=st.lists(st.integers(1, 70_000), max_size=12).map(lambda some: some[: len(some) // 2 * 2])
)
def test_sentences_lie_where_they_lay_however_far_apart(steps: list[int]) -> None:
    offsets = list(accumulate(steps))
    spans = list(zip(offsets[::2], offsets[1::2], strict=True))
    made = Outline(places=spelled_places(spans), title="  ", lines=("  ",) * len(spans))
    [found] = read_outlines([made.to_bytes()])
    assert found == made
    assert spelled_places((span.start, span.end) for span in made.sentences) == made.places


@pytest.mark.parametrize("kept", [b"1\n0 4\na\nb", b"x", b""])
def test_an_outline_of_another_release_is_none(kept: bytes) -> None:
    assert read_outlines([kept]) == [None]
