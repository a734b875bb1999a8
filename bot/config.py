"""Settings: a TOML file and the environment → frozen values, or a `ConfigError` with the remedy.

Unknown keys are refused, errors name file, path and kind. Secrets are values of `Secret`, which
never shows itself; they may come from the environment (`PAPERBOY_SLACK_BOT_TOKEN`) or from a file
(`bot_token_file`), in this order: environment, file, the key itself.
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final

import msgspec
import platformdirs

from bot.compose.topic import parse_topic
from bot.errors import ConfigError, PaperboyError
from bot.schedule import parse_schedule, parse_zone
from bot.taxonomy import ARCHIVES, CATEGORIES
from bot.web.address import parse_address

MASK: Final = "(set)"
_REMEDY: Final = "config.example.toml lists every key with its kind and default."


class Secret:
    """A token. Its text is shown by `reveal` alone: never in logs, errors, `repr` or `status`."""

    __slots__ = ("_text",)

    def __init__(self, text: str = "") -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the text, for the one call that needs it."""
        return self._text

    def __bool__(self) -> bool:
        return bool(self._text)

    def __repr__(self) -> str:
        return MASK if self._text else "(not set)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)


class _Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table of the file."""


class Arxiv(_Section, frozen=True):
    """What is read of arXiv, and who asks."""

    archives: tuple[str, ...] = tuple(ARCHIVES)
    contact: str = ""


class Store(_Section, frozen=True):
    """Where things are kept."""

    path: str = ""


class Web(_Section, frozen=True):
    """The built-in channel."""

    listen: str = "127.0.0.1:8080"
    token: Secret = Secret()
    token_file: str = ""
    public_url: str = ""


class Slack(_Section, frozen=True):
    """Slack's two tokens."""

    bot_token: Secret = Secret()
    bot_token_file: str = ""
    app_token: Secret = Secret()
    app_token_file: str = ""


class Discord(_Section, frozen=True):
    """Discord's token."""

    token: Secret = Secret()
    token_file: str = ""


class NewSubscriptions(_Section, frozen=True):
    """What a new subscription gets where the person says nothing."""

    zone: str = "UTC"
    at: str = "09:00"


class Page(_Section, frozen=True):
    """A Markdown page that is kept up to date after every announcement."""

    topics: tuple[str, ...]
    out: str
    cap: int = 100


class Log(_Section, frozen=True):
    """How events are written to stderr."""

    level: str = "info"
    form: str = "text"


class Config(_Section, frozen=True):
    """All settings, checked."""

    arxiv: Arxiv = Arxiv()
    store: Store = Store()
    web: Web = Web()
    slack: Slack = Slack()
    discord: Discord = Discord()
    new_subscriptions: NewSubscriptions = NewSubscriptions()
    page: tuple[Page, ...] = ()
    log: Log = Log()


def load_config(path: Path | None, environ: Mapping[str, str]) -> Config:
    """Return the settings of a file (None: the defaults), completed and checked.

    Raises `ConfigError` naming file, path, what is wrong and the remedy.
    """
    name = path.name if path else "environment"
    config = _read(path) if path else Config()
    try:
        config = _with_secrets(config, environ, path.parent if path else Path())
        _check(config)
    except _WrongError as wrong:
        raise ConfigError(f"{name}: {wrong}", remedy=wrong.remedy) from wrong
    store = config.store
    if not store.path:
        folder = platformdirs.user_data_path("paperboy")
        store = msgspec.structs.replace(store, path=str(folder / "paperboy.sqlite3"))
    return msgspec.structs.replace(config, store=store)


def effective(config: Config) -> dict[str, Any]:
    """Return all settings as plain values, secrets masked."""
    found = msgspec.to_builtins(config, enc_hook=repr)
    assert isinstance(found, dict)
    return found


class _WrongError(Exception):
    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.remedy = remedy


def _read(path: Path) -> Config:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ConfigError(
            f"{path.name}: it can't be read ({reason}).", remedy="Is --config right?"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path.name}: it is not TOML: {error}.") from error
    try:
        return msgspec.convert(table, Config, dec_hook=_secret)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{path.name}: {_said(str(error))}", remedy=_REMEDY) from error


def _secret(kind: type, value: object) -> object:
    if kind is Secret and isinstance(value, str):
        return Secret(value)
    raise TypeError("Expected `str`")


def _said(text: str) -> str:
    """Return msgspec's message with the path first: "web.listen: expected `str`, got `int`"."""
    found = re.fullmatch(r"(?P<what>.*?)(?: - at `\$\.?(?P<path>.*?)`)?", text, re.DOTALL)
    assert found
    what, path = found["what"], found["path"] or ""
    if unknown := re.search(r"unknown field `(.*?)`", what):
        return f"{'.'.join(filter(None, [path, unknown[1]]))}: there is no such key."
    return f"{path}: {what[0].lower()}{what[1:]}."


def _with_secrets(config: Config, environ: Mapping[str, str], folder: Path) -> Config:
    """Fill in secrets from the environment and from files."""
    for name in ("web", "slack", "discord"):
        section = getattr(config, name)
        for key in type(section).__struct_fields__:
            if not isinstance(getattr(section, key), Secret):
                continue
            text = _secret_text(section, name, key, environ, folder)
            section = msgspec.structs.replace(section, **{key: Secret(text)})
        config = msgspec.structs.replace(config, **{name: section})
    return config


def _secret_text(
    section: msgspec.Struct, name: str, key: str, environ: Mapping[str, str], folder: Path
) -> str:
    variable = f"PAPERBOY_{name}_{key}".upper()
    if environ.get(variable):
        return environ[variable].strip()
    file: str = getattr(section, f"{key}_file")
    own: Secret = getattr(section, key)
    if not file:
        return own.reveal().strip()
    if own:
        raise _WrongError(
            f"{name}.{key} and {name}.{key}_file are both set.", "Keep one of the two."
        )
    try:
        return (folder / file).expanduser().read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not text"
        raise _WrongError(
            f"{name}.{key}_file: {file} can't be read ({reason.lower()}).",
            "It must hold the token alone, readable by Paperboy.",
        ) from error


def _check(config: Config) -> None:
    for archive in config.arxiv.archives:
        if archive not in ARCHIVES and archive not in CATEGORIES:
            raise _WrongError(
                f"arxiv.archives: {archive} is no archive or category of arXiv.",
                f"For example: {', '.join(list(ARCHIVES)[:4])}, cs.CV",
            )
    _ask("web.listen", lambda: parse_address(config.web.listen))
    _ask("new_subscriptions.zone", lambda: parse_zone(config.new_subscriptions.zone))
    _ask("new_subscriptions.at", lambda: parse_schedule(f"daily at {config.new_subscriptions.at}"))
    for number, page in enumerate(config.page):
        for topic in page.topics:
            _ask(f"page[{number}].topics", partial(parse_topic, topic))
        if page.cap < 1:
            raise _WrongError(f"page[{number}].cap: {page.cap} is less than one paper.")
    _check_tokens(config)
    _among("log.level", config.log.level, ("debug", "info", "warning", "error"))
    _among("log.form", config.log.form, ("text", "json"))


_TOKENS: Final = (
    ("slack.bot_token", "xoxb-", "xapp-", "Slack, OAuth & Permissions", "app token"),
    (
        "slack.app_token",
        "xapp-",
        "xoxb-",
        "Slack, Basic Information, App-Level Tokens",
        "bot token",
    ),
)


def _check_tokens(config: Config) -> None:
    for path, begins, other, where, what in _TOKENS:
        section, key = path.split(".")
        text = getattr(getattr(config, section), key).reveal()
        if not text or text.startswith(begins):
            continue
        right = f"The {key.replace('_', ' ')} starts with {begins} ({where})."
        if text.startswith(other):
            raise _WrongError(f"{path} starts with {other}, that is the {what}.", right)
        raise _WrongError(f"{path} is not a token of Slack.", right)
    if bool(config.slack.bot_token) != bool(config.slack.app_token):
        missing = "app_token" if config.slack.bot_token else "bot_token"
        raise _WrongError(f"slack.{missing} is missing.", "Slack needs both tokens.")


def _ask(path: str, read: Callable[[], object]) -> None:
    """Call what reads a value; its own error becomes ours, with the path."""
    try:
        read()
    except PaperboyError as error:
        raise _WrongError(f"{path}: {error}", error.remedy) from error


def _among(path: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise _WrongError(f"{path}: {value} is not one of {', '.join(choices)}.")
