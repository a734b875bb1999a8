import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from bot.clock import SystemCalendar
from bot.model import (
    Advance,
    Because,
    Destination,
    Heading,
    Item,
    Kind,
    Passed,
    Plan,
    Slot,
    Subscription,
)
from bot.store import Store, open_store
from bot.store.connection import Connection, connect
from bot.store.opening import _assemble
from tests.store.bulk import connection_of
from tests.store.samples import (
    ACTOR,
    DAY,
    HERE,
    HOUR,
    NOON,
    THERE,
    add_new,
    enqueue,
    item,
    notice,
    paper,
    place,
    plan,
    slot,
    subscription,
)
from tests.store.strategies import days


async def one(store: Store, where: Destination = HERE, **known: object) -> Subscription:
    wanted = replace(subscription(destination=where), **known)  # type: ignore[arg-type]
    return await store.subscriptions.save(wanted, ACTOR)


async def digests(store: Store) -> int:
    return (await store.audit.numbers())["digests"]


@given(
    st.builds(
        Heading,
        days=st.lists(days(), max_size=2).map(tuple),
        scanned=st.integers(0, 2000),
        topics=st.lists(st.tuples(st.integers(1, 9), st.text(max_size=5)), max_size=2).map(tuple),
        late=st.booleans(),
        catch_up=st.booleans(),
        note=st.text(max_size=5),
        actions=st.lists(st.text(max_size=5), max_size=2).map(tuple),
    ),
    st.lists(
        st.builds(
            Item,
            paper=st.sampled_from(["2608.00001", "2608.00002", "9999.00001"]),
            version=st.integers(1, 2),
            kind=st.sampled_from(Kind),
            subscriptions=st.lists(st.integers(1, 99), max_size=3).map(tuple),
            because=st.lists(
                st.builds(
                    Because,
                    field=st.sampled_from(["title", "author"]),
                    words=st.text(max_size=8),
                    spans=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=2).map(
                        tuple
                    ),
                    index=st.integers(0, 3),
                ),
                max_size=2,
            ).map(tuple),
            update=st.booleans(),
        ),
        max_size=4,
    ).map(tuple),
    st.integers(0, 50),
)
@settings(max_examples=50, deadline=None)
async def test_a_digest_comes_back_as_it_was_frozen(
    heading: Heading, items: tuple[Item, ...], shown: int
) -> None:
    known = [paper("2608.00001"), paper("2608.00002", 2)]
    frozen = plan(heading=heading, items=items, shown=shown)
    async with open_store(":memory:") as store:
        await store.papers.put(known)
        await store.subscriptions.put_place(place(), ACTOR)
        await enqueue(store, frozen)
        owed = await store.outbox.owed("slack", NOON, 9, ())
        if not items and not heading.note:
            assert owed == ()
            return
        found = await store.outbox.digest(owed[0].digest)
    assert found is not None
    assert (found.destination, found.slot, found.place) == (HERE, frozen.slot, place())
    assert (found.heading, found.items, found.shown) == (heading, items, shown)
    named = {(one.paper, one.version) for one in items}
    assert found.papers == {
        (one.id, one.version): one for one in known if (one.id, one.version) in named
    }


async def test_a_digest_moves_its_cursors_and_says_which_slot_was_planned() -> None:
    async with open_store(":memory:") as store:
        first, second = await one(store), await one(store, topic="b", cursor=3)
        moved = plan(advances=(Advance(first.id, 0, 7), Advance(second.id, 3, 3)))
        assert await enqueue(store, moved) == []
        after = await store.subscriptions.of(HERE)
        assert after == (
            replace(first, cursor=7, last_slot=moved.slot.key, first_done=True),
            replace(second, cursor=3, last_slot=moved.slot.key, first_done=False),
        )
        (group,) = await store.subscriptions.groups()
        assert (group.last_slot, group.count) == (moved.slot.key, 2)


async def test_a_plan_of_which_one_cursor_moved_is_left_out_whole() -> None:
    async with open_store(":memory:") as store:
        first, second = await one(store), await one(store, topic="b")
        await enqueue(store, plan(slot=slot("mon"), advances=(Advance(second.id, 0, 5),)))
        before = await store.subscriptions.of(HERE)
        stale = plan(advances=(Advance(first.id, 0, 7), Advance(second.id, 0, 7)))
        good = plan(THERE)
        assert await enqueue(store, stale, good) == [stale]
        assert await store.subscriptions.of(HERE) == before
        assert await digests(store) == 2


async def test_a_slot_has_one_digest_at_a_destination() -> None:
    async with open_store(":memory:") as store:
        first, second = await one(store), await one(store, topic="b")
        again = plan(items=(item("2608.00009"),), advances=(Advance(second.id, 0, 7),))
        assert await enqueue(store, plan(advances=(Advance(first.id, 0, 7),)), again) == [again]
        assert await enqueue(store, again, plan(THERE)) == [again]
        assert (await store.subscriptions.of(HERE))[1].cursor == 0
        assert await store.outbox.shown([HERE], ["2608.00009"]) == {}
        assert await digests(store) == 2


async def test_an_empty_plan_only_moves_cursors_even_if_its_slot_has_a_digest() -> None:
    async with open_store(":memory:") as store:
        first = await one(store)
        await enqueue(store, plan())
        empty = plan(items=(), advances=(Advance(first.id, 0, 7),))
        assert await enqueue(store, empty) == []
        assert (await store.subscriptions.of(HERE))[0].cursor == 7
        assert await digests(store) == 1


async def test_a_notice_is_told_once_and_is_no_slot_of_the_schedule() -> None:
    async with open_store(":memory:") as store:
        first = await one(store, last_slot="mon")
        told = replace(notice("outage:tue"), advances=(Advance(first.id, 0, 0),))
        assert await enqueue(store, told) == []
        assert await enqueue(store, told) == [told]
        assert await store.subscriptions.of(HERE) == (first,)
        assert await digests(store) == 1


async def test_nothing_is_planned_for_what_was_removed_moved_or_suspended_meanwhile() -> None:
    async with open_store(":memory:") as store:
        gone, moved = await one(store), await one(store, THERE)
        lost = await one(store, Destination("slack", "T1", "C3"))
        await store.subscriptions.remove(HERE, 1, ACTOR)
        await store.subscriptions.put_place(place(), ACTOR, moved_from=THERE)
        await store.subscriptions.put_place(place(lost.destination, suspended="archived"), ACTOR)
        plans = [
            plan(sub.destination, advances=(Advance(sub.id, 0, 7),)) for sub in (gone, moved, lost)
        ]
        assert await enqueue(store, *plans) == plans
        assert await digests(store) == 0


async def test_papers_behind_the_cap_count_as_shown_in_their_highest_version() -> None:
    items = (item("a", 2), item("b", 1), item("c", 1))
    async with open_store(":memory:") as store:
        await enqueue(store, plan(items=items, shown=1))
        await enqueue(store, plan(items=(item("a", 1), item("b", 3)), slot=slot("tue")))
        await enqueue(store, plan(THERE, items=(item("c", 5),)))
        shown = await store.outbox.shown(
            [HERE, THERE, Destination("web", "x", "y")], ["a", "b", "c"]
        )
    assert shown == {(HERE, "a"): 2, (HERE, "b"): 3, (HERE, "c"): 1, (THERE, "c"): 5}


async def test_the_ledger_answers_alike_for_few_pairs_and_for_many() -> None:
    many = [Destination("slack", "T1", f"C{n}") for n in range(300)]
    ids = [f"2608.{n:05}" for n in range(100)]
    async with open_store(":memory:") as store:
        await enqueue(
            store, *(plan(where, items=(item(ids[n % 100]),)) for n, where in enumerate(many))
        )
        everything = await store.outbox.shown(many, ids)
        assert len(everything) == 300
        for n, where in enumerate(many[:20]):
            assert await store.outbox.shown([where], ids) == {(where, ids[n]): 1}


async def test_more_plans_than_fit_one_transaction_are_refused() -> None:
    async with open_store(":memory:") as store:
        with pytest.raises(ValueError, match="5001"):
            await enqueue(store, *[notice(str(n)) for n in range(5001)])


async def test_two_schedulers_racing_plan_each_digest_once(tmp_path: Path) -> None:
    path = tmp_path / "paperboy.sqlite3"
    places = [Destination("slack", "T1", f"C{n}") for n in range(30)]
    async with open_store(path) as store:
        subs = [await one(store, where) for where in places]
        plans = [plan(sub.destination, advances=(Advance(sub.id, 0, 7),)) for sub in subs]
        rival = await second_connection(path)
        halves = [plans[n : n + 10] for n in (0, 10, 20)]
        left = await asyncio.gather(
            *(store.outbox.enqueue(half, NOON) for half in halves),
            *(rival.outbox.enqueue(half, NOON) for half in reversed(halves)),
        )
        assert sorted(len(one) for one in left) == [0, 0, 0, 10, 10, 10]
        assert await digests(store) == 30
        await connection_of(rival).close()


async def second_connection(path: Path) -> Store:
    """A second scheduler that got past the lock."""
    connection = await Connection.open(lambda: connect(path), str(path))
    return await _assemble(connection, SystemCalendar(), ":memory:", None)


class Naive:
    """What enqueue means, without a database."""

    def __init__(self, cursors: dict[int, int], homes: dict[int, Destination]) -> None:
        self.cursors, self.homes = cursors, homes
        self.slots: set[tuple[Destination, str]] = set()
        self.ledger: dict[tuple[Destination, str], int] = {}

    def take(self, plan: Plan) -> bool:
        spot = (plan.destination, plan.slot.key)
        for advance in plan.advances:
            if self.cursors.get(advance.subscription) != advance.from_seq:
                return False
            if self.homes[advance.subscription] != plan.destination:
                return False
        if plan.items and spot in self.slots:
            return False
        for advance in plan.advances:
            self.cursors[advance.subscription] = advance.to_seq
        if plan.items:
            self.slots.add(spot)
        for one in plan.items:
            key = (plan.destination, one.paper)
            self.ledger[key] = max(self.ledger.get(key, 0), one.version)
        return True


@st.composite
def planned(draw: st.DrawFn) -> Plan:
    advances = draw(
        st.lists(
            st.tuples(st.integers(1, 4), st.integers(0, 3), st.integers(0, 3)),
            max_size=2,
            unique_by=lambda drawn: drawn[0],
        )
    )
    return Plan(
        draw(st.sampled_from([HERE, THERE])),
        Slot(draw(st.sampled_from(["mon", "tue", "wed"])), NOON + HOUR * draw(st.integers(0, 3))),
        Heading((DAY,)),
        tuple(
            item(name, version)
            for name, version in draw(
                st.lists(
                    st.tuples(st.sampled_from("abc"), st.integers(1, 3)),
                    max_size=3,
                    unique_by=lambda drawn: drawn[0],
                )
            )
        ),
        advances=tuple(Advance(id_, seq, seq + more) for id_, seq, more in advances),
    )


@given(st.lists(st.lists(planned(), max_size=6), max_size=4))
@settings(max_examples=60, deadline=None)
async def test_enqueue_does_what_its_plain_description_says(calls: list[list[Plan]]) -> None:
    async with open_store(":memory:") as store:
        homes = [HERE, HERE, THERE, THERE]
        subs = [await one(store, where) for where in homes]
        naive = Naive({sub.id: 0 for sub in subs}, {sub.id: sub.destination for sub in subs})
        for plans in calls:
            left = [one for one in plans if not naive.take(one)]
            assert await store.outbox.enqueue(plans, NOON) == left
        stored = {sub.id: sub.cursor for _, sub in await store.subscriptions.all()}
        assert stored == naive.cursors
        assert await store.outbox.shown([HERE, THERE], ["a", "b", "c"]) == naive.ledger
        assert await digests(store) == len(naive.slots)
        counts = await connection_of(store).read(
            lambda database: database.execute("SELECT count(*) FROM digest_items").fetchone()
        )
        assert counts[0] >= len(naive.ledger)


async def test_what_is_enqueued_can_be_read_as_rows_too() -> None:
    async with open_store(":memory:") as store:
        await add_new(store, [paper()])
        await enqueue(store, plan(items=(item("2608.00001", 1, 1, 3),)))
        rows = await connection_of(store).read(
            lambda database: list(database.query("SELECT * FROM digest_items"))
        )
    assert rows == [
        {
            "digest": 1,
            "pos": 0,
            "paper": "2608.00001",
            "version": 1,
            "kind": "new",
            "subscriptions": "[1,3]",
            "because": '[{"field":"title","words":"lamp","spans":[[3,7]],"index":0}]',
            "is_update": 0,
        }
    ]


async def test_what_a_slot_passes_by_only_moves_cursors_that_stand_where_they_did() -> None:
    async with open_store(":memory:") as store:
        quiet, ahead, gone = [await one(store, topic=topic) for topic in "abc"]
        lost = await one(store, THERE)
        await store.subscriptions.save(replace(ahead, cursor=3), ACTOR)
        await store.subscriptions.remove(HERE, gone.number, ACTOR)
        await store.subscriptions.put_place(place(THERE, suspended="archived"), ACTOR)
        ids = (quiet.id, ahead.id, gone.id, lost.id)
        await store.outbox.enqueue([], NOON, [Passed("tue", 0, 7, ids)])
        here = await store.subscriptions.of(HERE, removed=True)
        assert [(sub.cursor, sub.last_slot, sub.first_done) for sub in here] == [
            (7, "tue", True), (3, "", False), (0, "", False),
        ]  # fmt: skip
        assert [sub.cursor for sub in await store.subscriptions.of(THERE)] == [0]
        assert {group.last_slot for group in await store.subscriptions.groups()} == {"tue", ""}
        assert await digests(store) == 0
