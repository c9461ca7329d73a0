"""The settings: flag > environment > `.env` > `passagebot.toml` > default.

`.env` and `passagebot.toml` are looked for in the current folder. Everything is read once, when
the program starts, and passed on as a value.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot import setting_values as values
from bot.errors import SettingsError
from bot.setting_values import Read, Secret

PREFIX = "PASSAGEBOT_"
TOKEN_PREFIX = "TELEGRAM_BOT_"  # noqa: S105 -- the beginning of two variables' names
ENV_FILE = Path(".env")
TOML_FILE = Path("passagebot.toml")
DEFAULT_BUDGET_MS = 300
DEFAULT_SYNC_MINUTES = 15.0
MOST_SYNC_MINUTES = 7 * 24 * 60
DEFAULT_RETENTION_DAYS = 365
MOST_RETENTION_DAYS = 100 * 365
DEFAULT_TELEGRAM_API_URL = "https://api.telegram.org"

_TOKEN = re.compile(r"[0-9]+:[A-Za-z0-9_-]{20,}")


def default_library() -> Path:
    """Return the folder of the user's own library: the platform's data folder."""
    from platformdirs import user_data_path  # noqa: PLC0415 - where nothing names a folder

    return user_data_path("passagebot", appauthor=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings of one run. The token is masked in every form this object is printed in."""

    library: Path = field(default_factory=default_library)
    model: str | None = None
    trust_model_code: bool = False
    device: str = "auto"
    threads: int | None = None
    reranker: str | None = None
    reranker_budget_ms: int = DEFAULT_BUDGET_MS
    sync_minutes: float = DEFAULT_SYNC_MINUTES
    fetch_ports: tuple[int, ...] = (80, 443)
    admins: tuple[int, ...] = ()
    allowed_chats: tuple[int, ...] = ()
    chat_collections: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    guests: bool = True
    retention_days: int = DEFAULT_RETENTION_DAYS
    telegram_api_url: str = DEFAULT_TELEGRAM_API_URL
    telegram_bot_token: Secret | None = None
    telegram_bot_token_file: Path | None = None

    def token(self) -> Secret:
        """Return the bot's token from its variable or its file; `SettingsError` if unusable."""
        if self.telegram_bot_token is not None:
            return _checked_token(self.telegram_bot_token.reveal(), "TELEGRAM_BOT_TOKEN")
        if self.telegram_bot_token_file is not None:
            return _token_in(self.telegram_bot_token_file)
        message = (
            "no Telegram token: get one from @BotFather and set TELEGRAM_BOT_TOKEN "
            "or TELEGRAM_BOT_TOKEN_FILE (in the environment or in .env)"
        )
        raise SettingsError(message)


FORMS: Mapping[str, Read] = {
    "library": values.path,
    "model": values.text(),
    "trust_model_code": values.yes_or_no,
    "device": values.text(r"[a-z]+(:[0-9]+)?", like="auto, cpu, or a device of torch, as cuda:1"),
    "threads": values.whole_number(1, 1024),
    "reranker": values.text(),
    "reranker_budget_ms": values.whole_number(1, 60_000),
    "sync_minutes": values.number(0, MOST_SYNC_MINUTES),
    "fetch_ports": values.whole_numbers,
    "admins": values.whole_numbers,
    "allowed_chats": values.whole_numbers,
    "chat_collections": values.collections_by_chat,
    "guests": values.yes_or_no,
    "retention_days": values.whole_number(0, MOST_RETENTION_DAYS),
    "telegram_api_url": values.text(
        r"https?://[^/\s]+/?", like="scheme, host and port, as http://127.0.0.1:8081"
    ),
    "telegram_bot_token": values.secret,
    "telegram_bot_token_file": values.path,
}
"""What reads each setting, whatever source it comes from."""


def load_settings(**flags: Any) -> Settings:  # noqa: ANN401 -- read as every source is
    """Return the settings; `flags` that are not `None` win over every file and variable.

    Raises `SettingsError` naming the setting's path: an unknown key, a value of a wrong form, a
    file that cannot be read.
    """
    try:
        found = _toml() | _variables(str(ENV_FILE), _env_file()) | _environment()
    except (OSError, UnicodeDecodeError) as error:
        message = f"cannot read {ENV_FILE} or {TOML_FILE} ({error}); make both readable UTF-8 files"
        raise SettingsError(message) from error
    found |= {name: value for name, value in flags.items() if value is not None}
    return Settings(**{name: _read(name, value) for name, value in found.items()})


def environment_names() -> dict[str, str]:
    """Return the environment variable of every setting, by the setting's name."""
    return {
        name: name.upper() if name.upper().startswith(TOKEN_PREFIX) else f"{PREFIX}{name}".upper()
        for name in FORMS
    }


def _environment() -> dict[str, str]:
    return _variables("environment", os.environ)


def _env_file() -> Mapping[str, str | None]:
    if not ENV_FILE.is_file():
        return {}
    from dotenv import dotenv_values  # noqa: PLC0415 - where there is such a file

    return dotenv_values(ENV_FILE, encoding="utf-8")


def _variables(where: str, variables: Mapping[str, str | None]) -> dict[str, str]:
    """Return settings by name; raise for a variable of ours that names none. Empty ones are none.

    Other programs' variables are not ours to judge. Names are compared without regard to case.
    """
    names = {variable: name for name, variable in environment_names().items()}
    found: dict[str, str] = {}
    for written, value in sorted(variables.items()):
        variable = written.upper()
        if not variable.startswith((PREFIX, TOKEN_PREFIX)):
            continue
        if variable not in names:
            raise SettingsError(_unknown(where, variable, set(names)))
        if value:
            found[names[variable]] = value
    return found


def _toml() -> dict[str, Any]:
    if not TOML_FILE.is_file():
        return {}
    import tomllib  # noqa: PLC0415 - where there is such a file

    try:
        table = tomllib.loads(TOML_FILE.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        message = f"{TOML_FILE} is not valid TOML ({error}); correct that line"
        raise SettingsError(message) from error
    _refuse_unknown_paths(table)
    return table


def _read(name: str, value: Any) -> Any:  # noqa: ANN401 -- of the setting's own type
    """Return the value of a setting as it is used; `SettingsError` if its form is wrong."""
    try:
        return FORMS[name](value)
    except ValueError as error:
        message = (
            f"the setting {name} ({environment_names()[name]}) has a wrong value: {error}; "
            "correct it (.env.example shows every setting)"
        )
        raise SettingsError(message) from None  # the value may hold the token


def _token_in(file: Path) -> Secret:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        message = (
            f"cannot read the token file {file} ({reason}); "
            "point TELEGRAM_BOT_TOKEN_FILE at a readable text file"
        )
        raise SettingsError(message) from None
    if not text.strip():
        message = f"the token file {file} is empty; write the token from @BotFather into it"
        raise SettingsError(message)
    return _checked_token(text, str(file))


def _checked_token(text: str, where: str) -> Secret:
    token = text.strip()
    if not _TOKEN.fullmatch(token):
        message = (
            f"the Telegram token in {where} has a wrong form; "
            "copy it whole from @BotFather, it looks like 123456789:AAE... (digits, colon, 35 characters)"
        )
        raise SettingsError(message)
    return Secret(token)


def _refuse_unknown_paths(table: Mapping[str, Any]) -> None:
    known = set(environment_names())
    for path in sorted(_paths(table) - known):
        raise SettingsError(_unknown(str(TOML_FILE), path, known))


def _paths(table: Mapping[str, Any], above: str = "") -> set[str]:
    """Return the dotted path of every value."""
    paths: set[str] = set()
    for key, value in table.items():
        path = f"{above}{key}"
        paths |= _paths(value, f"{path}.") if isinstance(value, dict) and value else {path}
    return paths


def _unknown(where: str, key: str, known: set[str]) -> str:
    import difflib  # noqa: PLC0415 - for a mistake only

    close = difflib.get_close_matches(key, sorted(known), n=1)
    hint = f"did you mean {close[0]}?" if close else f"known are {', '.join(sorted(known))}"
    return f"unknown setting {key} in {where}; {hint}"
