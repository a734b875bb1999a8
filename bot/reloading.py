"""Settings read again while the program runs: what takes effect, and what needs a restart. PURE."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, Final

from bot.config import Config

AT_ONCE: Final = (
    "operator",
    "heartbeat_url",
    "store.keep_uninstalled_days",
    "defaults.zone",
    "defaults.at",
    "defaults.cap",
    "log.level",
    "log.format",
    "page",
)
"""Everything else is bound to what was opened at the start: files, addresses, connections."""


@dataclass(frozen=True, slots=True)
class Reloaded:
    """The settings that apply now, and the names of those that changed."""

    config: Config
    taken: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()  # these need a restart


def reloaded(running: Config, wanted: Config) -> Reloaded:
    """Return the running settings with what can be taken of the wanted ones."""
    was, new = dict(_leaves(running)), dict(_leaves(wanted))
    changed = [name for name in was if was[name] != new[name]]
    config = replace(
        running,
        operator=wanted.operator,
        heartbeat_url=wanted.heartbeat_url,
        store=replace(running.store, keep_uninstalled_days=wanted.store.keep_uninstalled_days),
        defaults=wanted.defaults,
        log=wanted.log,
        page=wanted.page,
    )
    return Reloaded(
        config,
        tuple(name for name in changed if name in AT_ONCE),
        tuple(name for name in changed if name not in AT_ONCE),
    )


def _leaves(config: Config) -> Iterator[tuple[str, Any]]:
    for one in fields(config):
        value = getattr(config, one.name)
        if is_dataclass(value):
            yield from ((f"{one.name}.{key}", inner) for key, inner in _of(value).items())
        else:
            yield one.name, value


def _of(section: Any) -> Mapping[str, Any]:
    return {one.name: getattr(section, one.name) for one in fields(section)}
