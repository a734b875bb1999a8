"""The real worker, store and Slack client against the stand-in workspace, over real sockets."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count

from bot.clock import SystemElapsed
from bot.limits import DeliveryLimits, Pace, PlatformLimits
from bot.model import (
    Density,
    Destination,
    Heading,
    Item,
    Kind,
    Place,
    Plan,
    Slot,
    State,
)
from bot.platforms.slack.client import SlackPlatform, connect
from bot.store import Store, open_store
from tests.deliver.bench import Bench
from tests.deliver.clocks import JumpingCalendar
from tests.fake_platform import FakePlatform
from tests.platforms.slack.samples import PAPER, TEAM
from tests.standins.slack import SlackPace, SlackStandIn
from tests.standins.slack_faults import Trouble
from tests.standins.slack_world import Message, Workspace

PAPERS = Destination("slack", TEAM, "C0PAPERS")
OTHER = Destination("slack", TEAM, "C0OTHER")
ADA = Destination("slack", TEAM, "U0ADA")
FAST = DeliveryLimits(
    request_timeout=2.0,
    reconcile_after=0.02,
    idle_poll=0.01,
    retry_ladder=(0.01,),
    reconcile_ladder=(0.01,),
)
_SLOTS = count()
NO_PACE = PlatformLimits(Pace(0.0, 100), Pace(0.0, 100))


@dataclass
class SlackBench(Bench):
    """A bench whose platform is Slack."""

    slack: SlackStandIn = field(kw_only=True)

    async def owe(
        self, where: Destination = PAPERS, papers: int = 3, density: Density = Density.AUTO
    ) -> None:
        """Owe a digest of papers to a place."""
        await owe(self.store, self.calendar.now(), where, papers, density)

    def held(self, channel: str = "C0PAPERS") -> list[Message]:
        """Return the bot's messages that a channel holds."""
        return [one for one in self.slack.workspace.channels[channel].messages if one.bot]

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
    """Owe a digest to a place that shows all of these papers."""
    place = Place(where, where.address, density=density, is_person=where.address[0] == "U")
    await store.subscriptions.put_place(place, "test")
    known = [replace(PAPER, id=f"2611.{n:05}") for n in range(1, papers + 1)]
    await store.papers.put(known)
    items = tuple(Item(one.id, 2, Kind.NEW, (1,)) for one in known)
    heading = Heading(topics=((1, "glass"),))
    plan = Plan(where, Slot(f"slot {next(_SLOTS)}", now), heading, items, shown=papers)
    assert not await store.outbox.enqueue([plan], now)


@asynccontextmanager
async def slack_bench(
    *troubles: Trouble,
    workspace: Workspace | None = None,
    pace: SlackPace | None = None,
    limits: DeliveryLimits = FAST,
    platform_limits: PlatformLimits = NO_PACE,
) -> AsyncIterator[SlackBench]:
    """Open a bench; without `pace` neither side keeps one."""
    calendar = JumpingCalendar()
    async with (
        SlackStandIn(workspace, pace or SlackPace(channel_gap=0.0), troubles) as slack,
        open_store(":memory:", calendar=calendar) as store,
    ):
        client = connect(slack.workspace.bot_token, slack.api)
        platform = SlackPlatform({TEAM: client}, platform_limits)
        bench = SlackBench(
            store.outbox,
            store.subscriptions,
            platform,
            FakePlatform(clock=lambda: 0.0),
            calendar,
            SystemElapsed(),
            store,
            limits,
            slack=slack,
        )
        try:
            yield bench
        finally:
            await bench.kill()
