"""The front ends' errors.

BotError                    every message ends in what to do next
|-- SettingsError           a setting is missing, unknown or has a wrong form
`-- InputError              what the user typed, or a file named in it, cannot be used
"""


class BotError(Exception):
    """Base of all errors of this layer; its text is one line for a person."""


class SettingsError(BotError):
    """A setting is missing, unknown or has a wrong form."""


class InputError(BotError):
    """What the user typed, or a file named in it, cannot be used."""
