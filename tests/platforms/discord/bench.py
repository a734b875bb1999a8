"""The real worker, store and Discord client against the stand-in, over real sockets."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count

from bot.clock import SystemElapsed
from bot.limits import DeliveryLimits, Pace, PlatformLimits
from bot.model import Density, Destination, Heading, Item, Kind, Place, Plan, Slot, State
from bot.platforms.discord.client import DiscordPlatform, Voice
from bot.platforms.discord.gateway import QuietClient
from bot.platforms.discord.rest import Budget, Rest
from bot.store import Store, open_store
from tests.deliver.bench import Bench
from tests.deliver.clocks import JumpingCalendar
from tests.fake_platform import FakePlatform
from tests.platforms.discord.samples import PAPER
from tests.standins.discord import DiscordPace, DiscordStandIn, pointed_at
from tests.standins.discord_faults import Trouble
from tests.standins.discord_world import (
    ADA as ADA_ID,
    APP,
    OTHER as OTHER_ID,
    PAPERS as PAPERS_ID,
    Message,
    World,
)

PAPERS = Destination("discord", APP, PAPERS_ID)
OTHER = Destination("discord", APP, OTHER_ID)
ADA = Destination("discord", APP, f"u:{ADA_ID}")
FAST = DeliveryLimits(
    request_timeout=4.0,
    reconcile_after=0.02,
    idle_poll=0.01,
    retry_ladder=(0.01,),
    reconcile_ladder=(0.01,),
)
NO_PACE = PlatformLimits(Pace(0.0, 100), Pace(0.0, 100))
UNHURRIED = DiscordPace(buckets={}, usual=(1_000, 1.0), each_second=1_000)
_SLOTS = count()


@dataclass
class DiscordBench(Bench):
    """A bench whose platform is Discord."""

    discord: DiscordStandIn = field(kw_only=True)

    async def owe(
        self, where: Destination = PAPERS, papers: int = 3, density: Density = Density.AUTO
    ) -> None:
        """Owe a digest of papers to a place."""
        await owe(self.store, self.calendar.now(), where, papers, density)

    def held(self, channel: str = PAPERS_ID) -> list[Message]:
        """Return the bot's messages that a channel holds."""
        return self.discord.world.sent(channel)

    def direct(self) -> list[Message]:
        """Return the bot's messages to Ada."""
        return self.held(self.discord.world.direct(ADA_ID).id)

    async def all_sent(self) -> bool:
        """Say whether nothing is left to do or to ask."""
        return {row.state for row in await self.rows()} == {State.SENT}


async def owe(
    store: Store,
    now: datetime,
    where: Destination,
    papers: int = 3,
    density: Density = Density.AUTO,
) -> None:
    """Owe a digest of papers to a place."""
    person = where.address.startswith("u:")
    place = Place(where, where.address, density=density, is_person=person)
    await store.subscriptions.put_place(place, "test")
    known = [replace(PAPER, id=f"2611.{n:05}") for n in range(1, papers + 1)]
    await store.papers.put(known)
    items = tuple(Item(one.id, 2, Kind.NEW, (1,)) for one in known)
    heading = Heading(topics=((1, "glass"),))
    plan = Plan(where, Slot(f"slot {next(_SLOTS)}", now), heading, items)
    assert not await store.outbox.enqueue([plan], now)


@asynccontextmanager
async def discord_bench(
    *troubles: Trouble,
    world: World | None = None,
    pace: DiscordPace = UNHURRIED,
    limits: DeliveryLimits = FAST,
    platform_limits: PlatformLimits = NO_PACE,
) -> AsyncIterator[DiscordBench]:
    """Open a bench; without `pace` neither side keeps one. The token is known from the start."""
    calendar, elapsed = JumpingCalendar(), SystemElapsed()
    async with (
        DiscordStandIn(world, pace, troubles) as there,
        open_store(":memory:", calendar=calendar) as store,
        QuietClient(Budget(elapsed)) as client,
    ):
        with pointed_at(there):
            rest = Rest(client)
            await client.login(there.world.token)
            platform = DiscordPlatform({APP: Voice(rest, APP)}, platform_limits, elapsed)
            bench = DiscordBench(
                store.outbox,
                store.subscriptions,
                platform,
                FakePlatform(clock=lambda: 0.0),
                calendar,
                elapsed,
                store,
                limits,
                discord=there,
            )
            try:
                yield bench
            finally:
                await bench.kill()
