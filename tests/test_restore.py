"""A backup put back, on each platform over real sockets: nothing is there twice afterwards."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from random import Random

import pytest

from bot.clock import SystemElapsed
from bot.deliver.worker import Worker
from bot.limits import Limits
from bot.model import Density, Destination, Heading, Item, Kind, Place, Plan, Slot, State
from bot.notices import Notices
from bot.platforms.discord.client import DiscordPlatform, Voice
from bot.platforms.discord.gateway import QuietClient
from bot.platforms.discord.rest import Budget, Rest
from bot.platforms.slack.client import SlackPlatform, connect
from bot.platforms.web.client import WebPlatform
from bot.platforms.web.live import Bell
from bot.posted import UNREAD
from bot.rereading import Rereader
from bot.settlement import SendAgain
from bot.store import Store, open_store
from bot.store.copies import backup, restore
from tests.deliver.clocks import JumpingCalendar
from tests.platforms.discord import bench as on_discord
from tests.platforms.slack import bench as on_slack
from tests.platforms.slack.samples import PAPER, TEAM
from tests.standins.discord import DiscordStandIn, pointed_at
from tests.standins.discord_world import APP, PAPERS as PAPERS_ID
from tests.standins.slack import SlackPace, SlackStandIn
from tests.standins.slack_world import Workspace

_STARTS = count()


@dataclass
class There:
    """A platform and one place on it."""

    platform: SlackPlatform | DiscordPlatform
    where: Destination
    held: Callable[[], int]  # how many messages of ours are there
    calls: Callable[[], int]  # how often we were asked to post


@asynccontextmanager
async def slack(*, readable: bool = True) -> AsyncIterator[There]:
    workspace = Workspace()
    if readable:
        workspace.allow_rechecks()
    async with SlackStandIn(workspace, SlackPace(channel_gap=0.0)) as there:
        client = connect(workspace.bot_token, there.api)
        platform = SlackPlatform({TEAM: client}, on_slack.NO_PACE)
        held = workspace.channels["C0PAPERS"].messages
        yield There(
            platform,
            on_slack.PAPERS,
            lambda: sum(1 for one in held if one.bot),
            lambda: len(there.calls("chat.postMessage")),
        )


@asynccontextmanager
async def discord() -> AsyncIterator[There]:
    elapsed = SystemElapsed()
    client = QuietClient(Budget(elapsed))
    async with DiscordStandIn(pace=on_discord.UNHURRIED) as there, client:
        with pointed_at(there):
            rest = Rest(client)
            await client.login(there.world.token)
            platform = DiscordPlatform({APP: Voice(rest, APP)}, on_discord.NO_PACE, elapsed)

            def held() -> int:
                threads = [one.id for one in there.world.sent(PAPERS_ID)]
                known = [one for one in threads if one in there.world.channels]
                return sum(len(there.world.sent(one)) for one in [PAPERS_ID, *known])

            yield There(platform, on_discord.PAPERS, held, held)


PLATFORMS: dict[str, Callable[[], AbstractAsyncContextManager[There]]] = {
    "slack": slack,
    "discord": discord,
}
both = pytest.mark.parametrize("there", PLATFORMS.values(), ids=PLATFORMS)


@dataclass
class Bot:
    """One life of the program: a store with a worker and a rereader."""

    store: Store
    there: There
    calendar: JumpingCalendar
    worker: Worker
    rereader: Rereader

    async def owe(self, slot: str, papers: Sequence[int], density: Density = Density.AUTO) -> None:
        now, where = self.calendar.now(), self.there.where
        known_place = await self.store.subscriptions.place(where)
        place = known_place or Place(where, "#papers")
        await self.store.subscriptions.put_place(replace(place, density=density), "test")
        known = [replace(PAPER, id=f"2611.{n:05}") for n in papers]
        await self.store.papers.put(known)
        shown = await self.store.outbox.shown([where], [one.id for one in known])
        fresh = [one for one in known if (where, one.id) not in shown]
        items = tuple(Item(one.id, 2, Kind.NEW, (1,)) for one in fresh)
        plan = Plan(where, Slot(slot, now), Heading(topics=((1, "glass"),)), items)
        assert not await self.store.outbox.enqueue([plan], now)

    async def settled(self) -> None:
        work = asyncio.create_task(self.worker.run())
        self.worker.wake()
        while (due := await self.worker.idle()) is not None:
            self.calendar.jump(max(due, self.calendar.now()))
            self.worker.wake()
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)

    async def asks(self) -> int:
        """Look for doubts; return how many questions were planned."""
        store = self.store
        ports = store.announcements, store.subscriptions, store.outbox, store.audit, store.lane
        return await Notices(*ports, self.calendar, Limits()).step()

    async def states(self) -> list[tuple[str, int, State]]:
        rows = await self.store.audit.deliveries(None, 100)
        return [(row.slot, row.delivery.part, row.delivery.state) for row in reversed(rows)]


@asynccontextmanager
async def started(path: Path, there: There) -> AsyncIterator[Bot]:
    calendar = JumpingCalendar()
    limits = on_slack.FAST
    async with open_store(path, start=f"start-{next(_STARTS)}", calendar=calendar) as store:
        worker = Worker(
            there.platform,
            store.outbox,
            store.subscriptions,
            calendar,
            SystemElapsed(),
            limits,
            Random(7),
        )

        async def done() -> None:
            return None

        rereader = Rereader(
            store.unread, [there.platform], calendar, limits, on_read=worker.wake, on_done=done
        )
        yield Bot(store, there, calendar, worker, rereader)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "p.sqlite3"


@both
async def test_what_was_sent_after_the_backup_is_known_as_sent_and_shown(
    there: Callable[[], AbstractAsyncContextManager[There]], path: Path
) -> None:
    copy = path.with_name("copy")
    async with there() as at:
        async with started(path, at) as bot:
            await bot.owe("mon", [1, 2])
            await bot.settled()
            await bot.owe("tue", [3])  # planned before, sent after
            backup(path, copy)
            await bot.settled()
            await bot.owe("wed", [4, 5])
            await bot.settled()
        restore(path, copy)
        posts = at.calls()
        async with started(path, at) as bot:
            assert bot.store.restored
            await bot.settled()
            assert at.calls() == posts  # nothing before it was read
            await bot.rereader.step()
            await bot.settled()
            assert await bot.states() == [("mon", 0, State.SENT), ("tue", 0, State.SENT)]
            papers = [f"2611.{n:05}" for n in range(1, 6)]
            shown = await bot.store.outbox.shown([at.where], papers)
            assert shown == {(at.where, one): 2 for one in papers}
            await bot.owe("wed", [4, 5, 6])  # as after downtime: one paper more than was shown
            await bot.settled()
            assert (await bot.states())[-1] == ("wed", 0, State.SENT)
            assert at.calls() == posts + 1  # the sixth, under a key that no message has yet
            await bot.owe("thu", [5, 6, 7])
            await bot.settled()
            assert at.calls() == posts + 2


@both
async def test_replies_of_a_thread_that_was_begun_are_asked_about(
    there: Callable[[], AbstractAsyncContextManager[There]], path: Path
) -> None:
    copy = path.with_name("copy")
    async with there() as at:
        async with started(path, at) as bot:
            await bot.owe("mon", [1, 2, 3], Density.THREAD)
            backup(path, copy)
            await bot.settled()
        held = at.held()
        restore(path, copy)
        async with started(path, at) as bot:
            await bot.rereader.step()
            await bot.settled()
            states = await bot.states()
            assert len(states) > 1
            assert {state for *_, state in states} == {State.SENT}
            assert at.held() == held


async def test_where_nothing_can_be_read_the_first_digest_waits_for_a_person(path: Path) -> None:
    copy = path.with_name("copy")
    async with slack(readable=False) as at:
        async with started(path, at) as bot:
            await bot.owe("mon", [1])
            await bot.settled()
            backup(path, copy)
            await bot.owe("tue", [2])
            await bot.settled()
        restore(path, copy)
        async with started(path, at) as bot:
            await bot.rereader.step()
            await bot.owe("tue", [2])
            await bot.settled()
            assert await bot.states() == [("mon", 0, State.SENT), ("tue", 0, State.UNKNOWN)]
            assert at.held() == 2
            (row,) = (
                one.delivery for one in await bot.store.audit.deliveries(None, 9, doubts=True)
            )
            assert await bot.asks() == 1
            await bot.settled()
            assert at.held() == 3  # the question
            await bot.store.outbox.settle(row.key, SendAgain("asked for"), bot.calendar.now())
            await bot.owe("wed", [3])
            await bot.settled()
            assert at.held() == 5


@both
async def test_a_place_that_is_not_read_yet_stays_so_over_a_restart_and_whatever_else_is_learnt(
    there: Callable[[], AbstractAsyncContextManager[There]], path: Path
) -> None:
    copy = path.with_name("copy")
    async with there() as at:
        async with started(path, at) as bot:
            await bot.owe("mon", [1])
            backup(path, copy)
            await bot.settled()
        restore(path, copy)
        async with started(path, at) as bot:
            place = await bot.store.subscriptions.place(at.where)
            assert place
            assert place.suspended == UNREAD
            await bot.store.subscriptions.put_place(replace(place, suspended="archived"), "test")
            await bot.store.subscriptions.put_place(replace(place, suspended=""), "test")
            await bot.settled()
        async with started(path, at) as bot:
            assert bot.store.restored
            assert await bot.states() == []
            await bot.rereader.step()
            await bot.settled()
            assert await bot.states() == [("mon", 0, State.SENT)]
            assert at.held() == 1
            place = await bot.store.subscriptions.place(at.where)
            assert place
            assert place.suspended == ""


async def test_the_built_in_channel_goes_back_together_with_the_database(path: Path) -> None:
    copy = path.with_name("copy")
    where = Destination("web", "local", "papers")
    calendar = JumpingCalendar()
    async with open_store(path, start="one", calendar=calendar) as store:
        await store.channel.put("K" * 24, where, calendar.now(), '{"lines": ["old"]}')
        await store.subscriptions.put_place(Place(where, "papers"), "test")
        backup(path, copy)
    restore(path, copy)
    async with open_store(path, start="two", calendar=calendar) as store:
        web = WebPlatform(store.channel, Bell(), calendar, on_slack.NO_PACE)
        (found,) = await web.posted(where, "")
        assert found.key == "K" * 24
        assert await web.posted(where, found.platform_id) == []

        async def done() -> None:
            return None

        rereader = Rereader(
            store.unread, [web], calendar, on_slack.FAST, on_read=lambda: None, on_done=done
        )
        await rereader.step()
        assert await store.unread.places() == ()
