"""Discord's permission bits and how they add up. PURE.

In go the bits of roles and the overwrites of a channel, out comes what somebody may do there
(https://docs.discord.com/developers/topics/permissions, "Permission Overwrites").
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntFlag


class Right(IntFlag):
    """The permissions that somebody of this project meets."""

    KICK_MEMBERS = 1 << 1
    BAN_MEMBERS = 1 << 2
    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    MANAGE_ROLES = 1 << 28
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    CREATE_PRIVATE_THREADS = 1 << 36
    SEND_MESSAGES_IN_THREADS = 1 << 38
    USE_EXTERNAL_APPS = 1 << 50


NONE = Right(0)
EVERYTHING = Right(sum(Right))
# What a new server lets everybody do.
USUAL = (
    Right.ADD_REACTIONS
    | Right.VIEW_CHANNEL
    | Right.SEND_MESSAGES
    | Right.EMBED_LINKS
    | Right.ATTACH_FILES
    | Right.READ_MESSAGE_HISTORY
    | Right.USE_APPLICATION_COMMANDS
    | Right.CREATE_PUBLIC_THREADS
    | Right.SEND_MESSAGES_IN_THREADS
    | Right.USE_EXTERNAL_APPS
)
# What people of a direct message may do there.
IN_DIRECT = USUAL & ~(Right.CREATE_PUBLIC_THREADS | Right.SEND_MESSAGES_IN_THREADS)


@dataclass(frozen=True, slots=True)
class Overwrite:
    """What a channel allows and denies to one role or member."""

    id: str
    allow: Right = NONE
    deny: Right = NONE
    member: bool = False


def of_roles(rights: Iterable[Right], *, owner: bool) -> Right:
    """Return what somebody with roles of these rights (everybody's among them) may do."""
    total = NONE
    for one in rights:
        total |= one
    return EVERYTHING if owner or Right.ADMINISTRATOR in total else total


def in_channel(
    base: Right, overwrites: Iterable[Overwrite], everyone: str, roles: Iterable[str], member: str
) -> Right:
    """Return what is left of `base` in a channel: everybody's, then roles', then the member's."""
    if Right.ADMINISTRATOR in base:
        return EVERYTHING
    known = {one.id: one for one in overwrites}
    total = base
    if first := known.get(everyone):
        total = total & ~first.deny | first.allow
    mine = [known[one] for one in roles if one in known and one != everyone]
    total &= ~of_roles((one.deny for one in mine), owner=False)
    for one in mine:
        total |= one.allow
    if last := known.get(member):
        total = total & ~last.deny | last.allow
    return _implied(total)


def _implied(rights: Right) -> Right:
    """Take away what makes no sense without seeing the channel, or without writing to it."""
    if Right.VIEW_CHANNEL not in rights:
        return NONE
    if Right.SEND_MESSAGES not in rights:
        return rights & ~(Right.MENTION_EVERYONE | Right.ATTACH_FILES | Right.EMBED_LINKS)
    return rights
