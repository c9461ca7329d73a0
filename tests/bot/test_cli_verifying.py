"""`verify`, from the outside: receipts, files of them, and an article's own file."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.state import BotState, StoredReceipt
from corpus.articles import Span
from corpus.store import ArticleStore
from tests.bot.command_line import Ended, passagebot

QUESTION = "How many houses were evacuated?"
FLOOD = "Flood in Mill Lane\n\nThe Sallow rose on Tuesday. Two houses were evacuated by night.\n"
TODAY = datetime.now(UTC)


@pytest.fixture(autouse=True)
def _library(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a library of two articles."""
    monkeypatch.setenv("PASSAGEBOT_LIBRARY", "library")
    Path("articles").mkdir()
    Path("articles/tram.txt").write_text("Tram\n\nThe tram runs again.\n", encoding="utf-8")
    written(FLOOD)


def written(text: str) -> None:
    Path("articles/flood.txt").write_text(text, encoding="utf-8")
    assert passagebot("ingest", "articles").code == 0


def a_receipt() -> str:
    answer = json.loads(passagebot("ask", "--json", QUESTION).out)
    return str(answer["hits"][0]["receipt"])


def exported(*codes: str) -> Path:
    ended = passagebot("verify", *(codes or (a_receipt(),)), "--export", "receipts.jsonl")
    assert ended.code == 0
    return Path("receipts.jsonl")


def judged(*argv: str | Path) -> list[dict[str, Any]]:
    return list(json.loads(passagebot("verify", "--json", *argv).out)["receipts"])


def verdict(*argv: str | Path) -> tuple[int, str]:
    ended = passagebot("verify", "--json", *argv)
    [one] = json.loads(ended.out)["receipts"]
    return ended.code, one["verdict"]


def told(ended: Ended) -> str:
    assert (ended.code, ended.out, ended.err.count("\n")) == (2, "", 1)
    return ended.err


def test_a_receipt_of_an_answer_is_exact() -> None:
    code = a_receipt()
    ended = passagebot("verify", code)
    lines = ended.out.splitlines()
    assert (ended.code, lines[0]) == (0, f"{code}  exact")
    assert lines[1] == "  Flood in Mill Lane · flood.txt"
    assert "of version 1, stored " in lines[2]
    assert lines[3].startswith("  ")
    assert "Two houses were evacuated by night." in ended.out


@pytest.mark.parametrize("split", [5, 3])
def test_a_receipt_may_be_typed_with_blanks_and_in_lower_case(split: int) -> None:
    code = a_receipt().lower().replace("0", "o").replace("1", "l")
    assert verdict(f"{code[:split]} {code[split:]}") == (0, "exact")
    assert verdict(code[:split], code[split:]) == (0, "exact")
    assert verdict(f"{code[:split]}-{code[split:]}") == (0, "exact")


def test_a_receipt_shown_by_the_bot_is_looked_up_and_its_file_is_not_changed() -> None:
    code = a_receipt()
    [one] = judged(code)
    with BotState.open(Path("library")) as state:
        shown = StoredReceipt(
            code=code,
            collection="main",
            key="flood.txt",
            version=1,
            span=Span(start=one["start"], end=one["end"]),
            shown_at=TODAY,
        )
        state.keep(None, [shown])
    before = Path("library/bot.sqlite").read_bytes()
    assert verdict(code) == (0, "exact")
    ended = passagebot("verify", "--export", "-")
    assert [json.loads(line)["receipt"] for line in ended.out.splitlines()] == [code]
    assert Path("library/bot.sqlite").read_bytes() == before
    with ArticleStore.open(Path("library")) as store:
        store.remove("flood.txt")
    assert verdict(code) == (4, "withdrawn")
    ended = passagebot("verify", "--export", "-")
    assert (ended.code, ended.out) == (4, "")
    assert ended.err == f"passagebot: left out: {code} is withdrawn\n"


def test_opening_makes_no_database_of_the_bot() -> None:
    passagebot("verify", a_receipt())
    assert not Path("library/bot.sqlite").exists()


def test_an_article_that_changed_elsewhere_leaves_a_quote_exact() -> None:
    code = a_receipt()
    written(FLOOD + "\nUpdate: the road is open.\n")
    ended = passagebot("verify", code)
    assert ended.code == 0
    said = "exact, but the article changed elsewhere since (version 1, now 2)"
    assert ended.out.startswith(f"{code}  {said}\n")


def test_a_changed_quote_shows_what_was_there_and_what_is() -> None:
    code = a_receipt()
    written(FLOOD.replace("Two", "Five"))
    ended = passagebot("verify", code)
    assert ended.code == 4
    assert ended.out.startswith(f"{code}  changed since (version 1, now 2)\n")
    assert "[-Two-] {+Five+} houses were evacuated" in ended.out
    [one] = judged(code)
    assert ["out", "Two "] in one["diff"]
    assert (one["version"], one["current_version"], one["key"]) == (1, 2, "flood.txt")


def test_a_changed_quote_is_in_colour_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    code = a_receipt()
    written(FLOOD.replace("Two", "Five"))
    shown = passagebot("verify", code, screen=True).out
    assert "\x1b[" in shown
    assert "[-Two-]" not in shown


def test_a_withdrawn_quote_tells_the_day_and_not_the_text() -> None:
    code = a_receipt()
    with ArticleStore.open(Path("library")) as store:
        store.retire("flood.txt")
    ended = passagebot("verify", code)
    day = f"{TODAY.day} {TODAY:%B %Y}"
    assert (ended.code, ended.out.splitlines()[0]) == (4, f"{code}  withdrawn on {day}")
    assert "evacuated" not in ended.out
    assert judged(code)[0]["withdrawn_at"] is not None


def test_a_removed_article_is_withdrawn_for_a_file_and_unknown_by_its_receipt_alone() -> None:
    code = a_receipt()
    path = exported(code)
    passagebot("remove", "flood.txt")
    assert verdict(path) == (4, "withdrawn")
    assert verdict(code) == (4, "unknown")


def test_an_unknown_receipt_says_so() -> None:
    ended = passagebot("verify", "0000000000")
    assert ended.code == 4
    assert ended.out == "0000000000  unknown: no article here has a quote with this receipt\n"
    assert judged("0000000000")[0]["key"] is None


def test_an_exported_receipt_holds_all_that_proves_it() -> None:
    record = json.loads(exported().read_text(encoding="utf-8"))
    assert list(record) == [
        *("receipt", "collection", "key", "text_hash", "start", "end", "quote"),
        *("version", "title", "url"),
    ]
    assert "Two houses were evacuated by night." in record["quote"]
    assert verdict("receipts.jsonl") == (0, "exact")


def test_an_exported_receipt_is_checked_with_the_article_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = exported()
    monkeypatch.setenv("PASSAGEBOT_LIBRARY", "absent")
    article = Path("articles/flood.txt")
    argv = (path, "--article", article)
    assert verdict(*argv) == (0, "exact")
    article.write_text(FLOOD + "\nUpdate.\n", encoding="utf-8")
    assert verdict(*argv) == (0, "still_there")
    article.write_text(FLOOD.replace("Two", "Five"), encoding="utf-8")
    ended = passagebot("verify", *argv)
    assert ended.code == 4
    assert "[-Two-] {+Five+}" in ended.out
    assert verdict(path, "--article", "articles/tram.txt") == (4, "changed")
    assert not Path("absent").exists()


def test_a_changed_quote_in_a_file_is_altered() -> None:
    path = exported()
    record = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**record, "quote": "Nobody was evacuated."}), encoding="utf-8")
    assert verdict(path) == (4, "altered")


def test_a_receipt_of_an_article_that_was_never_here_is_unknown() -> None:
    path = exported()
    record = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**record, "key": "elsewhere.txt"}), encoding="utf-8")
    assert verdict(path) == (4, "unknown")


@pytest.mark.parametrize("indent", [None, 2])
def test_an_answer_in_json_is_a_file_of_receipts(indent: int | None) -> None:
    answer = json.loads(passagebot("ask", "--json", QUESTION).out)
    Path("answer.json").write_text(json.dumps(answer, indent=indent), encoding="utf-8")
    codes = [hit["receipt"] for hit in answer["hits"]]
    found = judged("answer.json")
    assert [one["receipt"] for one in found] == codes
    assert {one["verdict"] for one in found} == {"exact"}
    assert passagebot("verify", "answer.json", "--article", "articles/flood.txt").code == 4


def test_a_batch_of_answers_is_read_from_stdin_too() -> None:
    lines = "".join(json.dumps({"_id": n, "text": QUESTION}) + "\n" for n in "ab")
    Path("questions.jsonl").write_text(lines, encoding="utf-8")
    batch = passagebot("ask", "--batch", "questions.jsonl").out
    ended = passagebot("verify", "-", "--json", typed=f"\n{batch}")
    assert ended.code == 0
    assert len(json.loads(ended.out)["receipts"]) == sum(
        len(json.loads(line)["hits"]) for line in batch.splitlines()
    )


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "receipts.txt holds no receipts"),
        ("hello", "receipts.txt, line 1: not JSON; write {"),
        ('{"hits": []}', "receipts.txt holds no receipts"),
        ('{"hits": [7]}', "line 1: no receipt ("),
        ("[1]", "line 1: no receipt ("),
        ('\n{"key": "a"}', "line 2: no receipt ('receipt' is missing)"),
        ('{"receipt": "0000"}', "line 1: no receipt ('0000' has not ten letters and digits)"),
        (
            '{"receipt": "0000000000", "key": "a", "start": 5, "end": 2}',
            "line 1: no receipt (a span needs",
        ),
        (
            '{"receipt": "0000000000", "key": "a", "start": "5", "end": 2}',
            "its start is not a number",
        ),
        (
            '{"receipt": "0000000000", "key": "a", "start": 1, "end": 2, "quote": 7}',
            "its quote is not a text",
        ),
    ],
)
def test_a_file_that_holds_no_receipt_is_told_in_one_line(content: str, reason: str) -> None:
    Path("receipts.txt").write_text(content, encoding="utf-8")
    assert reason in told(passagebot("verify", "receipts.txt"))


@pytest.mark.parametrize(
    ("argv", "reason"),
    [
        ((), "name a RECEIPT"),
        (("receipts.json",), "'receipts.json' is no file and no receipt"),
        (("00000", "0000"), "'00000 0000' is no file and no receipt"),
        (("000000000000", "0"), "is no file and no receipt"),
        (("0000000000", "--article", "articles/tram.txt"), "alone does not say where it stands"),
        (("0000000000", "--article", "a", "--export", "b"), "do not go together"),
        (("articles/tram.txt", "--export", "b"), "is a file; name receipts to export"),
        (("articles",), "cannot read articles"),
    ],
)
def test_what_cannot_be_verified_is_told_in_one_line(argv: tuple[str, ...], reason: str) -> None:
    assert reason in told(passagebot("verify", *argv))


@pytest.mark.parametrize("name", ["absent.html", "empty.txt"])
def test_an_article_that_cannot_be_read_is_told(name: str) -> None:
    path = exported()
    Path("empty.txt").write_bytes(b"")
    assert f"passagebot: {name}: " in told(passagebot("verify", path, "--article", name))


def test_receipts_that_are_unknown_are_left_out_of_an_export() -> None:
    ended = passagebot("verify", a_receipt(), "0000000000", "--export", "receipts.jsonl")
    assert (ended.code, ended.out) == (4, "1 receipts in receipts.jsonl\n")
    assert ended.err == "passagebot: left out: 0000000000 is unknown\n"
