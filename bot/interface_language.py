"""The language of whoever sits at the terminal."""

from collections.abc import Mapping

from corpus.languages import language_code

_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")


def interface_language(environment: Mapping[str, str]) -> str:
    """Return the language messages are wanted in (ISO 639-1), "" if the environment says none."""
    said = next((environment[name] for name in _VARIABLES if environment.get(name)), "")
    return language_code(said.partition(".")[0]) or ""
