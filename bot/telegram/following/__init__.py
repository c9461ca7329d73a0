"""Following a question in chat: commands, buttons, alerts and digests."""
