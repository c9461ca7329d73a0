"""The commands: each a function of its arguments and a `Run` that returns an exit code."""

from argparse import Namespace
from functools import partial

from bot.assembly import EmbedderLoader, load_embedder
from bot.commands.asking import ask
from bot.commands.backups import backup_library, restore_library
from bot.commands.calibrating import calibrate_library
from bot.commands.chatting import chat
from bot.commands.evaluating import evaluate_folder
from bot.commands.indexing import reindex
from bot.commands.ingesting import ingest_sources
from bot.commands.library import articles, remove, show
from bot.commands.moving import export_articles, import_articles
from bot.commands.run import Run
from bot.commands.serving import serve
from bot.commands.status import status
from bot.commands.syncing import sources, sync
from bot.commands.verifying import verify
from bot.settings import load_settings
from bot.terminal import Terminal
from corpus.fetching import Fetcher

_COMMANDS = {
    "ingest": ingest_sources,
    "sync": sync,
    "sources": sources,
    "ask": ask,
    "chat": chat,
    "serve": serve,
    "articles": articles,
    "show": show,
    "remove": remove,
    "export": export_articles,
    "import": import_articles,
    "backup": backup_library,
    "restore": restore_library,
    "verify": verify,
    "status": status,
    "reindex": reindex,
    "calibrate": calibrate_library,
    "evaluate": evaluate_folder,
}


def run_command(
    arguments: Namespace, *, load: EmbedderLoader | None = None, fetcher: Fetcher | None = None
) -> int:
    """Run one command with the process's settings and streams; return its exit code."""
    settings = load_settings(library=arguments.library)
    run = Run(
        settings=settings,
        terminal=Terminal.of_process(),
        load=load or partial(load_embedder, trust_code=settings.trust_model_code),
        fetcher=fetcher,
    )
    return _COMMANDS[arguments.command](arguments, run)
