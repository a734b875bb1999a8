"""What is wrong with a settings file, in words: key, what it is, what it must be. PURE.

In: the TOML table and the frozen types it must fit, or msgspec's message. Out: `Wrong`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from difflib import get_close_matches
from enum import Enum
from typing import Any, get_args, get_type_hints

_EVERY_KEY = "config.example.toml lists every key with its kind and default."
_KINDS = {
    "str": "text in quotes",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list in [ ]",
    "object": "a table",
    "datetime": "a date",
    "date": "a date",
    "time": "a time",
}


class Wrong(Exception):
    """A setting that cannot be used; the message begins with its key."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.remedy = remedy


def unknown_keys(table: Mapping[str, Any], kind: type, path: str = "") -> Iterator[Wrong]:
    """Yield an error for each key that `kind` does not have, nearest names first."""
    known = get_type_hints(kind)
    for key, value in table.items():
        here = f"{path}{key}"
        if key not in known:
            yield _unknown(here, key, sorted(known), path)
            continue
        for name, inner in _tables(here, value):
            if section := _section(known[key]):
                yield from unknown_keys(inner, section, f"{name}.")


def from_msgspec(message: str, kind: type) -> Wrong:
    """Return msgspec's complaint as ours: "web.listen must be text in quotes, not …"."""
    what, _, where = message.partition(" - at `$")
    path = where.rstrip("`").lstrip(".").replace("[...]", "")
    if missing := re.search(r"missing required field `(\w+)`", what):
        return Wrong(f"{path}.{missing[1]} is missing.", _EVERY_KEY)
    if kinds := re.search(r"Expected `([^`]+)`(?:, got `([^`]+)`)?", what):
        wanted = _KINDS.get(kinds[1].split(" | ")[0], kinds[1])
        got = f", not {_KINDS.get(kinds[2], kinds[2])}" if kinds[2] else ""
        return Wrong(f"{path} must be {wanted}{got}.", _EVERY_KEY)
    if what.startswith("Invalid enum value") and (choices := _choices(path, kind)):
        return Wrong(f"{path} must be one of {', '.join(choices)}.", _EVERY_KEY)
    return Wrong(f"{path}: {what}.", _EVERY_KEY)


def _unknown(path: str, key: str, known: list[str], prefix: str) -> Wrong:
    near = get_close_matches(key.casefold(), known, 1, 0.6)
    remedy = f"Did you mean {prefix}{near[0]}?" if near else _EVERY_KEY
    return Wrong(f"{path}: there is no such key.", remedy)


def _tables(path: str, value: object) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield a table, or the tables of a list, each with its path."""
    if isinstance(value, Mapping):
        yield path, value
    if isinstance(value, list):
        for number, one in enumerate(value):
            if isinstance(one, Mapping):
                yield f"{path}[{number}]", one


def _section(hint: Any) -> type | None:
    """Return the frozen type that a table of this kind becomes."""
    for kind in (hint, *get_args(hint)):
        if isinstance(kind, type) and is_dataclass(kind):
            return kind
    return None


def _choices(path: str, kind: type) -> list[str]:
    """Return the values of the enum at a path, or none."""
    hint: Any = kind
    for key in re.sub(r"\[\d*\]", "", path).split("."):
        section = _section(hint)
        if section is None or key not in {one.name for one in fields(section)}:
            return []
        hint = get_type_hints(section)[key]
    return [str(one.value) for one in hint] if issubclass(hint, Enum) else []
