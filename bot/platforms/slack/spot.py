"""Slack's payloads of commands, clicks and forms → what was asked, by whom, about what. PURE.

A `Spot` is where an answer can go: the response_url of a command or message, or a modal by its
trigger. Every payload that Slack sends can be read; what is not ours gives None.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.platforms.slack.where import Where, read_addressed, unpack

Payload = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Spot:
    """Who asked where, and how they can be answered."""

    team: str
    user: str
    name: str  # of the person: "ada"
    channel: str = ""  # where the message stands; "" in a view
    channel_name: str = ""  # as the payload has it
    response_url: str = ""
    trigger: str = ""
    view: str = ""  # id of the modal that was clicked in
    home: bool = False  # the click was in the Home tab


@dataclass(frozen=True, slots=True)
class Asked:
    """A command, and the place that it is about (None: where it was asked)."""

    spot: Spot
    text: str
    where: Where | None = None


def typed(payload: Payload) -> Asked:
    """Read a slash command."""
    spot = Spot(
        team=str(payload.get("team_id", "")),
        user=str(payload.get("user_id", "")),
        name=str(payload.get("user_name", "")),
        channel=str(payload.get("channel_id", "")),
        channel_name=str(payload.get("channel_name", "")),
        response_url=str(payload.get("response_url", "")),
        trigger=str(payload.get("trigger_id", "")),
    )
    return Asked(spot, str(payload.get("text") or ""))


def pressed(payload: Payload) -> Asked | None:
    """Read a click on a button or a choice in a menu."""
    actions: Sequence[Payload] = payload.get("actions") or [{}]
    action = actions[0]
    chosen = action.get("selected_option") or action
    value = chosen.get("value")
    if not isinstance(value, str) or not value:
        return None
    address, command = read_addressed(value)
    spot = clicked(payload)
    here = _viewed(payload)
    if not address:
        return Asked(spot, command, here)
    if here and here.address == address:
        return Asked(spot, command, here)
    return Asked(spot, command, Where(address, "", in_person=address == spot.user))


def clicked(payload: Payload) -> Spot:
    """Return the spot of any click or form."""
    user, channel = payload.get("user") or {}, payload.get("channel") or {}
    view = payload.get("view") or {}
    return Spot(
        team=str((payload.get("team") or {}).get("id") or user.get("team_id") or ""),
        user=str(user.get("id", "")),
        name=str(user.get("username") or user.get("name") or ""),
        channel=str(channel.get("id", "")),
        channel_name=str(channel.get("name", "")),
        response_url=str(payload.get("response_url") or ""),
        trigger=str(payload.get("trigger_id") or ""),
        view=str(view.get("id") or "") if view.get("type") != "home" else "",
        home=view.get("type") == "home",
    )


def installed_in(payload: Payload) -> frozenset[str]:
    """Return the workspaces for whose installation of the app an event was sent.

    In a channel that is shared with another organisation, the event itself may be of theirs.
    """
    told: Sequence[Payload] = payload.get("authorizations") or ()
    teams = frozenset(str(one["team_id"]) for one in told if one.get("team_id"))
    return teams or frozenset({str(payload.get("team_id", ""))})


def _viewed(payload: Payload) -> Where | None:
    """Return the place that a modal is about."""
    metadata = (payload.get("view") or {}).get("private_metadata")
    try:
        return unpack(metadata)[0] if metadata else None
    except (ValueError, TypeError):  # a view of another app, or of another version
        return None
