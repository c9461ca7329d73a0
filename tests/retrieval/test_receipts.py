"""Receipts: the same for the same quote, another for any other."""

import hashlib

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from corpus.articles import Span
from retrieval.receipts import LENGTH, find_span, is_receipt, receipt, tidy

NAMES = st.text(alphabet=st.sampled_from('ab\x1f,"[]\\\n\u00e9\U0001f30a/.'), max_size=6)
SPANS = st.tuples(st.integers(0, 20), st.integers(1, 9)).map(
    lambda pair: Span(start=pair[0], end=pair[0] + pair[1])
)
QUOTES = st.tuples(NAMES, NAMES, NAMES, SPANS)
Quote = tuple[str, str, str, Span]


def code(quote: Quote) -> str:
    collection, key, text_hash, span = quote
    return receipt(collection=collection, key=key, text_hash=text_hash, span=span)


def test_a_receipt_is_the_same_on_every_machine_for_ever() -> None:
    span = Span(start=3, end=17)
    found = receipt(collection="main", key="flood.txt", text_hash="5a" * 32, span=span)
    named = '["main", "flood.txt", "' + "5a" * 32 + '", 3, 17]'
    bits = f"{int(hashlib.sha256(named.encode()).hexdigest(), 16):0256b}"[:50]
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    assert found == "".join(alphabet[int(bits[n : n + 5], 2)] for n in range(0, 50, 5))
    assert found == "03RGPN63GV"


@settings(max_examples=100)
@given(quote=QUOTES)
def test_a_receipt_has_ten_characters_that_are_not_misread(quote: Quote) -> None:
    found = code(quote)
    assert len(found) == LENGTH == 10
    assert set(found) <= set("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
    assert code(quote) == found
    assert tidy(found) == found


@settings(max_examples=200)
@given(one=QUOTES, other=QUOTES)
def test_another_quote_has_another_receipt(one: Quote, other: Quote) -> None:
    assume(one != other)
    assert code(one) != code(other)


@given(parts=st.tuples(NAMES, NAMES), mark=st.sampled_from(["\x1f", ",", '"', '", "', "/"]))
def test_where_one_name_ends_and_the_next_begins_makes_a_difference(
    parts: tuple[str, str], mark: str
) -> None:
    first, second = parts
    span = Span(start=0, end=1)
    one = code((f"{first}{mark}{second}", "key", "hash", span))
    assert one != code((first, f"{second}{mark}key", "hash", span))


@pytest.mark.parametrize("typed", ["3kq9x5s8py", " 3KQ9X5S8PY\n", "3Kq9X 5S8pY", "3KQ9-X5S8-PY"])
def test_a_typed_receipt_is_put_in_its_written_form(typed: str) -> None:
    assert tidy(typed) == "3KQ9X5S8PY"


def test_letters_that_are_misread_are_taken_for_digits() -> None:
    assert tidy("oIlOiL") == "011011"


@settings(max_examples=100)
@given(quote=QUOTES)
def test_a_span_is_found_by_its_receipt_among_others(quote: Quote) -> None:
    collection, key, text_hash, span = quote
    others = [Span(start=30, end=30 + length) for length in range(1, 5)]
    where = {"collection": collection, "key": key, "text_hash": text_hash}
    assert find_span(code(quote), [*others, span], **where) == span
    assert find_span(code(quote), others, **where) is None


@pytest.mark.parametrize(
    ("typed", "is_one"),
    [("03RGPN63GV", True), ("03RGPN63G", False), ("03RGPN63GVA", False), ("03RGPN63GU", False)],
)
def test_a_receipt_has_ten_characters_of_the_alphabet(typed: str, is_one: bool) -> None:
    assert is_receipt(typed) is is_one
