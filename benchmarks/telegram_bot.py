"""The bot of the trial under load: the real `serve`, unpaced, with an engine that costs nothing."""

import asyncio
import json
import logging
import re
import sys
import time
from dataclasses import replace
from pathlib import Path

from bot.state import BotState
from bot.telegram.application import serve
from bot.telegram.pacing import Pace
from corpus.ingest import ingest
from corpus.store import ArticleStore
from retrieval.answers import Answer, Question
from tests.doubles import KeywordEngine

SAMPLES = Path(__file__).parents[1] / "corpus" / "samples"
_MARK = re.compile(r"#q\d+#")
UNLIMITED = Pace(
    chat_per_second=1e6, chat_burst=1000, group_per_minute=10**6, overall_per_second=1e6
)


class Remembering:
    """An engine that answers a repeated question at once: the trial is of the bot, not of it."""

    def __init__(self, engine: KeywordEngine) -> None:
        self._engine = engine
        self._known: dict[str, Answer] = {}

    def refresh(self) -> bool:
        return self._engine.refresh()

    def answer(self, question: Question) -> Answer:
        text = _MARK.sub("", question.text).strip()
        if text not in self._known:
            self._known[text] = self._engine.answer(replace(question, text=text))
        return replace(self._known[text], question=question.text)


def main(arguments: dict[str, str]) -> None:
    """Serve until a signal comes."""
    logging.basicConfig(format="  %(levelname)s %(name)s: %(message)s")
    logging.getLogger("bot").setLevel(logging.INFO)
    folder = Path(arguments["library"])
    with ArticleStore.create(folder) as store, BotState.open(folder) as state:
        ingest(store, [SAMPLES])
        ready = time.process_time()
        asyncio.run(
            serve(
                token=arguments["token"],
                api_url=arguments["api_url"],
                allowed_chats=frozenset(),
                engine=Remembering(KeywordEngine(store)),
                store=store,
                state=state,
                pace=UNLIMITED,
            )
        )
        print(f"  the bot took {time.process_time() - ready:.1f} s of CPU once it was ready")


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
