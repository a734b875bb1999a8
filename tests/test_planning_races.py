"""Planning under races, lateness and pauses."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bot.limits import Limits
from bot.model import (
    BatchState,
    Destination,
    OnArrival,
    Place,
)
from bot.planning import Planned
from bot.store import open_store
from tests.desk import (
    FRI,
    HERE,
    LAMPS,
    ME,
    MIRRORS,
    MON,
    PRISMS,
    THERE,
    THU,
    TUE,
    WED,
    Clock,
    Desk,
    at,
)

# ── races, lateness, pauses ──────────────────────────────────────────────────────────────────────


async def test_two_planners_that_race_plan_each_digest_once(desk: Desk) -> None:
    await desk.subscribe(LAMPS)
    await desk.subscribe(MIRRORS, where=THERE)
    await desk.announce(TUE, "On lamps")
    desk.clock.moment = at(TUE, 9)
    rivals = [desk.planner, desk.another(), desk.another()]
    steps = await asyncio.gather(*(rival.step() for rival in rivals))
    assert sum(one.digests for one in steps) == 1
    assert (await desk.titles(), await desk.titles(THERE)) == ([["On lamps"]], [])
    assert (await desk.one(THERE)).cursor == 1


async def test_slices_of_any_size_plan_the_same() -> None:
    assert await planned_in(Limits(enqueue_batch=1)) == await planned_in(Limits())


async def planned_in(limits: Limits) -> Sequence[object]:
    clock = Clock()
    async with open_store(":memory:", calendar=clock) as store:
        desk = Desk(store, clock, limits)
        places = [Destination("web", "local", f"room-{number}") for number in range(7)]
        for number, where in enumerate(places):
            await desk.subscribe((LAMPS, MIRRORS, PRISMS)[number % 3], where=where)
            await desk.subscribe(MIRRORS, OnArrival(), where)
        await desk.announce(TUE, "On lamps", "Lamps and mirrors")
        digests = (await desk.plan(TUE, 9)).digests
        cursors = [
            (one.cursor, one.last_slot)
            for where in places
            for one in await store.subscriptions.of(where)
        ]
        return [digests, cursors, [await desk.titles(where) for where in places]]


async def test_a_topic_edited_while_it_is_planned_waits_and_loses_nothing(desk: Desk) -> None:
    one = await desk.subscribe(LAMPS)
    await desk.announce(TUE, "On lamps", "On mirrors")
    between = desk.store.announcements.between

    async def edited(after: int, upto: int) -> object:
        await desk.store.subscriptions.save(replace(one, topic=MIRRORS, label=MIRRORS), ME)
        return await between(after, upto)

    desk.store.announcements.between = edited  # type: ignore[method-assign, assignment]
    planned = await desk.plan(TUE, 9)
    assert (planned.digests, planned.wake) == (0, at(TUE, 9) + timedelta(seconds=1))
    assert (await desk.plan(TUE, 9, 1)).digests == 1
    assert await desk.titles() == [["On mirrors"]]


async def test_who_comes_late_to_a_slot_waits_for_the_next_one(desk: Desk) -> None:
    await desk.subscribe(LAMPS)
    await desk.announce(TUE, "On lamps", "On mirrors")
    await desk.plan(TUE, 9)
    await desk.subscribe(MIRRORS)  # its cursor stands before a slot that has its digest
    planned = await desk.plan(TUE, 10)
    assert planned.digests == 0
    assert (await desk.plan(TUE, 10, 1)).wake == at(WED, 9)  # and does not ask again and again
    await desk.announce(WED, "On tides")
    await desk.plan(WED, 9)
    assert await desk.titles() == [["On lamps"], ["On mirrors"]]


async def test_a_pause_ends_on_its_day_and_the_days_between_are_covered(desk: Desk) -> None:
    await desk.subscribe(LAMPS, paused=True, paused_until=THU)
    for day in (TUE, WED):
        await desk.announce(day, f"Lamps of {day}")
        assert await desk.plan(day, 10) == Planned(0, at(THU, 0))
    assert (await desk.plan(THU, 0)).digests == 0
    assert not (await desk.one()).paused
    await desk.announce(THU, "Lamps of Thursday")
    assert (await desk.plan(THU, 9)).digests == 1
    assert [len(titles) for titles in await desk.titles()] == [3]


async def test_a_day_whose_batch_never_settles_is_composed_at_its_end(desk: Desk) -> None:
    await desk.subscribe(LAMPS)
    await desk.announce(TUE, "On lamps", settled=False)
    planned = await desk.plan(TUE, 10)
    assert (planned.digests, planned.wake) == (0, at(TUE, 23, 59))
    assert (await desk.plan(TUE, 23, 59)).digests == 1
    (digest,) = await desk.digests()
    assert digest.heading.late
    await desk.store.announcements.mark(TUE, BatchState.SETTLED, at(WED, 1))
    await desk.announce(WED, "On tides")
    assert (await desk.plan(WED, 9)).digests == 0


async def test_after_downtime_there_is_one_catch_up(desk: Desk) -> None:
    await desk.subscribe(LAMPS)
    await desk.subscribe(LAMPS, OnArrival(), THERE)
    for day in (TUE, WED, THU, FRI):
        await desk.announce(day, f"Lamps of {day}")
    assert (await desk.plan(FRI, 10)).digests == 2
    for where in (HERE, THERE):
        (digest,) = await desk.digests(where)
        assert (digest.heading.catch_up, len(digest.items)) == (True, 4)
    await desk.announce(MON, "Lamps again")
    assert (await desk.plan(MON, 9)).digests == 2


async def test_nothing_is_planned_while_a_place_is_suspended(desk: Desk) -> None:
    await desk.subscribe(LAMPS)
    await desk.store.subscriptions.put_place(Place(HERE, "#papers", suspended="archived"), ME)
    await desk.announce(TUE, "On lamps")
    assert (await desk.plan(TUE, 9)).digests == 0
    assert (await desk.one()).cursor == 0
    await desk.store.subscriptions.put_place(Place(HERE, "#papers"), ME)
    assert (await desk.plan(TUE, 9)).digests == 1
