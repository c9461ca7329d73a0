"""The settings: flag > environment > `.env` > `passagebot.toml` > default.

`.env` and `passagebot.toml` are looked for in the current folder. Everything is read once, when
the program starts, and passed on as a value.
"""

import difflib
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from platformdirs import user_data_path
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from bot.errors import SettingsError

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
    return user_data_path("passagebot", appauthor=False)


def _split(value: Any) -> Any:  # noqa: ANN401 -- whatever a source held
    """Return "1, -2" as its parts; a list from TOML stays as it is."""
    if isinstance(value, str):
        return [part for part in re.split(r"[,\s]+", value) if part]
    return value


def _rights(value: Any) -> Any:  # noqa: ANN401 -- whatever a source held
    """Return "-100123=news,blog; 42=main" as collections by chat."""
    if not isinstance(value, str):
        return value
    rights: dict[str, tuple[str, ...]] = {}
    for part in filter(str.strip, value.split(";")):
        chat, _, names = part.partition("=")
        collections = tuple(name.strip() for name in names.split(",") if name.strip())
        if not collections or chat.strip() in rights:
            message = "write each chat once with its collections, as -100123=news,blog; 42=main"
            raise ValueError(message)
        rights[chat.strip()] = collections
    return rights


Numbers = Annotated[tuple[int, ...], NoDecode, BeforeValidator(_split)]
Rights = Annotated[dict[int, tuple[str, ...]], NoDecode, BeforeValidator(_rights)]
HomePath = Annotated[Path, AfterValidator(Path.expanduser)]


class Settings(BaseSettings):
    """All settings of one run. The token is masked in every form this object is printed in."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=ENV_FILE,
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        toml_file=TOML_FILE,
        extra="ignore",  # unknown keys are refused by name in the sources
        frozen=True,
        hide_input_in_errors=True,
        populate_by_name=True,
    )

    library: HomePath = Field(default_factory=default_library)
    model: str | None = None
    trust_model_code: bool = False
    device: str = Field(default="auto", pattern=r"^[a-z]+(:[0-9]+)?$")
    threads: int | None = Field(default=None, ge=1, le=1024)
    reranker: str | None = None
    reranker_budget_ms: int = Field(default=DEFAULT_BUDGET_MS, ge=1, le=60_000)
    sync_minutes: float = Field(default=DEFAULT_SYNC_MINUTES, ge=0, le=MOST_SYNC_MINUTES)
    fetch_ports: Numbers = (80, 443)
    admins: Numbers = ()
    allowed_chats: Numbers = ()
    chat_collections: Rights = Field(default_factory=dict)
    guests: bool = True
    retention_days: int = Field(default=DEFAULT_RETENTION_DAYS, ge=0, le=MOST_RETENTION_DAYS)
    telegram_api_url: str = Field(default=DEFAULT_TELEGRAM_API_URL, pattern=r"^https?://[^/\s]+/?$")
    telegram_bot_token: SecretStr | None = Field(
        default=None, validation_alias="TELEGRAM_BOT_TOKEN"
    )
    telegram_bot_token_file: HomePath | None = Field(
        default=None, validation_alias="TELEGRAM_BOT_TOKEN_FILE"
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 -- the hook's signature
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Return the sources, the strongest first; `SettingsError` for a key none of them has."""
        toml = TomlConfigSettingsSource(settings_cls)
        _refuse_unknown_variables("environment", env_settings)
        _refuse_unknown_variables(str(ENV_FILE), dotenv_settings)
        _refuse_unknown_paths(toml.toml_data)
        return init_settings, env_settings, dotenv_settings, toml

    def token(self) -> SecretStr:
        """Return the bot's token from its variable or its file; `SettingsError` if unusable."""
        if self.telegram_bot_token is not None:
            return _checked_token(self.telegram_bot_token.get_secret_value(), "TELEGRAM_BOT_TOKEN")
        if self.telegram_bot_token_file is not None:
            return _token_in(self.telegram_bot_token_file)
        message = (
            "no Telegram token: get one from @BotFather and set TELEGRAM_BOT_TOKEN "
            "or TELEGRAM_BOT_TOKEN_FILE (in the environment or in .env)"
        )
        raise SettingsError(message)


def load_settings(**flags: Any) -> Settings:  # noqa: ANN401 -- checked by the model
    """Return the settings; `flags` that are not `None` win over every file and variable.

    Raises `SettingsError` naming the setting's path: an unknown key, a value of a wrong form, a
    file that cannot be read.
    """
    given = {name: value for name, value in flags.items() if value is not None}
    try:
        return Settings(**given)
    except ValidationError as error:
        raise SettingsError(_first_error(error)) from None  # the input may hold the token
    except tomllib.TOMLDecodeError as error:
        message = f"{TOML_FILE} is not valid TOML ({error}); correct that line"
        raise SettingsError(message) from error
    except (OSError, UnicodeDecodeError) as error:
        message = f"cannot read {ENV_FILE} or {TOML_FILE} ({error}); make both readable UTF-8 files"
        raise SettingsError(message) from error


def _token_in(file: Path) -> SecretStr:
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


def _checked_token(text: str, where: str) -> SecretStr:
    token = text.strip()
    if not _TOKEN.fullmatch(token):
        message = (
            f"the Telegram token in {where} has a wrong form; "
            "copy it whole from @BotFather, it looks like 123456789:AAE... (digits, colon, 35 characters)"
        )
        raise SettingsError(message)
    return SecretStr(token)


def environment_names() -> dict[str, str]:
    """Return the environment variable of every setting, by the setting's name."""
    fields = Settings.model_fields
    return {
        name: str(field.validation_alias or f"{PREFIX}{name}".upper())
        for name, field in fields.items()
    }


def _refuse_unknown_variables(where: str, source: PydanticBaseSettingsSource) -> None:
    """Raise for our variables that name no setting; other programs' are not ours to judge."""
    known = set(environment_names().values())
    found = source.env_vars if isinstance(source, EnvSettingsSource) else {}
    for key in sorted(name.upper() for name in found):
        if key.startswith((PREFIX, TOKEN_PREFIX)) and key not in known:
            raise SettingsError(_unknown(where, key, known))


def _refuse_unknown_paths(table: Mapping[str, Any]) -> None:
    known = set(Settings.model_fields)
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
    close = difflib.get_close_matches(key, sorted(known), n=1)
    hint = f"did you mean {close[0]}?" if close else f"known are {', '.join(sorted(known))}"
    return f"unknown setting {key} in {where}; {hint}"


def _first_error(error: ValidationError) -> str:
    """Return the first thing wrong, by the name and the place the user wrote it in."""
    first = error.errors(include_input=False, include_url=False)[0]
    name = str(first["loc"][0])
    names = environment_names()
    field = name if name in names else {alias: key for key, alias in names.items()}.get(name, name)
    return (
        f"the setting {field} ({names.get(field, field)}) has a wrong value: {first['msg']}; "
        "correct it (.env.example shows every setting)"
    )
