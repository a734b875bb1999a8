"""What goes for a whole server: the zone new subscriptions start with, and a filter under all.

Discord tells no time zone, so it is set once. Kept as a place of its own, "g:<server>", that never
gets a digest; the server's channels lie within it, so they share its filter.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final
from urllib.parse import quote, unquote

from bot.compose.base import tidy
from bot.dialogue import Action, Reply
from bot.errors import UserError
from bot.model import Destination, Place
from bot.platforms.discord.rights import MANAGE_SERVER, holds
from bot.platforms.discord.spot import Asked
from bot.platforms.discord.where import PERSON
from bot.ports import Subscriptions
from bot.schedule import parse_zone, zone_label

SERVER: Final = "g:"
VERB: Final = "server"
OFF: Final = "off"


class Servers:
    """The settings of the servers of one application."""

    def __init__(self, platform: str, application: str, subscriptions: Subscriptions) -> None:
        self._platform = platform
        self._application = application
        self._subscriptions = subscriptions

    async def zone(self, server: str) -> str:
        """Return the server's time zone; "" if it has none, or nobody is in a server."""
        place = await self._subscriptions.place(self.where(server)) if server else None
        return place.zone if place else ""

    async def answer(self, asked: Asked) -> Reply | None:
        """Answer `/arxiv server`; None for every other command. Raises `StoreError`."""
        verb, _, rest = asked.text.partition(" ")
        if verb != VERB:
            return None
        server = asked.spot.server
        if not server:
            return Reply(text="That goes for a server: type it in one of its channels.", ok=False)
        known = await self._subscriptions.place(self.where(server))
        before = known or Place(self.where(server), "this server", zone="")
        wanted = dict(part.partition("=")[::2] for part in rest.split())
        if not wanted:
            return Reply(title="This server", text=_standing(before))
        if not holds(asked.spot.rights, MANAGE_SERVER):
            text = "Changing what goes for the server needs Manage Server. Your zone: /arxiv zone"
            return Reply(text=text, ok=False)
        try:
            after = _changed(before, {name: unquote(value) for name, value in wanted.items()})
        except UserError as error:
            return Reply(text=f"{error} {error.remedy}".strip(), ok=False)
        return await self._kept(before, after, asked.spot.user)

    async def _kept(self, before: Place, after: Place, actor: str) -> Reply:
        if after == before:
            return Reply(title="Nothing changed", text=_standing(after))
        who = f"{self._platform}:{self._application}:{PERSON}{actor}"
        await self._subscriptions.put_place(after, who)
        lines = []
        if after.zone != before.zone:
            lines.append(f"New subscriptions are in {zone_label(after.zone)} ({after.zone}).")
            lines.append("Those that are there keep their zone: /arxiv edit changes one.")
        if after.base != before.base:
            lines.append(f"Filter under every topic: {before.base or OFF} → {after.base or OFF}")
        undo = f"{VERB} filter={quote(before.base or OFF)}"
        undo += f" zone={quote(before.zone)}" if before.zone else ""
        return Reply(
            title="Changed for this server",
            text="\n".join(lines),
            actions=(Action("Undo", undo),),
            public=True,
        )

    def where(self, server: str) -> Destination:
        """Return the place that stands for a server."""
        return Destination(self._platform, self._application, f"{SERVER}{server}")


def _changed(place: Place, wanted: Mapping[str, str]) -> Place:
    """Return the place with what was typed. Raises `UserError`."""
    if zone := wanted.get("zone"):
        place = replace(place, zone=parse_zone(zone))
    if typed := wanted.get("filter"):
        base = "" if typed.strip().casefold() in (OFF, "none") else tidy(typed)
        place = replace(place, base=base)
    return place


def _standing(place: Place) -> str:
    zone = "No time zone yet: /arxiv server zone:Europe/Berlin"
    if place.zone:
        zone = f"New subscriptions are in {zone_label(place.zone)} ({place.zone})."
    base = "No filter under all topics. For example: only cs.*, stat.*; -survey"
    if place.base:
        base = f"Filter under every topic: {place.base}"
    return f"{zone}\n{base}"
