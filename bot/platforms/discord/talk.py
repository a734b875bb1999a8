"""What people type, press and fill in → the core's commands → where Discord shows the answer.

Translation only: every rule is the core's. Who may change a channel is who may manage it, on that
very channel. What Paperboy lacks there is said at once, by the names that Discord's settings use.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import discord
from aiohttp import ClientError
from discord.http import Route

from bot.commands import Commands
from bot.dialogue import Action, Reply, Request
from bot.errors import DeliveryError
from bot.model import Destination, Paper, Person, Place
from bot.platforms.discord.answering import Answering
from bot.platforms.discord.answers import card_messages, messages_of
from bot.platforms.discord.client import MESSAGES, PLATFORM, Voice, permissions_of
from bot.platforms.discord.errors import sending_error
from bot.platforms.discord.forms import form_view
from bot.platforms.discord.rights import (
    MANAGE_CHANNELS,
    THREAD_TYPES,
    can_post,
    holds,
    lacking,
    permissions_in,
)
from bot.platforms.discord.servers import Servers
from bot.platforms.discord.spot import Asked, Spot, own
from bot.platforms.discord.texts import label
from bot.platforms.discord.where import PERSON, Where
from bot.ports import Subscriptions

IN_TIME: Final = 1.5  # seconds that a first answer is waited for; Discord gives up after three
THREAD_NAME: Final = 100
RIGHT: Final = "Manage Channels"
MISSING: Final = "Paperboy lacks "
_LOG = logging.getLogger("paperboy.discord")
_FAILED = (discord.DiscordException, ClientError, DeliveryError, TimeoutError, OSError)
_OUR_FAULT: Final = Reply(
    text="Something went wrong on my side; it is written in the log. Nothing else is affected.",
    ok=False,
)


@dataclass(frozen=True, slots=True)
class Desk:
    """What talking works with, for one application."""

    application: str
    voice: Voice
    commands: Commands
    subscriptions: Subscriptions
    servers: Servers
    wake: Callable[[], None]  # a place is back: what is owed there can be sent


class Talk:
    """Answers the people of all servers, and those who write to the bot alone."""

    def __init__(self, desk: Desk) -> None:
        self._at = desk

    async def answer(self, asked: Asked) -> None:
        """Carry out a command and show its answer; what cannot be shown is logged."""
        answering = Answering(self._at.voice.rest, self._at.application, asked.spot)
        work = asyncio.create_task(self._run(asked))
        try:
            done, _ = await asyncio.wait({work}, timeout=IN_TIME)
            if not done:
                await answering.defer()
            reply, where = await work
            await self._show(reply, asked.spot, where, answering)
        except _FAILED as error:
            extra = {"action": "discord.unanswered", "error": type(error).__name__}
            _LOG.warning("an answer could not be shown", extra=extra)
        finally:
            work.cancel()

    def destination(self, where: Where) -> Destination:
        """Return the place as the core knows it."""
        return Destination(PLATFORM, self._at.application, where.address)

    # ── what is asked ────────────────────────────────────────────────────────────────────────────

    async def _run(self, asked: Asked) -> tuple[Reply, Where]:
        """Run a command as the person. A defect is logged, and answered in words."""
        where = asked.where
        try:
            if asked.wants_channel:
                asked = await self._looked_up(asked)
            where = asked.where
            if asked.refused:
                return Reply(text=asked.refused, ok=False), where
            told = await self._at.servers.answer(asked)
            return told or await self._at.commands.run(await self._request(asked)), where
        except _FAILED as error:
            failed = sending_error(error)
            return Reply(text=f"I can't look into that channel: {failed}.", ok=False), where
        except Exception:  # noqa: BLE001 - the edge: a defect in one command is logged and said
            _LOG.exception("a command failed", extra={"action": "discord.command_failed"})
            return _OUR_FAULT, where

    async def _request(self, asked: Asked) -> Request:
        spot = asked.spot
        zone = await self._at.servers.zone(asked.server or spot.server)
        return Request(
            text=asked.text,
            person=Person(PLATFORM, self._at.application, f"{PERSON}{spot.user}", zone),
            where=self.destination(asked.where),
            where_name=asked.where.name,
            in_person=asked.where.in_person,
            may_edit=asked.may_edit,
            values=asked.values or {},
            right=RIGHT,
            within=self._at.servers.where(asked.server) if asked.server else None,
            roles=bool(asked.server),
        )

    async def _looked_up(self, asked: Asked) -> Asked:
        """Ask Discord for another channel's name, and for the person's rights there."""
        rest, user = self._at.voice.rest, asked.spot.user
        told = await rest.ask(
            Route("GET", "/channels/{channel_id}", channel_id=asked.where.address)
        )
        rights = 0
        if guild := told.get("guild_id"):
            parent = told
            if told.get("type") in THREAD_TYPES:
                above = Route("GET", "/channels/{channel_id}", channel_id=told["parent_id"])
                parent = await rest.ask(above)
            server = await rest.ask(Route("GET", "/guilds/{guild_id}", guild_id=guild))
            path = "/guilds/{guild_id}/members/{user}"
            member = await rest.ask(Route("GET", path, guild_id=guild, user=user))
            rights = permissions_in(parent, server, member, user)
        where = Where(asked.where.address, f"#{told.get('name') or asked.where.address}")
        may_edit = holds(rights, MANAGE_CHANNELS)
        return replace(
            asked, where=where, may_edit=may_edit, wants_channel=False, server=str(guild or "")
        )

    # ── where the answer goes ────────────────────────────────────────────────────────────────────

    async def _show(self, reply: Reply, spot: Spot, where: Where, answering: Answering) -> None:
        if reply.is_empty:
            await answering.tell(messages_of(Reply(text="Look at your direct messages.")))
        elif reply.form and not reply.errors:
            await self._open(reply, spot, where, answering)
        elif reply.public and not where.in_person:
            await self._tell_all(reply, spot, where, answering)
        elif reply.whole or where.address not in (spot.channel, own(spot).address):
            await answering.tell(card_messages(reply, where))
        else:
            await answering.tell(messages_of(reply))

    async def _open(self, reply: Reply, spot: Spot, where: Where, answering: Answering) -> None:
        """Open a form; where it is too late for that, offer a button that does."""
        assert reply.form
        if not (answering.deferred or spot.form):
            await answering.open_form(form_view(reply.form, where))
            return
        again = Action("Open the form", reply.form.command)
        told = Reply(title=reply.form.title, text="Open it when you are ready.", actions=(again,))
        await answering.tell(card_messages(told, where))

    async def _tell_all(self, reply: Reply, spot: Spot, where: Where, answering: Answering) -> None:
        """Say in the channel what was changed there and by whom; and what is missing there."""
        by = spot.name or "somebody"
        missing, lost = await self._missing(spot, where)
        if lost:
            await self._suspend(where, f"{MISSING}{', '.join(missing)}")
            await answering.tell(card_messages(_kept(reply, where, missing), where))
            return
        if reply.papers and not missing:
            await self._discuss(reply, where, by)
            await answering.tell(messages_of(Reply(text=f"Posted in {where.name}.")))
        elif where.address == spot.channel:
            await answering.tell_all(messages_of(reply, by))
        else:
            await self._post_all(reply, where, by)
            await answering.tell(messages_of(Reply(title=reply.title or "Done")))
        if missing:
            await answering.tell(messages_of(_warning(where, missing)))

    async def _missing(self, spot: Spot, where: Where) -> tuple[list[str], bool]:
        """Return which rights Paperboy lacks in a channel, and whether it cannot post at all."""
        rights, thread = spot.own_rights, spot.thread
        if where.address != spot.channel:
            told = await self._at.voice.rest.ask(
                Route("GET", "/channels/{channel_id}", channel_id=where.address)
            )
            thread = told.get("type") in THREAD_TYPES
            rights = await permissions_of(self._at.voice, told)
        return lacking(rights, thread=thread), not can_post(rights, thread=thread)

    async def _post_all(self, reply: Reply, where: Where, by: str) -> None:
        for one in messages_of(reply, by):
            await self._post(one, where)

    async def _post(self, message: Mapping[str, Any], where: Where) -> str:
        posting = Route("POST", MESSAGES, channel_id=where.address)
        return str((await self._at.voice.rest.ask(posting, message))["id"])

    async def _discuss(self, reply: Reply, where: Where, by: str) -> None:
        """Post a paper as a message of its own, with a thread for what people say about it."""
        first, *more = messages_of(reply, by)
        message = await self._post(first, where)
        for one in more:
            await self._post(one, where)
        path = f"{MESSAGES}/{{message}}/threads"
        starting = Route("POST", path, channel_id=where.address, message=message)
        try:
            await self._at.voice.rest.ask(starting, {"name": _thread_name(reply.papers[0])})
        except discord.HTTPException as error:  # in a thread, or without that right: replies do
            extra = {"action": "discord.no_thread", "error": error.code}
            _LOG.info("a paper is discussed without a thread", extra=extra)

    async def _suspend(self, where: Where, reason: str) -> None:
        """Let a channel's digests wait; they resume when the rights are there."""
        place: Place | None = await self._at.subscriptions.place(self.destination(where))
        if place and not place.suspended:
            await self._at.subscriptions.put_place(replace(place, suspended=reason), "paperboy")


def _thread_name(paper: Paper) -> str:
    return label(paper.title, THREAD_NAME)


def _kept(reply: Reply, where: Where, missing: list[str]) -> Reply:
    """Return what the person is told where Paperboy cannot post."""
    text = (
        f"I can't post in {where.name} yet: I lack {', '.join(missing)}. Allow it under the "
        "channel's settings, Permissions, and I continue: your topic is kept."
    )
    undo = tuple(one for one in reply.actions if one.label == "Undo")
    return Reply(title="" if reply.papers else reply.title, text=text, actions=undo, ok=False)


def _warning(where: Where, missing: list[str]) -> Reply:
    """Return what the person is told where Paperboy can post, but lacks something."""
    text = (
        f"In {where.name} I lack {', '.join(missing)}: digests come, but not as they should. "
        "Allow it under the channel's settings, Permissions."
    )
    return Reply(text=text, ok=False)
