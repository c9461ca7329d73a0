"""Why an answer is what it is, in lines that any front end can show."""

from collections.abc import Iterator, Sequence

from retrieval.answers import Answer, Hit
from retrieval.explanations import Explanation, WordOfQuestion

_REASONS = 4
"""How many features are named on each side; `--json` has all."""
_WORDS = 12


def explanation_lines(answer: Answer) -> list[str]:
    """Return what was searched, found and weighed, a line each; one line for an empty library."""
    explanation = answer.explanation
    if explanation is None:
        return ["Nothing was searched: the library is empty."]
    lines = [f"Searched for: {answer.searched_for}", *_word_lines(explanation.words)]
    lines.append(
        f"Compared: {explanation.candidates} of {explanation.searched} passages; meaning counted"
        f" {explanation.vectors_count:.1f}, words {2 - explanation.vectors_count:.1f}"
    )
    lines += [_hit_line(hit) for hit in answer.hits]
    return [*lines, *_confidence_lines(answer, explanation)]


def _word_lines(words: Sequence[WordOfQuestion]) -> Iterator[str]:
    """Yield where the words of the question stand, those that tell most first."""
    found = [one.word for one in words if one.in_first_hit]
    elsewhere = [one.word for one in words if one.in_library and not one.in_first_hit]
    nowhere = [one.word for one in words if not one.in_library]
    for name, some in (
        ("In the first passage", found),
        ("Only in other passages", elsewhere),
        ("Nowhere in the library", nowhere),
    ):
        if some:
            yield f"{name}: {', '.join(some[:_WORDS])}"


def _hit_line(hit: Hit) -> str:
    copies = len(hit.also_in)
    folded = f", {copies} {'copy' if copies == 1 else 'copies'} folded" if copies else ""
    return (
        f"{hit.rank}. {hit.receipt}: {_place(hit.vector_rank)} by meaning,"
        f" {_place(hit.keyword_rank)} by words{folded}"
    )


def _place(rank: int | None) -> str:
    return "not listed" if rank is None else f"no. {rank}"


def _confidence_lines(answer: Answer, explanation: Explanation) -> Iterator[str]:
    strong = f"strong from {explanation.strong_from:.2f}"
    if explanation.strong_from > 1:
        strong = "strong only after `passagebot calibrate DIR` for this model"
    yield (
        f"Sure: {explanation.probability:.2f}, so {answer.confidence.value}"
        f" (possible from {explanation.possible_from:.2f}, {strong})"
    )
    weighed = sorted(explanation.contributions.items(), key=lambda one: -abs(one[1]))
    for name, side in (("For it", 1), ("Against it", -1)):
        some = [
            f"{feature.replace('_', ' ')} {explanation.features[feature]:.2f} ({weight:+.1f})"
            for feature, weight in weighed
            if weight * side > 0
        ]
        if some:
            yield f"{name}: {', '.join(some[:_REASONS])}"
