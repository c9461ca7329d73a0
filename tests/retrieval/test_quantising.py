"""Graphs in integers: near enough, smaller, and exact where that is asked for."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from retrieval.embedders.engine_folder import EngineFolder
from retrieval.embedders.engine_record import Quality
from retrieval.embedders.engine_trials import quality, stand_ins, why_refused
from retrieval.embedders.exported import ExportedEmbedder
from retrieval.embedders.model_files import parse_name
from retrieval.embedders.openvino_runtime import CompiledGraph, openvino
from retrieval.embedders.quantising import Quantiser, roundings_of
from retrieval.embedders.ready_roundings import read_roundings, write_roundings
from retrieval.embedders.rounding import integers, rounding_of
from retrieval.embedders.sentence_transformers import SentenceTransformersEmbedder
from retrieval.protocols import PassageVectors
from tests.retrieval.exported_models import exported
from tests.retrieval.tiny_models import save_tiny_model


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> tuple[ExportedEmbedder, Path]:
    """Return the engine of a tiny model and the file of its graph."""
    folder = tmp_path_factory.mktemp("engine")
    model = SentenceTransformersEmbedder.load(str(save_tiny_model(folder / "model")))
    engine = exported(model, folder / "library", "fp32")
    kept = EngineFolder(folder / "library", parse_name(str(folder / "model")), setting="S")
    return engine, kept.graph("fp32")


def watching(engine: ExportedEmbedder, file: Path) -> Quantiser:
    return Quantiser(file, roundings_of(file, engine.reader.passages(stand_ins())))


def types_of(graph: object) -> list[str]:
    return [node.get_type_name() for node in graph.get_ops()]  # type: ignore[attr-defined]


def test_all_products_with_known_weights_become_integers(
    full: tuple[ExportedEmbedder, Path],
) -> None:
    engine, file = full
    quantiser = watching(engine, file)
    made = quantiser.graph(exact=0)
    held = [node for node in made.get_ops() if node.get_type_name() == "Constant"]
    integers = [node for node in held if node.get_element_type().get_type_name() == "i8"]
    assert len(integers) == 12
    assert types_of(made).count("FakeQuantize") == 8


def test_the_activations_that_bear_it_worst_stay_floats(
    full: tuple[ExportedEmbedder, Path],
) -> None:
    engine, file = full
    quantiser = watching(engine, file)
    counts = [types_of(quantiser.graph(exact=n)).count("FakeQuantize") for n in (0, 1, 3, 8)]
    assert counts == [8, 7, 5, 0]


def test_integers_are_near_and_the_more_stays_exact_the_nearer(
    full: tuple[ExportedEmbedder, Path],
) -> None:
    engine, file = full
    readings = engine.reader.passages(stand_ins())
    wanted = CompiledGraph.compile(str(file), precision="fp32", threads=1).run(readings)
    errors = []
    for exact in (0, 8):
        graph = watching(engine, file).graph(exact=exact)
        made = CompiledGraph.compile(graph, precision="int8", threads=1).run(readings)
        errors.append(max(float(np.abs(a - b).max()) for a, b in zip(wanted, made, strict=True)))
    assert errors[1] < errors[0] < 0.2


def test_channels_that_reach_far_are_computed_beside_where_a_hidden_layer_makes_them() -> None:
    random = np.random.default_rng(7)
    weights = random.standard_normal((24, 160)).astype(np.float32)
    tokens = random.standard_normal((90, 160)).astype(np.float32)
    tokens[:3, [5, 77]] *= 4_000
    ends = np.stack([tokens.min(axis=0), tokens.max(axis=0)])
    whole = rounding_of(weights, ends, tokens, most_beside=0)
    parted = rounding_of(weights, ends, tokens, most_beside=16)
    assert not whole.beside.size
    assert {5, 77} < set(parted.beside.tolist())
    assert parted.beside.size == 16
    assert parted.error < 0.01 * whole.error
    assert not parted.inside(weights)[:, parted.beside].any()


def test_channels_that_are_alike_are_all_rounded() -> None:
    tokens = np.random.default_rng(7).uniform(-1, 1, (90, 160)).astype(np.float32)
    ends = np.stack([tokens.min(axis=0), tokens.max(axis=0)])
    found = rounding_of(np.eye(160, dtype=np.float32), ends, tokens, most_beside=16)
    assert not found.beside.size
    assert found.error < 0.001


def test_units_beside_give_what_the_whole_layer_gives(
    full: tuple[ExportedEmbedder, Path],
) -> None:
    engine, file = full
    readings = engine.reader.passages(stand_ins())
    wanted = CompiledGraph.compile(str(file), precision="fp32", threads=1).run(readings)
    found = {}
    for name, few in (("none", 0), ("some", 9)):
        hidden = np.arange(few, dtype=np.int64)
        roundings = [
            replace(one, beside=hidden) if len(one.scales) > engine.space.dimension else one
            for one in roundings_of(file, readings)
        ]
        graph = Quantiser(file, roundings).graph(exact=0)
        found[name] = CompiledGraph.compile(graph, precision="int8", threads=1).run(readings)
    for vectors_found in found.values():
        errors = [float(np.abs(a - b).max()) for a, b in zip(wanted, vectors_found, strict=True)]
        assert max(errors) < 0.2
    assert types_of(Quantiser(file, roundings).graph(exact=0)).count("MatMul") == (
        types_of(Quantiser(file, roundings_of(file, readings)).graph(exact=0)).count("MatMul") + 4
    )


def test_weights_are_nearly_their_integers_times_a_scale_and_zero_rows_stay_zero() -> None:
    rows = np.random.default_rng(7).standard_normal((5, 40)).astype(np.float32)
    rows[2] = 0.0
    whole, scales = integers(rows)
    assert np.abs(whole * scales - rows).max() <= np.abs(rows).max() / 254 + 1e-6
    assert not whole[2].any()


def test_roundings_are_read_as_they_were_written(
    full: tuple[ExportedEmbedder, Path], tmp_path: Path
) -> None:
    engine, file = full
    before = roundings_of(file, engine.reader.passages(stand_ins()))
    before[1] = replace(before[1], beside=np.array([2, 5]))
    write_roundings(tmp_path / "r.npz", before)
    after = read_roundings(tmp_path / "r.npz")
    assert [one.beside.tolist() for one in after] == [one.beside.tolist() for one in before]
    for one, other in zip(before, after, strict=True):
        assert other.scales == pytest.approx(one.scales, rel=1e-3)
        assert (other.low, other.high, other.error) == pytest.approx(
            (one.low, one.high, one.error), rel=1e-5
        )


def test_a_file_that_is_no_graph_is_told(tmp_path: Path) -> None:
    file = tmp_path / "fp32.xml"
    file.write_text("no graph")
    with pytest.raises(RuntimeError):
        roundings_of(file, [])


def test_tables_of_many_rows_are_kept_in_integers(tmp_path: Path) -> None:
    library = openvino()
    ops = library.opset13
    table = np.random.default_rng(7).standard_normal((1_500, 4)).astype(np.float32)
    places = ops.parameter([-1, -1], np.int64, name="input_ids")
    mask = ops.parameter([-1, -1], np.int64, name="attention_mask")
    rows = ops.parameter([-1, -1, -1], np.float32, name="rows")
    for one in (places, mask, rows):
        one.output(0).set_names({one.get_friendly_name()})
    found = ops.gather(ops.constant(table), places, ops.constant(np.int64(0)))
    masked = ops.multiply(found, ops.unsqueeze(ops.convert(mask, "f32"), ops.constant([2])))
    graph = library.Model([ops.matmul(rows, masked, False, False)], [places, mask, rows], "table")
    library.save_model(graph, str(tmp_path / "table.xml"))
    before = (tmp_path / "table.bin").stat().st_size
    small = Quantiser(tmp_path / "table.xml", []).graph(exact=0)
    library.save_model(small, str(tmp_path / "small.xml"))
    assert (tmp_path / "small.bin").stat().st_size < before


def vectors(*rows: list[float], sentences: list[list[float]]) -> list[PassageVectors]:
    some = np.array(sentences, dtype=np.float32)
    return [PassageVectors(passage=np.array(row, dtype=np.float32), sentences=some) for row in rows]


def test_quality_is_the_lowest_percentile_of_cosines_and_knows_zero_rows() -> None:
    one = vectors([1, 0], [0, 1], sentences=[[1, 0], [0, 0]])
    other = vectors([0.8, 0.6], [0, 1], sentences=[[0.6, 0.8], [0, 0]])
    found = quality(one, other)
    assert found.passages == 2
    assert found.cosine == pytest.approx(0.802)
    assert found.sentence_cosine == pytest.approx(0.6)
    assert quality(one, one).cosine == pytest.approx(1)
    assert (
        quality(vectors([1, 0], sentences=[]), vectors([1, 0], sentences=[])).sentence_cosine == 1
    )


@pytest.mark.parametrize(
    ("cosine", "sentences", "reason"),
    [
        (0.9901, 0.981, ""),
        (0.9899, 0.999, "0.9899, below 0.99"),
        (float("nan"), 0.999, "nan"),
        (0.999, 0.97, "sentence vectors is 0.9700"),
    ],
)
def test_an_engine_whose_vectors_are_far_off_is_refused_with_the_figure(
    cosine: float, sentences: float, reason: str
) -> None:
    told = why_refused(Quality(passages=9, cosine=cosine, sentence_cosine=sentences))
    assert reason in told
    assert bool(told) == bool(reason)
