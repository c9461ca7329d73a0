"""Changing title, date, source and collection of a draft, by replying to its message."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

from telegram import Message, Update
from telegram.ext import filters

from bot.administration.draft_summaries import summary_of
from bot.administration.material import unpacked
from bot.administration.office import Office
from bot.direction import without_isolates
from bot.drafts import Draft, DraftState, Edits
from bot.speech import Speech
from bot.telegram.addressed import asker_of, storable
from bot.telegram.administration.backroom import Backroom
from bot.telegram.administration.previews import preview
from bot.telegram.messages import plain
from bot.telegram.services import Context, Services, message_of
from bot.telegram.texts import adding as texts
from bot.telegram.texts import drafting as drafting_texts
from corpus.dates import parse_date
from corpus.normalising import normalise_line

FORM_MARK = "✏️"
"""What the form begins with, in every language."""

_COLLECTION = re.compile(r"[\w.-]{1,60}")
_LONGEST = 300


class _AnswersForm(filters.MessageFilter):
    """Passes replies to the form that asks for title, date and source."""

    def filter(self, message: Message) -> bool:
        """Return whether the message answers the form."""
        form = message.reply_to_message
        if form is None or form.from_user is None or form.text is None or message.text is None:
            return False
        is_mine = form.from_user.id == message.get_bot().id
        return is_mine and form.text.startswith(FORM_MARK)


MODIFIES = _AnswersForm() & ~filters.COMMAND


@dataclass(frozen=True, slots=True, kw_only=True)
class _Written:
    """What a reply says is to change; `problem` is what is wrong with it."""

    edits: Edits
    collection: str
    problem: str | None = None


class Modifying:
    """The handler of replies that change a draft."""

    def __init__(self, services: Services, office: Office, backroom: Backroom) -> None:
        """Look at the changed article anew in the threads of `backroom`."""
        self._services = services
        self._office = office
        self._backroom = backroom

    async def replied(self, update: Update, _context: Context) -> None:
        """Change a draft and its preview, or say what was not understood."""
        message = message_of(update)
        speech = self._services.speech(message.from_user)
        draft = await self._draft(message)
        if draft is None:
            await self._say(update, message, drafting_texts.toast_gone(speech))
            return
        written = self._understood(message, draft, speech)
        if written.problem is not None:
            await self._say(update, message, written.problem)
            return
        await self._change(update, draft, written, speech)

    async def _draft(self, message: Message) -> Draft | None:
        """Return the draft whose form is answered, if it waits and is the asker's own."""
        services, form = self._services, message.reply_to_message
        if form is None:
            return None
        draft = await services.conversations.read(
            services.state.drafts.at, message.chat.id, form.message_id, now=services.now()
        )
        if draft is None or draft.person_id != asker_of(message):
            return None
        is_one = "facts" in draft.summary
        return draft if draft.state is DraftState.OPEN and is_one else None

    def _understood(self, message: Message, draft: Draft, speech: Speech) -> _Written:
        fields = fields_in(storable(message.text or ""), speech)
        kept = _Written(edits=draft.edits, collection=draft.collection)
        if not fields:
            return replace(kept, problem=texts.modify_not_understood(speech))
        name = fields.get("collection", draft.collection)
        day = fields.get("date")
        published = parse_date(day) if day else None
        if day and published is None:
            return replace(kept, problem=texts.date_not_understood(speech, date=day[:_SHOWN]))
        sees = self._services.allowed.sees(draft.chat_id, name)
        if not sees or not _COLLECTION.fullmatch(name):
            return replace(kept, problem=texts.collection_not_yours(speech, name=name[:_SHOWN]))
        edits = Edits(
            title=fields.get("title", draft.edits.title),
            source=fields.get("source", draft.edits.source),
            published=published or draft.edits.published,
        )
        return _Written(edits=edits, collection=name)

    async def _change(
        self, update: Update, draft: Draft, written: _Written, speech: Speech
    ) -> None:
        services = self._services
        summary = await self._backroom.read(self._summary, draft, written)
        changed = replace(
            draft, edits=written.edits, collection=written.collection, summary=summary
        )
        await services.conversations.write(
            partial(
                services.state.drafts.edit,
                draft.token,
                written.edits,
                collection=written.collection,
                summary=summary,
            )
        )
        message_id = draft.message_id or 0
        async with services.messages.turn((draft.chat_id, message_id)):
            await services.delivery.edit(
                preview(changed, speech),
                chat_id=draft.chat_id,
                message_id=message_id,
                errand=services.errands.errand(update.update_id),
            )

    def _summary(self, draft: Draft, written: _Written) -> Mapping[str, object]:
        entries = list(unpacked(self._services.state.drafts.content(draft.token)))
        folder = self._office.library.folder
        made = summary_of(entries, folder, collection=written.collection, edits=written.edits)
        told = {name: draft.summary[name] for name in ("failures", "reasons", "name")}
        return {**made, **told}

    async def _say(self, update: Update, message: Message, line: str) -> None:
        services = self._services
        errand = services.errands.errand(update.update_id)
        await services.delivery.send(plain(line), to=services.reply_to(message), errand=errand)


_SHOWN = 60


def fields_in(text: str, speech: Speech) -> dict[str, str]:
    """Return what "title: ...", "date: ...", "source: ..." and "collection: ..." say in a text.

    The words are English or those of the language that is spoken; empty values are left out.
    """
    names = {"title": "title", "date": "date", "source": "source", "collection": "collection"}
    spoken = {
        texts.field_title(speech): "title",
        texts.field_date(speech): "date",
        texts.field_source(speech): "source",
        texts.field_collection(speech): "collection",
    }
    names |= {word.casefold(): name for word, name in spoken.items()}
    found: dict[str, str] = {}
    for line in without_isolates(text).splitlines():
        word, _, value = line.partition(":")
        name = names.get(word.strip().casefold())
        said = normalise_line(value)[:_LONGEST]
        if name is not None and said:
            found[name] = said
    return found
