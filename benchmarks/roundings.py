"""Make the roundings of the bundled model that come with the program.

    python -m benchmarks.roundings LIBRARY [LIBRARY ...] [--most N]

Each library gives passages spread over it; they should be of many kinds and languages. The shipped
ones are of the libraries that `make peers` makes of the question sets, 40 passages of each. Writes
`retrieval/embedders/roundings/REVISION.npz` and prints what each activation loses.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import retrieval.embedders
from corpus.store import ArticleStore
from retrieval.embedders.engine_folder import EngineFolder
from retrieval.embedders.engine_trials import own_passages
from retrieval.embedders.exporting import graph_of, habits_of, save_tokenizer
from retrieval.embedders.model_files import parse_name
from retrieval.embedders.openvino_runtime import openvino
from retrieval.embedders.quantising import roundings_of
from retrieval.embedders.ready_roundings import FOLDER, write_roundings
from retrieval.embedders.rounding import Rounding
from retrieval.embedders.sentence_transformers import (
    BUNDLED_MODEL,
    SETTING,
    SentenceTransformersEmbedder,
)
from retrieval.embedders.text_reader import TextReader
from retrieval.protocols import PassageText


def main(arguments: Sequence[str] | None = None) -> int:
    """Run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("libraries", nargs="+", type=Path)
    parser.add_argument("--most", type=int, default=40, help="passages of a library, at most")
    options = parser.parse_args(arguments)
    passages = [one for folder in options.libraries for one in _passages(folder, options.most)]
    model = SentenceTransformersEmbedder.load(BUNDLED_MODEL)
    folder = Path(retrieval.embedders.__file__).parent / FOLDER
    folder.mkdir(exist_ok=True)
    kept = folder / f"{model.full_space.revision}.npz"
    with TemporaryDirectory() as work:
        roundings = _roundings(
            model, EngineFolder(Path(work), parse_name(BUNDLED_MODEL), setting=SETTING), passages
        )
    write_roundings(kept, roundings)
    for place, one in enumerate(roundings):
        print(
            f"{place:3} {len(one.scales):5} channels, {len(one.beside):2} beside, error {one.error:.5f}"
        )
    print(f"{len(passages)} passages, {kept.stat().st_size:,} bytes: {kept}")
    return 0


def _passages(library: Path, most: int) -> list[PassageText]:
    with ArticleStore.open(library) as store:
        return own_passages(store, most)


def _roundings(
    model: SentenceTransformersEmbedder, folder: EngineFolder, passages: Sequence[PassageText]
) -> list[Rounding]:
    folder.path.mkdir(parents=True)
    openvino().save_model(graph_of(model.model), str(folder.graph("fp32")), compress_to_fp16=True)
    save_tokenizer(model.model, folder.tokenizer)
    habits = habits_of(
        model.model,
        question_prompt=model.question_prompt,
        passage_prompt=model.passage_prompt,
        longest=model.full_space.max_tokens,
    )
    reader = TextReader.load(folder.tokenizer, habits)
    return roundings_of(folder.graph("fp32"), reader.passages(passages))


if __name__ == "__main__":
    sys.exit(main())
