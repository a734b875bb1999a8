from dataclasses import replace

from bot.model import Advance, Heading, State
from bot.settlement import Sent, Suspended, Unknown
from bot.store import Store, open_store
from tests.store.samples import (
    ACTOR,
    DAY,
    HERE,
    NOON,
    THERE,
    body,
    enqueue,
    item,
    notice,
    open_all,
    place,
    plan,
    slot,
    subscription,
)


async def prepared(store: Store) -> None:
    """Two subscriptions here, one there, so that numbers differ after the move."""
    await store.subscriptions.save(subscription("x", THERE), ACTOR)
    for topic in ("a", "b"):
        await store.subscriptions.save(subscription(topic), ACTOR)


async def move(store: Store) -> None:
    await store.subscriptions.put_place(place(THERE), ACTOR, moved_from=HERE)


async def test_the_ledgers_of_both_places_are_united() -> None:
    async with open_store(":memory:") as store:
        await prepared(store)
        await enqueue(store, plan(items=(item("a", 2), item("b", 1))))
        await enqueue(store, plan(THERE, items=(item("a", 1), item("c", 1))))
        await move(store)
        shown = await store.outbox.shown([THERE], ["a", "b", "c"])
    assert shown == {(THERE, "a"): 2, (THERE, "b"): 1, (THERE, "c"): 1}


async def test_digests_of_which_nothing_was_sent_go_along_and_are_opened_anew() -> None:
    topics = ((1, "A"), (2, "B"))
    waiting = plan(heading=Heading((DAY,), 7, topics), items=(item("a", 1, 1, 2), item("b", 1, 2)))
    async with open_store(":memory:") as store:
        await prepared(store)
        await enqueue(store, waiting, plan(slot=slot("tue")), plan(THERE))
        first, _ = await open_all(store)
        await store.outbox.claim(first.key, State.PLANNED, NOON)
        await store.outbox.settle(first.key, Suspended("archived"), NOON)
        await move(store)
        moved = [await store.outbox.digest(number) for number in (1, 2, 3)]
        assert [one and one.destination for one in moved] == [THERE] * 3
        assert moved[0] is not None
        assert moved[0].heading.topics == ((2, "A"), (3, "B"))
        assert [one.subscriptions for one in moved[0].items] == [(2, 3), (3,)]
        assert moved[0].slot.key == f"{waiting.slot.key} from C1"
        (owed,) = await store.outbox.owed("slack", NOON, 9, ())
        assert (owed.destination, owed.digest, owed.delivery) == (THERE, 1, None)


async def test_what_was_begun_stays_where_it_can_be_asked_about() -> None:
    async with open_store(":memory:") as store:
        await prepared(store)
        await enqueue(store, plan(), plan(slot=slot("tue")), notice("x"))
        (first,) = await open_all(store, body("a"), body("b"))
        await store.outbox.claim(first.key, State.PLANNED, NOON)
        await store.outbox.settle(first.key, Unknown(NOON, "?"), NOON)
        await move(store)
        owed = {one.destination: one for one in await store.outbox.owed("slack", NOON, 9, ())}
        assert (owed[HERE].digest, owed[THERE].digest) == (1, 2)
        await store.outbox.settle(first.key, Sent("1"), NOON)
        owed = {one.destination: one for one in await store.outbox.owed("slack", NOON, 9, ())}
        here = owed[HERE].delivery
        assert here is not None
        assert here.part == 1


async def test_a_moved_cursor_goes_on_from_where_it_stood() -> None:
    async with open_store(":memory:") as store:
        await prepared(store)
        one = (await store.subscriptions.of(HERE))[0]
        await enqueue(store, plan(advances=(Advance(one.id, 0, 7),)))
        await move(store)
        moved = (await store.subscriptions.of(THERE))[1]
        assert moved == replace(
            one, destination=THERE, number=2, cursor=7, last_slot=slot().key, first_done=True
        )
        following = plan(THERE, slot=slot("tue"), advances=(Advance(one.id, 7, 9),))
        assert await enqueue(store, following) == []


async def test_alerts_that_skip_what_a_moved_channel_showed_skip_at_its_new_place() -> None:
    alert = place(replace(HERE, address="U7"), is_person=True, skip_shown_at=HERE)
    async with open_store(":memory:") as store:
        await prepared(store)
        await store.subscriptions.put_place(alert, ACTOR)
        await move(store)
        found = await store.subscriptions.place(alert.destination)
        assert found is not None
        assert found.skip_shown_at == THERE


async def test_what_is_owed_under_an_old_address_is_owed_under_the_new_by_the_same_key() -> None:
    async with open_store(":memory:") as store:
        await enqueue(store, plan())
        (before,) = await open_all(store)
        await store.subscriptions.put_place(place(THERE), ACTOR, renamed_from=HERE)
        (owed,) = await store.outbox.owed("slack", NOON, 9, ())
        assert owed.delivery == replace(before, destination=THERE)


async def test_moving_from_where_nothing_is_known_changes_nothing() -> None:
    async with open_store(":memory:") as store:
        await store.subscriptions.put_place(place(THERE), ACTOR, moved_from=HERE, renamed_from=HERE)
        await store.subscriptions.put_place(place(THERE), ACTOR, moved_from=THERE)
        assert await store.subscriptions.place(HERE) is None
        assert [row.action for row in await store.audit.rows(None, 9)] == ["place"]
