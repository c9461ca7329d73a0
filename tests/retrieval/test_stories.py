"""Which texts are one report, which reports are one story, and who was first."""

from datetime import UTC, datetime, timedelta
from itertools import combinations
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from retrieval.copies import Kinship
from retrieval.stories import Link, Story, Telling, stories

DAY = datetime(2026, 3, 1, tzinfo=UTC)


def told(key: str, *, days: float = 0, is_dated: bool = True) -> Telling:
    seen = DAY + timedelta(days=days)
    return Telling(collection="main", key=key, seen=seen, is_dated=is_dated)


def link(ends: str, kind: Kinship = Kinship.REPORT, strength: float = 0.5) -> Link:
    return Link(first=ends[0].encode(), second=ends[1].encode(), kind=kind, strength=strength)


def texts(keys: str) -> dict[bytes, list[Telling]]:
    return {key.encode(): [told(key, days=at)] for at, key in enumerate(keys)}


def drawn(found: list[Story]) -> list[str]:
    """Return stories as "ab|c": reports between strokes."""
    return [
        "|".join("".join(one.key for one in report.tellings) for report in story.reports)
        for story in found
    ]


def test_copies_are_one_report_and_other_reports_count_apart() -> None:
    [story] = stories(texts("abc"), [link("ab", Kinship.COPY, 1.0), link("ac"), link("bc")])
    assert drawn([story]) == ["ab|c"]
    assert (len(story.reports), story.copies, story.first.key) == (2, 1, "a")


def test_articles_without_links_are_stories_of_their_own() -> None:
    assert drawn(stories(texts("ab"), [])) == ["a", "b"]


def test_a_changed_number_never_folds_even_through_a_third_text() -> None:
    links = [
        link("ab", Kinship.COPY, 0.95),
        link("bc", Kinship.COPY, 0.9),
        link("ac", Kinship.VARIANT, 1.0),
    ]
    assert drawn(stories(texts("abc"), links)) == ["ab|c"]


def test_a_shortened_copy_of_two_versions_goes_where_its_other_copies_are() -> None:
    links = [
        link("ab", Kinship.COPY, 0.9),
        link("ac", Kinship.COPY, 0.85),
        link("bc", Kinship.COPY, 0.85),
        link("cd", Kinship.COPY, 1.0),  # c lacks the sentence whose number d changed
        link("ad", Kinship.VARIANT, 0.9),
        link("bd", Kinship.VARIANT, 0.9),
    ]
    assert drawn(stories(texts("abcd"), links)) == ["abc|d"]


def test_a_chain_of_likenesses_does_not_tie_its_far_ends_together() -> None:
    links = [link("ab", strength=0.9), link("bc", strength=0.5), link("cd", strength=0.8)]
    assert drawn(stories(texts("abcd"), links)) == ["a|b", "c|d"]


def test_reports_far_apart_in_time_are_of_two_events_but_copies_may_be_old() -> None:
    apart = {b"a": [told("a")], b"b": [told("b", days=11)]}
    assert drawn(stories(apart, [link("ab")])) == ["a", "b"]
    assert drawn(stories(apart, [link("ab", Kinship.COPY)])) == ["ab"]


def test_a_report_without_a_date_of_its_own_is_near_to_all() -> None:
    apart = {b"a": [told("a")], b"b": [told("b", days=300, is_dated=False)]}
    assert drawn(stories(apart, [link("ab")])) == ["a|b"]


def test_equal_moments_are_ordered_by_key() -> None:
    same = {b"x": [told("b"), told("a")]}
    [story] = stories(same, [])
    assert [one.name for one in story.tellings] == [("main", "a"), ("main", "b")]


KINDS = st.sampled_from(list(Kinship))
LINKS = st.dictionaries(
    st.sampled_from(["".join(pair) for pair in combinations("abcdef", 2)]),
    st.tuples(KINDS, st.sampled_from([0.3, 0.5, 0.9])),
)


@given(LINKS, st.randoms())
def test_the_order_of_texts_and_links_never_matters(
    links: dict[str, tuple[Kinship, float]], chance: Random
) -> None:
    made = [link(ends, *about) for ends, about in links.items()]
    known = list(texts("abcdef").items())
    expected = stories(dict(known), made)
    chance.shuffle(made)
    chance.shuffle(known)
    assert stories(dict(known), made) == expected
    keys = [one.key for story in expected for one in story.tellings]
    assert sorted(keys) == list("abcdef")
    apart = {ends for ends, about in links.items() if about[0] is Kinship.VARIANT}
    for story in expected:
        for report in story.reports:
            ends = {
                "".join(sorted(pair)) for pair in combinations([t.key for t in report.tellings], 2)
            }
            assert not ends & apart
