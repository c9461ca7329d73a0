"""The plain rankings over the product's own indexes, so that nothing but the fusion differs."""

from collections.abc import Sequence

from benchmarks.peers.material import Material
from retrieval.candidates import DEPTH
from retrieval.protocols import Embedder, Scored
from retrieval.terms import question_terms

RRF_K = 60
"""The constant of Cormack, Clarke and Buettcher (2009)."""
LANGUAGES = 6
"""In how many of a library's languages the product searches a question."""


def plain_rankings(material: Material, embedder: Embedder) -> dict[str, list[list[int]]]:
    """Return the passages found by each plain way, one ranking per question.

    `dense`: cosines of the product's vectors. `BM25`: its keyword index, its tokens. `RRF 60`:
    reciprocal rank fusion of both heads, as deep as the product takes them.
    """
    indexes = material.indexes
    languages = list(indexes.languages)[:LANGUAGES]
    rankings: dict[str, list[list[int]]] = {"dense": [], "BM25": [], f"RRF {RRF_K}": []}
    for asked in material.questions:
        tokens = question_terms(asked.alone, languages, indexes.keywords).tokens
        near = indexes.vectors.search(embedder.embed_question(asked.alone), DEPTH, None)
        worded = indexes.keywords.search(tokens, DEPTH, None)
        lists = (_ids(near), _ids(worded), fused([_ids(near), _ids(worded)]))
        for name, ids in zip(rankings, lists, strict=True):
            rankings[name].append(ids)
    return rankings


def fused(lists: Sequence[Sequence[int]]) -> list[int]:
    """Return ids by the sum of 1 / (60 + rank), best first, ties by id."""
    scores: dict[int, float] = {}
    for ranking in lists:
        for rank, key in enumerate(ranking, start=1):
            scores[key] = scores.get(key, 0.0) + 1.0 / (RRF_K + rank)
    return sorted(scores, key=lambda key: (-scores[key], key))


def _ids(ranking: Sequence[Scored]) -> list[int]:
    return [scored.passage_id for scored in ranking]
