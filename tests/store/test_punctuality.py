"""How digests kept their moments, read from the outbox."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.delivered import Punctuality
from bot.model import Destination, State
from bot.settlement import RetryAt, Sent, Suspended, Unknown
from bot.store import Store, open_store
from tests.store.samples import HERE, NOON, body, enqueue, notice, plan, slot

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
WEEK = NOON - 7 * DAY


async def sent(store: Store, name: str, late: float, where: Destination = HERE) -> None:
    """Send a digest that was due at noon so many seconds after."""
    await enqueue(store, plan(where, slot=slot(name, NOON)))
    await settled(store, where, Sent("1.0"), late)


async def settled(store: Store, where: Destination, settlement: object, late: float) -> None:
    at = NOON + late * SECOND
    for _ in range(2):
        owed = await store.outbox.owed(where.platform, NOON, 99, ())
        (one,) = [one for one in owed if one.destination == where]
        if one.delivery is None:
            await store.outbox.open(one.digest, [body()], NOON)
    assert one.delivery
    assert await store.outbox.claim(one.delivery.key, State.PLANNED, at)
    assert await store.outbox.settle(one.delivery.key, settlement, at)  # type: ignore[arg-type]


async def test_nothing_sent_and_nothing_due_says_nothing() -> None:
    async with open_store(":memory:") as store:
        await enqueue(store, plan(slot=slot("tomorrow", NOON + DAY)))
        assert await store.audit.punctuality(WEEK, NOON) == {}


async def test_half_and_nearly_all_of_the_messages_came_within() -> None:
    async with open_store(":memory:") as store:
        for number in range(200):
            await sent(store, f"slot {number}", number)
        (found,) = (await store.audit.punctuality(WEEK, NOON)).values()
        told = [round(one.total_seconds()) for one in (found.median, found.late, found.latest)]
        assert (found.sent, told) == (200, [99, 197, 199])


@pytest.mark.parametrize("settlement", [Unknown(None, "?"), RetryAt(NOON, "busy")])
async def test_what_is_not_there_counts_for_nothing(settlement: object) -> None:
    async with open_store(":memory:") as store:
        await enqueue(store, plan())
        await settled(store, HERE, settlement, 5)
        found = (await store.audit.punctuality(WEEK, NOON)).get("slack", Punctuality())
        assert found.sent == 0


async def test_what_is_due_and_not_there_waits_since_the_oldest_moment() -> None:
    async with open_store(":memory:") as store:
        await enqueue(store, plan(slot=slot("old", NOON - DAY)))
        await enqueue(store, plan(slot=slot("new", NOON)), notice("never counted"))
        assert await store.audit.punctuality(WEEK, NOON) == {
            "slack": Punctuality(waiting=2, oldest=NOON - DAY)
        }


async def test_a_suspended_place_waits_for_its_return_and_not_for_us() -> None:
    async with open_store(":memory:") as store:
        await enqueue(store, plan())
        await settled(store, HERE, Suspended("archived"), 5)
        assert await store.audit.punctuality(WEEK, NOON) == {}


async def test_platforms_places_and_times_are_told_apart() -> None:
    other = replace(HERE, address="C9")
    async with open_store(":memory:") as store:
        await sent(store, "one", 1)
        await sent(store, "two", 3, other)
        await sent(store, "three", 9, Destination("discord", "A", "7"))
        found = await store.audit.punctuality(WEEK, NOON)
        assert {name: one.sent for name, one in found.items()} == {"slack": 2, "discord": 1}
        here = (await store.audit.punctuality(WEEK, NOON, other))["slack"]
        assert (here.sent, here.latest) == (1, 3 * SECOND)
        assert await store.audit.punctuality(NOON + DAY, NOON) == {}


async def test_of_replaced_rounds_only_the_newest_is_unsettled() -> None:
    async with open_store(":memory:") as store:
        await enqueue(store, plan())
        await settled(store, HERE, Unknown(None, "no history"), 5)
        (row,) = await store.audit.unsettled(None, 9)
        assert (row.due, row.delivery.state, row.late) == (plan().slot.due, State.UNKNOWN, None)
        assert await store.audit.unsettled(HERE, 9) == (row,)
        assert await store.audit.unsettled(replace(HERE, address="C9"), 9) == ()
