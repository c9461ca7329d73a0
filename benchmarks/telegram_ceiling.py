"""The least a bot can do with python-telegram-bot: answer every text with the same message."""

import json
import sys
import time

from telegram import Update
from telegram.constants import ParseMode
from telegram.ext import Application, CallbackContext, MessageHandler, filters

ANSWER = (
    "<blockquote>"
    + "The river rose 2.4 metres in nine hours. " * 20
    + "</blockquote>\n<b>Flood</b>"
)


async def answer(update: Update, _context: CallbackContext) -> None:
    """Send the message."""
    if update.message is not None:
        await update.message.reply_text(ANSWER, parse_mode=ParseMode.HTML)


def main(arguments: dict[str, str]) -> None:
    """Serve until a signal comes."""
    builder = Application.builder().token(arguments["token"])
    builder = builder.base_url(arguments["api_url"] + "/bot").concurrent_updates(16)
    application = builder.connection_pool_size(16).pool_timeout(60).build()
    application.add_handler(MessageHandler(filters.TEXT & filters.UpdateType.MESSAGE, answer))
    ready = time.process_time()
    application.run_polling()
    print(f"  the bot took {time.process_time() - ready:.1f} s of CPU once it was ready")


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
