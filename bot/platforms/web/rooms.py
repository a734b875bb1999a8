"""The built-in channel's rooms and its one reader. PURE.

A room is a destination of platform "web", account "local"; its address is a short name, or "u:you"
for the reader's own alerts. The page knows one reader: whoever sits at this machine, or has the
token.
"""

import re
from typing import Final

from bot.model import Destination, Person

PLATFORM: Final = "web"
ACCOUNT: Final = "local"
READER: Final = Person(PLATFORM, ACCOUNT, "u:you")
CHANNEL: Final = Destination(PLATFORM, ACCOUNT, "papers")
"""The channel that is always there, and that `demo` subscribes."""
ALERTS: Final = Destination(PLATFORM, ACCOUNT, READER.id)
"""The reader's direct messages: what alerts come to."""

_ADDRESS = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


def read_room(address: str) -> Destination | None:
    """Return the room with this address; None if no room can have it."""
    if address == ALERTS.address:
        return ALERTS
    return Destination(PLATFORM, ACCOUNT, address) if _ADDRESS.fullmatch(address) else None


def new_address(name: str) -> str:
    """Return the address for a name as a person types it ("#Spin glasses" → "spin-glasses").

    "" where nothing of the name can stand in an address.
    """
    words = re.findall(r"[a-z0-9]+", name.casefold())
    return "-".join(words)[:40].strip("-")


def room_name(room: Destination) -> str:
    """Return how people call a room."""
    return "Your alerts" if room == ALERTS else f"#{room.address}"
