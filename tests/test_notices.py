"""Outages and doubts, each said once, on the real store."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.limits import Limits
from bot.model import (
    Announcement,
    BatchState,
    Body,
    Daily,
    Destination,
    Heading,
    Item,
    Kind,
    Paper,
    Place,
    Plan,
    Raw,
    Slot,
    State,
    Subscription,
)
from bot.notices import Notices
from bot.ports import LaneState
from bot.settlement import Unknown
from bot.store.opening import Store, open_store

MONDAY = datetime(2026, 11, 23, 15, tzinfo=UTC)
CHANNEL = Destination("web", "local", "papers")


class Clock:
    def __init__(self) -> None:
        self.moment = MONDAY

    def now(self) -> datetime:
        return self.moment


def notices(store: Store, clock: Clock) -> Notices:
    return Notices(
        store.announcements,
        store.subscriptions,
        store.outbox,
        store.audit,
        store.lane,
        clock,
        Limits(),
    )


async def prepared(store: Store) -> None:
    """One subscription, and Monday's announcement read."""
    one = Subscription(CHANNEL, 0, "spin glass", "spin glass", Daily(), "UTC", 0)
    await store.subscriptions.save(one, "test")
    paper = Paper("2611.00001", Raw("T"), Raw("A"), categories=("cs.CV",))
    said = Announcement(paper.id, 1, Kind.NEW, MONDAY.date(), "feed")
    await store.announcements.add([paper], [said], at=MONDAY)
    await store.announcements.mark(MONDAY.date(), BatchState.SETTLED, MONDAY)


async def told(store: Store, clock: Clock) -> list[str]:
    owed = await store.outbox.owed("web", clock.now(), 10, ())
    digests = [await store.outbox.digest(one.digest) for one in owed]
    return [one.heading.note for one in digests if one]


async def test_two_missed_days_are_told_once_and_one_is_not() -> None:
    clock = Clock()
    async with open_store(":memory:", calendar=clock) as store:
        await prepared(store)
        silent = MONDAY + timedelta(hours=6)
        await store.lane.store(LaneState(unreachable_since=silent))
        mine = notices(store, clock)
        clock.moment = MONDAY + timedelta(days=1)
        assert await mine.step() == 0
        clock.moment = MONDAY + timedelta(days=2)
        assert await mine.step() == 1
        assert await told(store, clock) == [
            "No digest since Mon 23 Nov: arXiv does not answer. Nothing is lost."
        ]
        clock.moment = MONDAY + timedelta(days=3)
        assert await mine.step() == 0
        assert await notices(store, clock).step() == 0, "nor after a restart"


async def test_nobody_is_told_while_arxiv_answers() -> None:
    clock = Clock()
    async with open_store(":memory:", calendar=clock) as store:
        await prepared(store)
        clock.moment = MONDAY + timedelta(days=9)
        assert await notices(store, clock).step() == 0


async def test_a_digest_in_doubt_is_asked_about_once_with_both_answers() -> None:
    clock = Clock()
    async with open_store(":memory:", calendar=clock) as store:
        await prepared(store)
        item = Item("2611.00001", 1, Kind.NEW, (1,))
        heading = Heading(days=(MONDAY.date(),))
        plan = Plan(CHANNEL, Slot("2026-11-23T09:00 UTC", MONDAY), heading, (item,))
        assert not await store.outbox.enqueue([plan], MONDAY)
        ((owed),) = await store.outbox.owed("web", MONDAY, 1, ())
        await store.outbox.open(owed.digest, [Body("{}", "plain")], MONDAY)
        ((owed),) = await store.outbox.owed("web", MONDAY, 1, ())
        assert owed.delivery
        key = owed.delivery.key
        await store.outbox.claim(key, State.PLANNED, MONDAY)
        await store.outbox.settle(key, Unknown(None, "cannot be asked"), MONDAY)
        assert await notices(store, clock).step() == 1
        assert await notices(store, clock).step() == 0
        ((asked),) = await store.outbox.owed("web", MONDAY, 5, ())
        digest = await store.outbox.digest(asked.digest)
        assert digest
        assert digest.heading.note.startswith("I could not confirm that the digest of Mon 23 Nov")
        assert digest.heading.actions == (f"doubt:{key}",)


async def test_everybody_in_doubt_is_asked_however_many_they_are() -> None:
    clock, item = Clock(), Item("2611.00001", 1, Kind.NEW, (1,))
    many = [Destination("web", "local", f"room{number}") for number in range(600)]
    async with open_store(":memory:", calendar=clock) as store:
        await prepared(store)
        slot = Slot("2026-11-23T09:00 UTC", MONDAY)
        plans = [Plan(where, slot, Heading(), (item,)) for where in many]
        assert not await store.outbox.enqueue(plans, MONDAY)
        for owed in await store.outbox.owed("web", MONDAY, 999, ()):
            await store.outbox.open(owed.digest, [Body("{}", "plain")], MONDAY)
        for owed in await store.outbox.owed("web", MONDAY, 999, ()):
            assert owed.delivery
            await store.outbox.settle(owed.delivery.key, Unknown(None, "no scope"), MONDAY)
        mine = notices(store, clock)
        assert await mine.step() == 600
        assert await mine.step() == 0


# ── lost channels ────────────────────────────────────────────────────────────────────────────────

TEAM = ("slack", "T1")


async def lose(store: Store, address: str, reason: str, creator: str = "UADA") -> None:
    """A channel with two subscriptions is suspended."""
    where = Destination(*TEAM, address)
    for topic in ("spin glass", "cs.CV"):
        one = Subscription(where, 0, topic, topic, Daily(), "UTC", 0, creator=creator)
        await store.subscriptions.save(one, "test")
    await suspend(store, address, reason)


async def suspend(store: Store, address: str, reason: str) -> None:
    place = await store.subscriptions.place(Destination(*TEAM, address))
    assert place
    await store.subscriptions.put_place(replace(place, name="#papers", suspended=reason), "test")


async def direct(store: Store, clock: Clock) -> list[tuple[str, str]]:
    owed = await store.outbox.owed("slack", clock.now(), 10, ())
    digests = [await store.outbox.digest(one.digest) for one in owed]
    return [(one.destination.address, one.heading.note) for one in digests if one]


async def test_who_made_a_lost_channels_subscriptions_is_told_once() -> None:
    clock = Clock()
    async with open_store(":memory:", calendar=clock) as store:
        await lose(store, "C1", "archived")
        mine = notices(store, clock)
        assert await mine.step() == 1
        kept = "Its 2 subscriptions are paused, not deleted, and resume when it is back."
        said = f"I can't post to #papers any more (archived). {kept}"
        assert await direct(store, clock) == [("UADA", said)]
        assert await mine.step() == 0
        assert await notices(store, clock).step() == 0, "nor after a restart"


async def test_where_who_made_it_reads_nothing_any_more_the_next_one_is_told() -> None:
    clock = Clock()
    async with open_store(":memory:", calendar=clock) as store:
        await lose(store, "C1", "archived", creator="UGONE")
        (one, _) = await store.subscriptions.of(Destination(*TEAM, "C1"))
        await store.subscriptions.save(replace(one, editor="UBEN"), "test")
        mine = notices(store, clock)
        assert await mine.step() == 1
        gone = Place(Destination(*TEAM, "UGONE"), "gone", is_person=True, suspended="closed")
        await store.subscriptions.put_place(gone, "test")
        assert await mine.step() == 1
        assert "UBEN" in [who for who, _ in await direct(store, clock)]
        assert await mine.step() == 0
        assert await notices(store, clock).step() == 0, "nor after a restart"


async def test_where_nobody_made_it_nobody_is_told() -> None:
    clock = Clock()
    async with open_store(":memory:", calendar=clock) as store:
        await lose(store, "C1", "archived", creator="")
        assert await notices(store, clock).step() == 0


async def test_of_a_lost_account_nobody_in_it_is_told() -> None:
    clock = Clock()
    async with open_store(":memory:", calendar=clock) as store:
        for address in ("C1", "C2"):
            await lose(store, address, "the workspace removed Paperboy")
        assert await notices(store, clock).step() == 0


async def test_a_lost_person_is_told_nothing() -> None:
    clock = Clock()
    async with open_store(":memory:", calendar=clock) as store:
        await lose(store, "UADA", "the account is deactivated")
        place = await store.subscriptions.place(Destination(*TEAM, "UADA"))
        assert place
        await store.subscriptions.put_place(replace(place, is_person=True), "test")
        assert await notices(store, clock).step() == 0
