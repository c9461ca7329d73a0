"""Settings: one order of precedence, unknown keys refused by name, the token never shown."""

from dataclasses import FrozenInstanceError, asdict, fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import SettingsError
from bot.logs import redact
from bot.settings import (
    DEFAULT_TELEGRAM_API_URL,
    Settings,
    default_library,
    environment_names,
    load_settings,
)

TOKEN = "123456789:AAE-pretend_token_of_the_right_form1"


def write(path: str, text: str) -> None:
    Path(path).write_text(text, encoding="utf-8")


def test_without_any_source_the_defaults_hold() -> None:
    settings = load_settings()
    assert settings.library == default_library()
    assert settings.telegram_api_url == DEFAULT_TELEGRAM_API_URL
    assert settings.admins == ()
    assert settings.allowed_chats == ()
    assert settings.model is None


def test_a_flag_wins_over_environment_over_env_file_over_toml(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write("passagebot.toml", 'library = "from-toml"')
    assert load_settings().library == Path("from-toml")
    write(".env", "PASSAGEBOT_LIBRARY=from-env-file\n")
    assert load_settings().library == Path("from-env-file")
    monkeypatch.setenv("PASSAGEBOT_LIBRARY", "from-environment")
    assert load_settings().library == Path("from-environment")
    assert load_settings(library=Path("from-flag")).library == Path("from-flag")


def test_a_flag_that_was_not_given_hides_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASSAGEBOT_LIBRARY", "from-environment")
    assert load_settings(library=None).library == Path("from-environment")


def test_a_home_folder_is_written_with_a_tilde(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/reader")
    monkeypatch.setenv("PASSAGEBOT_LIBRARY", "~/news")
    assert load_settings().library == Path("/home/reader/news")


@pytest.mark.parametrize(
    ("written", "read"),
    [("12,-1003", (12, -1003)), (" 12  -1003 ", (12, -1003)), ("", ()), ("7", (7,))],
)
def test_lists_of_chats_are_written_with_commas_or_spaces(
    written: str, read: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PASSAGEBOT_ALLOWED_CHATS", written)
    assert load_settings().allowed_chats == read


def test_toml_writes_lists_as_lists() -> None:
    write("passagebot.toml", "admins = [1, 2]")
    assert load_settings().admins == (1, 2)


@pytest.mark.parametrize("name", ["PASSAGEBOT_FOO", "TELEGRAM_BOT_TOKN"])
def test_an_unknown_variable_is_an_error_that_names_it(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "1")
    with pytest.raises(SettingsError, match=f"unknown setting {name} in environment"):
        load_settings()


def test_an_unknown_key_in_the_env_file_is_an_error_that_suggests_the_right_one() -> None:
    write(".env", "PASSAGEBOT_LIBARY=x\n")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert str(caught.value) == (
        "unknown setting PASSAGEBOT_LIBARY in .env; did you mean PASSAGEBOT_LIBRARY?"
    )


def test_an_unknown_key_in_a_toml_table_is_named_by_its_path() -> None:
    write("passagebot.toml", "[telegram]\ntimeouts.read = 3\n")
    with pytest.raises(SettingsError, match=r"unknown setting telegram\.timeouts\.read in passage"):
        load_settings()


def test_an_empty_toml_table_is_unknown_too() -> None:
    write("passagebot.toml", "[telegram]\n")
    with pytest.raises(SettingsError, match=r"unknown setting telegram in passagebot\.toml"):
        load_settings()


def test_other_programs_variables_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    write(".env", "POSTGRES_PASSWORD=x\n")
    monkeypatch.setenv("TELEGRAM_DESKTOP", "1")
    assert load_settings().admins == ()


def test_a_value_of_a_wrong_form_names_its_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASSAGEBOT_ADMINS", "ann")
    with pytest.raises(SettingsError, match=r"admins \(PASSAGEBOT_ADMINS\) has a wrong value"):
        load_settings()


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("THREADS", "x", "write a whole number from 1 to 1024"),
        ("THREADS", "0", "write a whole number from 1 to 1024"),
        ("THREADS", "1e2", "write a whole number from 1 to 1024"),
        ("SYNC_MINUTES", "-1", "write a number from 0 to 10080"),
        ("SYNC_MINUTES", "nan", "write a number from 0 to 10080"),
        ("SYNC_MINUTES", "soon", "write a number from 0 to 10080"),
        ("GUESTS", "maybe", "write true or false"),
        ("DEVICE", "GPU", "write auto, cpu, or a device of torch, as cuda:1"),
        ("FETCH_PORTS", "80;x", "write whole numbers with commas between them"),
        ("CHAT_COLLECTIONS", "ann=news", "write each chat once with its collections"),
    ],
)
def test_a_wrong_value_is_answered_with_the_right_form(
    name: str, value: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"PASSAGEBOT_{name}", value)
    with pytest.raises(SettingsError, match=expected):
        load_settings()


@pytest.mark.parametrize(
    "line",
    [
        "library = 1",
        "model = 1",
        "threads = true",
        "threads = 1.5",
        "sync_minutes = true",
        "sync_minutes = [1]",
        "admins = 1",
        'admins = ["ann"]',
        "guests = 2",
        "chat_collections = 1",
        "telegram_bot_token = 1",
    ],
)
def test_a_toml_value_of_another_kind_is_a_wrong_value(line: str) -> None:
    write("passagebot.toml", line)
    with pytest.raises(SettingsError, match="has a wrong value: write "):
        load_settings()


def test_each_kind_of_value_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    write("passagebot.toml", "guests = false\nthreads = 3\nsync_minutes = 2")
    monkeypatch.setenv("PASSAGEBOT_TRUST_MODEL_CODE", "On")
    monkeypatch.setenv("passagebot_retention_days", " 30 ")
    monkeypatch.setenv("PASSAGEBOT_SYNC_MINUTES", "0.5")
    settings = load_settings()
    assert not settings.guests
    assert settings.trust_model_code
    assert settings.threads == 3
    assert settings.retention_days == 30
    assert settings.sync_minutes == 0.5


def test_the_api_address_is_scheme_host_and_port(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASSAGEBOT_TELEGRAM_API_URL", "http://127.0.0.1:8081")
    assert load_settings().telegram_api_url == "http://127.0.0.1:8081"
    monkeypatch.setenv("PASSAGEBOT_TELEGRAM_API_URL", "localhost:8081")
    with pytest.raises(SettingsError, match="PASSAGEBOT_TELEGRAM_API_URL"):
        load_settings()


def test_broken_toml_is_one_line_with_its_place() -> None:
    write("passagebot.toml", "library = \n")
    with pytest.raises(SettingsError, match=r"passagebot.toml is not valid TOML .*line 1"):
        load_settings()


@pytest.mark.parametrize("name", [".env", "passagebot.toml"])
def test_a_settings_file_that_is_not_text_is_one_line(name: str) -> None:
    Path(name).write_bytes(b"\xff\xfe\x00library")
    with pytest.raises(SettingsError, match="readable UTF-8"):
        load_settings()


def test_no_token_says_where_to_get_and_put_one() -> None:
    with pytest.raises(SettingsError, match=r"@BotFather and set TELEGRAM_BOT_TOKEN"):
        load_settings().token()


def test_an_empty_token_counts_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "")
    with pytest.raises(SettingsError, match="no Telegram token"):
        load_settings().token()


def test_a_token_in_a_file_is_read_without_its_newline(monkeypatch: pytest.MonkeyPatch) -> None:
    write("token.txt", f"{TOKEN}\r\n")
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN_FILE", "token.txt")
    assert load_settings().token().reveal() == TOKEN


def test_the_tokens_variable_wins_over_its_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN_FILE", "absent.txt")
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", TOKEN)
    assert load_settings().token().reveal() == TOKEN


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, r"cannot read the token file token.txt \(No such file"),
        (b" \n", "the token file token.txt is empty"),
        (b"\xff\xfe\x00", "it is not text"),
        (b"half-a-token\n", "the Telegram token in token.txt has a wrong form"),
    ],
)
def test_a_bad_token_file_has_its_line(
    content: bytes | None, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if content is not None:
        Path("token.txt").write_bytes(content)
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN_FILE", "token.txt")
    with pytest.raises(SettingsError, match=message):
        load_settings().token()


def test_a_token_of_wrong_form_is_refused_without_being_repeated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "my-secret-without-colon")
    with pytest.raises(SettingsError) as caught:
        load_settings().token()
    assert "wrong form" in str(caught.value)
    assert "my-secret" not in str(caught.value)


def test_the_token_is_in_no_printed_form_of_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", TOKEN)
    settings = load_settings()
    for shown in (
        repr(settings),
        str(settings),
        repr(asdict(settings)),
        repr(settings.token()),
    ):
        assert TOKEN not in shown


def test_settings_are_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        load_settings().library = Path("elsewhere")  # type: ignore[misc]


def test_the_example_lists_every_setting() -> None:
    example = (Path(__file__).parents[2] / ".env.example").read_text(encoding="utf-8")
    assert {name for name in environment_names().values() if f"{name}=" not in example} == set()
    assert set(environment_names()) == {field.name for field in fields(Settings)}


@given(st.text(), st.from_regex(r"[0-9]{5,12}:[A-Za-z0-9_-]{20,40}", fullmatch=True), st.text())
def test_no_text_keeps_a_token_after_redaction(before: str, token: str, after: str) -> None:
    assert token not in redact(f"{before} {token} {after}")
