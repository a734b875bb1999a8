"""Discord's interactions → what was asked, by whom, about what. PURE.

A `Spot` is where an answer can go: the interaction's token, within its fifteen minutes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from bot.commands.services import OWN_NAME
from bot.errors import PayloadError
from bot.payload import Payload, number, rows, table, text
from bot.platforms.discord.definition import read_command
from bot.platforms.discord.forms import read_form
from bot.platforms.discord.ids import pressed
from bot.platforms.discord.rights import MANAGE_CHANNELS, MENTION, THREAD_TYPES, holds
from bot.platforms.discord.where import PERSON, Where, read_addressed

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL = 2, 3, 4, 5
BY_SERVER: Final = "0"  # key of authorizing_integration_owners: the server installed Paperboy


@dataclass(frozen=True, slots=True)
class Spot:
    """Who asked where, and how they can be answered."""

    interaction: str
    token: str
    user: str
    name: str  # of the person, as others see it
    channel: str
    channel_name: str = ""
    thread: bool = False
    server: str = ""  # "" in direct messages
    rights: int = 0  # the person's in this channel
    own_rights: int = 0  # ours in this channel
    installed: bool = True  # in this server, and not by the person alone
    form: bool = False  # a form was sent, which cannot be answered by another


@dataclass(frozen=True, slots=True)
class Asked:
    """A command, and the place that it is about."""

    spot: Spot
    text: str
    where: Where
    may_edit: bool
    values: Mapping[str, str] | None = None  # of a form
    wants_channel: bool = False  # `where` is another channel, whose rights are to be asked for
    server: str = ""  # that `where` is in
    refused: str = ""  # why this cannot be done at all


def spot_of(payload: Payload) -> Spot:
    """Return who asks where. Raises PayloadError where nobody does, or cannot be answered."""
    member = table(payload.get("member"))
    user = table(member.get("user")) or table(payload.get("user"))
    channel = table(payload.get("channel"))
    owners = table(payload.get("authorizing_integration_owners")) or {BY_SERVER: ""}
    names = (member.get("nick"), user.get("global_name"), user.get("username"))
    return Spot(
        interaction=_needed(_snowflake(payload, "id"), "an id"),
        token=_needed(text(payload.get("token")), "a token"),
        user=_needed(_snowflake(user, "id"), "a person"),
        name=next(filter(None, map(text, names)), ""),
        channel=_snowflake(payload, "channel_id") or _snowflake(channel, "id"),
        channel_name=text(channel.get("name")),
        thread=number(channel.get("type")) in THREAD_TYPES,
        server=_snowflake(payload, "guild_id"),
        rights=number(member.get("permissions")),
        own_rights=number(payload.get("app_permissions")),
        installed=BY_SERVER in owners,
        form=payload.get("type") == MODAL,
    )


def here(spot: Spot) -> Where:
    """Return the channel where somebody is, or their own messages."""
    if not spot.server or not spot.installed:
        return own(spot)
    return Where(spot.channel, f"#{spot.channel_name}" if spot.channel_name else "this channel")


def own(spot: Spot) -> Where:
    """Return the person's own messages."""
    return Where(f"{PERSON}{spot.user}", OWN_NAME, in_person=True)


def asked(payload: Payload) -> Asked:
    """Read a command, a press or a form. Raises `PayloadError` for what is not ours."""
    spot, data = spot_of(payload), table(payload.get("data"))
    match payload.get("type"):
        case _ if payload.get("type") == COMMAND:
            return _commanded(spot, data)
        case _ if payload.get("type") == COMPONENT:
            values = [text(one) for one in rows(data.get("values"))]
            shown = table(payload.get("message"))
            command = pressed(text(data.get("custom_id")), values, shown)
            address, typed = read_addressed(command)
            return _at(spot, typed, address)
        case _ if payload.get("type") == MODAL:
            sent = read_form(data)
            found = _at(spot, sent.command, sent.where.address)
            return replace(found, values=sent.values)
    raise PayloadError("an interaction of another kind")


def _commanded(spot: Spot, data: Payload) -> Asked:
    chosen, resolved = read_command(data), table(data.get("resolved"))
    if chosen.channel and not number(chosen.channel):
        raise PayloadError("a channel whose id is no number")
    refused = _unpingable(spot, table(table(resolved.get("roles")).get(chosen.role)))
    if not chosen.channel or chosen.channel == spot.channel:
        return replace(_at(spot, chosen.text, ""), refused=refused)
    told = table(table(resolved.get("channels")).get(chosen.channel))
    where = Where(chosen.channel, f"#{text(told.get('name')) or chosen.channel}")
    may_edit = holds(number(told.get("permissions")), MANAGE_CHANNELS)
    return Asked(spot, chosen.text, where, may_edit, server=spot.server, refused=refused)


def _unpingable(spot: Spot, role: Payload) -> str:
    """Return why a role cannot be called; "" if it can, or none was chosen.

    We ask for no right to mention, so only a role that anyone may mention can be called. Everybody
    is no role.
    """
    if not role:
        return ""
    name = text(role.get("name")).removeprefix("@")
    if role.get("id") == spot.server:
        return "I never call everyone. Choose a role that people take by themselves."
    if role.get("mentionable") or holds(spot.own_rights, MENTION):
        return ""
    return (
        f"I may not mention @{name}. Turn on “Allow anyone to @mention this role” for it "
        "(Server Settings, Roles), then choose it again."
    )


def _at(spot: Spot, text: str, address: str) -> Asked:
    where = here(spot)
    if address and address == own(spot).address:
        where = own(spot)
    elif address and address != where.address:
        return Asked(spot, text, Where(address, ""), may_edit=False, wants_channel=True)
    may_edit = where.in_person or holds(spot.rights, MANAGE_CHANNELS)
    return Asked(spot, text, where, may_edit, server="" if where.in_person else spot.server)


def _needed(told: str, what: str) -> str:
    if not told:
        raise PayloadError(f"an interaction without {what}")
    return told


def _snowflake(payload: Payload, name: str) -> str:
    """Return an id, "" where there is none. Raises PayloadError for what is no id."""
    told = text(payload.get(name))
    if told and not number(told):
        raise PayloadError(f"an interaction whose {name} is no number")
    return told
