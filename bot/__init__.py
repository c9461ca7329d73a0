"""Front ends and choice: settings, assembly, the command line, the console and Telegram."""
