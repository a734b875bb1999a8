"""Settings: a TOML file and the environment → a frozen `Config`, or a `ConfigError` with a remedy.

Errors name file, key and fix; unknown keys are refused. A secret comes from the environment
(`PAPERBOY_SLACK_BOT_TOKEN`), else from a file (`bot_token_file`), else from its own key. File names
in the config are read from the config's folder. Reads files, nothing else from outside: the
environment is passed in. `config.example.toml` documents every key with its default.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec

from bot.config_checks import check
from bot.config_errors import Wrong, from_msgspec, unknown_keys
from bot.errors import ConfigError
from bot.secret import Secret
from bot.taxonomy import ARCHIVES

DATABASE: Final = "paperboy.sqlite3"


@dataclass(frozen=True, slots=True)
class ArxivConfig:
    """What is read of arXiv, and who asks."""

    archives: tuple[str, ...] = tuple(ARCHIVES)
    contact: str = ""


@dataclass(frozen=True, slots=True)
class StoreConfig:
    """Where things are kept. After loading, `path` is never empty."""

    path: str = ""
    keep_uninstalled_days: int = 30


@dataclass(frozen=True, slots=True)
class WebConfig:
    """The built-in channel's listener, for people."""

    listen: str = "127.0.0.1:8080"
    token: Secret = field(default_factory=Secret)
    token_file: str = ""
    public_url: str = ""


@dataclass(frozen=True, slots=True)
class PublicConfig:
    """The listener for probes that come from elsewhere; off by default."""

    listen: str = ""


@dataclass(frozen=True, slots=True)
class SlackConfig:
    """Slack's two tokens; without them Slack is off."""

    bot_token: Secret = field(default_factory=Secret)
    bot_token_file: str = ""
    app_token: Secret = field(default_factory=Secret)
    app_token_file: str = ""
    who_may_edit: str | tuple[str, ...] = "members"


@dataclass(frozen=True, slots=True)
class DiscordConfig:
    """Discord's token; without it Discord is off. `shards`: 0 for as many as Discord advises."""

    token: Secret = field(default_factory=Secret)
    token_file: str = ""
    shards: int = 0


_Holder = TypeVar("_Holder", WebConfig, SlackConfig, DiscordConfig)


@dataclass(frozen=True, slots=True)
class DefaultsConfig:
    """What new subscriptions and digests get where nobody says otherwise."""

    zone: str = "UTC"
    at: str = "09:00"
    cap: int = 30


@dataclass(frozen=True, slots=True)
class LogConfig:
    """How events are written to stderr: "auto" is text on a terminal, JSON elsewhere."""

    level: str = "info"
    format: str = "auto"


@dataclass(frozen=True, slots=True)
class PageConfig:
    """A Markdown page that is written anew after every announcement."""

    topics: tuple[str, ...]
    out: str
    cap: int = 100


@dataclass(frozen=True, slots=True)
class Config:
    """All settings, completed and checked."""

    operator: str = ""  # "slack:U…" or "discord:…"
    heartbeat_url: Secret = field(default_factory=Secret)  # whoever knows it can answer for us
    arxiv: ArxivConfig = field(default_factory=ArxivConfig)
    store: StoreConfig = field(default_factory=StoreConfig)
    web: WebConfig = field(default_factory=WebConfig)
    public: PublicConfig = field(default_factory=PublicConfig)
    slack: SlackConfig = field(default_factory=SlackConfig)
    discord: DiscordConfig = field(default_factory=DiscordConfig)
    defaults: DefaultsConfig = field(default_factory=DefaultsConfig)
    log: LogConfig = field(default_factory=LogConfig)
    page: tuple[PageConfig, ...] = ()


def load_config(path: Path | None, environ: Mapping[str, str]) -> Config:
    """Return the settings of a file (None: the defaults) and of the environment.

    Raises `ConfigError`, whose message begins with the file's name and the key.
    """
    name = path.name if path else "environment"
    folder = path.parent if path else Path()
    try:
        config = _decoded(_table(path)) if path else Config()
        config = _placed(_with_secrets(config, environ, folder), folder)
        check(config)
    except Wrong as wrong:
        raise ConfigError(f"{name}: {wrong}", remedy=wrong.remedy) from None
    return config


def origins(path: Path | None, environ: Mapping[str, str]) -> dict[str, str]:
    """Return where each setting comes from that is not a default: dotted key → file or variable.

    Pages count together, as `page.out`. For settings that `load_config` has taken.
    """
    table = _table(path) if path else {}
    found = dict.fromkeys(_leaves(table), path.name if path else "")
    for section, key in _secret_keys(Config()):
        name = f"{_section_name(section)}{key}"
        file = found.pop(f"{name}_file", "") and f"{name}_file"
        variable = f"PAPERBOY_{name.replace('.', '_')}".upper()
        if origin := (environ.get(variable, "").strip() and variable) or file:
            found[name] = origin
        if file:
            found[f"{name}_file"] = path.name if path else ""
    return found


def effective(config: Config) -> dict[str, Any]:
    """Return all settings as plain values for showing; of secrets only whether they are set."""
    return {one.name: _shown(getattr(config, one.name)) for one in fields(config)}


def secrets(config: Config) -> tuple[Secret, ...]:
    """Return every secret that is set, for the log's filter."""
    found = (getattr(section, key) for section, key in _secret_keys(config))
    return tuple(secret for secret in found if secret)


# ── from TOML to values ──────────────────────────────────────────────────────────────────────────


def _table(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        reason = error.strerror or "no reason given"
        raise Wrong(f"it cannot be read ({reason}).", "Give the file with --config.") from None
    except UnicodeDecodeError:
        raise Wrong("it is not text in UTF-8.", "Save it as UTF-8.") from None
    except (ValueError, RecursionError) as error:  # numbers past all bounds; endless nesting
        raise Wrong(f"it is not TOML: {error}.", "Text stands in quotes, lists in [ ].") from None


def _decoded(table: dict[str, Any]) -> Config:
    if wrong := next(unknown_keys(table, Config), None):
        raise wrong
    try:
        return msgspec.convert(table, Config, dec_hook=_secret)
    except msgspec.ValidationError as error:
        raise from_msgspec(str(error), Config) from None


def _secret(kind: type, value: object) -> object:
    if kind is Secret and isinstance(value, str):
        return Secret(value.strip())
    raise TypeError("Expected `str`")


def _placed(config: Config, folder: Path) -> Config:
    """Complete the database's path, and read all file names from the config's folder."""
    path = config.store.path or str(_data_folder() / DATABASE)
    pages = tuple(replace(page, out=_in(folder, page.out)) for page in config.page)
    return replace(config, store=replace(config.store, path=_in(folder, path)), page=pages)


def _data_folder() -> Path:
    import platformdirs  # noqa: PLC0415 - 20 ms, where the config names no database

    return platformdirs.user_data_path("paperboy")


def _in(folder: Path, name: str) -> str:
    return str(folder / Path(name).expanduser()) if name else ""


# ── secrets ──────────────────────────────────────────────────────────────────────────────────────


def _secret_keys(config: Config) -> Iterator[tuple[Any, str]]:
    """Yield each section (or the whole) with each of its keys that is a secret."""
    for section in (config, config.web, config.slack, config.discord):
        for one in fields(section):
            if isinstance(getattr(section, one.name), Secret):
                yield section, one.name


def _with_secrets(config: Config, environ: Mapping[str, str], folder: Path) -> Config:
    heartbeat = environ.get("PAPERBOY_HEARTBEAT_URL", "").strip()
    return replace(
        config,
        heartbeat_url=Secret(heartbeat) if heartbeat else config.heartbeat_url,
        web=_filled("web", config.web, environ, folder),
        slack=_filled("slack", config.slack, environ, folder),
        discord=_filled("discord", config.discord, environ, folder),
    )


def _section_name(section: Any) -> str:
    """Return the path of a section's keys: "slack.", or "" of the whole."""
    return "" if isinstance(section, Config) else type(section).__name__[:-6].lower() + "."


def _leaves(table: Mapping[str, Any], path: str = "") -> Iterator[str]:
    """Yield the dotted path of everything that is written in a table."""
    for key, value in table.items():
        inner = value if isinstance(value, list) else [value]
        tables = [one for one in inner if isinstance(one, dict)]
        for one in tables:
            yield from _leaves(one, f"{path}{key}.")
        if not tables:
            yield f"{path}{key}"


def _filled(name: str, section: _Holder, environ: Mapping[str, str], folder: Path) -> _Holder:
    """Return a section with its secrets from wherever they are."""
    keys = [one.name for one in fields(section) if isinstance(getattr(section, one.name), Secret)]
    found: dict[str, Any] = {key: _found(name, section, key, environ, folder) for key in keys}
    return replace(section, **found)


def _found(name: str, section: Any, key: str, environ: Mapping[str, str], folder: Path) -> Secret:
    if text := environ.get(f"PAPERBOY_{name}_{key}".upper(), "").strip():
        return Secret(text)
    own, file = getattr(section, key), getattr(section, f"{key}_file")
    if not file:
        return Secret(own.reveal())
    if own:
        raise Wrong(f"{name}.{key} and {name}.{key}_file are both set.", "Keep one of the two.")
    return Secret(_from_file(f"{name}.{key}_file", Path(_in(folder, file))))


def _from_file(key: str, path: Path) -> str:
    remedy = "The file holds the token alone, and Paperboy's user may read it."
    try:
        text = path.read_text(encoding="utf-8").strip()
    except OSError as error:
        reason = error.strerror or "no reason given"
        raise Wrong(f"{key}: {path} cannot be read ({reason}).", remedy) from None
    except UnicodeDecodeError:
        raise Wrong(f"{key}: {path} is not text.", remedy) from None
    if not text:
        raise Wrong(f"{key}: {path} is empty.", remedy)
    return text


def _shown(value: Any) -> Any:
    """Return a setting as plain values: tables, lists, text, numbers."""
    if is_dataclass(value):
        return {one.name: _shown(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, tuple):
        return [_shown(one) for one in value]
    return repr(value) if isinstance(value, Secret) else value
