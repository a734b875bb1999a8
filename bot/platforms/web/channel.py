"""The port behind the built-in channel: where its messages are kept. PURE.

The store implements it (bot/store/channel.py); a message is durable once `put` returns.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.model import Destination


@dataclass(frozen=True, slots=True)
class Entry:
    """One message as kept. `id` ascends over all rooms; `payload` is JSON (see `message`)."""

    id: int
    key: str
    room: Destination
    at: datetime
    payload: str
    parent: int = 0  # the entry that it answers (a thread); 0: none


class Channel(Protocol):
    """The messages of all rooms. Every method may raise `StoreError`."""

    async def put(
        self, key: str, room: Destination, at: datetime, payload: str, parent: int = 0
    ) -> Entry:
        """Keep a message; with a key that is kept already, change nothing. Return what is kept."""

    async def find(self, key: str) -> Entry | None:
        """Return the message with this key."""

    async def page(
        self, room: Destination, limit: int, before: int | None = None
    ) -> tuple[Entry, ...]:
        """Return a room's newest messages (with ids under `before`), newest first; no replies."""

    async def replies(self, parents: Collection[int]) -> tuple[Entry, ...]:
        """Return what answers these messages, in order of arrival."""

    async def since(self, after: int, limit: int) -> tuple[Entry, ...]:
        """Return messages and replies of all rooms with ids above `after`, ascending."""

    async def newest(self, room: Destination | None = None) -> int:
        """Return the highest id of a room, or of all; 0 if there is none."""

    async def rooms(self) -> tuple[Destination, ...]:
        """Return every room that holds a message."""
