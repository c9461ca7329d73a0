import importlib.util
import os
import sys
import unicodedata
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from corpus.normalising import normalise, normalise_line

TROUBLE = (
    "\r\n\t\v\f\0\x1b\x1f\x7f\x85\x9f\xad\u2028\u2029\u202a\u202e\ufeff\u200e\u200f\u200d\u200b"
    "\u0333\u033f\u030a\u0301\u0323\u0302aAeåoK\u212b\u212a \n\xa0\u3000한ᄒ\u1161\ud800ü"
)
texts = st.text() | st.text(alphabet=TROUBLE)


@given(texts)
@example("å\0\u0323")
@example("e\u030a\u0301")
@example("\u0301\u0301a")
@example("a\u200e\ufeff\u200fb")
@example("a\r\u030a")
def test_normalising_twice_is_normalising_once(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once


@given(texts)
def test_the_result_is_in_nfc_without_anything_telegram_drops(text: str) -> None:
    result = normalise(text)
    assert unicodedata.is_normalized("NFC", result)
    assert not set(result) & set("\r\ufeff\u0333\u033f\u030a\u2028\u2029\u202a\u202b\u202c\u202e")
    assert not [char for char in result if char != "\n" and unicodedata.category(char) == "Cc"]
    assert result == result.strip()
    result.encode()  # no half of a surrogate pair is left


@given(texts)
def test_a_title_is_one_line_with_single_spaces(text: str) -> None:
    line = normalise_line(text)
    assert "\n" not in line
    assert "  " not in line
    assert normalise_line(line) == line


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("\ufeffStart", "Start"),
        ("one\r\ntwo\rthree\u2028four\x85five", "one\ntwo\nthree\nfour\nfive"),
        ("one\u2029two", "one\n\ntwo"),
        ("a\tb", "a b"),
        ("a\0b\x07c", "abc"),
        ("zu\xadsammen", "zusammen"),
        ("cafe\u0301", "café"),
        ("a\u030a", "å"),
        ("x\u030a and y\u0333", "x and y"),
        ("a \u0301b", "a b"),
        ("\u202eevil\u202c", "evil"),
        ("a\u200f\u200e\u200fb", "a\u200fb"),
        ("half \ud83d pair", "half  pair"),
        ("  kept   inside  \n lines as they are \n", "kept   inside  \n lines as they are"),
        ("a\n\n\n\nb", "a\n\n\n\nb"),
        ("नमस्ते दुनिया", "नमस्ते दुनिया"),
        ("العَرَبِيَّة", "العَرَبِيَّة"),
        ("👩‍👩‍👧 emoji 🇳🇴", "👩‍👩‍👧 emoji 🇳🇴"),
    ],
)
def test_only_what_cannot_be_carried_is_changed(given_text: str, expected: str) -> None:
    assert normalise(given_text) == expected


def test_a_letter_under_a_heap_of_marks_keeps_thirty_of_them() -> None:
    heap = normalise("a" + "\u0323\u0302" * 100_000 + "b")
    assert len(unicodedata.normalize("NFD", heap)) == 32
    hearts = "❤" * 50
    assert normalise(hearts) == hearts


@pytest.fixture(scope="module")
def telegram() -> ModuleType:
    shared = os.environ.get("SHARED_DIR")
    if shared is None:
        pytest.skip("SHARED_DIR is not set: the simulated Telegram is not here")
    place = Path(shared) / "telegram_sim" / "tg_text.py"
    spec = importlib.util.spec_from_file_location("tg_text", place)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["tg_text"] = module
    spec.loader.exec_module(module)
    return module


@given(texts)
def test_telegram_stores_a_normalised_text_unchanged(telegram: ModuleType, text: str) -> None:
    result = normalise(text)
    stored, _ = telegram.normalize(result, [])
    assert stored in {result, ""}  # "" for what has no visible character at all
