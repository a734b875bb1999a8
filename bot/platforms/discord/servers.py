"""What goes for a whole server: the time zone that new subscriptions there start with.

Discord tells no time zone, so it is set once. Kept as a place of its own, "g:<server>", that never
gets a digest.
"""

from dataclasses import replace
from typing import Final

from bot.dialogue import Reply
from bot.errors import CommandError
from bot.model import Destination, Place
from bot.platforms.discord.rights import MANAGE_SERVER, holds
from bot.platforms.discord.spot import Asked
from bot.platforms.discord.where import PERSON
from bot.ports import Subscriptions
from bot.schedule import parse_zone, zone_label

SERVER: Final = "g:"
VERB: Final = "server"


class Servers:
    """The settings of the servers of one application."""

    def __init__(self, platform: str, application: str, subscriptions: Subscriptions) -> None:
        self._platform = platform
        self._application = application
        self._subscriptions = subscriptions

    async def zone(self, server: str) -> str:
        """Return the server's time zone; "" if it has none, or nobody is in a server."""
        place = await self._subscriptions.place(self._where(server)) if server else None
        return place.zone if place else ""

    async def answer(self, asked: Asked) -> Reply | None:
        """Answer `/arxiv server`; None for every other command. Raises `StoreError`."""
        verb, _, zone = asked.text.partition(" ")
        if verb != VERB:
            return None
        if not asked.spot.server:
            return Reply(text="That goes for a server: type it in one of its channels.", ok=False)
        now = await self.zone(asked.spot.server)
        if not zone.strip():
            return Reply(text=_standing(now))
        if not holds(asked.spot.rights, MANAGE_SERVER):
            text = "Changing the server's time zone needs Manage Server. Yours: /arxiv zone"
            return Reply(text=text, ok=False)
        return await self._changed(asked, zone)

    async def _changed(self, asked: Asked, typed: str) -> Reply:
        try:
            zone = parse_zone(typed)
        except CommandError as error:
            return Reply(text=f"{error} {error.remedy}".strip(), ok=False)
        where, actor = self._where(asked.spot.server), asked.spot.user
        place = await self._subscriptions.place(where) or Place(where, "this server")
        who = f"{self._platform}:{self._application}:{PERSON}{actor}"
        await self._subscriptions.put_place(replace(place, zone=zone), who)
        title = f"New subscriptions in this server are in {zone_label(zone)}"
        text = "Those that are there keep their zone: /arxiv edit changes one."
        return Reply(title=title, text=text, public=True)

    def _where(self, server: str) -> Destination:
        return Destination(self._platform, self._application, f"{SERVER}{server}")


def _standing(zone: str) -> str:
    if zone:
        return f"New subscriptions in this server are in {zone_label(zone)} ({zone})."
    return "This server has no time zone yet: /arxiv server zone:Europe/Berlin"
