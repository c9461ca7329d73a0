"""`feedback`: readers' votes as an evaluation set, and what nothing answered."""

from argparse import Namespace
from typing import Any

from bot.commands.run import Run
from bot.errors import InputError
from bot.exit_codes import DONE
from bot.feedback.files import require_free, write_feedback
from bot.feedback.gaps import Gap
from bot.feedback.judgements import feedback_of
from bot.state import FILE_NAME, BotState
from bot.terminal_text import printable
from retrieval.answers import SCHEMA, format_time


def feedback(arguments: Namespace, run: Run) -> int:
    """Run the subcommand that was named."""
    if arguments.feedback_command == "export":
        return export_feedback(arguments, run)
    return list_gaps(arguments, run)


def export_feedback(arguments: Namespace, run: Run) -> int:
    """Write the votes as a question set that `evaluate` replays."""
    require_free(arguments.folder)
    with run.library() as library, _state(run) as state:
        found = feedback_of(library.store, state.votes.tallies())
        if not found.answered and not found.absent:
            message = "no votes to export yet: readers vote with 👍 and 👎 under answers of the bot"
            raise InputError(message)
        write_feedback(library.store, found, arguments.folder)
    left_out = f", {found.left_out} on passages that are gone left out" if found.left_out else ""
    run.terminal.say(
        f"{len(found.answered)} questions with an answer, {len(found.absent)} without, "
        f"{len(found.undecided)} undecided{left_out}: {arguments.folder}"
    )
    return DONE


def list_gaps(arguments: Namespace, run: Run) -> int:
    """Show the questions that nothing answered, most asked first, as far as the bot noted them."""
    with _state(run) as state:
        found = state.gaps.listed()
    if arguments.json:
        run.terminal.say_json({"schema": SCHEMA, "gaps": [_to_json(gap) for gap in found]})
        return DONE
    for gap in found:
        times = f"{gap.times} time{'s' if gap.times > 1 else ''}"
        run.terminal.say(f"{times}, last {gap.last_asked:%Y-%m-%d}: {printable(gap.question)}")
    if not found:
        run.terminal.note("passagebot: no unanswered questions are noted")
    return DONE


def _state(run: Run) -> BotState:
    """Return the bot's memory; raise `InputError` if no bot ever served this library."""
    folder = run.settings.library
    if not (folder / FILE_NAME).exists():
        message = f"no bot has served the library in {folder} yet; run `passagebot serve` first"
        raise InputError(message)
    return BotState.open(folder)


def _to_json(gap: Gap) -> dict[str, Any]:
    return {
        "question": gap.question,
        "collections": list(gap.collections),
        "times": gap.times,
        "people": gap.people,
        "first_asked": format_time(gap.first_asked),
        "last_asked": format_time(gap.last_asked),
    }
