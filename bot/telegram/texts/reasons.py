"""What /why says: how an answer was found and what made it sure, in plain words."""

from collections.abc import Sequence

from bot.speech import Speech
from retrieval.answers import Confidence


def searched_for(speech: Speech, *, words: str) -> str:
    """Say what was searched: with the words lent by earlier turns, and limits read from phrases."""
    return speech.gettext("Searched for: {words}", words=words)


def words_here(speech: Speech, *, words: Sequence[str]) -> str:
    """Name the words of the question that stand in the first passage."""
    if not words:
        return speech.gettext("In the first passage: none of your words; it was found by meaning.")
    return speech.gettext("In the first passage: {words}.", words=tuple(words))


def words_elsewhere(speech: Speech, *, words: Sequence[str]) -> str:
    """Name those that stand only in other passages."""
    return speech.gettext("Only in other passages: {words}.", words=tuple(words))


def words_nowhere(speech: Speech, *, words: Sequence[str]) -> str:
    """Name those that stand nowhere."""
    return speech.gettext("Nowhere in the library: {words}.", words=tuple(words))


def by_meaning(speech: Speech, rank: int | None) -> str:
    """Say where the passage stands in the list by meaning."""
    if rank is None:
        return speech.gettext("By meaning it is not in the list;")
    return speech.gettext("By meaning it is number {rank};", rank=rank)


def by_words(speech: Speech, rank: int | None) -> str:
    """Say where it stands in the list by keywords."""
    if rank is None:
        return speech.gettext("by keywords it is not in the list.")
    return speech.gettext("by keywords it is number {rank}.", rank=rank)


def copies(speech: Speech, *, copies: int, names: Sequence[str]) -> str:
    """Say how many copies are folded into it, and where some of them stand."""
    if not copies:
        return speech.gettext("No copies of it were found.")
    return speech.ngettext(
        "{number} copy folded into it: {names}.",
        "{number} copies folded into it: {names}.",
        copies,
        names=tuple(names),
    )


def bar(speech: Speech, *, sure: int, possible: int, strong: int | None) -> str:
    """Say how sure the answer is beside the two bars, in percent; None is a bar never reached."""
    if strong is None:
        return speech.gettext(
            "The bar: {sure} % sure; a possible match from {possible} %, a strong one never, as this "
            "model is not calibrated yet.",
            sure=speech.number(sure),
            possible=speech.number(possible),
        )
    return speech.gettext(
        "The bar: {sure} % sure; a possible match from {possible} %, a strong one from {strong} %.",
        sure=speech.number(sure),
        possible=speech.number(possible),
        strong=speech.number(strong),
    )


def held_back(speech: Speech) -> str:
    """Say why what reached the bar for strong is called possible."""
    return speech.gettext(
        "It is called possible all the same, as the conversation before it decided what was found."
    )


def weighed_for(speech: Speech, *, reasons: Sequence[str]) -> str:
    """Name what spoke for the answer."""
    return speech.gettext("For it: {reasons}.", reasons=tuple(reasons))


def weighed_against(speech: Speech, *, reasons: Sequence[str]) -> str:
    """Name what spoke against it."""
    return speech.gettext("Against it: {reasons}.", reasons=tuple(reasons))


def verdict(speech: Speech, confidence: Confidence) -> str:
    """Say which bar an answer passed of which no more is kept."""
    match confidence:
        case Confidence.STRONG:
            return speech.gettext("All in all, it passed the bar for a strong match.")
        case Confidence.POSSIBLE:
            return speech.gettext(
                "All in all, it passed the bar for a possible match, not for a strong one."
            )
        case Confidence.NONE:
            return speech.gettext("All in all, it did not pass the bar for an answer.")


def nothing_near(speech: Speech) -> str:
    """Say that no passage was found at all."""
    return speech.gettext("No passage came near.")


def feature(speech: Speech, name: str) -> str | None:
    """Return what a feature of the confidence means to a reader; None for one without a name."""
    said = {
        "sentence_cosine": speech.gettext("a sentence is close in meaning"),
        "coverage": speech.gettext("much of what you asked stands in the passage"),
        "pair_coverage": speech.gettext("your words stand close together there"),
        "words_in_sentence": speech.gettext("they stand in one sentence"),
        "rarest_found": speech.gettext("your rarest word is there"),
        "score_margin": speech.gettext("no other article comes near it"),
        "names_found": speech.gettext("the names and numbers you asked about are there"),
        "names_missing": speech.gettext("a name or number you asked about is missing"),
        "kind_missing": speech.gettext(
            "nothing of the kind you asked for is in it, such as a date or a number"
        ),
    }
    return said.get(name)
