"""Copies fold with their sources kept; a changed number never folds."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from retrieval.folding import FoldablePassage, is_copy, plain
from retrieval.numbers import words_of
from tests.retrieval.passages import a_passage, read

WIRE = (
    "The river rose 2.4 metres overnight. Two houses were flooded in Harlow. "
    "Nobody was hurt, the mayor said. The road stays closed until 5 May."
)


def foldable(
    number: int, text: str, *, language: str = "en", key: str | None = None
) -> FoldablePassage:
    return FoldablePassage(read(a_passage(number, text, language=language, key=key)))


def folds(first: str, second: str, *, quoted: int = 0, language: str = "en") -> bool:
    """Whether the second text is a copy of the first; it must be the same the other way round."""
    one, two = foldable(1, first, language=language), foldable(2, second, language=language)
    found = is_copy(one, quoted, two)
    sentence = one.sentence(quoted)
    back = [n for n in range(len(two.read.sentences)) if two.sentence(n) == sentence]
    assert all(is_copy(two, place, one) == found for place in back)
    return found


def test_the_same_text_in_another_article_is_a_copy() -> None:
    assert all(folds(WIRE, WIRE, quoted=place) for place in range(4))


def test_passages_of_one_article_are_no_copies() -> None:
    assert not is_copy(foldable(1, WIRE, key="a"), 0, foldable(2, WIRE, key="a"))


def test_the_same_key_in_another_collection_is_another_article() -> None:
    archived = FoldablePassage(read(a_passage(2, WIRE, key="a", collection="archive")))
    assert is_copy(foldable(1, WIRE, key="a"), 0, archived)


@pytest.mark.parametrize(
    "copy",
    [
        WIRE.upper(),
        WIRE.replace(" ", "\u00a0").replace(". ", ".\n"),
        WIRE.replace("Nobody was hurt, the mayor said.", "Nobody was hurt, the mayor told us."),
        "HARLOW (Example Wire) \u2014 " + WIRE,
        WIRE + " Photo: Example Wire.",
        WIRE.removesuffix(" The road stays closed until 5 May."),
        WIRE.replace("Two houses", "2 houses"),
    ],
)
def test_typography_datelines_and_small_edits_leave_a_copy_a_copy(copy: str) -> None:
    assert folds(WIRE, copy)


def test_quotes_and_dashes_of_any_shape_are_alike() -> None:
    assert folds(
        "He said \u201cno\u201d \u2013 twice. It rained.", "He said 'no' - twice. It rained."
    )
    assert plain("\u00ab A\u00a0\u2014 B \u00bb") == "' a - b '"


def test_a_copy_that_lacks_the_quoted_sentence_is_not_listed() -> None:
    without = WIRE.replace("Two houses were flooded in Harlow. ", "")
    assert folds(WIRE, without, quoted=0)
    assert not folds(WIRE, without, quoted=1)
    edited = WIRE.replace("were flooded", "were under water")
    assert not folds(WIRE, edited, quoted=1)


def test_one_common_sentence_does_not_make_a_copy() -> None:
    other = (
        "Nobody was hurt, the mayor said. A fire broke out in the theatre on Sunday evening, and "
        "firemen from three towns worked until the morning to put it out."
    )
    assert not folds(WIRE, other, quoted=2)


def test_a_sentence_inside_a_longer_word_or_number_is_not_contained() -> None:
    assert not folds("2 houses burned. It was hot.", "12 houses burned. It was hot.", quoted=0)
    assert not folds("Art. It was.", "Smart. It was.", quoted=0)
    late = "It was late in the evening"
    assert not folds(f"Art. {late}.", f"Smart. {late}, art or not.", quoted=0)
    assert folds("Art. It was.", "Smart. Art. It was.", quoted=0)


@pytest.mark.parametrize(
    ("language", "first", "second"),
    [
        ("en", "2 dead.", "5 dead."),
        ("en", "Two houses burned.", "Five houses burned."),
        ("en", "2 houses burned.", "Five houses burned."),
        ("en", "Twenty people left.", "Twenty-one people left."),
        ("en", "Five hundred left.", "Five thousand left."),
        ("en", "Five left.", "Five hundred left."),
        ("en", "A dozen died.", "Two dozen died."),
        ("en", "The third night.", "The fourth night."),
        ("en", "It was 5 degrees.", "It was -5 degrees."),
        ("en", "It was 5 degrees.", "It was \u22125 degrees."),
        ("en", "Henry VII spoke.", "Henry VIII spoke."),
        ("en", "It costs 1,000.", "It costs 10,000."),
        ("en", "It ended 3-1.", "It ended 1-3."),
        ("en", "It costs \u00bd a pound.", "It costs \u00bc a pound."),
        ("en", "2 died and 5 left.", "5 died and 2 left."),
        ("de", "Zwei H\u00e4user brannten.", "F\u00fcnf H\u00e4user brannten."),
        ("de", "Einundzwanzig starben.", "Zweiundzwanzig starben."),
        ("de", "Dreihundert starben.", "Dreitausend starben."),
        ("de", "In drei\u00dfig Orten.", "In vierzig Orten."),
        ("de", "Die zweite Nacht.", "Die dritte Nacht."),
        ("es", "Dos casas ardieron.", "Cinco casas ardieron."),
        ("es", "Treinta y uno murieron.", "Treinta y dos murieron."),
        ("es", "Murieron veintid\u00f3s.", "Murieron veintitr\u00e9s."),
        ("es", "Quinientas personas.", "Setecientas personas."),
        ("fr", "Deux maisons ont br\u00fbl\u00e9.", "Cinq maisons ont br\u00fbl\u00e9."),
        ("fr", "Vingt et un morts.", "Vingt-deux morts."),
        ("fr", "Quatre-vingts morts.", "Quatre-vingt-dix morts."),
        ("fr", "La deuxi\u00e8me nuit.", "La troisi\u00e8me nuit."),
        ("ru", "Сгорели два дома.", "Сгорели три дома."),
        ("ru", "В двух домах.", "В трёх домах."),
        ("ru", "Двадцать один человек.", "Двадцать два человека."),
        ("ru", "Пять тысяч домов.", "Пять миллионов домов."),
        (
            "zh",
            "\u81f3\u5c11\u4e09\u4eba\u6b7b\u4ea1\u3002",
            "\u81f3\u5c11\u4e94\u4eba\u6b7b\u4ea1\u3002",
        ),
        ("zh", "\u6b7b\u4ea13\u4eba\u3002", "\u6b7b\u4ea15\u4eba\u3002"),
    ],
)
def test_texts_that_differ_by_a_number_never_fold(language: str, first: str, second: str) -> None:
    same = "Nobody knows why, the police said on Monday evening."
    for before, after in (
        (f"{same} {first}", f"{same} {second}"),
        (f"{first} {same}", f"{second} {same}"),
    ):
        assert words_of(before) != words_of(after)
        for place in range(len(foldable(1, before, language=language).read.sentences)):
            assert not folds(before, after, quoted=place, language=language)


def test_numbers_written_alike_in_words_and_digits_are_the_same() -> None:
    assert words_of("Two, zwei, dos, deux, \u0434\u0432\u0430 und 2") == ["2 2 2 2 2 und 2"]
    assert words_of("Am 3. Mai, 10:30") == ["am", "3", "mai", "10:30"]
    assert words_of("F\u00fcnfhundert H\u00e4user, undund") == [
        "0f\u00fcnfhundert",
        "h\u00e4user",
        "undund",
    ]
    assert words_of("") == []


NUMBERS = st.sampled_from(
    ["2", "5", "13", "1,200", "two", "five", "thirteen", "twenty-one", "a hundred", "3.5", "2026"]
)
SENTENCES = st.sampled_from(
    [
        "{} houses burned down in Harlow.",
        "{} dead.",
        "Police counted {} people on the bridge.",
        "The river rose {} metres.",
        "It was over by {}.",
        "No. {} was hit, and nobody was hurt.",
        "Nobody was hurt.",
        "The mayor (who is {}) said no \u2014 twice.",
        "{}",
    ]
)


@st.composite
def reports(draw: st.DrawFn) -> tuple[list[str], list[str]]:
    """Return sentences with a place for a number, and a number for each."""
    sentences = draw(st.lists(SENTENCES, min_size=1, max_size=7))
    return sentences, draw(st.lists(NUMBERS, min_size=len(sentences), max_size=len(sentences)))


def written(sentences: list[str], numbers: list[str]) -> str:
    return " ".join(one.format(number) for one, number in zip(sentences, numbers, strict=True))


@settings(max_examples=150, deadline=None)
@given(report=reports(), place=st.integers(0, 6), other=NUMBERS)
def test_a_copy_with_one_changed_number_never_folds(
    report: tuple[list[str], list[str]], place: int, other: str
) -> None:
    sentences, numbers = report
    place %= len(sentences)
    original, changed = (
        written(sentences, numbers),
        written(sentences, [*numbers[:place], other, *numbers[place + 1 :]]),
    )
    assume(words_of(original) != words_of(changed))
    one, two = foldable(1, original), foldable(2, changed)
    for first, second in ((one, two), (two, one)):
        assert not any(is_copy(first, n, second) for n in range(len(first.read.sentences)))


@settings(max_examples=50, deadline=None)
@given(report=reports())
def test_an_unchanged_copy_always_folds(report: tuple[list[str], list[str]]) -> None:
    text = written(*report)
    assume(len(words_of(text)) > 1)
    one, two = foldable(1, text), foldable(2, text)
    assert all(is_copy(one, place, two) for place in range(len(one.read.sentences)))


def test_a_passage_without_sentences_has_no_copies() -> None:
    assert not is_copy(foldable(1, " "), 0, foldable(2, " "))
    assert not folds("\u2014 !", "\u2014 !")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("The police say one person has died.", "The police say two people have died."),
        ("At least 2 were killed in Rome.", "At least 5 have been injured in Rome."),
    ],
)
def test_a_number_changed_together_with_its_neighbours_never_folds(first: str, second: str) -> None:
    assert not folds(f"{WIRE} {first}", f"{WIRE} {second}")


def test_longer_passages_that_were_replaced_may_have_numbers_of_their_own() -> None:
    first = (
        "Trains ran again from 6 in the morning, the company said, but those to the coast stood."
    )
    second = (
        "In 2019 a flood of that size cost the valley forty bridges and all of its vineyards too."
    )
    assert folds(f"{WIRE} {first}", f"{WIRE} {second}")


def test_copies_cut_at_different_places_fold_where_they_overlap() -> None:
    before = (
        "It had rained for three days in the hills, and the gauge at the mill had long been full."
    )
    after = (
        "Trains stood still all day. Schools in the valley are closed, and the market was put off."
    )
    assert folds(f"{before} {WIRE}", f"{WIRE} {after}", quoted=1)
    changed = WIRE.replace("2.4", "2.9")
    assert not folds(f"{before} {WIRE}", f"{changed} {after}", quoted=2)


def test_a_short_sentence_where_one_passage_ends_and_the_other_begins_does_not_fold() -> None:
    before = (
        "It had rained for three days in the hills, and the gauge at the mill had long been full."
    )
    after = "A fire broke out in the theatre on Sunday evening, and firemen came from three towns."
    assert not folds(f"{before} Nobody was hurt.", f"Nobody was hurt. {after}", quoted=1)
