"""A real article in the state real articles arrive in, from file to answer."""

import json
import os
from pathlib import Path

import pytest

from tests.journeys.program import Program

SHARED = os.environ.get("SHARED_DIR")
pytestmark = pytest.mark.skipif(SHARED is None, reason="SHARED_DIR is not set")


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Program:
    home = tmp_path_factory.mktemp("seed")
    program = Program(library=home / "library", home=home)
    ended = program.run("ingest", "--json", Path(SHARED or "") / "seeds")
    assert json.loads(ended.stdout)["added"] == 1, ended.stderr
    return program


@pytest.fixture(scope="module")
def article(program: Program) -> dict[str, object]:
    (listed,) = json.loads(program.run("articles", "--json").stdout)
    shown: dict[str, object] = json.loads(program.run("show", "--json", listed["key"]).stdout)
    return shown


def test_its_title_stands_without_stars(article: dict[str, object]) -> None:
    assert article["title"] == "Deadly Conflict Erupts in Latakia Province Amid Power Struggles"


def test_what_is_repeated_is_left_out_with_its_reason(article: dict[str, object]) -> None:
    dropped = article["dropped"]
    assert isinstance(dropped, list)
    reasons = [drop["reason"] for drop in dropped]
    assert reasons.count("repeated headline") == 1
    assert reasons.count("repeated paragraph") == 4


def test_its_view_shows_one_headline(article: dict[str, object], program: Program) -> None:
    shown = program.run("show", str(article["key"])).stdout
    _, _, view = shown.partition("\n\n")
    assert view.count("Deadly Conflict Erupts in Latakia Province") == 1
    assert "**" not in view


def test_its_question_is_answered_strongly_and_another_is_not(program: Program) -> None:
    questions = [
        {"_id": "there", "text": "How many soldiers lost their lives in the clashes in Latakia?"},
        {"_id": "absent", "text": "Who won the football match?"},
    ]
    ended = program.run("ask", "--batch", "-", typed="\n".join(map(json.dumps, questions)))
    there, absent = map(json.loads, ended.stdout.splitlines())
    assert there["confidence"] == "strong"
    assert "at least 13 soldiers" in there["hits"][0]["passage"]["text"]
    assert absent["answered"] is False
