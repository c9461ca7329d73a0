"""Follow-ups: what earlier turns lend to a question that does not stand alone.

Whether it does is asked of the question and of the library: does a word point back, do its own
words tell little, is it answered badly alone? Only then a few rare words of earlier turns are
searched as well, each for a fraction of a word, and the question's vector leans towards what was
said last. A question that changes the subject is left as it is. docs/decisions says how the
numbers were measured.
"""

import math
import re
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

import numpy as np

from retrieval.confidence import names_of
from retrieval.function_words import function_words
from retrieval.pointing_words import points_back
from retrieval.protocols import Vectors
from retrieval.terms import QuestionTerms, Term, inverse_frequency
from retrieval.tokens import tokenise

WORDS_LENT = 6
SHARE = 0.3
"""What a lent word counts beside a word of the question, at most."""
MOST_LENT = 0.6
"""What all lent words together count beside all words of the question, at most."""
FADING = 0.6
"""What a turn counts beside the one after it."""
QUOTED = 0.3
"""What a word of an answer counts beside one the asker used: answers are long."""
LEANING = 0.8
"""How far the vector leans: the weight of the context beside the question's own vector."""
ANSWERED_ALONE = 0.2
"""From this probability of a right first hit on, a question without a pointing word stands alone."""
ANSWERED_ALONE_POINTING = 0.7
"""The same of a question with a pointing word."""
RARE_WORDS = 2.0
"""A question whose words tell as much as so many words that stand in a single passage stands alone."""
RARE_WORDS_POINTING = 2.5
"""The same of a question with a pointing word."""
OWN_WORDS_HELD = 0.75
"""The share of its own words' weight that a passage must hold to be a strong match of a follow-up."""
TURNS_READ = 12
TURN_CHARACTERS = 1_000
CONTEXT_CHARACTERS = 300

ReadTerms = Callable[[str], QuestionTerms]
"""Returns the terms of a text in the library."""

_SPEAKER = re.compile(r"\s*(user|agent|assistant|bot)\s*:\s*", re.IGNORECASE)
_WORD = re.compile(r"\w+(?:[.,]\d+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What was said: a question, or as `quoted` an answer."""

    text: str
    quoted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question as it was searched alone.

    `probability` is that of its first hit being right; `passages` is how many the library has.
    """

    text: str
    terms: QuestionTerms
    probability: float
    passages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """A question with what earlier turns lend it.

    `terms` holds the question's own and the lent ones; `words` are the lent ones as they were
    written. `context` is to be embedded, for `leaning`.
    """

    terms: QuestionTerms
    words: tuple[str, ...]
    context: str


def turns_of(history: Sequence[str]) -> list[Turn]:
    """Return the last turns of a history of "user: ..." and "agent: ...", oldest first.

    A turn without a speaker is the asker's.
    """
    turns = []
    for line in history[-TURNS_READ:]:
        speaker = _SPEAKER.match(line)
        said = line[speaker.end() :] if speaker else line
        quoted = speaker is not None and speaker[1].lower() != "user"
        turns.append(Turn(text=" ".join(said[:TURN_CHARACTERS].split()), quoted=quoted))
    return [turn for turn in turns if turn.text]


def follow_up(asked: Asked, history: Sequence[str], read: ReadTerms) -> FollowUp | None:
    """Return the question with what earlier turns lend it, `None` if it stands alone."""
    turns = turns_of(history)
    return None if not turns or stands_alone(asked, turns) else _added(asked, turns, read)


def pointing_at(asked: Asked, selected: str, read: ReadTerms) -> FollowUp | None:
    """Return the question with words of an answer that the asker selected, `None` if they add none.

    Whoever points at words means them, so nobody asks whether the question stands alone.
    """
    return _added(asked, turns_of([f"user: {selected}"]), read)


def _added(asked: Asked, turns: Sequence[Turn], read: ReadTerms) -> FollowUp | None:
    lent = _lent(asked, turns, read)
    if not lent:
        return None
    terms = replace(asked.terms, searched=(*asked.terms.searched, *lent))
    return FollowUp(
        terms=terms,
        words=tuple(_as_written(term.word, turns) for term in lent),
        context=f"{asked.text} {turns[-1].text[:CONTEXT_CHARACTERS]}",
    )


def stands_alone(asked: Asked, turns: Sequence[Turn]) -> bool:
    """Return whether a question can be understood without the turns before it."""
    names = _new_names(asked.text, turns)
    rare = asked.terms.weight / inverse_frequency(1, asked.passages)
    if points_back(asked.text, names):
        return rare >= RARE_WORDS_POINTING or asked.probability >= ANSWERED_ALONE_POINTING
    return rare >= RARE_WORDS or asked.probability >= ANSWERED_ALONE or bool(names)


def holds_own_words(terms: QuestionTerms, words: AbstractSet[str]) -> bool:
    """Return whether most of what a question's own words tell stands among `words`.

    Lent words name the subject; what is asked about it, its own words say.
    """
    own = tuple(term for term in terms.searched if term.share == 1.0)
    if len(own) == len(terms.searched):
        return True
    return replace(terms, searched=own).coverage(words) >= OWN_WORDS_HELD


def leaning(question: Vectors, context: Vectors) -> Vectors:
    """Return the unit vector of a question that leans towards its context, float32 [dimension]."""
    both: Vectors = question + np.float32(LEANING) * context
    length = float(np.linalg.norm(both))
    return both / np.float32(length) if length else question


def _new_names(text: str, turns: Sequence[Turn]) -> list[str]:
    """Return the names in a question that no turn named; none in German, where nouns look alike."""
    words = tokenise(text, "")
    if len(function_words(words, ["de"])) > len(function_words(words, ["en"])):
        return []
    said = " ".join(turn.text for turn in turns).casefold()
    return [name for name in names_of(text) if name.casefold() not in said]


def _lent(asked: Asked, turns: Sequence[Turn], read: ReadTerms) -> list[Term]:
    """Return the words of earlier turns that tell most, those of recent turns and questions first."""
    own = {form for term in (*asked.terms.searched, *asked.terms.missing) for form in term.forms}
    found: dict[frozenset[str], Term] = {}
    worth: dict[frozenset[str], float] = {}
    counts = 1.0
    for turn in reversed(turns):
        for term in read(turn.text).searched:
            if own.isdisjoint(term.forms):
                found.setdefault(term.forms, term)
                says = term.weight * counts * (QUOTED if turn.quoted else 1.0)
                worth[term.forms] = worth.get(term.forms, 0.0) + says
        if not turn.quoted:
            counts *= FADING
    best = sorted(worth, key=lambda forms: -worth[forms])[:WORDS_LENT]
    lent = [found[forms] for forms in best]
    room = MOST_LENT * asked.terms.weight or math.inf
    share = min(SHARE, room / sum(term.weight for term in lent)) if lent else SHARE
    return [replace(term, share=share, weight=share * term.weight) for term in lent]


def _as_written(word: str, turns: Sequence[Turn]) -> str:
    """Return a token as the last turn that has it wrote it, the token itself if none did."""
    written = [one for turn in reversed(turns) for one in _WORD.findall(turn.text)]
    same = (one for one in written if one.casefold() == word)
    alike = (one for one in written if tokenise(one, "") == [word])
    return next(same, None) or next(alike, word)
