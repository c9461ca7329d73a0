"""Which engine serves a library: made once, judged, chosen by what it costs, given up when unfit."""

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.store import ArticleStore
from retrieval.embedders import engine_trials, engines, exporting, ready_roundings
from retrieval.embedders.engine_folder import EngineFolder
from retrieval.embedders.engine_record import Engine, EngineRecord, Quality, read_record
from retrieval.embedders.engines import Engines, allowed, fastest
from retrieval.embedders.model_files import BUNDLED_MODEL, parse_name
from retrieval.embedders.openvino_runtime import Processor, processor, usable_threads
from retrieval.embedders.pooling_rows import whole_text
from retrieval.embedders.quantising import roundings_of
from retrieval.embedders.ready_roundings import write_roundings
from retrieval.errors import ModelError
from retrieval.protocols import Space
from tests.retrieval.tiny_models import save_static_model, save_tiny_model

OLD = Processor(name="old", capabilities=("FP32", "INT8"))
NEW = Processor(name="new", capabilities=("BF16", "FP32", "INT8"))


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_model(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, saved: Path) -> Path:
    """Return an empty library in which the tiny model is exported."""
    library = empty_library(tmp_path_factory.mktemp("served"))
    assert Engines(library).load(str(saved)).name == "OpenVINO fp32"
    return library


@pytest.fixture
def library(served: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(served, tmp_path / "library"))


def empty_library(folder: Path) -> Path:
    ArticleStore.create(folder).close()
    return folder


def engine_folder(library: Path) -> Path:
    (folder,) = (library / "engines").iterdir()
    return folder


def note(library: Path) -> EngineRecord:
    found = read_record(engine_folder(library))
    assert found is not None
    return found


def test_an_exported_model_has_the_space_of_the_model_also_when_it_is_cut(
    library: Path, saved: Path
) -> None:
    on_torch = Engines(library, device="cpu:0")
    for name in (str(saved), f"{saved}@8"):
        kept = Engines(library).kept(name)
        assert kept is not None
        assert kept.space == on_torch.load(name).space
    with pytest.raises(ModelError, match="makes vectors of 32 numbers, not 64"):
        Engines(library).load(f"{saved}@64")


def test_what_is_noted_is_read_again_as_it_was(library: Path) -> None:
    before = note(library)
    before.write(engine_folder(library))
    assert note(library) == before
    quality = before.engines["fp32"].quality
    assert quality is not None
    assert quality.cosine > 1 - 1e-5


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"form": 0}', '{"form": 1, "space": {}}'])
def test_a_note_that_cannot_be_read_is_none(tmp_path: Path, damage: str) -> None:
    (tmp_path / "engine.json").write_text(damage)
    assert read_record(tmp_path) is None


def test_a_file_touched_but_not_changed_keeps_its_engine(library: Path, saved: Path) -> None:
    os.utime(saved / "config.json", ns=(1, 1))
    assert Engines(library).kept(str(saved)) is not None


def test_a_changed_model_is_exported_anew(library: Path, tmp_path: Path, saved: Path) -> None:
    other = Path(shutil.copytree(saved, tmp_path / "other"))
    engines = Engines(empty_library(tmp_path / "second"))
    first = engines.load(str(other))
    pooling = other / "1_Pooling" / "config.json"
    pooling.write_text(json.dumps({**json.loads(pooling.read_text()), "pooling_mode": "cls"}))
    assert engines.kept(str(other)) is None
    second = engines.load(str(other))
    assert second.name == "OpenVINO fp32"
    assert second.space.revision != first.space.revision


def test_a_model_that_cannot_be_exported_serves_on_torch_and_is_tried_once(
    tmp_path: Path,
) -> None:
    static = save_static_model(tmp_path / "static")
    library = empty_library(tmp_path / "library")
    assert Engines(library).load(str(static)).name == "torch"
    assert note(library).refused == "it is made of StaticEmbedding"
    before = (engine_folder(library) / "engine.json").stat().st_mtime_ns
    assert Engines(library).load(str(static)).name == "torch"
    assert (engine_folder(library) / "engine.json").stat().st_mtime_ns == before


def test_a_pooling_that_is_no_mean_of_tokens_serves_on_torch(tmp_path: Path) -> None:
    highest = save_tiny_model(tmp_path / "highest", pooling="max")
    library = empty_library(tmp_path / "library")
    assert Engines(library).load(str(highest)).name == "torch"
    assert note(library).refused == "it pools by max"


def test_an_export_whose_vectors_are_far_off_is_refused_and_torch_serves(
    tmp_path: Path, saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_trials, "LEAST_COSINE", 1.1)
    library = empty_library(tmp_path / "library")
    assert Engines(library).load(str(saved)).name == "torch"
    assert "below 1.1" in note(library).engines["fp32"].refused
    assert Engines(library).serving(note(library)) == "torch"


def test_nothing_is_kept_where_no_library_is(tmp_path: Path, saved: Path) -> None:
    assert Engines(tmp_path / "nowhere").load(str(saved)).name == "torch"
    assert not (tmp_path / "nowhere").exists()


def test_another_process_that_makes_the_engines_is_not_waited_for(
    tmp_path: Path, saved: Path
) -> None:
    library = empty_library(tmp_path / "library")
    with EngineFolder(library, parse_name(str(saved)), setting="S").writing() as mine:
        assert mine
        assert Engines(library).load(str(saved)).name == "torch"
    assert Engines(library).load(str(saved)).name == "OpenVINO fp32"


@pytest.mark.parametrize("file", ["fp32.xml", "fp32.bin", "tokenizer.json"])
def test_damaged_files_are_made_anew(library: Path, saved: Path, file: str) -> None:
    shutil.rmtree(engine_folder(library) / "compiled", ignore_errors=True)
    (engine_folder(library) / file).write_bytes(b"damaged")
    assert Engines(library).kept(str(saved)) is None
    assert Engines(library).load(str(saved)).name == "OpenVINO fp32"


def test_another_device_is_left_to_torch_and_one_that_is_not_there_is_named(
    library: Path, saved: Path
) -> None:
    assert Engines(library, device="cpu:0", threads=1).load(str(saved)).name == "torch"
    assert Engines(library, device="cuda").kept(str(saved)) is None
    with pytest.raises(ModelError, match=r"device 'nowhere' .*correct PASSAGEBOT_DEVICE"):
        Engines(library, device="nowhere").load(str(saved))


def test_a_driver_without_a_torch_that_can_use_it_is_no_gpu(
    tmp_path: Path, library: Path, saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    driver = tmp_path / "driver"
    driver.touch()
    monkeypatch.setattr(engines, "_NVIDIA_DRIVER", driver)
    monkeypatch.setattr("importlib.metadata.version", lambda _: "2.13.0+cpu")
    assert Engines(library).kept(str(saved)) is not None
    monkeypatch.setattr("importlib.metadata.version", lambda _: "2.13.0")
    assert Engines(library).kept(str(saved)) is None


def test_an_engine_in_integers_is_made_judged_and_serves_where_it_is_quicker(
    library: Path, saved: Path
) -> None:
    mine = Engines(library)
    assert mine.may_quantise(str(saved))
    made = mine.quantise(str(saved))
    assert made is not None
    assert mine.may_quantise(str(saved)), "a library without passages has judged it by stand-ins"
    judged = replace(
        made.engines["int8"], quality=Quality(passages=99, cosine=1, sentence_cosine=1)
    )
    made.with_engine("int8", judged).write(engine_folder(library))
    assert not mine.may_quantise(str(saved))
    integers = made.engines["int8"]
    assert integers.quality is not None
    assert integers.quality.cosine > 0.9
    assert processor().identity in integers.milliseconds
    cheap = replace(integers, refused="", milliseconds={processor().identity: 1e-6})
    made.with_engine("int8", cheap).write(engine_folder(library))
    kept = mine.kept(str(saved))
    assert kept is not None
    assert kept.name == "OpenVINO int8"
    assert mine.serving(note(library)) == "int8"


@pytest.fixture
def known(library: Path, saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let the roundings of the tiny model come with the program; return their file."""
    kept = EngineFolder(library, parse_name(str(saved)), setting="S")
    full = kept.opened(note(library), "fp32", threads=1)
    monkeypatch.setattr(ready_roundings, "FOLDER", str(tmp_path))
    file = tmp_path / f"{note(library).space.revision}.npz"
    readings = full.reader.passages(engine_trials.stand_ins())
    write_roundings(file, roundings_of(kept.graph("fp32"), readings))
    return file


@pytest.mark.usefixtures("known")
def test_a_model_whose_roundings_are_known_has_integers_at_once(
    tmp_path: Path, saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_trials, "LEAST_COSINE", 0.9)
    monkeypatch.setattr(engine_trials, "LEAST_SENTENCE_COSINE", 0.9)
    library = empty_library(tmp_path / "new")
    mine = Engines(library)
    mine.load(str(saved))
    integers = note(library).engines["int8"]
    assert integers.quality is not None
    assert not integers.refused
    opened = mine.opened(str(saved), "int8")
    assert opened is not None
    assert opened.space == note(library).space
    assert mine.may_quantise(str(saved)), "few passages have judged it"


@pytest.mark.usefixtures("known")
def test_known_roundings_that_do_not_come_near_enough_are_not_noted(
    tmp_path: Path, saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_trials, "LEAST_SENTENCE_COSINE", -1.0)
    monkeypatch.setattr(engine_trials, "LEAST_COSINE", 1 - 1e-6)
    library = empty_library(tmp_path / "new")
    assert Engines(library).load(str(saved)).name == "OpenVINO fp32"
    assert set(note(library).engines) == {"fp32"}
    assert not list(engine_folder(library).glob("int8*"))


def test_an_engine_that_is_not_kept_cannot_be_opened(library: Path, saved: Path) -> None:
    assert Engines(library).opened(str(saved), "bf16") is None
    assert Engines(library, device="cuda").opened(str(saved), "fp32") is None


def test_integers_that_are_far_off_are_refused_and_leave_no_files(
    library: Path, saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_trials, "LEAST_COSINE", 1.1)
    made = Engines(library).quantise(str(saved))
    assert made is not None
    assert "below 1.1" in made.engines["int8"].refused
    assert not list(engine_folder(library).glob("int8*"))
    assert Engines(library).serving(note(library)) == "fp32"


def test_what_is_not_exported_is_not_quantised(tmp_path: Path, saved: Path) -> None:
    assert Engines(tmp_path / "nowhere").quantise(str(saved)) is None
    assert Engines(empty_library(tmp_path / "library")).quantise(str(saved)) is None


def test_on_a_processor_not_seen_before_all_engines_are_timed_and_that_is_noted(
    library: Path, saved: Path
) -> None:
    mine = Engines(library)
    made = mine.quantise(str(saved))
    assert made is not None
    strange = {"another machine": 1.0}
    moved = {
        name: replace(one, refused="", milliseconds=strange) for name, one in made.engines.items()
    }
    replace(made, engines=moved).write(engine_folder(library))
    if (engine_folder(library) / "int8.xml").exists():
        assert mine.kept(str(saved)) is not None
        for one in note(library).engines.values():
            assert {"another machine", processor().identity} == set(one.milliseconds)


SPACE = Space(model="m", revision="r", dimension=8, prompts="p", max_tokens=9)


@pytest.mark.parametrize(
    ("costs", "on", "serves"),
    [
        ({"fp32": 10.0}, OLD, "fp32"),
        ({"fp32": 10.0, "int8": 5.0}, OLD, "int8"),
        ({"fp32": 10.0, "int8": 9.5}, OLD, "fp32"),
        ({"fp32": 10.0, "bf16": 4.0, "int8": 3.8}, NEW, "bf16"),
        ({"fp32": 10.0, "bf16": 4.0, "int8": 3.0}, NEW, "int8"),
        ({"fp32": 10.0, "bf16": 4.0}, OLD, "fp32"),
        ({}, OLD, None),
    ],
)
def test_the_cheapest_engine_serves_the_more_exact_of_near_equals(
    costs: dict[str, float], on: Processor, serves: str | None
) -> None:
    known = {name: Engine(milliseconds={on.identity: took}) for name, took in costs.items()}
    record = EngineRecord(space=SPACE, source={}, engines=known)
    assert fastest(allowed(record, on), on=on) == serves


def test_the_bundled_model_of_other_weights_is_another(tmp_path: Path) -> None:
    library = empty_library(tmp_path / "library")
    folder = EngineFolder(library, parse_name(BUNDLED_MODEL), setting="S")
    folder.path.mkdir(parents=True)
    record = EngineRecord(space=replace(SPACE, model=BUNDLED_MODEL), source={})
    record.write(folder.path)
    assert folder.record() is None
    replace(record, space=replace(record.space, revision="53aa51172d14")).write(folder.path)
    assert folder.record() is not None


def test_some_threads_may_always_be_used() -> None:
    assert 1 <= usable_threads() <= (os.cpu_count() or 1)


def test_where_the_folder_of_engines_cannot_be_made_torch_serves(
    tmp_path: Path, saved: Path
) -> None:
    library = empty_library(tmp_path / "library")
    (library / "engines").write_text("in the way")
    assert Engines(library).load(str(saved)).name == "torch"
    assert Engines(library).quantise(str(saved)) is None


def test_a_model_that_cannot_be_traced_is_noted_with_the_first_line_of_the_reason(
    tmp_path: Path, saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def untraceable(_: object) -> None:
        message = "no such operator\nand much more"
        raise RuntimeError(message)

    monkeypatch.setattr(exporting, "graph_of", untraceable)
    library = empty_library(tmp_path / "library")
    assert Engines(library).load(str(saved)).name == "torch"
    assert note(library).refused == "no such operator"


@pytest.mark.parametrize(
    ("pooling", "row"),
    [
        ("mean", [1, 1, 1]),
        ("cls", [1, 0, 0]),
        ("lasttoken", [0, 0, 1]),
        ("weightedmean", [1, 2, 3]),
    ],
)
def test_a_pooling_is_a_row_of_weights(pooling: str, row: list[float]) -> None:
    assert whole_text(pooling, 3).tolist() == [row]
