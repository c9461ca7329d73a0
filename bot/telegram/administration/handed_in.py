"""What administrators hand in, as messages: files, links, posts of channels, texts."""

import re
from dataclasses import dataclass

from telegram import Document, Message, MessageEntity, MessageOriginChannel
from telegram.ext import filters

from bot.administration.material import Material
from bot.telegram.addressed import asker_of, storable
from corpus.normalising import normalise_line
from corpus.urls import is_web

_CHANNEL_PREFIX = "-100"
_NAME_SHOWN = 60
_BLANK = re.compile(r"\s")


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedIn:
    """What a message brings: a material, or a file that is still to be downloaded into one."""

    material: Material
    document: Document | None = None

    @property
    def name(self) -> str:
        """Return what it is called in messages."""
        name = self.material.url or self.material.name
        return name if len(name) <= _NAME_SHOWN else f"{name[: _NAME_SHOWN - 1]}…"

    def with_bytes(self, data: bytes) -> Material:
        """Return the material with a file's bytes in it."""
        made = Material.file(self.material.name, data)
        known = self.material
        if known.url is None or known.published is None:
            return made
        return made.of_post(
            key=f"{known.url}/{made.key}",
            url=known.url,
            source=known.source,
            published=known.published,
        )


class FromAdmin(filters.MessageFilter):
    """Passes messages of administrators, by the id of the user who wrote them."""

    def __init__(self, admins: frozenset[int]) -> None:
        """Let `admins` pass; who writes in the name of a chat is nobody."""
        super().__init__()
        self._admins = admins

    def filter(self, message: Message) -> bool:
        """Return whether an administrator wrote it."""
        return asker_of(message) in self._admins


class OnlyLink(filters.MessageFilter):
    """Passes messages that are one link to the web and nothing else."""

    def filter(self, message: Message) -> bool:
        """Return whether the text is a link."""
        return link_in(message.text or "") is not None


class OfChannel(filters.MessageFilter):
    """Passes messages that were forwarded from a channel."""

    def filter(self, message: Message) -> bool:
        """Return whether a channel posted it first."""
        return isinstance(message.forward_origin, MessageOriginChannel)


def link_in(text: str) -> str | None:
    """Return the link a text is, None if it is anything else."""
    link = text.strip()
    return link if is_web(link) and not _BLANK.search(link) else None


def after_command(message: Message) -> str:
    """Return what stands after a message's command, as it was written."""
    text = message.text or ""
    for entity in message.entities:
        if entity.type == MessageEntity.BOT_COMMAND and entity.offset == 0:
            return storable(text[entity.length :])
    return storable(text)


def handed_in(message: Message, text: str | None = None) -> HandedIn | None:
    """Return what a message brings; `text` stands for what it says, if not all of it counts.

    None for one that brings nothing that can be read.
    """
    post = message.forward_origin
    if message.document is not None:
        name = message.document.file_name or "file"
        material = Material.file(name, b"")
    else:
        said = storable(message.text or message.caption or "") if text is None else text
        link = link_in(said)
        if not said:
            return None
        if link is not None and not isinstance(post, MessageOriginChannel):
            return HandedIn(material=Material.link(link))
        material = Material.text(said)
    if isinstance(post, MessageOriginChannel):
        material = _of_channel(material, post)
    return HandedIn(material=material, document=message.document)


def _of_channel(material: Material, post: MessageOriginChannel) -> Material:
    """Return what a channel posted, under the address of the post."""
    number = str(post.chat.id).removeprefix(_CHANNEL_PREFIX)
    place = post.chat.username or f"c/{number}"
    return material.of_post(
        key=f"telegram/{number}/{post.message_id}",  # as the reader of exports names it
        url=f"https://t.me/{place}/{post.message_id}",
        source=normalise_line(post.chat.title or "") or None,
        published=post.date,
    )
