"""The seam between the bot and what it can do beyond answering: features.

A feature brings handlers of messages and of buttons. `bot/telegram/feature_list.py` lists them
all; a new one is a file beside this and a line there.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from telegram import CallbackQuery, Update
from telegram.ext import BaseHandler

from bot.journal import Kind
from bot.telegram.callbacks import Press, Verb

Handler = BaseHandler[Update, Any, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a press is answered with, at once: a toast, or a link that opens.

    `then` is done after the answer; None where nothing is left to do. `show` is what the message
    of the button shows afterwards, as if that button of an answer had been pressed: a vote on
    page 2 ends with `show=page_press(answer, 1)`, which draws the page with its buttons anew.
    """

    toast: str | None = None
    alert: bool = False
    url: str | None = None
    then: Callable[[], Awaitable[None]] | None = None
    show: Press | None = None


class Feature(Protocol):
    """Handlers that belong together."""

    @property
    def verbs(self) -> frozenset[Verb]:
        """Return the verbs of the buttons it draws; no two features share one."""

    def handlers(self) -> Sequence[tuple[Kind, Handler]]:
        """Return the handlers of messages, earlier ones first, each with what it takes."""

    async def meant(self, update_id: int, query: CallbackQuery, press: Press) -> Reply:
        """Return what a press of one of its buttons is answered with; who may press is its affair."""

    async def run(self) -> None:
        """Do what is to be done beside the answers, until cancelled; or return."""
