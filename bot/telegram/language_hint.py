"""What a person is told once whose language the library's model does not know."""

from telegram import Message

from bot.telegram.services import Services
from bot.telegram.texts import settings as texts


async def language_hint(services: Services, message: Message) -> str | None:
    """Return what to know about questions in the asker's language; None if nothing, or told before."""
    asker, known = message.from_user, services.languages
    language = services.language_of(message).replace("_", "-").partition("-")[0].lower()
    if asker is None or known is None or not language or language in known:
        return None
    if services.speakers.was_told(asker.id):
        return None
    services.speakers.note_told(asker.id)
    await services.conversations.write(services.state.people.note_told, asker.id, services.now())
    return texts.model_knows_little(services.speech(asker))
