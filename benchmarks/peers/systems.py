"""The systems compared, and the passages each of them finds."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.peers.client import PeerProcess
from benchmarks.peers.environments import interpreter
from benchmarks.peers.material import Material
from retrieval.answers import Question
from retrieval.engine import AnswerEngine
from retrieval.protocols import Embedder

DEPTH = 50
"""Passages every system is asked for: enough for ten articles."""
PRODUCT = "passagebot"


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """One peer: its requirements' and program's name, and the column of each way it is asked."""

    name: str
    columns: dict[str, str]

    @property
    def module(self) -> str:
        """Return the module of its program."""
        return f"{self.name}_peer"


SYSTEMS = {
    one.name: one
    for one in (
        System(name="txtai", columns={"hybrid": "txtai hybrid", "keyword": "txtai BM25"}),
        System(name="haystack", columns={"hybrid": "Haystack hybrid"}),
        System(name="langchain", columns={"hybrid": "LangChain ensemble"}),
        System(name="llamaindex", columns={"hybrid": "LlamaIndex fusion"}),
    )
}


@contextmanager
def running(
    systems: Sequence[System], work: Path, *, model: Path, vectors: Path
) -> Iterator[list[tuple[System, PeerProcess]]]:
    """Yield a process for each system, ready to take requests."""
    with ExitStack() as ending:
        processes = []
        for one in systems:
            process = PeerProcess(
                interpreter(one.name, work),
                one.module,
                model=model,
                vectors=vectors,
                log=work / one.name / "log.txt",
            )
            processes.append((one, ending.enter_context(process)))
        for _, process in processes:
            process.ready()
        yield processes


def peer_rankings(
    system: System, process: PeerProcess, material: Material
) -> dict[str, list[list[int]]]:
    """Return the passages found by each way a peer is asked, one ranking per question."""
    process.request("build", passages=str(material.passages), index=None)
    questions = [one.alone for one in material.questions]
    return {
        column: process.request("ask", questions=questions, depth=DEPTH, way=way, askers=1)["found"]
        for way, column in system.columns.items()
    }


def product_rankings(material: Material, embedder: Embedder) -> list[list[int]]:
    """Return the passages the product finds, one ranking per question."""
    rankings = []
    with AnswerEngine(material.place, material.store, embedder) as engine:
        for asked in material.questions:
            question = asked.question
            answer = engine.answer(
                Question(text=question.text, hits=DEPTH, history=question.history)
            )
            rankings.append([hit.passage.id for hit in answer.hits])
    return rankings
