"""The steps from an empty file to the layout of `bot.state_schema`."""
