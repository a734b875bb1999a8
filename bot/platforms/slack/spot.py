"""Slack's payloads of commands, clicks and forms → what was asked, by whom, about what. PURE.

A `Spot` is where an answer can go: the response_url of a command or message, or a modal by its
trigger. Every payload can be read, whatever is in it; what is not ours gives None.
"""

from dataclasses import dataclass

from bot.errors import PayloadError
from bot.payload import Payload, rows, table, text
from bot.platforms.slack.where import Where, read_addressed, unpack


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
        team=text(payload.get("team_id")),
        user=text(payload.get("user_id")),
        name=text(payload.get("user_name")),
        channel=text(payload.get("channel_id")),
        channel_name=text(payload.get("channel_name")),
        response_url=text(payload.get("response_url")),
        trigger=text(payload.get("trigger_id")),
    )
    return Asked(spot, text(payload.get("text")))


def pressed(payload: Payload) -> Asked | None:
    """Read a click on a button or a choice in a menu."""
    action = action_of(payload)
    chosen = table(action.get("selected_option")) or action
    value = chosen.get("value")
    if not isinstance(value, str) or not value:
        return None
    address, command = read_addressed(text(value))
    spot = clicked(payload)
    here = _viewed(payload)
    if not address:
        return Asked(spot, command, here)
    if here and here.address == address:
        return Asked(spot, command, here)
    return Asked(spot, command, Where(address, "", in_person=address == spot.user))


def action_of(payload: Payload) -> Payload:
    """Return what was pressed, chosen or typed into."""
    return table(next(iter(rows(payload.get("actions"))), None))


def clicked(payload: Payload) -> Spot:
    """Return the spot of any click or form."""
    user, channel = table(payload.get("user")), table(payload.get("channel"))
    view = table(payload.get("view"))
    home = view.get("type") == "home"
    return Spot(
        team=text(table(payload.get("team")).get("id")) or text(user.get("team_id")),
        user=text(user.get("id")),
        name=text(user.get("username")) or text(user.get("name")),
        channel=text(channel.get("id")),
        channel_name=text(channel.get("name")),
        response_url=text(payload.get("response_url")),
        trigger=text(payload.get("trigger_id")),
        view="" if home else text(view.get("id")),
        home=home,
    )


def installed_in(payload: Payload) -> frozenset[str]:
    """Return the workspaces for whose installation of the app an event was sent.

    In a channel that is shared with another organisation, the event itself may be of theirs.
    """
    told = (text(table(one).get("team_id")) for one in rows(payload.get("authorizations")))
    return frozenset(filter(None, told)) or frozenset({text(payload.get("team_id"))})


def _viewed(payload: Payload) -> Where | None:
    """Return the place that a modal is about."""
    metadata = text(table(payload.get("view")).get("private_metadata"))
    try:
        return unpack(metadata)[0] if metadata else None
    except PayloadError:
        return None
