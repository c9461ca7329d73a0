"""`/settings`: the language the bot speaks with a person, and the way to when it tells of news."""

from collections.abc import Sequence

from telegram import CallbackQuery, MaybeInaccessibleMessage, Message, Update
from telegram.ext import CommandHandler, filters

from bot.journal import Kind
from bot.speech import LANGUAGES, Speech
from bot.telegram.callbacks import NO_TOKEN, Press, Verb
from bot.telegram.features import Handler, Reply
from bot.telegram.following.listing import SETTINGS
from bot.telegram.messages import Button, Drawn, Row, plain
from bot.telegram.services import Context, Services, message_of
from bot.telegram.texts import answers as answer_texts
from bot.telegram.texts import following as following_texts
from bot.telegram.texts import settings as texts

_PRIVATE = filters.UpdateType.MESSAGE & filters.ChatType.PRIVATE
_COLUMNS = 2


class SettingsMenu:
    """The settings of a person, as buttons in their private chat."""

    verbs = frozenset({Verb.LANGUAGE})

    def __init__(self, services: Services) -> None:
        """Answer with `services`."""
        self._services = services

    def handlers(self) -> Sequence[tuple[Kind, Handler]]:
        """Return the handler of /settings."""
        return ((Kind.OTHER, CommandHandler("settings", self._show, _PRIVATE)),)

    async def run(self) -> None:
        """Do nothing beside the answers."""

    async def meant(self, update_id: int, query: CallbackQuery, press: Press) -> Reply:
        """Keep the choice, and answer in the language chosen."""
        services, person = self._services, query.from_user
        number = press.numbers[0]
        if number > len(LANGUAGES) or query.message is None:
            return Reply(toast=answer_texts.toast_old_button(services.speech(person)))
        before, language = services.speakers.chosen(person.id), _language(number)
        await services.conversations.write(
            services.state.people.choose_language, person.id, language
        )
        services.speakers.choose(person.id, language)
        speech = services.speech(person)
        drawn = menu(speech, chosen=language)
        message = query.message

        async def show() -> None:
            if _labels(message) != [button.label for row in drawn.rows for button in row]:
                await services.delivery.edit(
                    drawn,
                    chat_id=message.chat.id,
                    message_id=message.message_id,
                    errand=services.errands.errand(update_id),
                )
            if language != before:
                await services.menus.change(person.id, language)

        return Reply(toast=texts.toast_language(speech), then=show)

    async def _show(self, update: Update, _context: Context) -> None:
        message, services = message_of(update), self._services
        asker = message.from_user
        chosen = services.speakers.chosen(asker.id) if asker else None
        await services.delivery.send(
            menu(services.speech(asker), chosen=chosen),
            to=services.reply_to(message),
            errand=services.errands.errand(update.update_id),
        )


def menu(speech: Speech, *, chosen: str | None) -> Drawn:
    """Return the settings; `chosen` is the language chosen, None for Telegram's."""
    telegram = _button(speech, texts.as_in_telegram(speech), 0, is_chosen=chosen is None)
    names = [
        _button(speech, texts.NAMES[language], number, is_chosen=chosen == language)
        for number, language in enumerate(LANGUAGES, start=1)
    ]
    rows: list[Row] = [(telegram,)]
    rows += [tuple(names[at : at + _COLUMNS]) for at in range(0, len(names), _COLUMNS)]
    when = Press(verb=Verb.WHEN, token=NO_TOKEN, numbers=(SETTINGS, 0, 0))
    rows.append((Button(label=following_texts.button_when(speech), press=when),))
    return plain(texts.settings(speech), *rows)


def _language(number: int) -> str | None:
    """Return the language of a button; None for the one that follows Telegram."""
    return LANGUAGES[number - 1] if number else None


def _button(speech: Speech, label: str, number: int, *, is_chosen: bool) -> Button:
    press = Press(verb=Verb.LANGUAGE, token=NO_TOKEN, numbers=(number,))
    return Button(label=texts.chosen(speech, label=label) if is_chosen else label, press=press)


def _labels(message: MaybeInaccessibleMessage) -> list[str]:
    """Return what is written on the buttons of a message, as far as it can still be read."""
    keyboard = message.reply_markup if isinstance(message, Message) else None
    return [button.text for row in keyboard.inline_keyboard for button in row] if keyboard else []
