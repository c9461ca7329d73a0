"""`ingest --map`: columns nobody would guess, and every format through the command line."""

import json
from pathlib import Path

import pytest

from tests.bot.command_line import passagebot
from tests.corpus.sample_files import FILES


def test_a_mapping_names_the_columns_of_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASSAGEBOT_LIBRARY", "library")
    Path("odd.csv").write_text("nr,Kop,Tekst\n7,Otters,A bridge for otters.\n", "utf-8")
    refused = passagebot("ingest", "odd.csv", "--no-embed")
    assert refused.code == 1
    assert "name it, such as --map text=COLUMN" in refused.out
    mapped = passagebot("ingest", "odd.csv", "--no-embed", "--map", "id=nr,title=Kop,text=Tekst")
    assert mapped.code == 0
    assert "A bridge for otters." in passagebot("show", "7").out


def test_a_mapping_of_no_field_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        passagebot("ingest", "odd.csv", "--map", "colour=Kop")
    assert ended.value.code == 2


def test_a_quote_from_a_pdf_is_found_whole_over_the_page_break(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PASSAGEBOT_LIBRARY", "library")
    assert passagebot("ingest", FILES / "lighthouse.pdf", FILES / "book.epub").code == 0
    question = "When did people in the harbour of Lunby hear the double report?"
    answer = json.loads(passagebot("ask", question, "--json").out)
    first = answer["hits"][0]
    assert first["article"]["key"] == "lighthouse.pdf"
    assert (
        "the well-known double report could be heard eleven kilometres" in first["passage"]["text"]
    )
