"""The errors `serve` ends with; the command line shows their text and exits with 2.

BotError
`-- TelegramSetupError      the bot cannot serve as it is set up
    `-- TokenError          Telegram refuses the token
"""

from bot.errors import BotError


class TelegramSetupError(BotError):
    """The bot cannot serve as it is set up."""


class TokenError(TelegramSetupError):
    """Telegram refuses the token; the text names the setting and never holds the token."""

    def __init__(self) -> None:
        """Say which setting to mend."""
        super().__init__(
            "Telegram refuses the token: set TELEGRAM_BOT_TOKEN (or the file named by "
            "TELEGRAM_BOT_TOKEN_FILE) to the one @BotFather shows for your bot"
        )
