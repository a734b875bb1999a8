"""Effective settings, each with where it came from; of secrets only whether they are set. PURE.

In: the config and where its settings came from; out: TOML that can be read again, with a comment
behind each key. A secret is a comment altogether.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from bot.config import Config, effective

DEFAULT: Final = "default"
_SECRETS: Final = {"(set)": "is set", "(not set)": "is not set"}


def as_toml(config: Config, origins: Mapping[str, str]) -> str:
    """Return all settings as TOML. `origins`: dotted key → where it came from; else the default."""
    table = effective(config)
    top = {key: value for key, value in table.items() if not isinstance(value, dict | list)}
    lines = [*_keys("", top, origins)]
    for name, section in table.items():
        if isinstance(section, dict):
            lines += ["", f"[{name}]", *_keys(f"{name}.", section, origins)]
        for page in section if isinstance(section, list) else ():
            lines += ["", f"[[{name}]]", *_keys(f"{name}.", page, origins)]
    return "\n".join(lines).lstrip("\n") + "\n"


def _keys(path: str, table: Mapping[str, Any], origins: Mapping[str, str]) -> Iterator[str]:
    for key, value in table.items():
        origin = origins.get(path + key, DEFAULT)
        if isinstance(value, str) and value in _SECRETS:
            yield f"# {key} {_SECRETS[value]}" + (f": {origin}" if origin != DEFAULT else "")
        else:
            yield f"{key} = {_value(value)}  # {origin}"


def _value(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    return json.dumps(value, ensure_ascii=False)
