"""The life of servers, channels and threads, as the gateway tells it.

A failure never deletes a subscription: a place that cannot be written to is suspended with the
reason, and resumes by itself when Discord says that it is back, or when `recheck` finds it so
(events that came while nobody listened). Every event may come twice or late: handling it again
changes nothing. An outage of a server is no event at all: it comes back by itself.
"""

import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any, Final

import discord
from aiohttp import ClientError
from discord.http import Route

from bot.accounts import AccountId, Accounts
from bot.errors import DeliveryError
from bot.model import Destination, Place
from bot.platforms.discord.client import CHANNEL, PLATFORM, Voice, permissions_of
from bot.platforms.discord.errors import ACCOUNT, LOST, UNKNOWN_CHANNEL
from bot.platforms.discord.rest import Rest
from bot.platforms.discord.rights import THREAD_TYPES, can_post, lacking
from bot.platforms.discord.servers import SERVER
from bot.ports import Subscriptions

BOT: Final = "paperboy"
MISSING: Final = "Paperboy lacks "
REMOVED: Final = LOST[10004]
LOCKED: Final = LOST[160005]
_A_PAGE: Final = 200  # servers of one answer
_UNASKED: Final = (discord.DiscordException, ClientError, DeliveryError, TimeoutError)
_LOG = logging.getLogger("paperboy.discord")

Channel = Mapping[str, Any]
"""A channel as Discord's JSON has it."""


class Life:
    """Keeps places as Discord says that they are, for one application."""

    def __init__(
        self,
        application: str,
        voice: Voice,
        subscriptions: Subscriptions,
        accounts: Accounts,
        wake: Callable[[], None],
    ) -> None:
        self._application = application
        self._voice = voice
        self._subscriptions = subscriptions
        self._accounts = accounts
        self._wake = wake

    # ── what happened ────────────────────────────────────────────────────────────────────────────

    async def deleted(self, channel: str) -> None:
        """A channel or thread is gone for good; its subscriptions are kept."""
        await self._lose(channel, LOST[UNKNOWN_CHANNEL])

    async def changed(self, channel: str) -> None:
        """A channel or thread has another name, other rights, or was archived, locked, reopened."""
        place = await self._place(channel)
        if place:
            await self._look_at(place)

    async def removed(self, server: str, channels: Collection[str]) -> None:
        """Paperboy was taken out of a server with these channels and threads.

        What is kept of it is forgotten some time after, unless Paperboy comes back.
        """
        await self._accounts.left(self._part(server))
        whole = self._destination(f"{SERVER}{server}")
        for place in await self._places():
            if place.within == whole or place.destination.address in channels:
                await self._lose(place.destination.address, REMOVED)

    async def returned(self, server: str, channels: Collection[str]) -> None:
        """Paperboy came, or came back, to a server with these channels and threads."""
        await self._accounts.returned(self._part(server))
        await self.rights_changed(channels)

    async def role_deleted(self, role: str, channels: Collection[str]) -> None:
        """A role is gone: no digest calls it any more, and its rights are gone, too."""
        calling = await self._subscriptions.all(platform=PLATFORM, account=self._application)
        for _, one in calling:
            if one.ping.partition(" ")[0] == role:
                await self._subscriptions.save(replace(one, ping=""), BOT)
        await self.rights_changed(channels)

    async def rights_changed(self, channels: Collection[str]) -> None:
        """Roles changed, or Paperboy came (back) to a server with these channels and threads."""
        for place in await self._places():
            if place.destination.address in channels or place.suspended:
                await self._look_at(place)

    async def recheck(self) -> None:
        """Catch up with what happened unheard.

        Ask Discord about every suspended place; resume those that can be written to again.
        """
        gone = await self._recheck_servers()
        for place in await self._places():
            if place.suspended and place.within not in gone:
                await self._look_at(place)

    async def _recheck_servers(self) -> set[Destination]:
        """Find out which servers Paperboy is in; return those that it was taken out of."""
        known = {place.within for place in await self._places() if place.within}
        if not known:
            return set()
        try:
            servers = await servers_of(self._voice.rest)
        except _UNASKED as error:
            _unasked(error)
            return set()
        gone = {one for one in known if one.address.removeprefix(SERVER) not in servers}
        for one in gone:
            await self.removed(one.address.removeprefix(SERVER), ())
        for one in known - gone:
            await self._accounts.returned(self._part(one.address.removeprefix(SERVER)))
        return gone

    # ── looking ──────────────────────────────────────────────────────────────────────────────────

    async def _look_at(self, place: Place) -> None:
        """Ask Discord how a channel stands, and keep the place so."""
        if place.is_person:
            # Whether somebody can be written to, only the next attempt tells.
            if place.suspended in ACCOUNT:
                await self._keep(place, place, "")
            return
        try:
            told = await self._channel(place.destination.address)
            reason = await self._obstacle(told)
        except discord.HTTPException as error:
            if error.code in LOST:
                await self._lose(place.destination.address, LOST[error.code])
            return
        except _UNASKED as error:
            _unasked(error)
            return
        named = replace(place, name=f"#{told['name']}") if told.get("name") else place
        await self._keep(named, place, reason)

    async def _obstacle(self, channel: Channel) -> str:
        """Return why a channel cannot be written to, "" if it can."""
        thread = channel.get("type") in THREAD_TYPES
        if thread and (channel.get("thread_metadata") or {}).get("locked"):
            return LOCKED
        rights = await permissions_of(self._voice, channel)
        if can_post(rights, thread=thread):
            return ""
        return f"{MISSING}{', '.join(lacking(rights, thread=thread))}"

    async def _channel(self, address: str) -> Channel:
        route = Route("GET", CHANNEL, channel_id=address)
        return dict(await self._voice.rest.ask(route))

    # ── places ───────────────────────────────────────────────────────────────────────────────────

    async def _lose(self, address: str, reason: str) -> None:
        place = await self._place(address)
        if place:
            await self._keep(place, place, reason)

    async def _keep(self, place: Place, before: Place, reason: str) -> None:
        """Store a place as suspended for a reason, or as free of one."""
        after = replace(place, suspended=reason)
        if after == before:
            return
        if reason != before.suspended:
            action = "discord.suspended" if reason else "discord.resumed"
            _LOG.info("a place changed", extra={"action": action, "reason": reason})
        await self._subscriptions.put_place(after, BOT)
        self._wake()

    def _part(self, server: str) -> AccountId:
        return AccountId(PLATFORM, self._application, f"{SERVER}{server}")

    def _destination(self, address: str) -> Destination:
        return Destination(PLATFORM, self._application, address)

    async def _place(self, address: str) -> Place | None:
        return await self._subscriptions.place(self._destination(address))

    async def _places(self) -> list[Place]:
        """Return the channels and threads that have subscriptions."""
        known = await self._subscriptions.all(platform=PLATFORM, account=self._application)
        found = {place.destination: place for place, _ in known}
        return list(found.values())


async def servers_of(rest: Rest) -> dict[str, Channel]:
    """Return the servers in which Paperboy is, by id. Raises what the library raises."""
    found: dict[str, Channel] = {}
    query: dict[str, str | int] = {"limit": _A_PAGE}
    while True:
        page = await rest.ask(Route("GET", "/users/@me/guilds"), query=query)
        found |= {str(one["id"]): one for one in page}
        if len(page) < _A_PAGE:
            return found
        query["after"] = str(page[-1]["id"])


def _unasked(error: Exception) -> None:
    extra = {"action": "discord.recheck_failed", "error": type(error).__name__}
    _LOG.warning("a place could not be asked about", extra=extra)
