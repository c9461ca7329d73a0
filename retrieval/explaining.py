"""Explaining an answer: what was searched, what was found, and what made it sure or unsure."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from retrieval.calibration import Calibration
from retrieval.confidence import FEATURES
from retrieval.explanations import Explanation, WordOfQuestion
from retrieval.fusion import balance
from retrieval.search import Findings


def explain(
    findings: Findings, facts: NDArray[np.float64], calibration: Calibration
) -> Explanation:
    """Return why the findings are ordered as they are and how sure the first of them is.

    `facts` are the confidence features of the first hit, float64 [features], all 0 without one.
    """
    model = calibration.confidence
    return Explanation(
        words=tuple(_words(findings)),
        searched=findings.candidates.searched,
        candidates=int(findings.candidates.ids.size),
        vectors_count=balance(findings.candidates.evidence, calibration.final_pass),
        probability=model.probability(facts) if findings.hits else 0.0,
        possible_from=model.possible_from,
        strong_from=model.strong_from,
        bias=model.bias,
        features=dict(zip(FEATURES, map(float, facts), strict=True)),
        contributions=model.contributions(facts),
    )


def _words(findings: Findings) -> Sequence[WordOfQuestion]:
    """Return the words of the question, those that tell most first."""
    terms = findings.terms
    spelled = findings.hits[0].ranked.read.outline.everything if findings.hits else ""
    held = terms.standing_in(spelled)
    words = [
        WordOfQuestion(
            word=term.word,
            weight=term.weight,
            in_library=True,
            in_first_hit=not term.forms.isdisjoint(held),
        )
        for term in terms.searched
    ]
    words += [
        WordOfQuestion(word=term.word, weight=term.weight, in_library=False, in_first_hit=False)
        for term in terms.missing
    ]
    return sorted(words, key=lambda one: -one.weight)
