"""The first run: an empty library, the samples, and a conversation through a pipe."""

import json
import re

import pytest

from bot.samples import EXAMPLES
from corpus.store import ArticleStore
from tests.journeys.program import Program

ANSWERS = (
    "through a gap in the lid",
    "A single ticket costs £1.80",
    "QR stands for quick response.",
)
"""Words of the passages that answer the examples."""

OTHERS = (
    "Who won the football match?",
    "x" * 20_000,
    "🙂🙂🙂",
    "What\x00colour is the blood of an octopus?",
    "ما لون دم الأخطبوط؟",
    "   ",
    "",
)


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Program:
    home = tmp_path_factory.mktemp("first")
    return Program(library=home / "library", home=home)


@pytest.fixture(scope="module")
def first(program: Program) -> tuple[int, str, str]:
    """Return how the first conversation ended."""
    lines = "\n".join([*EXAMPLES, *OTHERS, "/quit", "never asked"])
    ended = program.run("chat", typed=lines)
    return ended.returncode, ended.stdout, ended.stderr


def test_a_piped_conversation_ends_well(first: tuple[int, str, str]) -> None:
    code, _, err = first
    assert code == 0, err
    assert "Traceback" not in err


def test_the_samples_are_read_in_and_it_is_said_how_to_remove_them(
    first: tuple[int, str, str],
) -> None:
    _, _, err = first
    assert "18 sample articles were read in; `passagebot remove --samples` erases them" in err


def test_off_a_terminal_stderr_holds_no_progress(first: tuple[int, str, str]) -> None:
    _, _, err = first
    assert err.count("\n") == 1, err


def test_every_example_of_the_greeting_is_answered(first: tuple[int, str, str]) -> None:
    _, out, _ = first
    assert len(re.findall(r"· (?:strong|possible) match$", out, re.MULTILINE)) >= len(EXAMPLES)
    for words in ANSWERS:
        assert words in out


def test_a_question_nothing_answers_says_so(first: tuple[int, str, str]) -> None:
    assert "No passage answers this. Searched 18 articles, the newest of" in first[1]


def test_what_cannot_be_asked_gets_one_line_each(first: tuple[int, str, str]) -> None:
    _, out, _ = first
    assert "the question has 20,000 characters; ask in at most 4,096" in out
    assert out.count("there is no word in the question; ask it in words") == 1


def test_a_nul_does_not_end_a_question(first: tuple[int, str, str]) -> None:
    assert "The blood itself is blue." in first[1]


def test_every_quote_of_the_conversation_is_an_exact_slice(
    first: tuple[int, str, str], program: Program
) -> None:
    _, out, _ = first
    quotes = re.findall(r"(?:\A|\n\n)(.+?)\n  [^\n]+\n  [^\n]+\n  [0-9A-Z]{10} · ", out, re.DOTALL)
    examples = quotes[: len(EXAMPLES)]
    with ArticleStore.open(program.library) as store:
        cited = store.citations(collection="samples")
        texts = [store.article(one.key, collection="samples").text for one in cited]
    for words in ANSWERS:
        assert any(words in quote for quote in examples)
    for quote in examples:
        assert any(quote in text for text in texts)


def test_the_samples_can_be_erased_and_a_users_own_articles_stay(
    program: Program, first: tuple[int, str, str]
) -> None:
    own = program.home / "own.txt"
    own.write_text("My own article\n\nThe cellar key hangs behind the clock.\n", encoding="utf-8")
    assert program.run("ingest", "--no-embed", own).returncode == 0
    removed = program.run("remove", "--samples")
    assert removed.returncode == 0
    assert removed.stdout.count("removed: ") == 18
    listed = json.loads(program.run("articles", "--json").stdout)
    assert [article["key"] for article in listed] == ["own.txt"]
    assert json.loads(program.run("status", "--json").stdout)["index_lag"] == 0
