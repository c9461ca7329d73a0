"""The conversation in the README is real: its quotes and receipts are those of the samples."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.samples import COLLECTION, EXAMPLES
from corpus.ingest import ingest
from corpus.store import ArticleStore
from retrieval.receipts import receipt

PROJECT = Path(__file__).parents[2]
README = (PROJECT / "README.md").read_text(encoding="utf-8")
CONVERSATION = README.partition("<!-- conversation -->")[2].partition("<!-- /conversation -->")[0]
BAR = "▎"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One answer as the README shows it: the quote without its line breaks, and its receipt."""

    quote: str
    title: str
    receipt: str


def answers() -> list[Shown]:
    found = []
    for block in re.split(r"^\? .*$", CONVERSATION, flags=re.MULTILINE)[1:]:
        lines = block.strip().splitlines()
        quoted = [line.removeprefix(BAR).strip() for line in lines if line.startswith(BAR)]
        if quoted:
            below = [line.strip() for line in lines if not line.startswith(BAR)]
            code = next(line.split(" · ")[0] for line in below if line.endswith(" match"))
            found.append(Shown(quote=one_line(" ".join(quoted)), title=below[0], receipt=code))
    return found


def one_line(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ArticleStore]:
    with ArticleStore.create(tmp_path_factory.mktemp("library")) as opened:
        ingest(opened, [PROJECT / "corpus" / "samples"], collection=COLLECTION)
        yield opened


def test_the_conversation_shows_answers_and_a_refusal() -> None:
    assert len(answers()) >= 2
    assert "No passage answers this." in CONVERSATION


def test_every_quote_of_the_readme_is_a_passage_with_the_receipt_shown(
    store: ArticleStore,
) -> None:
    for shown in answers():
        codes = [
            receipt(
                collection=COLLECTION,
                key=cited.key,
                text_hash=store.article(cited.key, collection=COLLECTION).text_hash,
                span=span,
            )
            for cited in store.citations(collection=COLLECTION)
            if cited.title == shown.title
            for span in store.article(cited.key, collection=COLLECTION).spans
            if one_line(span.of(store.article(cited.key, collection=COLLECTION).text))
            == shown.quote
        ]
        assert shown.receipt in codes, f"run `make chat` again for the README: {shown.quote}"


def test_the_examples_of_the_greeting_are_those_of_the_program() -> None:
    for example in EXAMPLES:
        assert f"\n  {example}\n" in CONVERSATION
