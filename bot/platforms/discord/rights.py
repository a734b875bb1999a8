"""Discord's permissions: who may do what in a channel, and how the lacking ones are called. PURE.

The order in which roles and overwrites count is Discord's own
(https://docs.discord.com/developers/topics/permissions, 2026-11).
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

Json = Mapping[str, Any]

ADMINISTRATOR: Final = 1 << 3
MANAGE_CHANNELS: Final = 1 << 4
MANAGE_SERVER: Final = 1 << 5
VIEW: Final = 1 << 10
SEND: Final = 1 << 11
EMBED: Final = 1 << 14
HISTORY: Final = 1 << 16
MENTION: Final = 1 << 17  # mention @everyone, @here and all roles; never asked for
THREADS: Final = 1 << 35  # create public threads
IN_THREADS: Final = 1 << 38  # send messages in threads
EVERYTHING: Final = (1 << 53) - 1
THREAD_TYPES: Final = frozenset({10, 11, 12})
NAMES: Final[Mapping[int, str]] = {
    VIEW: "View Channel",
    SEND: "Send Messages",
    IN_THREADS: "Send Messages in Threads",
    EMBED: "Embed Links",
    HISTORY: "Read Message History",
    THREADS: "Create Public Threads",
}
WHY: Final[Mapping[int, str]] = {
    VIEW: "seeing the channel that it writes to",
    SEND: "posting digests",
    IN_THREADS: "posting into threads, and the cards of a digest in its own thread",
    EMBED: "showing a digest's cards",
    HISTORY: "looking whether a digest arrived, after a crash or a broken connection",
    THREADS: "starting a digest's thread, and one for each paper that is discussed",
}
ASKED_FOR: Final = VIEW | SEND | IN_THREADS | EMBED | HISTORY | THREADS
"""What the invite link asks for: nothing else is used."""


def holds(permissions: int, *wanted: int) -> bool:
    """Tell whether all of these are held; an administrator holds everything."""
    return bool(permissions & ADMINISTRATOR) or all(permissions & one for one in wanted)


def lacking(permissions: int, *, thread: bool) -> list[str]:
    """Return the names of what is needed to post there and is not held."""
    needed = (VIEW, IN_THREADS if thread else SEND, EMBED, HISTORY)
    return [NAMES[one] for one in needed if not holds(permissions, one)]


def can_post(permissions: int, *, thread: bool) -> bool:
    """Tell whether a message can be posted at all."""
    return holds(permissions, VIEW, IN_THREADS if thread else SEND)


def permissions_in(channel: Json, guild: Json, member: Json, user: str) -> int:
    """Return a member's permissions in a channel (of a thread: in its parent), as JSON values."""
    if guild.get("owner_id") == user:
        return EVERYTHING
    roles = {str(guild["id"]), *map(str, member.get("roles", ()))}
    base = _joined(int(one["permissions"]) for one in guild["roles"] if str(one["id"]) in roles)
    if base & ADMINISTRATOR:
        return EVERYTHING
    overwrites = {str(one["id"]): one for one in channel.get("permission_overwrites", ())}
    everyone = overwrites.pop(str(guild["id"]), None)
    own = overwrites.pop(user, None)
    of_roles = [one for id_, one in overwrites.items() if id_ in roles]
    for some in ([everyone], of_roles, [own]):
        found = [one for one in some if one]
        base &= ~_joined(int(one["deny"]) for one in found)
        base |= _joined(int(one["allow"]) for one in found)
    return base


def _joined(values: Iterable[int]) -> int:
    found = 0
    for value in values:
        found |= value
    return found
