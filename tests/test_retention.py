"""Forgetting by age, on the real store."""

from datetime import UTC, datetime, timedelta

from bot.limits import Limits
from bot.model import Announcement, BatchState, Kind, Paper, Raw
from bot.retention import Retention
from bot.store.opening import Store, open_store

START = datetime(2026, 5, 4, 12, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.moment = START

    def now(self) -> datetime:
        return self.moment


async def announce(store: Store, moment: datetime, name: str) -> None:
    paper = Paper(name, Raw("Spin glass"), Raw("We cool one."), categories=("cond-mat.dis-nn",))
    said = Announcement(name, 1, Kind.NEW, moment.date(), "feed")
    await store.announcements.add([paper], [said], at=moment)
    await store.announcements.mark(moment.date(), BatchState.SETTLED, moment)


async def test_what_is_older_than_ninety_days_goes_and_never_becomes_new_again() -> None:
    clock = Clock()
    async with open_store(":memory:", calendar=clock) as store:
        await announce(store, START, "2605.00001")
        await announce(store, START + timedelta(days=80), "2607.00001")
        retention = Retention(store.announcements, store.papers, clock, Limits())
        clock.moment = START + timedelta(days=89)
        await retention.step()
        assert len(await store.announcements.between(0, 10)) == 2
        clock.moment = START + timedelta(days=92)
        await retention.step()
        ((said, _),) = await store.announcements.between(0, 10)
        assert said.paper == "2607.00001"
        assert (await store.announcements.seen(["2605.00001"]))["2605.00001"].highest == 1


async def test_pruning_happens_once_a_day() -> None:
    clock = Clock()
    async with open_store(":memory:", calendar=clock) as store:
        retention = Retention(store.announcements, store.papers, clock, Limits())
        await retention.step()
        await announce(store, START - timedelta(days=200), "2510.00001")
        await retention.step()
        assert len(await store.announcements.between(0, 10)) == 1
        clock.moment += timedelta(days=1)
        await retention.step()
        assert not await store.announcements.between(0, 10)
