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

from bot.errors import DeliveryError
from bot.model import Destination, Place
from bot.platforms.discord.client import CHANNEL, PLATFORM, Voice, permissions_of
from bot.platforms.discord.errors import LOST, UNKNOWN_CHANNEL
from bot.platforms.discord.rights import THREAD_TYPES, can_post, lacking
from bot.ports import Subscriptions

BOT: Final = "paperboy"
MISSING: Final = "Paperboy lacks "
REMOVED: Final = LOST[10004]
LOCKED: Final = LOST[160005]
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
        wake: Callable[[], None],
    ) -> None:
        self._application = application
        self._voice = voice
        self._subscriptions = subscriptions
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

    async def removed(self, channels: Collection[str]) -> None:
        """Paperboy was taken out of a server with these channels and threads."""
        for place in await self._places():
            if place.destination.address in channels:
                await self._lose(place.destination.address, REMOVED)

    async def rights_changed(self, channels: Collection[str]) -> None:
        """Roles changed, or Paperboy came (back) to a server with these channels and threads."""
        for place in await self._places():
            if place.destination.address in channels or place.suspended:
                await self._look_at(place)

    async def recheck(self) -> None:
        """Ask Discord about every suspended place; resume those that can be written to again."""
        for place in await self._places():
            if place.suspended:
                await self._look_at(place)

    # ── looking ──────────────────────────────────────────────────────────────────────────────────

    async def _look_at(self, place: Place) -> None:
        """Ask Discord how a channel stands, and keep the place so."""
        if place.is_person:
            return  # only the next attempt tells whether somebody can be written to
        try:
            told = await self._channel(place.destination.address)
            reason = await self._obstacle(told)
        except discord.HTTPException as error:
            if error.code in LOST:
                await self._lose(place.destination.address, LOST[error.code])
            return
        except (discord.DiscordException, ClientError, DeliveryError, TimeoutError) as error:
            extra = {"action": "discord.recheck_failed", "error": type(error).__name__}
            _LOG.warning("a place could not be asked about", extra=extra)
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

    async def _place(self, address: str) -> Place | None:
        return await self._subscriptions.place(Destination(PLATFORM, self._application, address))

    async def _places(self) -> list[Place]:
        """Return the channels and threads that have subscriptions."""
        known = await self._subscriptions.all(platform=PLATFORM, account=self._application)
        found = {place.destination: place for place, _ in known}
        return list(found.values())
