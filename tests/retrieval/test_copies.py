"""What makes a copy: light edits do not undo one, a changed number does."""

import pytest

from retrieval.copies import CONTAINED, Body, Kinship, copied, number_changed
from retrieval.kinships import Relative, kinship
from retrieval.sketches import hashes_from_bytes, hashes_to_bytes, likeness, sketch

STORY = (
    "The river Sallow rose 2.4 metres in nine hours on Tuesday and broke its banks at Mill Lane. "
    "It cut the only road to Harlow Bridge shortly before midnight. “Nobody was hurt,” said the "
    "mayor, Anna Bergström, “but twelve houses were evacuated”. The fire brigade pumped water out "
    "of cellars until the early morning.\nSchools in Harlow stay closed until Friday – the council "
    "will decide on Thursday whether the bridge can be used again. In 1953 the town stood under "
    "water for a week."
)
OTHER = (
    "The council of Marlow has opened a tram line after four years of work. A single ticket costs "
    "two pounds, and children under six ride free. The line has eleven stops between the station "
    "and the university. Its trams run every ten minutes by day and every half hour by night."
)
PLAIN = STORY.replace("“", '"').replace("”", '"').replace("–", "-")


def kind_of(first: str, second: str) -> Kinship | None:
    kind = copied(Body(first), Body(second))[0]
    assert kind is copied(Body(second), Body(first))[0]
    return kind


@pytest.mark.parametrize(
    "edited",
    [
        STORY,
        PLAIN,
        f"HARLOW (Reuters) - {STORY}",
        STORY.replace("pumped", "moved"),
        STORY.partition("\n")[0] + "\nIn 1953 the town stood under water for a week.",
    ],
)
def test_a_lightly_edited_text_is_a_copy(edited: str) -> None:
    assert kind_of(STORY, edited) is Kinship.COPY


@pytest.mark.parametrize(("number", "other"), [("2.4", "2.6"), ("nine", "seven"), ("1953", "1963")])
def test_a_text_with_a_changed_number_is_a_variant_never_a_copy(number: str, other: str) -> None:
    assert kind_of(STORY, STORY.replace(number, other)) is Kinship.VARIANT


def test_a_changed_number_in_an_edited_sentence_is_found() -> None:
    edited = STORY.replace("nine hours on Tuesday", "eight hours on Wednesday")
    assert kind_of(STORY, edited) is Kinship.VARIANT


def test_another_text_is_neither() -> None:
    assert kind_of(STORY, OTHER) is None


def test_short_texts_are_copies_only_if_equal() -> None:
    assert kind_of("Two lines.", "Two lines.") is Kinship.COPY
    assert kind_of("Two lines.", "Two lines. And a third.") is None


def test_the_share_contained_is_of_the_shorter_text() -> None:
    kind, share = copied(Body(STORY), Body(f"{STORY}\n{OTHER}"))
    assert (kind, share) == (Kinship.COPY, 1.0)
    assert copied(Body(STORY), Body(OTHER))[1] < CONTAINED


def test_a_number_left_out_is_not_a_changed_one() -> None:
    assert not number_changed(["in", "1953"], ["in", "march"])
    assert number_changed(["in", "1953"], ["in", "1963"])


RETOLD = (
    "Harlow Bridge cannot be reached. On Tuesday the Sallow came up by 2.4 metres, the river "
    "stood in Mill Lane, and the road was under water before midnight. Mayor Anna Bergström said "
    "houses were evacuated. Schools in Harlow are closed until Friday; the council decides on "
    "Thursday. The last such water in the town was in 1953, as the Harlow Post writes."
)


def relative(text: str, *, with_body: bool = False, language: str = "en") -> Relative:
    made = sketch(text, language=language, part="main")
    return Relative(
        names=made.names,
        words=made.words,
        has_case=made.has_case,
        body=Body(text) if with_body else None,
    )


def test_a_report_in_other_words_is_known_by_its_names_and_numbers() -> None:
    related = kinship(relative(STORY, with_body=True), relative(RETOLD, with_body=True))
    assert related is not None
    assert related[0] is Kinship.REPORT


def test_reports_of_other_events_are_not_related() -> None:
    assert kinship(relative(STORY), relative(OTHER)) is None


def test_few_names_in_common_prove_nothing() -> None:
    text = "On Tuesday the mayor, Anna Bergström, spoke in Harlow."
    assert kinship(relative(text), relative(text)) is None


def test_copies_are_known_by_their_texts() -> None:
    related = kinship(relative(STORY, with_body=True), relative(PLAIN, with_body=True))
    assert related == (Kinship.COPY, 1.0)


def test_scripts_without_capitals_are_compared_by_their_words() -> None:
    text = "河川が増水し、橋が通行止めになった。市長は木曜日に会見する。"
    assert kinship(relative(text, language="ja"), relative(text, language="ja")) is not None
    other = "新しい路面電車が開業した。大学まで十一の停留所がある。"
    assert kinship(relative(text, language="ja"), relative(other, language="ja")) is None


def test_a_sketch_is_the_same_whatever_the_typography() -> None:
    assert sketch(STORY, language="en", part="a").fingerprint == (
        sketch(PLAIN, language="en", part="a").fingerprint
    )


def test_sketches_of_two_parts_have_nothing_in_common() -> None:
    one, two = (sketch(STORY, language="en", part=part) for part in "ab")
    assert one.fingerprint != two.fingerprint
    assert not {*one.run_buckets, *one.name_buckets} & {*two.run_buckets, *two.name_buckets}


def test_runs_and_names_never_share_a_bucket() -> None:
    made = sketch(STORY, language="en", part="main")
    assert not set(made.run_buckets) & set(made.name_buckets)


def test_an_empty_text_falls_into_no_bucket() -> None:
    made = sketch("… !", language="en", part="main")
    assert (made.run_buckets, made.name_buckets) == ((), ())
    assert likeness(made.names, made.names) == 0.0


def test_hashes_are_kept_as_they_are() -> None:
    kept = sketch(STORY, language="en", part="main").names
    assert hashes_from_bytes(hashes_to_bytes(kept)) == kept
