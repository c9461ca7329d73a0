"""Inline and guest mode: answers in chats the bot is no member of."""
