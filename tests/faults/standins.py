"""arXiv, Slack and Discord of one world in a process of their own, which outlives the program.

They are driven over a socket, one line of JSON for each wish and each answer, and share the world's
clock, so that every message is kept with the moment of its arrival.
"""

import asyncio
import contextlib
import json
import logging
import re
import socket
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aiohttp import web

from bot.limits import ArxivLimits
from bot.platforms.discord.ids import key_in
from bot.platforms.slack.client import EVENT
from tests.faults.clock import SharedClock
from tests.faults.program import GAP
from tests.faults.wire import FaultyWire, WireTrouble
from tests.faults.world import FaultyWorld, Room, arxiv_world
from tests.standins import discord_shown
from tests.standins.arxiv import ArxivStandIn, Seen
from tests.standins.arxiv_faults import Answer, Fault, Trouble
from tests.standins.discord import DiscordPace, DiscordStandIn
from tests.standins.discord_permissions import NONE, Overwrite, Right
from tests.standins.discord_world import SERVER, STARTER, Channel as Channels, User as Person
from tests.standins.slack import SlackPace, SlackStandIn
from tests.standins.slack_world import Channel, User

if TYPE_CHECKING:
    from datetime import datetime

Json = dict[str, Any]
TOO_FAST = 429
PAPER = re.compile(r"arxiv\.org/abs/(\d{4}\.\d{5})")
FREE = DiscordPace(buckets={}, usual=(100_000, 1.0), each_second=100_000)
TIGHT = DiscordPace(buckets={"create_message": (1, 0.1)}, usual=(20, 0.2), each_second=20)
OPEN = SlackPace(channel_gap=0.0, tolerance=0.0, account_minute=10**9, tier_burst=10**9)
CLOSE = SlackPace(channel_gap=0.05, tolerance=0.0, account_minute=10**9, tier_burst=10**9)


class Slack(SlackStandIn):
    """Slack behind a faulty wire."""

    wire: FaultyWire

    async def _api(self, request: web.Request) -> web.StreamResponse:
        return await self.wire.carry(request, super()._api)


class Discord(DiscordStandIn):
    """Discord behind a faulty wire."""

    wire: FaultyWire

    async def _api(self, request: web.Request) -> web.StreamResponse:
        return await self.wire.carry(request, super()._api)


class Arxiv(ArxivStandIn):
    """arXiv that minds no pace: of a killed process's request it knows no end.

    Its gap is judged where nobody is killed; here a refusal would only make everything late.
    """

    def _refusal(self, request: web.Request, seen: Seen) -> Answer | None:
        refused = super()._refusal(request, seen)
        return refused if refused and refused.status != TOO_FAST else None


class StandIns:
    """All three, as one world needs them."""

    def __init__(self, world: FaultyWorld, clock: SharedClock) -> None:
        self.clock = clock
        self.rooms = {
            (one.destination.platform, one.destination.address): one for one in world.rooms
        }
        self.arxiv = Arxiv(arxiv_world(world.papers), clock, ArxivLimits(gap=GAP / 2))
        self.slack = Slack(pace=OPEN)
        self.discord = Discord(pace=FREE)
        self.slack.wire, self.discord.wire = FaultyWire(), FaultyWire()
        self.arrived: dict[str, datetime] = {}  # platform id → when
        self._furnish_slack(world)
        self._furnish_discord()
        self._date("slack", self.slack.workspace, "ts")
        self._date("discord", self.discord.world, "snowflake")

    def _date(self, platform: str, world: Any, name: str) -> None:
        """Note when each id is given."""
        inner: Callable[[], str] = getattr(world, name)

        def dated() -> str:
            one = inner()
            self.arrived[f"{platform} {one}"] = self.clock.now()
            return one

        setattr(world, name, dated)

    def _furnish_slack(self, world: FaultyWorld) -> None:
        here = self.slack.workspace
        if world.recheck:
            here.allow_rechecks()
        for room in self._of("slack"):
            address = room.destination.address
            if room.is_person:
                here.users[address] = User(address, room.name)
            else:
                here.add(Channel(address, room.name[1:], members=set(here.users)))

    def _furnish_discord(self) -> None:
        here = self.discord.world
        server = here.servers[SERVER]
        for room in self._of("discord"):
            address = room.destination.address
            if room.is_person:
                one = here.users[address[2:]] = Person(address[2:], room.name)
                server.join(one)
                continue
            channel = here.add_channel(server, room.name[1:], id_=address)
            if not room.readable:
                deny = Right.READ_MESSAGE_HISTORY
                channel.overwrites[SERVER] = Overwrite(SERVER, deny=deny)

    def _of(self, platform: str) -> Iterator[Room]:
        return (one for one in self.rooms.values() if one.destination.platform == platform)

    # ── wishes ───────────────────────────────────────────────────────────────────────────────────

    async def addresses(self) -> Json:
        gateway = self.discord.gateway.url
        return {"arxiv": self.arxiv.endpoints.feed, "slack": self.slack.api,
                "discord": self.discord.api, "gateway": gateway}  # fmt: skip

    async def expect(self, platform: str, troubles: Sequence[Json]) -> None:
        wire = self.slack.wire if platform == "slack" else self.discord.wire
        wire.expect([WireTrouble(**one) for one in troubles])

    async def fired(self, platform: str) -> list[int]:
        return (self.slack if platform == "slack" else self.discord).wire.fired

    async def arxiv_troubles(self, troubles: Sequence[Json]) -> None:
        """Let arXiv misbehave, at the nth request from now on."""
        for one in troubles:
            asked = self.arxiv.count(one["kind"])
            first = asked + one["first"]
            self.arxiv.troubles.append(
                Trouble(**{**one, "fault": Fault(one["fault"]), "first": first})
            )

    async def arxiv_fired(self) -> int:
        """Forget arXiv's troubles; return how many requests met one."""
        met = sum(1 for one in self.arxiv.log if one.fault)
        self.arxiv.log.clear()
        self.arxiv.troubles.clear()
        return met

    async def close(self, platform: str, address: str) -> None:
        """Let a channel be closed to the bot."""
        if platform == "slack":
            self.slack.workspace.channels[address].archived = True
        else:
            self.discord.world.channels[address].overwrites[SERVER] = Overwrite(
                SERVER, deny=Right.VIEW_CHANNEL
            )

    async def open(self, platform: str, address: str) -> None:
        """Open it again, and say so to whoever listens."""
        if platform == "slack":
            self.slack.workspace.channels[address].archived = False
            with contextlib.suppress(IndexError, TimeoutError):
                await self.slack.people.event("channel_unarchive", channel=address, user="U0ADA")
            return
        room = self.rooms[platform, address]
        deny = NONE if room.readable else Right.READ_MESSAGE_HISTORY
        await self.discord.events.overwrite(address, SERVER, deny=deny)

    async def tokens(self, slack: str, discord: str) -> None:
        """Let these be the tokens from now on; the ones before are worth nothing."""
        self.slack.workspace.bot_token = slack
        await self.discord.events.replace_token(discord)

    async def drop_sockets(self) -> None:
        await self.slack.drop_sockets()
        await self.discord.gateway.drop()

    async def pace(self, tight: bool) -> None:
        """Tighten the limits, or let them be as wide as before."""
        self.slack._lanes._pace = CLOSE if tight else OPEN
        self.discord.pace = self.discord._lanes.pace = TIGHT if tight else FREE

    async def quarrels(self) -> list[str]:
        """Return what no well-behaved app does."""
        return [*self.slack.faults, *self.discord.faults]

    async def held(self) -> list[Json]:
        """Return every message of the bot's: where, its key, its papers, when, below what.

        What a platform takes late counts too, so that no world ends before its repeats arrive.
        """
        await self.slack.wire.calm()
        await self.discord.wire.calm()
        return [*self._held_in_slack(), *self._held_in_discord()]

    def _held_in_slack(self) -> Iterator[Json]:
        here = self.slack.workspace
        for channel in here.channels.values():
            address = channel.im or channel.id
            for one in channel.messages:
                if one.bot and not one.to and ("slack", address) in self.rooms:
                    told = (one.metadata or {}).get("event_payload", {})
                    key = (
                        told.get("key", "")
                        if (one.metadata or {}).get("event_type") == EVENT
                        else ""
                    )
                    yield self._message("slack", address, key, one.ts, one.thread, one.blocks)

    def _held_in_discord(self) -> Iterator[Json]:
        here = self.discord.world
        for channel in here.channels.values():
            address = _discord_address(here.channels, channel)
            if ("discord", address) not in self.rooms:
                continue
            for one in channel.messages:
                if one.author == here.app and not one.to and one.kind != STARTER:
                    shown = discord_shown.message(here, one)
                    thread = channel.id if channel.is_thread else ""
                    yield self._message(
                        "discord", address, key_in(shown), one.id, thread, shown["components"]
                    )

    def _message(
        self, platform: str, address: str, key: str, id_: str, thread: str, content: object
    ) -> Json:
        papers = sorted(set(PAPER.findall(json.dumps(content))))
        at = self.arrived[f"{platform} {id_}"].isoformat()
        return {"platform": platform, "address": address, "key": key, "id": id_,
                "thread": thread, "papers": papers, "at": at}  # fmt: skip


def _discord_address(channels: Mapping[str, Channels], channel: Channels) -> str:
    if channel.recipient:
        return f"u:{channel.recipient}"
    return channels[channel.parent].id if channel.is_thread else channel.id


# ── the process ──────────────────────────────────────────────────────────────────────────────────


async def _serve(world: FaultyWorld, clock: Path, link: socket.socket) -> None:
    logging.getLogger("aiohttp").setLevel(logging.CRITICAL)  # clients die all the time
    stand_ins = StandIns(world, SharedClock(clock))
    async with stand_ins.arxiv, stand_ins.slack, stand_ins.discord:
        reader, writer = await asyncio.open_connection(sock=link, limit=2**26)
        while line := await reader.readline():
            name, wish = json.loads(line)
            method: Callable[..., Awaitable[Any]] = getattr(stand_ins, name)
            writer.write(json.dumps(await method(**wish)).encode() + b"\n")
            await writer.drain()


def serve(world: FaultyWorld, clock: Path, link: socket.socket) -> None:
    """Serve until the other end of the socket is closed."""
    asyncio.run(_serve(world, clock, link))
