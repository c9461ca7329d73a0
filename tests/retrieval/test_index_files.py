"""The files of both indexes: kept, read by others, damaged, without room."""

from pathlib import Path

import numpy as np
import pytest

from retrieval import keywords
from retrieval.errors import IndexingError
from retrieval.keywords import TantivyIndex
from retrieval.vectors import exact
from retrieval.vectors.exact import ExactIndex, rows_beside
from tests.contracts.kept_vectors import KeptVectors
from tests.retrieval.files import room_for

ROWS = np.eye(4, dtype=np.float32)


def filled(kept: KeptVectors) -> ExactIndex:
    index = ExactIndex(4)
    index.upsert([3, 1, 7, 5], ROWS)
    kept.keep([3, 1, 7, 5], ROWS)
    return index


@pytest.fixture
def kept() -> KeptVectors:
    return KeptVectors(4)


def refusal(error: BaseException) -> str:
    message = str(error)
    assert "\n" not in message
    assert ";" in message
    return message


def test_a_vector_index_opened_without_a_copy_of_its_vectors_finds_the_same(
    tmp_path: Path, kept: KeptVectors
) -> None:
    index = filled(kept)
    assert index.write(tmp_path / "vectors.ids") == {"vectors.ids"}
    again = ExactIndex.read(tmp_path / "vectors.ids", 4, kept)
    for question in ROWS:
        assert again.search(question, 9, None) == index.search(question, 9, None)
    again.upsert([1], ROWS[:1])
    again.remove([3])
    assert len(again) == 3
    assert [path.name for path in tmp_path.iterdir()] == ["vectors.ids"]


def test_a_vector_index_holds_what_was_noted_and_not_what_is_kept_besides(
    tmp_path: Path, kept: KeptVectors
) -> None:
    filled(kept).write(tmp_path / "vectors.ids")
    kept.keep([4], ROWS[:1])
    kept.forget([7])
    again = ExactIndex.read(tmp_path / "vectors.ids", 4, kept)
    assert again.search(ROWS[0], 9, None).ids.tolist() == [3, 1, 5]


def test_many_vectors_lie_in_a_file_beside_that_is_not_changed(
    tmp_path: Path, kept: KeptVectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exact, "ROWS_FROM", 3)
    index, path = filled(kept), tmp_path / "vectors.ids"
    assert index.write(path) == {path.name, rows_beside(path).name}
    before = rows_beside(path).read_bytes()
    again = ExactIndex.read(path, 4, kept)
    assert kept.asked == 0
    assert again.search(ROWS[0], 9, None) == index.search(ROWS[0], 9, None)
    again.upsert([1], ROWS[:1])
    again.remove([3])
    assert again.search(ROWS[0], 1, None).ids.tolist() == [1]
    assert rows_beside(path).read_bytes() == before
    with pytest.raises(IndexingError, match="passagebot reindex"):
        ExactIndex.read(path, 5, kept)
    rows_beside(path).write_bytes(before[:-7])
    with pytest.raises(IndexingError, match="passagebot reindex"):
        ExactIndex.read(path, 4, kept)


def test_a_vector_index_is_replaced_in_one_step(tmp_path: Path, kept: KeptVectors) -> None:
    path = tmp_path / "vectors.ids"
    filled(kept).write(path)
    with path.open("rb") as held_open:
        before = path.read_bytes()
        ExactIndex(4).write(path)
        assert held_open.read() == before
    assert len(ExactIndex.read(path, 4, kept)) == 0


def test_a_vector_index_cut_anywhere_is_refused(tmp_path: Path, kept: KeptVectors) -> None:
    path = tmp_path / "vectors.ids"
    filled(kept).write(path)
    whole = path.read_bytes()
    for length in range(0, len(whole), 7):
        path.write_bytes(whole[:length])
        with pytest.raises(IndexingError) as caught:
            ExactIndex.read(path, 4, kept)
        assert "passagebot reindex" in refusal(caught.value)


def test_a_vector_index_of_another_kind_is_refused(tmp_path: Path, kept: KeptVectors) -> None:
    path = tmp_path / "vectors.ids"
    with path.open("wb") as file:
        np.save(file, ROWS)
    with pytest.raises(IndexingError, match="passagebot reindex"):
        ExactIndex.read(path, 4, kept)
    with pytest.raises(IndexingError, match="passagebot reindex"):
        ExactIndex.read(tmp_path / "absent.ids", 4, kept)


def test_a_vector_index_that_finds_no_room_leaves_the_old_one(
    tmp_path: Path, kept: KeptVectors
) -> None:
    path = tmp_path / "vectors.ids"
    filled(kept).write(path)
    large = ExactIndex(4)
    large.upsert(range(1, 4001, 2), np.tile(ROWS, (500, 1)))
    with room_for(1_000), pytest.raises(IndexingError) as caught:
        large.write(path)
    assert "make room" in refusal(caught.value)
    assert len(ExactIndex.read(path, 4, kept)) == 4
    with pytest.raises(IndexingError, match="make room"):
        large.write(tmp_path / "no such folder" / "vectors.ids")


def test_a_keyword_index_opened_again_finds_the_same(tmp_path: Path) -> None:
    index = TantivyIndex(tmp_path / "keywords", create=True)
    index.upsert([(1, ["flood"], ["river"]), (2, [], ["river", "night"])])
    index.commit()
    found = index.search(["river", "flood"], 9, None)
    assert TantivyIndex(tmp_path / "keywords").search(["river", "flood"], 9, None) == found


def test_what_was_not_committed_is_gone_when_the_index_is_opened_again(tmp_path: Path) -> None:
    index = TantivyIndex(tmp_path / "keywords", create=True)
    index.upsert([(1, [], ["river"])])
    index.commit()
    index.upsert([(2, [], ["river"])])
    index.remove([1])
    index.discard()
    again = TantivyIndex(tmp_path / "keywords")
    assert [one.passage_id for one in again.search(["river"], 9, None)] == [1]
    again.upsert([(3, [], ["river"])])
    again.commit()
    assert len(again) == 2


def test_a_second_reader_sees_a_commit_after_it_reloads(tmp_path: Path) -> None:
    writer = TantivyIndex(tmp_path / "keywords", create=True)
    reader = TantivyIndex(tmp_path / "keywords")
    writer.upsert([(1, [], ["river"])])
    reader.reload()
    assert len(reader) == 0
    writer.commit()
    assert len(reader) == 0
    reader.reload()
    assert [one.passage_id for one in reader.search(["river"], 9, None)] == [1]


def test_two_writers_are_refused_until_the_first_is_done(tmp_path: Path) -> None:
    first = TantivyIndex(tmp_path / "keywords", create=True)
    second = TantivyIndex(tmp_path / "keywords")
    first.upsert([(1, [], ["river"])])
    with pytest.raises(IndexingError) as caught:
        second.upsert([(2, [], ["river"])])
    assert "try again" in refusal(caught.value)
    first.discard()
    second.upsert([(2, [], ["river"])])
    second.commit()
    assert len(second) == 1


def test_a_keyword_index_that_is_not_there_or_damaged_is_refused(tmp_path: Path) -> None:
    with pytest.raises(IndexingError) as caught:
        TantivyIndex(tmp_path / "absent")
    assert "passagebot reindex" in refusal(caught.value)
    index = TantivyIndex(tmp_path / "keywords", create=True)
    index.upsert([(1, [], ["river"])])
    index.commit()
    (tmp_path / "keywords" / "meta.json").write_text("{")
    with pytest.raises(IndexingError) as caught:
        TantivyIndex(tmp_path / "keywords")
    assert "passagebot reindex" in refusal(caught.value)


def test_a_keyword_index_without_its_segments_is_refused(tmp_path: Path) -> None:
    index = TantivyIndex(tmp_path / "keywords", create=True)
    index.upsert([(1, [], ["river"])])
    index.commit()
    for path in (tmp_path / "keywords").iterdir():
        if path.suffix in {".idx", ".term", ".fast", ".store"}:
            path.unlink()
    with pytest.raises(IndexingError) as caught:
        TantivyIndex(tmp_path / "keywords")
    assert "passagebot reindex" in refusal(caught.value)


def test_a_keyword_index_that_finds_no_room_keeps_what_was_committed(tmp_path: Path) -> None:
    index = TantivyIndex(tmp_path / "keywords", create=True)
    index.upsert([(1, [], ["river"])])
    index.commit()
    index.upsert((number, [], [f"word{number}"] * 9) for number in range(2, 3_000))
    with room_for(4_000), pytest.raises(IndexingError) as caught:
        index.commit()
    assert "make room" in refusal(caught.value)
    index.discard()
    again = TantivyIndex(tmp_path / "keywords")
    assert len(again) == 1
    again.upsert([(2, [], ["river"])])
    again.commit()
    assert len(again) == 2


def test_very_common_tokens_are_counted_roughly_but_never_beyond_the_passages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = TantivyIndex(tmp_path / "keywords", create=True)
    index.upsert((number, ["flood"], ["river"]) for number in range(1, 10))
    index.commit()
    index.remove(range(1, 5))
    index.commit()
    assert index.document_frequencies(["river"]) == [5]
    monkeypatch.setattr(keywords, "_COUNTED", 3)
    assert index.document_frequencies(["river", "unheard"]) == [5, 0]
