"""`/why`: five plain lines about how an answer was found."""

from collections.abc import Iterable

from bot.reasons import Reasons
from bot.state import StoredAnswer
from bot.telegram.messages import Desk, name_of, title_of
from bot.telegram.texts import reasons as texts
from retrieval.answers import Confidence

_NAMES_SHOWN = 4
_REASONS_SHOWN = 3
_WORTH_NAMING = 0.1
"""Log odds: what weighs less says nothing."""


def why_lines(desk: Desk, answer: StoredAnswer) -> list[str]:
    """Return what was searched, the words, the ranks, the copies and the bar; reads the store."""
    speech = desk.speech
    lines = [texts.searched_for(speech, words=answer.searched_for)]
    if answer.reasons is not None:
        lines.append(_words(desk, answer.reasons))
    if not answer.stories:
        return [*lines, texts.nothing_near(speech)]
    hit = answer.stories[0][0]
    meaning = texts.by_meaning(speech, hit.vector_rank)
    return [
        *lines,
        f"{meaning} {texts.by_words(speech, hit.keyword_rank)}",
        _copies(desk, answer),
        _bar(desk, answer),
    ]


def _words(desk: Desk, reasons: Reasons) -> str:
    said = [texts.words_here(desk.speech, words=reasons.here)]
    if reasons.elsewhere:
        said.append(texts.words_elsewhere(desk.speech, words=reasons.elsewhere))
    if reasons.nowhere:
        said.append(texts.words_nowhere(desk.speech, words=reasons.nowhere))
    return " ".join(said)


def _copies(desk: Desk, answer: StoredAnswer) -> str:
    found = [copy.citation for copy in desk.copies(answer.stories[0][0])]
    names = dict.fromkeys(name_of(one) or title_of(one) for one in found)
    return texts.copies(desk.speech, copies=len(found), names=list(names)[:_NAMES_SHOWN])


def _bar(desk: Desk, answer: StoredAnswer) -> str:
    speech, reasons = desk.speech, answer.reasons
    if reasons is None:
        return texts.verdict(speech, answer.confidence)
    is_reachable = reasons.strong_from <= 1
    said = [
        texts.bar(
            speech,
            sure=round(100 * reasons.probability),
            possible=round(100 * reasons.possible_from),
            strong=round(100 * reasons.strong_from) if is_reachable else None,
        )
    ]
    is_held_back = reasons.probability >= reasons.strong_from
    if is_held_back and answer.confidence is Confidence.POSSIBLE:
        said.append(texts.held_back(speech))
    in_favour = _named(desk, (name for name, weight in _weighed(reasons) if weight > 0))
    against = _named(desk, (name for name, weight in _weighed(reasons) if weight < 0))
    said += [texts.weighed_for(speech, reasons=in_favour)] if in_favour else []
    said += [texts.weighed_against(speech, reasons=against)] if against else []
    return " ".join(said)


def _weighed(reasons: Reasons) -> list[tuple[str, float]]:
    """Return the features that weighed anything, heaviest first."""
    heavy = [one for one in reasons.weights.items() if abs(one[1]) >= _WORTH_NAMING]
    return sorted(heavy, key=lambda one: -abs(one[1]))


def _named(desk: Desk, names: Iterable[str]) -> list[str]:
    said = (texts.feature(desk.speech, name) for name in names)
    return [words for words in said if words][:_REASONS_SHOWN]
