"""Outlines: what is kept of a passage tells its sentences and words as they were."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.outlines import outline, read_outline
from retrieval.tokens import tokenise
from tests.retrieval.passages import a_passage

PROSE = st.text(alphabet="ab .\n\x1e\u0085\u2029é漢ا1?!", max_size=80).filter(str.strip)


@given(text=PROSE, title=PROSE, language=st.sampled_from(["en", "de", "zh", "ar", ""]))
def test_an_outline_comes_back_as_it_was_kept(text: str, title: str, language: str) -> None:
    made = outline(a_passage(1, text, title=title, language=language))
    assert read_outline(made.to_bytes()) == made


@given(text=PROSE)
def test_sentences_hold_the_words_of_the_passage(text: str) -> None:
    made = outline(a_passage(1, text))
    held = {word for span in made.sentences for word in tokenise(span.of(text), "en")}
    assert frozenset().union(*made.sentence_words) == held
    assert len(made.sentence_words) == len(made.sentences)


@pytest.mark.parametrize("kept", [b"0\n0 4\na\nb", b"x"])
def test_an_outline_of_another_release_is_none(kept: bytes) -> None:
    assert read_outline(kept) is None
