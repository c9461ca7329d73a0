import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.sentences import LONGEST, sentence_spans, utf16_length
from tests.corpus.article_texts import articles, articles_with_long_runs

any_article = articles | articles_with_long_runs
languages = st.sampled_from(["en", "de", "zh", "th", "no", "und", ""])


def pieces(text: str, language: str = "en") -> list[str]:
    return [span.of(text) for span in sentence_spans(text, language)]


@given(any_article, languages)
def test_sentences_are_in_order_trimmed_short_enough_and_lose_nothing(
    text: str, language: str
) -> None:
    position = 0
    for span in sentence_spans(text, language):
        assert not any(map(str.isalnum, text[position : span.start]))
        assert span.of(text) == span.of(text).strip()
        assert utf16_length(span.of(text)) <= LONGEST
        position = span.end
    assert not any(map(str.isalnum, text[position:]))


@given(any_article, st.integers(0, 300), st.integers(0, 300))
def test_sentences_of_a_part_stay_inside_it(text: str, start: int, length: int) -> None:
    end = min(start + length, len(text))
    for span in sentence_spans(text, "en", start, end):
        assert start <= span.start < span.end <= end


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["Dr. Smith left at 3.5 km.", "Why?", "“Nobody knows,” he said."]),
        ("de", ["Das ist z. B. so.", "Am 27. Januar 1845 schrieb sie.", "Ende."]),
        ("no", ["Han sa 3. mars at det var bra.", "Kl. 10 gikk han."]),
        ("ru", ["В 2020 г. он уехал.", "Потом вернулся."]),
        ("es", ["¿Quién la inventó?", "Nadie lo sabe."]),
        ("ar", ["ماذا سيحدث بعد ذلك؟", "لا أحد يعرف."]),
        ("hi", ["वह घर गया।", "वह सो गया।"]),
    ],
)
def test_sentences_end_where_readers_say_they_do(language: str, expected: list[str]) -> None:
    assert pieces(" ".join(expected), language) == expected


def test_chinese_sentences_need_no_spaces() -> None:
    assert pieces("总统昨天宣布了。会议将在秋天举行！", "zh") == [
        "总统昨天宣布了。",
        "会议将在秋天举行！",
    ]


def test_a_sentence_goes_on_over_the_lines_of_wrapped_mail() -> None:
    text = (
        "Joseph Paxton was head gardener to the Duke of Devonshire in\n"
        "Chatsworth. He knew how to keep pineapples warm in winter and\n"
        "lilies wet."
    )
    assert pieces(text) == [
        "Joseph Paxton was head gardener to the Duke of Devonshire in\nChatsworth.",
        "He knew how to keep pineapples warm in winter and\nlilies wet.",
    ]


def test_a_sentence_does_not_cross_paragraphs() -> None:
    assert pieces("A headline without an end\n\nThe first words") == [
        "A headline without an end",
        "The first words",
    ]


def test_the_number_of_a_list_item_stays_with_it() -> None:
    assert pieces("1. Stir the dough. Wait.") == ["1. Stir the dough.", "Wait."]


def test_offsets_count_code_points() -> None:
    text = "🙂 one. 🙂🙂 two."
    assert [(span.start, span.end) for span in sentence_spans(text, "en")] == [(0, 6), (7, 14)]


def test_what_never_ends_is_cut_after_a_clause() -> None:
    text = ", ".join(["one clause of many words"] * 100)
    found = pieces(text)
    assert len(found) > 1
    assert all(piece.endswith(",") for piece in found[:-1])


def test_what_has_no_clauses_is_cut_between_words() -> None:
    text = " ".join(["word"] * 500)
    assert set(" ".join(pieces(text)).split()) == {"word"}


def test_what_has_no_spaces_is_cut_between_whole_characters() -> None:
    found = pieces("e\u0323\u0302" * 700)  # not normalised on purpose: marks of their own
    assert len(found) > 1
    assert all(piece.startswith("e") for piece in found)
    families = pieces("👩\u200d👩\u200d👧" * 300)
    assert all(piece.startswith("👩") and piece.endswith("👧") for piece in families)


def test_utf16_units_count_emoji_twice() -> None:
    assert utf16_length("aé🙂") == 4
    assert utf16_length("abc") == 3


def test_a_part_between_paragraphs_has_no_sentences() -> None:
    assert sentence_spans("One.\n\n\n\nTwo.", "en", 5, 7) == []
    assert sentence_spans("One. Two.", "en", 4, 5) == []
