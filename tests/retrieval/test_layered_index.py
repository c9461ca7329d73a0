"""The vector index beyond the size that is scanned: compressed, changed, written, damaged."""

import shutil
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from retrieval.errors import IndexingError
from retrieval.protocols import Vectors
from retrieval.vectors.compressed import recall_floor
from retrieval.vectors.exact import ExactIndex
from retrieval.vectors.layered import LayeredIndex, Layering
from tests.contracts.kept_vectors import KeptVectors
from tests.retrieval.files import room_for

DIMENSION = 16
COUNT = 1_600
SMALL = Layering(exact=500, added=0.1, removed=0.2, factors=(4, 8), least=8)
IDS = np.arange(10, 10 + 3 * COUNT, 3)


def clustered(count: int, seed: int = 1) -> Vectors:
    """Return unit vectors that lie in heaps, as those of texts do."""
    chance = np.random.default_rng(seed)
    rows = chance.standard_normal((40, DIMENSION))[chance.integers(0, 40, count)]
    rows += 0.5 * chance.standard_normal((count, DIMENSION))
    units: Vectors = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return units


ROWS = clustered(COUNT)
QUESTIONS = clustered(40, seed=2)


KEPT = KeptVectors(DIMENSION)
KEPT.keep(IDS.tolist(), ROWS)


def filled(path: Path, layering: Layering = SMALL) -> LayeredIndex:
    """Return an index of all rows as it is taken up from its files."""
    index = LayeredIndex(DIMENSION, layering)
    index.upsert(IDS.tolist(), ROWS)
    index.write(path)
    return again(index, path, layering)


def again(
    index: LayeredIndex, path: Path, layering: Layering = SMALL, kept: KeptVectors = KEPT
) -> LayeredIndex:
    return LayeredIndex.read(path, DIMENSION, kept, base=index.base, layering=layering)


def exact() -> ExactIndex:
    index = ExactIndex(DIMENSION)
    index.upsert(IDS.tolist(), ROWS)
    return index


def recall(index: LayeredIndex, allowed: NDArray[np.int64] | None = None, k: int = 10) -> float:
    plain = exact()
    shares = []
    for question in QUESTIONS:
        right = set(plain.search(question, k, allowed).ids.tolist())
        shares.append(
            len(right & set(index.search(question, k, allowed).ids.tolist())) / len(right)
        )
    return float(np.mean(shares))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "vectors-1.ids"


def test_many_vectors_are_compressed_and_nearly_all_of_the_nearest_found(path: Path) -> None:
    index = filled(path)
    assert index.base
    facts = (path.parent / index.base / "facts.json").read_text()
    assert '"factor": 4' in facts or '"factor": 8' in facts
    assert recall(index) >= 0.97
    found, right = index.search(ROWS[7], 1, None), exact().search(ROWS[7], 1, None)
    assert found == right


def test_few_vectors_stay_exact(path: Path) -> None:
    index = filled(path, Layering(exact=COUNT))
    assert not index.base
    assert [one.name for one in path.parent.iterdir()] == [path.name]
    assert recall(index) == 1


def test_a_filter_that_leaves_many_finds_as_many_as_are_wanted(path: Path) -> None:
    index = filled(path)
    for allowed in (IDS[::2], IDS[400:1_100]):
        assert len(index.search(QUESTIONS[0], 10, allowed)) == 10
        assert set(index.search(QUESTIONS[0], 10, allowed).ids.tolist()) <= set(allowed.tolist())
        assert recall(index, allowed) >= 0.97


@pytest.mark.parametrize("step", [3, 40, 800])
def test_a_filter_that_leaves_few_is_exact(path: Path, step: int) -> None:
    index, allowed = filled(path), IDS[::step]
    assert recall(index, allowed) == 1
    assert len(index.search(QUESTIONS[0], COUNT, allowed)) == len(allowed)


def test_a_passage_has_the_same_score_compressed_or_not_and_however_it_is_found(
    path: Path,
) -> None:
    index, plain = filled(path), exact()
    for question in QUESTIONS[:5]:
        right = dict(zip(IDS.tolist(), plain.search(question, 1, None).scores_of(IDS), strict=True))
        for allowed in (None, IDS[::2], IDS[:300], IDS[:3]):
            found = index.search(question, 9, allowed)
            assert found.scores.tolist() == [right[key] for key in found.ids.tolist()]
        assert index.search(question, 1, None).scores_of(IDS).tolist() == [*right.values()]


def test_equal_vectors_are_in_order_of_their_ids_wherever_they_lie(path: Path) -> None:
    base = filled(path).base
    index = LayeredIndex.read(path, DIMENSION, KEPT, base=base, layering=SMALL)
    places = [40, 700, 1_500]
    same = [key for place in places for key in (int(IDS[place]) - 1, int(IDS[place]) + 1)]
    index.upsert(same, np.repeat(ROWS[places], 2, axis=0))
    assert index.base
    for place in places:
        key = int(IDS[place])
        found = index.search(ROWS[place], 3, None)
        assert found.ids.tolist() == [key - 1, key, key + 1]
        assert len(set(found.scores.tolist())) == 1


def test_all_are_found_if_all_are_asked_for(path: Path) -> None:
    assert filled(path).search(QUESTIONS[0], 9 * COUNT, None) == exact().search(
        QUESTIONS[0], 9 * COUNT, None
    )


def test_without_a_factor_that_finds_enough_all_are_scanned(path: Path) -> None:
    index = filled(path, Layering(exact=500, factors=()))
    assert index.base
    assert recall(index) == 1


def test_small_changes_leave_the_compressed_vectors_as_they_are(path: Path) -> None:
    base = filled(path).base
    index = LayeredIndex.read(path, DIMENSION, KEPT, base=base, layering=SMALL)
    index.upsert([1, int(IDS[5])], QUESTIONS[:2])
    index.remove([int(IDS[9]), 2])
    names = index.write(path.with_name("vectors-2.ids"))
    assert index.base == base
    kept = KeptVectors(DIMENSION)
    kept.keep([1, int(IDS[5])], QUESTIONS[:2])
    found = again(index, path.with_name("vectors-2.ids"), kept=kept)
    assert names == {"vectors-2.ids", "vectors-2.ids.gone", base}
    assert len(found) == len(index) == COUNT
    assert found.search(QUESTIONS[0], 1, None)[0].passage_id == 1
    assert found.search(QUESTIONS[1], 1, None)[0].passage_id == IDS[5]
    assert IDS[9] not in found.search(ROWS[9], COUNT, None).ids
    assert len(found.search(ROWS[9], COUNT, None)) == COUNT
    assert len(found.search(ROWS[9], 9, IDS[:400])) == 9
    assert len(again(LayeredIndexNamed(base), path)) == COUNT


class LayeredIndexNamed(LayeredIndex):
    """An index that only says what it lies over."""

    def __init__(self, base: str) -> None:
        super().__init__(DIMENSION)
        self._base_name = base


def test_what_is_marked_as_gone_is_passed_over_by_the_compressed_search(path: Path) -> None:
    index = filled(path)
    nearest = index.search(QUESTIONS[0], 5, None).ids
    index.remove(nearest.tolist())
    found = index.search(QUESTIONS[0], 10, None).ids
    assert len(found) == 10
    assert not set(found.tolist()) & set(nearest.tolist())


@pytest.mark.parametrize(("added", "removed"), [(501, 0), (0, 330)])
def test_many_changes_are_compressed_anew_while_the_old_files_serve(
    path: Path, added: int, removed: int
) -> None:
    before = filled(path)
    old = before.search(QUESTIONS[0], 10, None)
    index = LayeredIndex.read(path, DIMENSION, KEPT, base=before.base, layering=SMALL)
    index.upsert(range(100_000, 100_000 + added), clustered(added, seed=4))
    index.remove(IDS[:removed].tolist())
    index.write(path.with_name("vectors-2.ids"))
    assert index.base not in {"", before.base}
    found = again(index, path.with_name("vectors-2.ids"))
    assert len(found) == COUNT + added - removed
    assert len(found.search(QUESTIONS[0], 9 * COUNT, None)) == len(found)
    shutil.rmtree(path.parent / before.base)
    assert before.search(QUESTIONS[0], 10, None) == old


def test_an_index_that_shrinks_is_exact_again(path: Path) -> None:
    base = filled(path).base
    index = LayeredIndex.read(path, DIMENSION, KEPT, base=base, layering=SMALL)
    index.remove(IDS[400:].tolist())
    assert index.write(path.with_name("vectors-2.ids")) == {"vectors-2.ids"}
    right = exact()
    right.remove(IDS[400:].tolist())
    found = again(index, path.with_name("vectors-2.ids"))
    assert found.search(QUESTIONS[0], 500, None) == right.search(QUESTIONS[0], 500, None)


@pytest.mark.parametrize("name", ["ids.npy", "facts.json", "rows.npy", "codes.faiss", ".gone"])
@pytest.mark.parametrize("part", [0.0, 0.4, 0.9, None])
def test_files_that_are_not_whole_are_refused(path: Path, name: str, part: float | None) -> None:
    base = filled(path).base
    damaged = path.with_name(path.name + name) if name == ".gone" else path.parent / base / name
    if part is None:
        damaged.unlink()
    else:
        whole = damaged.read_bytes()
        damaged.write_bytes(whole[: int(len(whole) * part)])
    with pytest.raises(IndexingError, match="passagebot reindex"):
        LayeredIndex.read(path, DIMENSION, KEPT, base=base)


def test_rows_that_are_said_to_be_gone_and_were_never_there_are_refused(path: Path) -> None:
    base = filled(path).base
    with path.with_name(path.name + ".gone").open("wb") as file:
        np.save(file, np.array([COUNT]))
    with pytest.raises(IndexingError, match="passagebot reindex"):
        LayeredIndex.read(path, DIMENSION, KEPT, base=base)


def test_compressed_vectors_of_another_dimension_are_refused(path: Path, tmp_path: Path) -> None:
    base = filled(path).base
    other = ExactIndex(4)
    other.write(tmp_path / "vectors-4.ids")
    with pytest.raises(IndexingError, match="passagebot reindex"):
        LayeredIndex.read(tmp_path / "vectors-4.ids", 4, KeptVectors(4), base=base)


@pytest.mark.parametrize("size", [100, 4_000, 30_000])
def test_without_room_to_compress_the_old_index_is_left(path: Path, size: int) -> None:
    old = filled(path)
    index = LayeredIndex.read(path, DIMENSION, KEPT, base=old.base, layering=SMALL)
    index.upsert(range(100_000, 100_600), clustered(600, seed=4))
    with room_for(size), pytest.raises(IndexingError, match="make room"):
        index.write(path.with_name("vectors-2.ids"))
    assert len(again(old, path)) == COUNT


def test_without_room_to_note_what_is_gone_the_old_index_is_left(path: Path) -> None:
    old = filled(path)
    index = LayeredIndex.read(path, DIMENSION, KEPT, base=old.base, layering=SMALL)
    index.remove(IDS[:300].tolist())
    with room_for(1_000), pytest.raises(IndexingError, match="make room"):
        index.write(path.with_name("vectors-2.ids"))
    assert len(again(old, path)) == COUNT


def test_the_floor_falls_from_a_hundred_thousand_to_a_million() -> None:
    assert recall_floor(0) == recall_floor(100_000) == pytest.approx(0.99)
    assert recall_floor(1_000_000) == recall_floor(10**8) == pytest.approx(0.975)
    assert 0.975 < recall_floor(300_000) < 0.99


def test_while_more_comes_only_what_has_grown_by_half_is_compressed(tmp_path: Path) -> None:
    layering = Layering(exact=100, added=0.1, factors=(4, 8), least=8)
    index = LayeredIndex(DIMENSION, layering)
    bases = []
    for end in range(200, COUNT + 1, 200):
        index.upsert(IDS[end - 200 : end].tolist(), ROWS[end - 200 : end])
        index.write(tmp_path / str(end), more_comes=True)
        bases.append(index.base)
    changes = [place for place, (one, two) in enumerate(pairwise(bases)) if one != two]
    assert bases[0] == ""
    assert changes == [1, 4]
    assert again(index, tmp_path / str(COUNT), layering).base == bases[-1]
    index.write(tmp_path / "last")
    assert index.base != bases[-1]
    assert recall(again(index, tmp_path / "last", layering)) > 0.9
