"""People of the stand-in's Discord talk to the real commands, through the real gateway."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.clock import SystemElapsed
from bot.limits import PlatformLimits
from bot.model import Destination, Person, Place
from bot.platforms.discord.service import DiscordService
from bot.secret import Secret
from tests.commands.dialogue import Dialogue, Press, talking
from tests.platforms.discord.bench import NO_PACE, UNHURRIED
from tests.standins.discord import PATIENCE, DiscordPace, DiscordStandIn, pointed_at
from tests.standins.discord_faults import Trouble
from tests.standins.discord_people import People
from tests.standins.discord_permissions import Overwrite, Right
from tests.standins.discord_world import (
    APP,
    MODERATORS,
    OTHER,
    OWNER,
    PAPERS as PAPERS_ID,
    SERVER,
    Message,
    World,
)

ADA_ID, BEN_ID, EVE_ID = "700000000000000001", "700000000000000002", "700000000000000003"
HERE = Destination("discord", APP, PAPERS_ID)


@dataclass
class Talking:
    """A server, the people in it, and the bot that they talk to."""

    discord: DiscordStandIn
    people: People
    dialogue: Dialogue
    service: DiscordService

    def seen(self, channel: str = PAPERS_ID) -> list[Message]:
        """Return what all see of the bot in a channel."""
        return self.discord.world.sent(channel)

    async def said(self, channel: str = PAPERS_ID, count: int = 1) -> list[Message]:
        """Wait until the bot has said so much in a channel."""
        await self.discord.until(lambda: len(self.seen(channel)) >= count)
        return self.seen(channel)

    async def until(self, holds: Callable[[], object]) -> None:
        """Wait for something that no request to Discord tells."""
        async with asyncio.timeout(PATIENCE):
            while not holds():  # noqa: ASYNC110 - the core has no event for every condition
                await asyncio.sleep(0.01)


def paper_world() -> World:
    """Return a server with Ada and Ben, who manage channels, and Eve, who does not."""
    world = World()
    server = world.servers[SERVER]
    for id_, name, roles in (
        (ADA_ID, "ada", (MODERATORS,)),
        (BEN_ID, "ben", (MODERATORS,)),
        (EVE_ID, "eve", ()),
    ):
        user = world.add_user(name)
        del world.users[user.id]
        user.id = id_
        world.users[id_] = user
        server.join(user, *roles)
    world.channels[OTHER].name = "glass"
    return world


def denied(world: World, channel: str, rights: Right) -> None:
    """Take rights from everybody, the bot too, in a channel."""
    world.channels[channel].overwrites[SERVER] = Overwrite(SERVER, deny=rights)


@asynccontextmanager
async def discord_talk(
    *troubles: Trouble,
    press: Press | None = None,
    world: World | None = None,
    pace: DiscordPace = UNHURRIED,
    limits: PlatformLimits = NO_PACE,
) -> AsyncIterator[Talking]:
    """Open a server in Berlin's time zone whose bot listens."""
    async with (
        talking(press) as dialogue,
        DiscordStandIn(world or paper_world(), pace, troubles) as there,
    ):
        with pointed_at(there):
            berlin = Place(Destination("discord", APP, f"g:{SERVER}"), "server", "Europe/Berlin")
            await dialogue.store.subscriptions.put_place(berlin, "test")
            for id_, zone in ((BEN_ID, "Asia/Tokyo"), (EVE_ID, "America/New_York")):
                await dialogue.store.people.put(Person("discord", APP, f"u:{id_}", zone))
            service = DiscordService(Secret(there.world.token), limits, SystemElapsed())
            async with service.open(
                dialogue.commands,
                dialogue.store.subscriptions,
                dialogue.store.accounts,
                dialogue.store.lane,
                lambda: dialogue.woken.append(dialogue.calendar.now()),
            ):
                await there.until(lambda: there.gateway.connected and there.world.commands)
                yield Talking(there, there.people, dialogue, service)
        assert not there.faults


__all__ = ["OWNER", "Talking", "denied", "discord_talk", "paper_world"]
