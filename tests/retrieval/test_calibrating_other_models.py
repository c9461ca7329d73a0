"""Another sentence-transformers model: careful without numbers of its own, calibrated with them."""

from pathlib import Path

import pytest

from retrieval import calibrating, calibration_report
from retrieval.answers import Confidence, Question
from retrieval.calibrating import calibrate
from retrieval.calibration import FILE_NAME, calibration_for, shipped_for, write_calibration
from retrieval.cosine_scale import scale_for
from retrieval.embedders.sentence_transformers import SentenceTransformersEmbedder
from retrieval.engine import AnswerEngine
from retrieval.sets_under_fit import opened
from tests.retrieval.libraries import indexer, make_library
from tests.retrieval.small_sets import many_articles
from tests.retrieval.tiny_models import save_tiny_model

ASKED = Question(text="Who won the football match in Northtown?")


@pytest.fixture(autouse=True)
def few_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calibration_report, "_ENOUGH", 5)
    monkeypatch.setattr(calibrating, "LEAST_QUESTIONS", 12)


def test_a_model_of_ones_own_is_careful_until_it_is_calibrated(tmp_path: Path) -> None:
    model = save_tiny_model(tmp_path / "tiny")
    embedder = SentenceTransformersEmbedder.load(str(model))
    library = tmp_path / "library"
    with make_library(library) as store:
        indexer(store, embedder).bring_up_to_date()
        careful = calibration_for(library, embedder.space)
        assert careful == shipped_for(embedder.space)
        assert scale_for(embedder, careful) is not None
        with AnswerEngine(library, store, embedder) as engine:
            assert engine.answer(ASKED).confidence is Confidence.POSSIBLE
        sets = {name: many_articles(tmp_path / name, seed=n) for n, name in enumerate("ab")}
        with opened(sets, embedder) as under_fit:
            fitted, report = calibrate(under_fit, careful, embedder, refit_ranking=True)
        assert report.before.mean("strong_present") == 0
        write_calibration(library / FILE_NAME, fitted)
        assert calibration_for(library, embedder.space) == fitted
        assert scale_for(embedder, fitted) is None
        with AnswerEngine(library, store, embedder) as engine:
            explanation = engine.answer(ASKED).explanation
    assert explanation is not None
    assert explanation.strong_from == fitted.confidence.strong_from < 1


def test_the_same_model_cut_shorter_needs_numbers_of_its_own(tmp_path: Path) -> None:
    model = save_tiny_model(tmp_path / "tiny")
    whole = SentenceTransformersEmbedder.load(str(model))
    cut = SentenceTransformersEmbedder.load(f"{model}@16")
    assert whole.space.revision == cut.space.revision
    fitted = calibration_for(tmp_path, whole.space)
    assert not fitted.fits(whole.space)
    mine = tmp_path / "mine"
    mine.mkdir()
    sets = {name: many_articles(tmp_path / name, seed=n) for n, name in enumerate("ab")}
    with opened(sets, whole) as under_fit:
        numbers, _ = calibrate(under_fit, fitted, whole, refit_ranking=False)
    write_calibration(mine / FILE_NAME, numbers)
    assert calibration_for(mine, whole.space).fits(whole.space)
    assert calibration_for(mine, cut.space) == shipped_for(cut.space)
