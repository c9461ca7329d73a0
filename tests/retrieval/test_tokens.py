"""The tokens of the keyword index: the same for a text and a question, in any script."""

import unicodedata
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.tokens import tokenise

LANGUAGES = ("en", "de", "es", "fr", "ru", "ar", "tr", "fi", "hi", "ta", "zh", "xx", "")
TEXTS = st.text(max_size=80) | st.text(
    alphabet=st.sampled_from(
        "aB\u00df\u00e9e\u0301\u0130\u0131'\u2019s1.,5\u00bd \u0640\u064e\u05b0\u05d0\u0627\u0439"
        "\u0e01\u0e32\u4e00\u4eba\u3042\uac00\U00020000\U0001d49c\U0001f30a\u0915\u093f\u0958-_\n"
    ),
    max_size=40,
)


@pytest.mark.parametrize(
    ("language", "text", "tokens"),
    [
        ("en", "The rivers were flooding", ["the", "river", "were", "flood"]),
        ("de", "Die H\u00e4user brannten", ["die", "haus", "brannt"]),
        ("es", "Las inundaciones en M\u00e1laga", ["las", "inund", "en", "malag"]),
        ("fr", "L\u2019inondation des rivi\u00e8res", ["l", "inond", "de", "rivi"]),
        ("ru", "Наводнения в городе", ["наводнен", "в", "город"]),
        ("xx", "The rivers were flooding", ["the", "rivers", "were", "flooding"]),
        ("", "rivers", ["rivers"]),
    ],
)
def test_words_are_folded_and_stemmed_in_their_language(
    language: str, text: str, tokens: list[str]
) -> None:
    assert tokenise(text, language) == tokens


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("en", ["bridge", "bridges", "Bridge's"]),
        ("de", ["Br\u00fccke", "Br\u00fccken", "BR\u00dcCKE"]),
        ("nl", ["brug", "bruggen"]),
        ("sv", ["flod", "floden", "floder"]),
        ("it", ["ponte", "ponti"]),
        ("pt", ["ponte", "pontes"]),
        ("ru", ["мост", "мосты", "мостов", "МОСТА"]),
        ("fi", ["talo", "talon", "talossa"]),
        ("ar", ["\u0643\u062a\u0627\u0628", "\u0627\u0644\u0643\u062a\u0627\u0628"]),
        ("hi", ["\u0928\u0926\u0940", "\u0928\u0926\u093f\u092f\u094b\u0902"]),
    ],
)
def test_forms_of_a_word_are_one_token(language: str, forms: list[str]) -> None:
    assert len({tuple(tokenise(form, language)) for form in forms}) == 1


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        (
            "\u6cb3\u5ddd\u304c\u5897\u6c34",
            ["\u6cb3\u5ddd", "\u5ddd\u304c", "\u304c\u5897", "\u5897\u6c34"],
        ),
        ("\u6c34", ["\u6c34"]),
        (
            "\u0e19\u0e49\u0e33\u0e17\u0e48\u0e27\u0e21"[:3],
            ["\u0e19\u0e49", "\u0e49\u0e4d", "\u0e4d\u0e32"],
        ),
        ("\ud64d\uc218", ["\ud64d\uc218"]),
        ("5\u4eba\u6b7b\u4ea1 in Tokyo", ["5", "\u4eba\u6b7b", "\u6b7b\u4ea1", "in", "tokyo"]),
        ("\U00020000\U00020001\U00020002", ["\U00020000\U00020001", "\U00020001\U00020002"]),
        ("\uff21\uff22\uff23 \uff76\uff9e", ["abc", "\u30ac"]),
    ],
)
def test_scripts_without_spaces_become_overlapping_pairs(text: str, tokens: list[str]) -> None:
    assert tokenise(text, "en") == tokens


def test_any_part_of_a_run_is_found_in_it() -> None:
    run = "\u6771\u4eac\u90fd\u5e81\u8209\u6240\u5728\u5730"
    whole = tokenise(run, "ja")
    for start in range(len(run) - 1):
        assert set(tokenise(run[start : start + 3], "ja")) <= set(whole)


@pytest.mark.parametrize(
    ("marked", "bare"),
    [
        ("\u0643\u064e\u062a\u064e\u0628\u064e", "\u0643\u062a\u0628"),
        ("\u0643\u0640\u0640\u062a\u0628", "\u0643\u062a\u0628"),
        ("\u05e9\u05c1\u05b8\u05dc\u05d5\u05b9\u05dd", "\u05e9\u05dc\u05d5\u05dd"),
        ("M\u00e1laga", "Malaga"),
        ("Ma\u0301laga", "M\u00e1laga"),
        ("STRASSE", "stra\u00dfe"),
        ("na\u00efve caf\u00e9", "naive cafe"),
        ("\u0130stanbul", "istanbul"),
        ("it\u2019s", "it's"),
        ("\uff11\uff12", "12"),
        ("\ufb01re", "fire"),
    ],
)
def test_marks_that_people_leave_out_make_no_difference(marked: str, bare: str) -> None:
    for language in ("xx", "ar", "he", "en"):
        assert tokenise(marked, language) == tokenise(bare, language)


def test_letters_that_only_look_accented_stay_what_they_are() -> None:
    assert tokenise("\u0439", "xx") != tokenise("\u0438", "xx")


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("1,000,000 and 1.000.000 and 1000000", ["1000000", "and", "1000000", "and", "1000000"]),
        ("3.5 or 3,5", ["3.5", "or", "3,5"]),
        ("12,5 1,2345", ["12,5", "1,2345"]),
        ("in 2026, 300 came", ["in", "2026", "300", "came"]),
        ("3.5.", ["3.5"]),
        ("10:30", ["10", "30"]),
        ("a_b", ["a_b"]),
    ],
)
def test_numbers_are_one_token_however_thousands_are_parted(text: str, tokens: list[str]) -> None:
    assert tokenise(text, "xx") == tokens


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("l'eau qu'il", ["l", "eau", "qu", "il"]),
        ("Ben's boats' names", ["ben", "boats", "names"]),
        ("don't", ["don", "t"]),
        ("'quoted'", ["quoted"]),
        ("O'Sullivan l\u02bcsol", ["o", "sullivan", "l", "sol"]),
    ],
)
def test_elisions_part_words_and_possessives_vanish(text: str, tokens: list[str]) -> None:
    assert tokenise(text, "xx") == tokens


@pytest.mark.parametrize("text", ["", " ", "?!", "\U0001f30a\U0001f9d1", "\u0640", "'s"])
def test_what_holds_no_word_has_hardly_a_token(text: str) -> None:
    assert tokenise(text, "en") in ([], ["s"])


def test_runs_too_long_to_be_words_are_cut() -> None:
    assert tokenise("x" * 70_000, "en") == ["x" * 64]


@settings(max_examples=200, deadline=None)
@given(text=TEXTS)
def test_every_language_gives_equally_many_short_tokens_without_blanks(text: str) -> None:
    counts = set()
    for language in LANGUAGES:
        tokens = tokenise(text, language)
        counts.add(len(tokens))
        assert all(0 < len(token) <= 64 for token in tokens)
        assert not any(char.isspace() for token in tokens for char in token)
        assert tokenise(text, language) == tokens
    assert len(counts) == 1


@settings(max_examples=100, deadline=None)
@given(text=TEXTS)
def test_composed_and_decomposed_letters_give_the_same_tokens(text: str) -> None:
    for form in ("NFC", "NFD"):
        assert tokenise(unicodedata.normalize(form, text), "fr") == tokenise(text, "fr")


@settings(max_examples=100, deadline=None)
@given(text=st.text(alphabet=st.characters(max_codepoint=127), max_size=60))
def test_case_makes_no_difference(text: str) -> None:
    assert tokenise(text.upper(), "en") == tokenise(text.lower(), "en")


@settings(max_examples=100, deadline=None)
@given(texts=st.lists(TEXTS, max_size=4))
def test_paragraphs_are_read_one_by_one(texts: list[str]) -> None:
    together = tokenise("\n\n".join(texts), "en")
    assert together == [token for text in texts for token in tokenise(text, "en")]


def test_threads_get_the_same_tokens_as_one_alone() -> None:
    texts = [f"{word} number {n}" for n in range(40) for word in ("Rivers", "flooding", "bridges")]
    alone = [tokenise(text, "en") for text in texts]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda text: tokenise(text, "en"), texts * 5)) == alone * 5


def test_tokens_are_the_same_whether_words_are_remembered_or_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = "rivers rising, bridges closing; caf\u00e9s opening " + "x" * 100
    remembered = [tokenise(text, "en"), tokenise(text, "en")]
    monkeypatch.setattr("retrieval.tokens._WORDS_KEPT", 1)
    assert [tokenise(text, "en"), tokenise(text, "en")] == remembered
    assert remembered[0] == ["river", "rise", "bridg", "close", "cafe", "open", "x" * 64]
