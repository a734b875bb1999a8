"""What a platform sent, taken for nothing but what it is. PURE.

JSON from outside may hold anything anywhere. These return what is asked for, or the empty value of
its kind, so that reading a payload never breaks on its shape; what then lacks its meaning is
refused with `PayloadError`, where meaning is known.
"""

from collections.abc import Mapping, Sequence
from typing import Any

Payload = Mapping[str, Any]
_DIGITS = 20  # of a 64-bit number


def table(value: object) -> Payload:
    """Return an object's members."""
    return value if isinstance(value, Mapping) else {}


def rows(value: object) -> Sequence[Any]:
    """Return a list's members."""
    return value if isinstance(value, list | tuple) else ()


def text(value: object) -> str:
    """Return a text that can be stored, or a number as text; halves of letters are replaced."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "replace").decode()
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**_DIGITS:
        return str(value)
    return ""


def number(value: object) -> int:
    """Return a number of at most 64 bits that is written as one, or in decimal digits."""
    written = text(value)
    if not (written.isascii() and written.isdigit()) or len(written) > _DIGITS:
        return 0
    return int(written)
