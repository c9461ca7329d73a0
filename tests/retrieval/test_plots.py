"""The pictures of an evaluation: written for every kind of set, with a title and named axes."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure as Picture
from matplotlib.image import imread

from retrieval.outcomes import Outcome
from retrieval.plots import PlotsError, require_plotting, write_plots
from retrieval.report import Library, Report, report_of
from tests.retrieval.evaluated import NONE, mixed, outcome

NAMES = ["risk_coverage.png", "reliability.png", "recall_by_rank.png", "latency.png"]


def report(outcomes: list[Outcome]) -> Report:
    library = Library(articles=1, passages=1, files={})
    return report_of(outcomes, library, name="set", model="hashing", resamples=20)


@pytest.mark.parametrize(
    "outcomes",
    [
        mixed(),
        [outcome("q", confidence=NONE, probability=0.0)],
        [outcome("q", "a", relevant={"a": 1}, probability=1.0)],
        [
            replace(one, timings_ms={"total": 1.0 + 500.0 * (one.id == "q1")})
            for one in mixed() * 20
        ],
    ],
)
def test_every_set_has_four_pictures(outcomes: list[Outcome], tmp_path: Path) -> None:
    paths = write_plots(report(outcomes), tmp_path / "new" / "folder")
    assert [path.name for path in paths] == NAMES
    for path in paths:
        pixels = imread(path, format="png")
        assert pixels.shape == (624, 910, 4)
        assert len(np.unique(pixels.reshape(-1, 4), axis=0)) > 10


def test_every_picture_names_its_set_and_its_axes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[Picture] = []
    save = Picture.savefig

    def saved(self: Picture, *arguments: object, **more: object) -> None:
        drawn.append(self)
        save(self, *arguments, **more)

    monkeypatch.setattr(Picture, "savefig", saved)
    write_plots(report(mixed()), tmp_path)
    assert len(drawn) == 4
    for picture in drawn:
        assert picture.axes[0].get_title().startswith("set: ")
        assert picture.axes[-1].get_xlabel()
        assert all(axes.get_ylabel() for axes in picture.axes)


def test_without_matplotlib_one_line_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", [])
    monkeypatch.delitem(sys.modules, "matplotlib")
    with pytest.raises(PlotsError, match=r"pip install 'passagebot\[plots\]'"):
        require_plotting()
    with pytest.raises(PlotsError):
        write_plots(report(mixed()), tmp_path / "plots")
    assert not (tmp_path / "plots").exists()
