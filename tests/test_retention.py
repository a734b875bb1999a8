"""Forgetting by age, on the real store."""

from datetime import UTC, datetime, timedelta

from bot.accounts import AccountId
from bot.model import (
    Announcement,
    BatchState,
    Destination,
    Kind,
    Paper,
    Person,
    Raw,
)
from bot.retention import Kept, Retention
from bot.store.opening import Store, open_store
from tests.store.samples import subscription

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


async def subscribed(store: Store, team: str) -> None:
    """Let Ada subscribe a channel of a workspace, and save a paper."""
    channel, ada = Destination("slack", team, "C1"), Person("slack", team, "UADA", "UTC")
    await store.subscriptions.save(subscription("lamps", channel), "slack:" + team + ":UADA")
    await store.people.put(ada)
    await store.people.save_paper(ada, "2605.00001", START)


def retention_of(store: Store, clock: Clock) -> Retention:
    return Retention(store.announcements, store.papers, store.accounts, clock, Kept())


async def test_what_is_older_than_ninety_days_goes_and_never_becomes_new_again() -> None:
    clock = Clock()
    async with open_store(":memory:", calendar=clock) as store:
        await announce(store, START, "2605.00001")
        await announce(store, START + timedelta(days=80), "2607.00001")
        retention = retention_of(store, clock)
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
        retention = retention_of(store, clock)
        await retention.step()
        await announce(store, START - timedelta(days=200), "2510.00001")
        await retention.step()
        assert len(await store.announcements.between(0, 10)) == 1
        clock.moment += timedelta(days=1)
        await retention.step()
        assert not await store.announcements.between(0, 10)


async def test_an_account_that_removed_paperboy_is_forgotten_after_thirty_days() -> None:
    clock = Clock()
    async with open_store(":memory:", calendar=clock) as store:
        await subscribed(store, "T1")
        await subscribed(store, "T10")  # whose id begins alike
        await store.accounts.left(AccountId("slack", "T1"))
        retention = retention_of(store, clock)
        clock.moment += timedelta(days=30)
        await retention.step()
        assert len(await store.subscriptions.all()) == 2
        await store.accounts.left(AccountId("slack", "T1"))  # told again: the first time counts
        clock.moment += timedelta(days=1)
        await retention.step()
        ((place, _),) = await store.subscriptions.all()
        assert place.destination.account == "T10"
        ada = Person("slack", "T1", "UADA")
        assert not any((await store.people.about(ada)).values())
        assert {row.actor for row in await store.audit.rows(None, 10)} == {
            "slack:T10:UADA",
            "somebody",
        }


async def test_an_account_that_returned_in_time_keeps_everything() -> None:
    clock = Clock()
    async with open_store(":memory:", calendar=clock) as store:
        await subscribed(store, "T1")
        await store.accounts.left(AccountId("slack", "T1"))
        await store.accounts.returned(AccountId("slack", "T1"))
        clock.moment += timedelta(days=60)
        await retention_of(store, clock).step()
        await store.accounts.forget(AccountId("slack", "T1"))
        assert len(await store.subscriptions.all()) == 1
