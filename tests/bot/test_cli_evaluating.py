"""`evaluate`: figures for people and for programs, pictures, and comparisons."""

import json
import math
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bot.arguments import parse
from bot.evaluation_view import report_lines
from retrieval.bootstrap import Figure
from retrieval.report import Library, report_of
from tests.bot.command_line import Ended, passagebot
from tests.retrieval.evaluated import outcome
from tests.retrieval.small_sets import THREE, three_articles, write


@pytest.fixture
def folder() -> Path:
    return three_articles(Path("set")).folder


def told(ended: Ended) -> str:
    """Return the one line that says what the user must do."""
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("passagebot: ")
    assert ended.err.count("\n") == 1
    return ended.err


def measured(folder: Path, name: str) -> Path:
    ended = passagebot("evaluate", "--json", folder)
    assert ended.code == 0
    Path(name).write_text(ended.out, encoding="utf-8")
    return Path(name)


@pytest.mark.parametrize("name", ["corpus.jsonl", "queries.jsonl", "qrels.tsv"])
def test_evaluate_names_the_file_that_is_missing(folder: Path, name: str) -> None:
    (folder / name).unlink()
    assert f"has no {name}" in told(passagebot("evaluate", folder))


def test_a_folder_is_measured_in_a_library_of_its_own(folder: Path) -> None:
    ended = passagebot("evaluate", "--json", folder)
    assert ended.code == 0
    figures = json.loads(ended.out)
    assert (figures["schema"], figures["questions"], figures["verbatim"]) == (1, 4, True)
    assert figures["ranking"]["recall@10"] == 1.0
    assert figures["intervals"]["ranking"]["recall@10"] == [1.0, 1.0]
    assert [one["id"] for one in figures["outcomes"]] == ["q1", "q2", "q3", "q4"]
    assert figures["library"]["bytes"] > 1_000
    assert not Path("library.sqlite").exists()


def test_people_get_short_tables_with_aligned_figures(folder: Path) -> None:
    ended = passagebot("evaluate", folder)
    assert ended.code == 0
    lines = ended.out.splitlines()
    assert lines[0] == "set: 4 questions (3 present, 1 absent)"
    assert lines[1] == "asked of 3 articles in 3 passages, by all-MiniLM-L6-v2; 2 have a gold text"
    assert "Ranking                       articles                passages" in lines
    assert "  recall@10                   1.000 [1.000, 1.000]    1.000 [1.000, 1.000]" in lines
    assert "  answered when absent        0.000 [0.000, 0.000]" in lines
    assert any(line.startswith("  total ") for line in lines)
    assert any(line.startswith("  library.sqlite ") for line in lines)
    assert len(lines) < 70
    assert max(map(len, lines)) < 100


def test_a_set_without_gold_texts_shows_what_it_can(folder: Path) -> None:
    articles = [{"_id": key, "title": title, "text": text} for key, (title, text) in THREE.items()]
    questions = [{"_id": "q", "text": "Xylophone quartz?", "answerable": False}]
    write(Path("bare"), articles, list(questions), [])
    lines = passagebot("evaluate", "bare").out.splitlines()
    assert lines[0] == "bare: 1 questions (1 absent)"
    assert not any(line.startswith(("Ranking", "Answers in", "Highlight")) for line in lines)
    assert "Answering and abstaining" in lines


def test_pictures_are_written_and_named(folder: Path) -> None:
    ended = passagebot("evaluate", folder, "--plots", "pictures")
    assert ended.code == 0
    names = {"risk_coverage.png", "reliability.png", "recall_by_rank.png", "latency.png"}
    assert {path.name for path in Path("pictures").iterdir()} == names
    assert set(ended.err.splitlines()) == {f"wrote {Path('pictures') / name}" for name in names}


def test_a_place_for_pictures_that_is_a_file_is_refused_in_one_line(folder: Path) -> None:
    Path("pictures").touch()
    ended = passagebot("evaluate", folder, "--json", "--plots", "pictures")
    assert ended.code == 2
    assert ended.err == (
        "passagebot: cannot write to pictures (File exists); name another folder for --plots\n"
    )


def test_without_matplotlib_nothing_is_measured_before_it_is_said(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", [])
    monkeypatch.delitem(sys.modules, "matplotlib", raising=False)
    line = told(passagebot("evaluate", folder, "--plots", "pictures"))
    assert "run `pip install 'passagebot[plots]'`" in line
    assert not Path("pictures").exists()


def test_two_measurements_are_compared(folder: Path) -> None:
    before = measured(folder, "a.json")
    content = json.loads(before.read_text())
    for one in content["outcomes"]:
        if one["id"] == "q1":
            one["articles"], one["found"], one["confidence"] = ["fire"], [[]], "none"
    after = Path("b.json")
    after.write_text(json.dumps(content))
    ended = passagebot("evaluate", "--compare", before, after)
    assert ended.code == 0
    lines = ended.out.splitlines()
    assert lines[:3] == ["A: a.json", "B: b.json", "4 questions in both"]
    assert "0 won, 1 lost, 0 answered now, 1 refused now" in lines
    text = "q1  How far did the river rise overnight?"
    assert f"  lost          present       {text}" in lines
    assert f"  refused now   present       {text}" in lines
    recall = next(line for line in lines if line.startswith("  recall@1 "))
    assert recall.split()[:4] == ["recall@1", "1.000", "0.667", "-0.333"]
    compared = json.loads(passagebot("evaluate", "--json", "--compare", before, after).out)
    assert compared["schema"] == 1
    assert {one["turn"] for one in compared["changes"]} == {"lost", "refused now"}


def test_a_long_list_of_changes_is_cut_and_counted(folder: Path) -> None:
    before = measured(folder, "a.json")
    content = json.loads(before.read_text())
    one = content["outcomes"][0]
    many = [one | {"id": f"q{n}", "about": [f"{n}"]} for n in range(30)]
    content["outcomes"] = many
    before.write_text(json.dumps(content))
    content["outcomes"] = [other | {"found": [[]]} for other in many[:28]]
    Path("b.json").write_text(json.dumps(content))
    lines = passagebot("evaluate", "--compare", before, "b.json").out.splitlines()
    assert lines[2] == "28 questions in both, 2 only in A and left out"
    assert sum(line.startswith("  lost ") for line in lines) == 20
    assert "  and 8 more; --json lists them all" in lines
    recall = [line for line in lines if line.startswith("  recall@1 ")][1]
    assert recall.endswith("-1.000 [-1.000, -1.000] *")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ([], "name the folder to evaluate, or two files after --compare"),
        (["set", "--compare", "a.json", "a.json"], "takes neither DIR nor --plots"),
        (["--compare", "a.json", "a.json", "--plots", "p"], "takes neither DIR nor --plots"),
        (["--compare", "a.json", "nowhere"], "cannot read nowhere"),
        (["--compare", "set/corpus.jsonl", "a.json"], "is not JSON"),
        (["--compare", "set/queries", "a.json"], "holds no outcomes"),
    ],
)
def test_what_cannot_be_evaluated_is_said_in_one_line(
    folder: Path, arguments: list[str], reason: str
) -> None:
    Path("a.json").write_text('{"schema": 1, "outcomes": []}')
    (folder / "queries").write_text("{}")
    assert reason in told(passagebot("evaluate", *arguments))


def test_one_file_alone_cannot_be_compared(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse(["evaluate", "--compare", "a.json"])
    assert ended.value.code == 2
    line = capsys.readouterr().err
    assert line.count("\n") == 1
    assert line.endswith("see `passagebot evaluate --help`\n")


def test_a_report_with_a_changed_quote_ends_in_saying_so() -> None:
    outcomes = [outcome("q", "a", relevant={"a": 1}, verbatim=False)]
    library = Library(articles=1, passages=1, files={})
    report = report_of(outcomes, library, name="set", model="words", resamples=2)
    assert "was not a slice of its article" in list(report_lines(report))[-1]


def test_a_figure_without_an_interval_says_so() -> None:
    outcomes = [outcome("q", "a", relevant={"a": 1})]
    library = Library(articles=1, passages=1, files={})
    report = report_of(outcomes, library, name="set", model="words", resamples=2)
    unknown = Figure(value=1.0, low=math.nan, high=math.nan)
    changed = replace(report, quality={**report.quality, "ranking": {"mrr@10": unknown}})
    assert "  mrr@10                      1.000 [no interval]" in list(report_lines(changed))
