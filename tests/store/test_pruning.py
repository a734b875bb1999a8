from datetime import timedelta

from bot.model import Destination, State
from bot.settlement import Dismissed, Sent
from bot.store import Store, open_store
from tests.store.samples import (
    ACTOR,
    DAY,
    HERE,
    NOON,
    THERE,
    FixedCalendar,
    add_new,
    body,
    enqueue,
    item,
    notice,
    open_all,
    paper,
    plan,
    subscription,
)

LONG_AFTER = DAY + timedelta(days=90)


async def deliver_all(store: Store) -> None:
    for delivery in await open_all(store, body()):
        await store.outbox.claim(delivery.key, State.PLANNED, NOON)
        await store.outbox.settle(delivery.key, Sent("1.0"), NOON)


async def prune(store: Store) -> None:
    await store.announcements.prune(LONG_AFTER)
    await store.papers.prune(LONG_AFTER)


async def test_finished_digests_go_with_their_papers_and_the_ledger_stays() -> None:
    async with open_store(":memory:", calendar=FixedCalendar()) as store:
        await add_new(store, [paper("2608.00001")])
        await enqueue(store, plan())
        await deliver_all(store)
        await prune(store)
        assert await store.outbox.digest(1) is None
        assert await store.audit.deliveries(None, 9) == ()
        assert await store.papers.get(["2608.00001"]) == {}
        assert await store.outbox.shown([HERE], ["2608.00001"]) == {(HERE, "2608.00001"): 1}


async def test_what_is_not_finished_stays_whatever_its_age() -> None:
    lost = Destination("slack", "T1", "C9")
    async with open_store(":memory:") as store:
        await enqueue(store, plan(), plan(THERE), plan(lost))
        here, there, _ = await open_all(store)
        await store.outbox.claim(there.key, State.PLANNED, NOON)
        await prune(store)
        kept = [row.delivery.key for row in await store.audit.deliveries(None, 9)]
        assert len(kept) == 3
        await store.outbox.settle(here.key, Dismissed("not wanted"), NOON)
        await prune(store)
        assert len(await store.audit.deliveries(None, 9)) == 2


async def test_a_digest_planned_since_keeps_its_papers() -> None:
    later = NOON + timedelta(days=100)
    async with open_store(":memory:", calendar=FixedCalendar()) as store:
        await add_new(store, [paper("2608.00001"), paper("2608.00002")])
        await enqueue(store, plan(items=(item("2608.00001"),)), at=later)
        await prune(store)
        assert set(await store.papers.get(["2608.00001", "2608.00002"])) == {"2608.00001"}


async def test_an_incident_told_once_is_not_told_again_after_pruning() -> None:
    async with open_store(":memory:") as store:
        told = notice("outage:2026-08-04")
        await enqueue(store, told)
        await deliver_all(store)
        await prune(store)
        assert await store.audit.deliveries(None, 9) == ()
        assert await enqueue(store, told) == [told]
        assert await store.outbox.owed("slack", NOON, 9, ()) == ()
        digest = await store.outbox.digest(1)
        assert digest is not None
        assert digest.heading.note == ""


async def test_a_paper_known_from_the_ledger_keeps_its_number_there() -> None:
    async with open_store(":memory:", calendar=FixedCalendar()) as store:
        await store.papers.put([paper("2608.00001")])
        await enqueue(store, plan())
        await deliver_all(store)
        await prune(store)
        await store.papers.put([paper("2608.00002")])
        ids = ["2608.00001", "2608.00002"]
        assert await store.outbox.shown([HERE], ids) == {(HERE, "2608.00001"): 1}


async def test_groups_of_slots_long_past_are_dropped() -> None:
    async with open_store(":memory:") as store:
        one = await store.subscriptions.save(subscription(), ACTOR)
        for seq, slot in enumerate(("mon", "tue", "wed")):
            await store.subscriptions.save(
                subscription(number=1, cursor=seq, last_slot=slot), ACTOR
            )
        await prune(store)
        (group,) = await store.subscriptions.groups()
        assert (group.last_slot, group.count) == ("wed", 1)
        (found,) = await store.subscriptions.due(group)
        assert found.id == one.id
