"""Which channel something in a modal or in the Home tab is about. PURE.

A message stands in its channel, a view nowhere: there each button's command begins with the
channel's id ("@C0PAPERS pause 1"), and the view carries the whole `Where` as its private metadata.
"""

import json
import re
from dataclasses import dataclass
from typing import Final

import msgspec

from bot.errors import PayloadError

_packed: Final = msgspec.json.Decoder(tuple[str, str, bool, str]).decode
_ADDRESSED: Final = re.compile(r"@([A-Z0-9]{2,40}) (.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Where:
    """A channel, or a person's own messages (the address is the person's id then)."""

    address: str
    name: str
    in_person: bool = False


def addressed(command: str, address: str) -> str:
    """Return the command with the channel that it is about."""
    return f"@{address} {command}"


def read_addressed(value: str) -> tuple[str, str]:
    """Return the channel's id ("" where the command stands in its channel) and the command."""
    found = _ADDRESSED.fullmatch(value)
    return (found[1], found[2]) if found else ("", value)


def pack(where: Where, command: str = "") -> str:
    """Return the text that a view carries."""
    return json.dumps([where.address, where.name, where.in_person, command], ensure_ascii=False)


def unpack(metadata: str) -> tuple[Where, str]:
    """Return the place and the command that `pack` wrote. PayloadError for anything else."""
    try:
        address, name, in_person, command = _packed(metadata)
    except msgspec.MsgspecError as error:
        raise PayloadError("a view of another app, or of another version") from error
    return Where(address, name, in_person), command
