"""A worker on a bench: a store, a platform and two clocks that a test holds in its hands."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from random import Random

from bot.deliver.worker import Worker
from bot.limits import DeliveryLimits
from bot.model import Delivery, Destination, Heading, Place, Plan, Slot, State
from bot.ports import Elapsed, Outbox, Platform, Subscriptions
from bot.settlement import Settlement
from bot.store import Store, open_store
from tests.deliver.clocks import JumpingCalendar, OrderlyElapsed
from tests.deliver.trouble import Clocked, DooredOutbox, behind
from tests.fake_platform import FakePlatform

PAPERS = Destination("fake", "team", "#papers")
OTHER = Destination("fake", "team", "#other")
ABROAD = Destination("fake", "abroad", "#papers")
LIMITS = DeliveryLimits()
_NUMBERS = count()


@dataclass
class Bench:
    """What a test of the worker needs. `outbox` may be wrapped before `start`."""

    outbox: Outbox
    subscriptions: Subscriptions
    platform: Platform
    fake: FakePlatform
    calendar: JumpingCalendar
    elapsed: Elapsed
    store: Store
    limits: DeliveryLimits = LIMITS
    worker: Worker | None = None
    running: "asyncio.Task[None] | None" = None

    async def plan(self, note: str, *destinations: Destination) -> None:
        """Owe a message a line of `note` to each destination."""
        await plan_in(self.store, self.calendar.now(), note, *destinations or (PAPERS,))

    def start(self) -> None:
        """Start a worker, as a new process would: on what is stored, with a fresh memory."""
        self.worker = Worker(
            self.platform,
            self.outbox,
            self.subscriptions,
            self.calendar,
            self.elapsed,
            self.limits,
            Random(7),
        )
        self.running = asyncio.create_task(self.worker.run())

    async def kill(self) -> None:
        """End the worker as `kill -9` would, as far as one process can show it."""
        if self.running:
            self.running.cancel()
            await asyncio.gather(self.running, return_exceptions=True)
            self.running = None

    async def stop(self) -> None:
        """Stop the worker as `SIGTERM` does, and wait until it has ended."""
        assert self.worker
        assert self.running
        self.worker.stop()
        await self.running
        self.running = None

    async def quiet(self) -> datetime | None:
        """Wait until nothing can be done now; return the next moment that something can."""
        if self.running is None:
            self.start()
        assert self.worker
        self.worker.wake()
        return await self.worker.idle()

    async def settled(self) -> None:
        """Jump from one due moment to the next until nothing is left to do by itself."""
        while (due := await self.quiet()) is not None:
            self.calendar.jump(max(due, self.calendar.now()))

    async def rows(self, destination: Destination | None = None) -> Sequence[Delivery]:
        """Return the deliveries (of a destination), in the order of digest, part and round."""
        known = await self.store.audit.deliveries(destination, 1_000)
        return [row.delivery for row in reversed(known)]

    async def states(self, destination: Destination | None = None) -> list[State]:
        return [row.state for row in await self.rows(destination)]

    async def are(self, *states: State) -> bool:
        """Say whether these are the states of all deliveries."""
        return tuple(await self.states()) == states

    async def last_known(self, destination: Destination) -> str:
        place = await self.subscriptions.place(destination)
        return place.last_platform_id if place else ""

    async def answer(self, settlement: Settlement) -> None:
        """Let a person answer about the newest row."""
        rows = await self.rows()
        assert await self.outbox.settle(rows[-1].key, settlement, self.calendar.now())

    async def bring_back(self, destination: Destination) -> None:
        """Let a suspended place return."""
        place = await self.subscriptions.place(destination)
        assert place
        await self.subscriptions.put_place(replace(place, suspended=""), "test")


async def know(store: Store, *destinations: Destination) -> None:
    """Make places known."""
    for where in destinations:
        await store.subscriptions.put_place(Place(where, where.address), "test")


async def plan_in(store: Store, now: datetime, note: str, *destinations: Destination) -> None:
    """Owe a notice with a message a line of `note` to each destination, known or not."""
    unknown = [one for one in destinations if await store.subscriptions.place(one) is None]
    await know(store, *unknown)
    slot = Slot(f"notice:test:{next(_NUMBERS)}", now)
    plans = [Plan(where, slot, Heading(note=note)) for where in destinations]
    assert not await store.outbox.enqueue(plans, now)


@asynccontextmanager
async def open_bench(limits: DeliveryLimits = LIMITS) -> AsyncIterator[Bench]:
    """Open a bench on a database in memory."""
    calendar, elapsed = JumpingCalendar(), OrderlyElapsed()
    fake = FakePlatform(clock=elapsed.now)
    async with open_store(":memory:", calendar=calendar) as store:
        outbox = DooredOutbox(store.outbox, Clocked(elapsed))
        subscriptions = behind(store.subscriptions, Clocked(elapsed))
        bench = Bench(outbox, subscriptions, fake, fake, calendar, elapsed, store, limits)
        try:
            yield bench
        finally:
            await bench.kill()


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Let everything go on until `condition` holds."""
    while not await condition():  # noqa: ASYNC110 - the fakes keep no event for every condition
        await asyncio.sleep(0)


def actions(records: Sequence[logging.LogRecord]) -> list[str]:
    """Return the `action` of each of the worker's records."""
    return [vars(record)["action"] for record in records if record.name == "paperboy.deliver"]
