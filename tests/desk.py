"""A planner on a real store, with a clock of its own."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.limits import Limits
from bot.model import (
    Announcement,
    BatchState,
    Daily,
    Destination,
    Digest,
    Kind,
    OnArrival,
    Paper,
    Raw,
    Schedule,
    Subscription,
)
from bot.planning import Planned, Planner
from bot.store import Store, open_store

TUE, WED, THU = date(2026, 8, 4), date(2026, 8, 5), date(2026, 8, 6)
FRI, MON = date(2026, 8, 7), date(2026, 8, 10)
LAMPS, MIRRORS, PRISMS = "lamps", "mirrors", "prisms"
HERE = Destination("web", "local", "papers")
THERE = Destination("web", "local", "optics")
ME = "web:local:me"


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.moment = at(TUE, 3)

    def now(self) -> datetime:
        return self.moment


class Desk:
    """A store, a clock and a planner; days of invented papers come in as a test says."""

    def __init__(self, store: Store, clock: Clock, limits: Limits | None = None) -> None:
        self.store = store
        self.clock = clock
        self.ready = True
        self.limits = limits or Limits()
        self.planner = self.another()

    def another(self) -> Planner:
        store = self.store
        return Planner(
            store.announcements,
            store.subscriptions,
            store.outbox,
            self.clock,
            self.limits,
            self._ready,
        )

    async def _ready(self) -> bool:
        return self.ready

    async def subscribe(
        self,
        topic: str,
        schedule: Schedule | None = None,
        where: Destination = HERE,
        **known: object,
    ) -> Subscription:
        plain = Subscription(
            where, 0, topic, topic, schedule or Daily("09:00"), "UTC", 0, first_done=True
        )
        if isinstance(plain.schedule, OnArrival):
            plain = replace(plain, last_slot="arrival:2026-08-03")
        else:
            plain = replace(plain, last_slot=f"2026-08-03T{plain.schedule.at} UTC")
        return await self.store.subscriptions.save(replace(plain, **known), ME)  # type: ignore[arg-type]

    async def announce(
        self, day: date, *titles: str, version: int = 1, settled: bool = True, hour: int = 4
    ) -> None:
        """Announce papers numbered by their titles: the same title is the same paper."""
        moment = at(day, hour)
        kind = Kind.NEW if version == 1 else Kind.REPLACE
        papers = [paper(title, version) for title in titles]
        said = [Announcement(one.id, version, kind, day, "feed") for one in papers]
        await self.store.announcements.add(papers, said, at=moment)
        state = BatchState.SETTLED if settled else BatchState.OPEN
        await self.store.announcements.mark(day, state, moment)

    async def plan(self, day: date, hour: int, minute: int = 0) -> Planned:
        self.clock.moment = at(day, hour, minute)
        return await self.planner.step()

    async def digests(self, where: Destination = HERE) -> list[Digest]:
        found, number = [], 1
        while digest := await self.store.outbox.digest(number):
            found.append(digest)
            number += 1
        return [digest for digest in found if digest.destination == where]

    async def titles(self, where: Destination = HERE) -> list[list[str]]:
        """Return the titles of each digest so far."""
        return [
            [digest.papers[item.paper, item.version].title for item in digest.items]
            for digest in await self.digests(where)
        ]

    async def one(self, where: Destination = HERE) -> Subscription:
        (found,) = await self.store.subscriptions.of(where)
        return found


def paper(title: str, version: int = 1) -> Paper:
    number = sum(ord(letter) * (place + 7) for place, letter in enumerate(title)) % 100_000
    return Paper(f"2608.{number:05}", Raw(title), Raw("Nothing else."), version)


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    clock = Clock()
    async with open_store(":memory:", calendar=clock) as store:
        yield Desk(store, clock)
