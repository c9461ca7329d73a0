"""The commands: each a function of its arguments and a `Run` that returns an exit code.

Only the command that runs is imported: to answer a question takes less than to read a web page.
"""

import gc
from argparse import Namespace
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any

from bot.early_loading import ASKING, EarlyLoading
from bot.settings import load_settings

if TYPE_CHECKING:
    from bot.assembly import EmbedderLoader
    from corpus.fetching import Fetcher

_PLACES = {
    "ingest": "bot.commands.ingesting:ingest_sources",
    "sync": "bot.commands.syncing:sync",
    "sources": "bot.commands.syncing:sources",
    "ask": "bot.commands.asking:ask",
    "chat": "bot.commands.chatting:chat",
    "serve": "bot.commands.serving:serve",
    "articles": "bot.commands.library:articles",
    "show": "bot.commands.library:show",
    "remove": "bot.commands.library:remove",
    "export": "bot.commands.moving:export_articles",
    "import": "bot.commands.moving:import_articles",
    "backup": "bot.commands.backups:backup_library",
    "restore": "bot.commands.backups:restore_library",
    "verify": "bot.commands.verifying:verify",
    "status": "bot.commands.status:status",
    "doctor": "bot.commands.doctor:doctor",
    "engines": "bot.commands.engines:show_engines",
    "reindex": "bot.commands.indexing:reindex",
    "calibrate": "bot.commands.calibrating:calibrate_library",
    "evaluate": "bot.commands.evaluating:evaluate_folder",
    "feedback": "bot.commands.feedback:feedback",
}
"""Module and function of each command."""


def run_command(
    arguments: Namespace,
    *,
    load: "EmbedderLoader | None" = None,
    fetcher: "Fetcher | None" = None,
) -> int:
    """Run one command with the process's settings and streams; return its exit code."""
    settings = load_settings(library=arguments.library)
    early = None
    if load is None and arguments.command in ASKING:
        early = EarlyLoading(settings, at_once=ASKING[arguments.command])
    from bot.assembly import embedder_loader, engines_of  # noqa: PLC0415 - the engine loads meanwhile
    from bot.commands.run import Run  # noqa: PLC0415
    from bot.terminal import Terminal  # noqa: PLC0415

    command = _command(arguments.command)
    _collect_from_now()
    run = Run(
        settings=settings,
        terminal=Terminal.of_process(),
        load=load or embedder_loader(settings, early),
        fetcher=fetcher,
        engines=None if load else engines_of(settings),
    )
    return command(arguments, run)


def _command(name: str) -> Callable[[Namespace, Any], int]:
    module, _, function = _PLACES[name].partition(":")
    found: Callable[[Namespace, Any], int] = getattr(import_module(module), function)
    return found


def _collect_from_now() -> None:
    """Let garbage be collected if the process began without; what is loaded by now is none."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()
