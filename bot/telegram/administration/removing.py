"""Erasing articles in chat, after a question that names what is lost."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from telegram import CallbackQuery, Message, Update
from telegram.ext import CommandHandler, filters

from bot.administration.office import Office
from bot.administration.removals import erase, losses, name_of, named
from bot.drafts import Draft, DraftState
from bot.erasing import begin_erasure, erase_derived
from bot.journal import Kind
from bot.speech import Speech
from bot.telegram.addressed import asker_of, question_in
from bot.telegram.administration.backroom import Backroom
from bot.telegram.administration.carrying_out import CarryingOut, Job
from bot.telegram.administration.draft_messages import DraftMessages
from bot.telegram.administration.previews import reason_in_line
from bot.telegram.callbacks import Press, Verb
from bot.telegram.features import Handler, Reply
from bot.telegram.markup import in_one_line
from bot.telegram.messages import NAME_LIMIT, TITLE_LIMIT, Button, Drawn, Sheet, plain
from bot.telegram.replied import scope_of
from bot.telegram.services import Context, Services, message_of
from bot.telegram.texts import administration as common_texts
from bot.telegram.texts import drafting as drafting_texts
from bot.telegram.texts import removing as texts
from corpus.articles import MAIN_COLLECTION
from corpus.errors import ArticleNotFoundError
from retrieval.protocols import no_progress
from retrieval.stories import Name

LOSSES = "losses"
"""What the summary of a removal has and that of a draft does not."""

_MOST = 5
"""Articles of one answer that can be erased from one message."""

_NEW = filters.UpdateType.MESSAGE & filters.ChatType.PRIVATE
_log = logging.getLogger(__name__)


class Removing:
    """The feature behind /remove. A removal is kept as a draft is, so its buttons always work."""

    verbs = frozenset({Verb.REMOVE})

    def __init__(self, services: Services, office: Office, backroom: Backroom) -> None:
        """Erase from the library of `office`, in the threads of `backroom`."""
        self._services = services
        self._office = office
        self._backroom = backroom
        self._messages = DraftMessages(services)
        self._hands = CarryingOut(services, office, backroom, self._messages)

    def handlers(self) -> Sequence[tuple[Kind, Handler]]:
        """Return the handler of the command."""
        return ((Kind.OTHER, CommandHandler("remove", self.asked, _NEW)),)

    async def run(self) -> None:
        """Do nothing beside the answers."""

    async def asked(self, update: Update, _context: Context) -> None:
        """Ask whether an article is to be erased: by its key, or as what an answer quotes."""
        message = message_of(update)
        services, speech = self._services, self._services.speech(message.from_user)
        if asker_of(message) not in services.admins:
            _log.info("update %d: /remove by somebody who is no administrator", update.update_id)
            await self._say(update, message, plain(common_texts.admins_only(speech)))
            return
        try:
            names = await self._backroom.read(self._meant_by, message)
        except ArticleNotFoundError as error:
            line = texts.no_such_article(speech, reason=reason_in_line(str(error)))
            await self._say(update, message, plain(line))
            return
        if not names:
            await self._say(update, message, plain(texts.remove_usage(speech)))
            return
        await self._ask(update, message, names, speech)

    def _meant_by(self, message: Message) -> list[Name]:
        """Return the articles a command means; reads the databases."""
        services, chat_id = self._services, message.chat.id
        sees = partial(services.allowed.sees, chat_id)
        key = question_in(message)
        if key:
            return named(self._office.library.store, key, sees=sees)
        if message.reply_to_message is None:
            return []
        cited = scope_of(services.state, services.library, message).about
        return list(services.allowed.seen(chat_id, cited))[:_MOST]

    async def _ask(
        self, update: Update, message: Message, names: Sequence[Name], speech: Speech
    ) -> None:
        services, library = self._services, self._office.library
        lost = await self._backroom.read(losses, library.store, library.folder, names)
        if not lost:
            await self._say(update, message, plain(texts.erased_before(speech)))
            return
        draft = Draft(
            token=services.new_token(),
            chat_id=message.chat.id,
            person_id=asker_of(message) or 0,
            collection=MAIN_COLLECTION,
            summary={LOSSES: lost, "articles": len(lost), "titles": [lost[0]["title"]]},
            created_at=services.now(),
        )
        await services.conversations.write(services.state.drafts.keep, draft)
        await self._say(update, message, question(draft, speech))

    async def meant(self, update_id: int, query: CallbackQuery, press: Press) -> Reply:
        """Return what a yes or no is answered with; nobody but who asked may give it."""
        draft = await self._messages.draft_of(
            update_id, query, press, belongs=lambda one: LOSSES in one.summary
        )
        if isinstance(draft, Reply):
            return draft
        speech = self._services.speech(query.from_user)
        return await self._decided(update_id, draft, press.numbers[0], speech)

    async def _decided(self, update_id: int, draft: Draft, number: int, speech: Speech) -> Reply:
        services = self._services
        lost = draft.summary[LOSSES]
        is_erased = 1 <= number <= len(lost)
        if not await services.conversations.write(
            services.state.drafts.claim,
            draft.token,
            begin=DraftState.OPEN,
            under_way=DraftState.UNDOING if is_erased else DraftState.DISCARDED,
            by=update_id,
            now=services.now(),
        ):
            return Reply(toast=drafting_texts.toast_settled(speech))
        if not is_erased:
            kept = plain(texts.not_erased(speech))
            return Reply(then=partial(self._messages.show, update_id, draft, kept))
        loss = lost[number - 1]
        job = Job(
            work=lambda _line: self._erase(loss),
            begun=texts.erasing(speech),
            back_to=DraftState.OPEN,
            done=DraftState.UNDONE,
            became=partial(_erased, loss=loss),
            failed=_not_erased,
        )
        then = partial(self._hands.run, update_id, draft, job, speech)
        return Reply(toast=texts.erasing(speech), then=then)

    def _erase(self, loss: Mapping[str, Any]) -> Mapping[str, Any]:
        """Erase one article everywhere; runs in a thread, and again after a crash."""
        library = self._office.library
        begin_erasure(library.folder)
        wiped = erase(library.store, [name_of(loss)])
        held = erase_derived(library, [name_of(loss)], no_progress)
        return {"held": held if wiped else ["library.sqlite", *held]}

    async def _say(self, update: Update, message: Message, drawn: Drawn) -> None:
        services = self._services
        errand = services.errands.errand(update.update_id)
        await services.delivery.send(drawn, to=services.reply_to(message), errand=errand)


def question(draft: Draft, speech: Speech) -> Drawn:
    """Return the question that names what is lost, with a button for each article."""
    sheet = Sheet()
    lost = draft.summary[LOSSES]
    sheet.markup.bold(texts.remove_ask(speech)).text("\n")
    for number, loss in enumerate(lost, start=1):
        sheet.markup.text(f"\n{number}. " if len(lost) > 1 else "\n")
        sheet.markup.bold(_title(loss)).text("\n")
        for line in _lines(loss, speech):
            sheet.markup.text(f"{line}\n")
    buttons = [_button(_label(number, lost, speech), draft, number) for number in _numbers(lost)]
    keep = texts.button_keep(speech) if len(lost) == 1 else texts.button_keep_all(speech)
    return sheet.drawn(tuple(buttons), (_button(keep, draft, 0),))


def _numbers(lost: Sequence[Mapping[str, Any]]) -> range:
    return range(1, len(lost) + 1)


def _label(number: int, lost: Sequence[Mapping[str, Any]], speech: Speech) -> str:
    one = len(lost) == 1
    return texts.button_erase(speech) if one else texts.button_erase_number(speech, number=number)


def _button(label: str, draft: Draft, number: int) -> Button:
    press = Press(verb=Verb.REMOVE, token=draft.token, numbers=(number,))
    return Button(label=label, press=press)


def _lines(loss: Mapping[str, Any], speech: Speech) -> list[str]:
    """Return what is said of one article that may be erased."""
    where = in_one_line(f"{loss['key']} ({loss['collection']})", longest=TITLE_LIMIT)
    size = [
        texts.versions(speech, number=loss["versions"]),
        drafting_texts.passages(speech, number=loss["passages"]),
    ]
    titles = [in_one_line(title, longest=NAME_LIMIT) for title in loss["others"]]
    story = (
        texts.loses_story(speech, titles="; ".join(titles))
        if titles
        else texts.loses_whole_story(speech)
    )
    lines = [where, speech.joined(size), story]
    if loss["backups"]:
        lines.append(drafting_texts.warning(speech, warning=reason_in_line(loss["backups"])))
    return lines


def _erased(draft: Draft, speech: Speech, *, loss: Mapping[str, Any]) -> Drawn:
    lines = [texts.erased(speech, title=_title(loss))]
    held = (draft.result or {}).get("held")
    if held:
        lines.append(texts.not_wiped(speech, files=held))
    if loss["backups"]:
        lines.append(drafting_texts.warning(speech, warning=reason_in_line(loss["backups"])))
    return plain("\n".join(lines))


def _not_erased(draft: Draft, reason: str, speech: Speech) -> Drawn:
    line = drafting_texts.not_undone(speech, reason=reason_in_line(reason))
    asked = question(draft, speech)
    return replace(asked, html=f"{plain(line).html}\n\n{asked.html}")


def _title(loss: Mapping[str, Any]) -> str:
    return in_one_line(loss["title"], longest=TITLE_LIMIT)
