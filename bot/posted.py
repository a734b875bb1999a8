"""What a place holds of our messages, and the ports for finding it out. PURE.

A database that was put back from a backup does not know what was sent after the copy was made
(design, decision 8). So each place's own messages since the last known one are read, and become
what the database would have known: keys that are sent, papers that were shown.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from bot.model import Destination, Place

UNREAD: Final = "a backup was put back, and I am still reading what I posted here since"
"""Why nothing is planned or sent at a place that was not read yet; stands as its suspension."""

_OPENS: Final = re.compile(r"(?:open|discuss) (?P<id>[\w.\-/]+)v(?P<version>[1-9]\d*)")
_LINKED: Final = re.compile(
    r"https://arxiv\.org/abs/(?P<id>[\w.\-/]+)v(?P<version>[1-9]\d*)>?\s*$", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Posted:
    """One of our messages as a platform holds it: its id, key and the papers that it shows."""

    platform_id: str
    key: str
    papers: tuple[tuple[str, int], ...] = ()


def papers_in(commands: Iterable[str], text: str = "") -> tuple[tuple[str, int], ...]:
    """Return the papers that a message's commands open; of a plain form, those its lines link."""
    found = [opened for command in commands if (opened := _OPENS.fullmatch(command))]
    found = found or list(_LINKED.finditer(text))
    return tuple(dict.fromkeys((one["id"], int(one["version"])) for one in found))


class History(Protocol):
    """A platform that can be asked what we posted."""

    @property
    def name(self) -> str:
        """The name in destinations."""

    async def posted(self, destination: Destination, since: str) -> Sequence[Posted]:
        """Return our messages with a key there that are newer than `since`, newest first.

        `since` is the platform id of our last known message there, or "". Raises `CannotAsk` where
        the history cannot be read, other `DeliveryError`s where not now.
        """


class Unread(Protocol):
    """Places of a restored database; they count as suspended until they were read."""

    async def places(self, platform: str = "") -> tuple[Place, ...]:
        """Return the places (of a platform) that were not read yet."""

    async def read(self, destination: Destination, posted: Sequence[Posted], at: datetime) -> None:
        """Enter keys as sent and papers as shown, in one transaction; the place goes on.

        `posted`: newest first. A part whose key is there is never sent, whenever it is opened.
        """

    async def unreadable(self, destination: Destination, reason: str, at: datetime) -> None:
        """Let the place go on without having been read: what may be there already is in doubt.

        That is everything planned before, and the first digest planned after: a person is asked.
        """
