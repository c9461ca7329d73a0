"""Tiny models by the engines that are exported from them."""

from pathlib import Path

from retrieval.embedders.engine_building import export
from retrieval.embedders.engine_folder import EngineFolder
from retrieval.embedders.engine_trials import stand_ins
from retrieval.embedders.exported import ExportedEmbedder
from retrieval.embedders.model_files import parse_name
from retrieval.embedders.openvino_runtime import openvino, processor
from retrieval.embedders.quantising import Quantiser, roundings_of
from retrieval.embedders.sentence_transformers import SentenceTransformersEmbedder

EXPORTED_KINDS = {
    "exported": "mean",
    "exported without a norm": "mean without a norm",
    "exported first token": "first token",
    "exported prompted": "prompted",
    "integers": "mean",
}
"""Each exported kind, and the kind it is exported from."""


def exported(
    model: SentenceTransformersEmbedder, library: Path, precision: str
) -> ExportedEmbedder:
    """Return a model by an engine that is made if it is not there yet."""
    kept = EngineFolder(library, parse_name(model.space.model), setting="PASSAGEBOT_MODEL")
    record = kept.record()
    if record is None:
        kept.path.mkdir(parents=True)
        record = export(kept, model, stand_ins(), source={}, on=processor(), threads=1)
    if precision == "int8" and not kept.graph("int8").exists():
        readings = kept.opened(record, "fp32", threads=1).reader.passages(stand_ins())
        roundings = roundings_of(kept.graph("fp32"), readings)
        graph = Quantiser(kept.graph("fp32"), roundings).graph(exact=0)
        openvino().save_model(graph, str(kept.graph("int8")))
    return kept.opened(record, precision, threads=2)
