"""The bot of `telegram_trial`: the real `serve` over the samples, with a small engine."""

import asyncio
import json
import logging
import sys
from pathlib import Path

from bot.state import BotState
from bot.telegram.application import serve
from bot.telegram.pacing import Pace
from corpus.ingest import ingest
from corpus.store import ArticleStore
from tests.doubles import KeywordEngine

SAMPLES = Path(__file__).parents[1] / "corpus" / "samples"
PACES = {
    "telegram": Pace(),
    "none": Pace(
        chat_per_second=1e6, chat_burst=1000, group_per_minute=10**6, overall_per_second=10**6
    ),
}


def main(arguments: dict[str, str]) -> None:
    """Serve until a signal comes."""
    logging.basicConfig(format="  %(levelname)s %(name)s: %(message)s")
    logging.getLogger("bot").setLevel(logging.INFO)
    folder = Path(arguments["library"])
    with ArticleStore.create(folder) as store, BotState.open(folder) as state:
        ingest(store, [SAMPLES])
        asyncio.run(
            serve(
                token=arguments["token"],
                api_url=arguments["api_url"],
                allowed_chats=frozenset(),
                engine=KeywordEngine(store),
                store=store,
                state=state,
                pace=PACES[arguments["pace"]],
            )
        )


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
