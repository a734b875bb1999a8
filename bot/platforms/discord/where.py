"""Which channel something is about, where it stands elsewhere. PURE.

Buttons stand in their channel, so their commands need no address; where an answer is about another
channel, each command begins with that channel's id ("@1234 pause 1"). A modal carries the place
and the command of its form in its custom_id, of which Discord takes 100 characters: the channel's
name is not in it, and is asked for again.
"""

import re
from dataclasses import dataclass
from typing import Final

from bot.errors import PayloadError

LONGEST: Final = 100  # of a modal's custom_id
PERSON: Final = "u:"  # what the address of a person's own messages begins with
_ADDRESS: Final = r"(?:u:)?\d{1,20}"
_ADDRESSED: Final = re.compile(rf"@({_ADDRESS}) (.*)", re.DOTALL)
_PACKED: Final = re.compile(rf"pbf1:({_ADDRESS}) (.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Where:
    """A channel or thread, or a person's own messages (the address is `u:<user>` then)."""

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
    """Return the custom_id of a modal. Raises ValueError for a command too long to be carried."""
    packed = f"pbf1:{where.address} {command}"
    if len(packed) > LONGEST:
        raise ValueError(f"a form's command has at most {LONGEST - len(packed) + len(command)}")
    return packed


def unpack(custom_id: str) -> tuple[Where, str]:
    """Return the place, its name unknown, and the command. PayloadError for anything else."""
    found = _PACKED.fullmatch(custom_id)
    if found is None:
        raise PayloadError("a modal that is not ours")
    return Where(found[1], "", in_person=found[1].startswith(PERSON)), found[2]
