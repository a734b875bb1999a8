"""The counts of the moment, from a real store."""

from pathlib import Path

from bot.model import BatchState, State
from bot.settlement import Quarantined, Sent, Suspended, Unknown
from bot.store.opening import open_store
from tests.store.samples import (
    DAY,
    HERE,
    HOUR,
    NOON,
    THERE,
    add_new,
    body,
    enqueue,
    open_all,
    paper,
    place,
    plan,
    subscription,
)


async def test_everything_is_counted(tmp_path: Path) -> None:
    async with open_store(tmp_path / "p.sqlite3") as store:
        assert (await store.looks.vitals(NOON, NOON)).settled_at is None
        await store.subscriptions.put_place(place(), "test")
        await store.subscriptions.put_place(place(THERE, suspended="archived"), "test")
        await store.subscriptions.save(subscription(), "test")
        await add_new(store, [paper(), paper("2608.00002")])
        await store.announcements.mark(DAY, BatchState.SETTLED, NOON)
        await enqueue(store, plan())
        (first,) = await open_all(store, body("a"), body("b"), body("c"))
        await store.outbox.claim(first.key, State.PLANNED, NOON)
        await store.outbox.settle(first.key, Quarantined("invalid_blocks", again=None), NOON)
        found = await store.looks.vitals(NOON + HOUR, NOON)
        assert found.batches == {"settled": 1}
        assert found.settled_at == NOON
        assert (found.papers, found.announcements, found.subscriptions) == (2, 2, 1)
        counts = {state: many for (_, state), many in found.deliveries.items() if many}
        assert counts == {"planned": 2, "quarantined": 1}
        assert found.oldest_owed == {"slack": NOON}
        assert found.suspended == {"slack": 1}
        assert found.refused["slack"][:] == (1, "#papers", "invalid_blocks")
        assert found.database_bytes > 0
        assert found.free_bytes
        assert not (await store.looks.vitals(NOON + HOUR, NOON + HOUR)).refused
        assert not (await store.looks.vitals(NOON - HOUR, NOON)).oldest_owed


async def test_doubts_are_told_apart_and_what_cannot_go_on_is_not_owed() -> None:
    async with open_store(":memory:") as store:
        await enqueue(store, plan(HERE))
        (one,) = await open_all(store)
        await store.outbox.claim(one.key, State.PLANNED, NOON)
        await store.outbox.settle(one.key, Unknown(None, "no scope"), NOON)
        found = await store.looks.vitals(NOON + HOUR, NOON)
        assert found.deliveries["slack", "doubt"] == 1
        assert found.deliveries["slack", "unknown"] == 0
        assert not found.oldest_owed
        await store.outbox.settle(one.key, Sent("1"), NOON)
        await enqueue(store, plan(THERE))
        (two,) = await open_all(store)
        await store.outbox.settle(two.key, Suspended("archived"), NOON)
        found = await store.looks.vitals(NOON + HOUR, NOON)
        assert found.deliveries["slack", "suspended"] == 1
        assert not found.oldest_owed
        assert found.free_bytes is None
