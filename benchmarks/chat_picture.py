"""Draw docs/chat.png: real answers over the sample library, as a chat shows them.

    python -m benchmarks.chat_picture [OUT.png]

Needs Debian's chromium. The messages are what the bot would send, drawn by its own code; only the
frame around them is made here.
"""

import html
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.references import stories_of
from bot.state import StoredAnswer
from bot.telegram.messages import Desk, Drawn
from bot.telegram.pages import nothing, page
from corpus.ingest import ingest
from corpus.store import ArticleStore
from retrieval.answers import Question
from retrieval.embedders.sentence_transformers import SentenceTransformersEmbedder
from retrieval.engine import AnswerEngine
from retrieval.indexer import Indexer

SAMPLES = Path(__file__).parents[1] / "corpus" / "samples"
QUESTIONS = ("What did the builders find under Market Street?", "Who won the football match?")
MOMENT = datetime(2026, 10, 30, 9, tzinfo=UTC)
STYLE = """
body { margin: 0; padding: 18px; width: 620px; background: #d5e3cf; font: 16px/1.42 sans-serif; }
.asked, .said { border-radius: 14px; padding: 9px 13px; margin: 6px 0; width: fit-content; }
.asked { background: #e3fdc9; margin-left: auto; }
.said { background: white; max-width: 560px; }
.text { white-space: pre-wrap; }
blockquote { margin: 0 0 4px; padding: 5px 10px; border-left: 3px solid #3a8bd0; border-radius: 5px;
  background: #eaf3fb; }
a { color: #2f7cc0; text-decoration: none; }
.row { display: flex; gap: 5px; max-width: 586px; margin: 5px 0; }
.row span { flex: 1; text-align: center; background: #7f9c7a; color: white; border-radius: 8px;
  padding: 6px; }
"""


def main() -> int:
    """Write the picture; return 2 without chromium."""
    browser = shutil.which("chromium")
    if browser is None:
        print("chat_picture: install chromium first: apt-get install chromium", file=sys.stderr)
        return 2
    out = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/chat.png").absolute()
    with TemporaryDirectory() as folder:
        source = Path(folder, "chat.html")
        source.write_text(_document(Path(folder, "library")), encoding="utf-8")
        subprocess.run(
            [
                browser,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--hide-scrollbars",
                "--force-device-scale-factor=1.5",
                f"--user-data-dir={folder}/profile",
                f"--screenshot={out}",
                "--window-size=656,765",
                source.as_uri(),
            ],
            check=True,
            capture_output=True,
        )
    return 0


def _document(library: Path) -> str:
    embedder = SentenceTransformersEmbedder.load()
    with ArticleStore.create(library) as store:
        ingest(store, [SAMPLES], collection="samples")
        Indexer(library, store, lambda: embedder).bring_up_to_date()
        desk = Desk(articles=store, username="example_bot", now=lambda: MOMENT)
        with AnswerEngine(library, store, embedder) as engine:
            shown = [_exchange(question, engine, desk, store) for question in QUESTIONS]
    return f'<meta charset="utf-8"><style>{STYLE}</style>{"".join(shown)}'


def _exchange(question: str, engine: AnswerEngine, desk: Desk, store: ArticleStore) -> str:
    answer = engine.answer(Question(text=question))
    stored = StoredAnswer(
        token="0" * 12,
        chat_id=1,
        thread_id=None,
        message_id=1,
        question_id=1,
        asker_id=1,
        question=question,
        searched_for=answer.searched_for,
        confidence=answer.confidence,
        stories=stories_of(answer.hits),
        shown=None,
        created_at=MOMENT,
    )
    if answer.answered:
        drawn = page(desk, stored, 0)
    else:
        counts = store.counts()
        drawn = nothing(desk, stored, articles=counts.articles, newest=counts.newest_published)
    return f'<div class="asked">{html.escape(question)}</div>{_message(drawn)}'


def _message(drawn: Drawn) -> str:
    text = drawn.html.replace("</blockquote>\n", "</blockquote>")
    rows = "".join(
        f'<div class="row">{"".join(f"<span>{html.escape(one.label)}</span>" for one in row)}</div>'
        for row in drawn.rows
    )
    return f'<div class="said"><div class="text">{text}</div></div>{rows}'


if __name__ == "__main__":
    sys.exit(main())
