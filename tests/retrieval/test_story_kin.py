from pathlib import Path

from corpus.store import ArticleStore
from retrieval.copies import Kinship
from retrieval.story_index import StoryIndex
from tests.corpus.builders import prepared

REPORT = (
    "The river Harl rose 2.4 metres in nine hours on Friday. "
    "It cut the only road to Harlow Bridge shortly before midnight. "
    "The regional water office in Saltmouth said that nobody was hurt. "
    "Engineers from Greyford inspected the pillars at dawn."
)


def test_a_text_not_yet_stored_is_told_its_kin(tmp_path: Path) -> None:
    with ArticleStore.create(tmp_path) as store, StoryIndex(tmp_path) as stories:
        assert stories.kin(store, REPORT, language="en", part="main") == []
        store.put(prepared("copy", REPORT))
        store.put(prepared("number", REPORT.replace("2.4", "3.1")))
        store.put(prepared("other", "The ferry to Gull Island is cancelled until Friday."))
        stories.bring_up_to_date(store)
        size = (tmp_path / "stories.sqlite").stat().st_size
        position = stories.lag(store)
        text = "\n".join(p.text for p in store.passages_to_index(1, 4))
        kin = stories.kin(store, text, language="en", part="main")
        elsewhere = stories.kin(store, text, language="en", part="news")
        assert (tmp_path / "stories.sqlite").stat().st_size == size
        assert stories.lag(store) == position == 0
    assert [(name, kind) for name, kind, _ in kin] == [
        (("main", "copy"), Kinship.COPY),
        (("main", "number"), Kinship.VARIANT),
    ]
    assert kin[0][2] == 1.0
    assert elsewhere == []


def test_a_file_that_is_not_made_yet_knows_no_kin(tmp_path: Path) -> None:
    with ArticleStore.create(tmp_path) as store, StoryIndex(tmp_path) as stories:
        (tmp_path / "stories.sqlite").touch()
        assert stories.kin(store, REPORT, language="en", part="main") == []
