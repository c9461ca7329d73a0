"""`status`: how much the library holds, how old it is, and which model built its index."""

from argparse import Namespace

from bot.commands.run import Run
from bot.exit_codes import DONE
from bot.library_state import State
from corpus.clock import utc_now


def status(arguments: Namespace, run: Run) -> int:
    """Write the state of the library, for a person or as JSON. Loads no model."""
    with run.library() as library:
        state = State.of(library, now=utc_now())
    if arguments.json:
        run.terminal.say_json(state.to_json())
    else:
        for name, value in state.lines():
            run.terminal.say(f"{name:<11}{value}")
    return DONE
