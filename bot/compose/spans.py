"""Lengths of time in words: "4 s", "12 min", "2 h 5 min", "3 days". PURE."""

from datetime import timedelta
from typing import Final

_MINUTE: Final = 60
_HOUR: Final = 60 * _MINUTE
_DAY: Final = 24 * _HOUR


def span(length: timedelta) -> str:
    """Return a length as people say it: the larger unit, and the next one where it matters."""
    seconds = max(0, round(length.total_seconds()))
    if seconds < _MINUTE:
        return f"{seconds} s"
    if seconds < 10 * _MINUTE:
        return _two(seconds, _MINUTE, "min", 1, "s")
    if seconds < _HOUR:
        return f"{seconds // _MINUTE} min"
    if seconds < _DAY:
        return _two(seconds, _HOUR, "h", _MINUTE, "min")
    days = seconds // _DAY
    return "1 day" if days == 1 else f"{days} days"


def _two(seconds: int, large: int, name: str, small: int, rest_name: str) -> str:
    whole, rest = seconds // large, seconds % large // small
    return f"{whole} {name} {rest} {rest_name}" if rest else f"{whole} {name}"
