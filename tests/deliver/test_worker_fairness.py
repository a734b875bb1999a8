"""Many owe and are owed: what is slow, broken or long overdue takes nothing from anybody else."""

import asyncio
from datetime import timedelta
from itertools import pairwise

from bot.limits import Pace, PlatformLimits
from bot.model import Destination, State
from tests.deliver.bench import Bench, until
from tests.fake_platform import Fault

DAYS = 5
BEHIND = tuple(Destination("fake", "team", f"#behind-{number}") for number in range(12))
FRESH = Destination("fake", "team", "#fresh")
PACED = PlatformLimits(Pace(0.0), Pace(1.0))  # a message a second for the whole account


async def after_an_outage(bench: Bench) -> None:
    """Owe a digest of each day to those behind, and then today's to another place."""
    bench.fake.limits = PACED
    for day in range(DAYS):
        await bench.plan(f"day {day}", *BEHIND)
        bench.calendar.jump(bench.calendar.now() + timedelta(days=1))
    await bench.plan("today", FRESH)


async def test_after_an_outage_each_place_gets_one_digest_in_turn(bench: Bench) -> None:
    await after_an_outage(bench)
    await bench.settled()
    turns = [one.destination for one in bench.fake.held]
    first = len(BEHIND) + 1
    assert set(turns[:first]) == {*BEHIND, FRESH}
    for start in range(first, len(turns), len(BEHIND)):
        assert set(turns[start : start + len(BEHIND)]) == set(BEHIND)


async def test_each_place_gets_its_backlog_in_the_order_in_which_it_was_promised(
    bench: Bench,
) -> None:
    await after_an_outage(bench)
    await bench.settled()
    for where in BEHIND:
        assert bench.fake.ours(where) == [f"day {day}" for day in range(DAYS)]


async def test_the_backlog_is_paid_at_the_platforms_pace_and_no_slower(bench: Bench) -> None:
    await after_an_outage(bench)
    await bench.settled()
    moments = [one.at for one in bench.fake.held]
    assert len(moments) == DAYS * len(BEHIND) + 1
    assert all(after - before >= 1.0 for before, after in pairwise(moments))
    assert moments[-1] - moments[0] < 1.1 * len(moments)


async def test_a_promise_that_falls_due_while_a_backlog_is_paid_waits_one_turn_at_most(
    bench: Bench,
) -> None:
    await after_an_outage(bench)
    bench.start()

    async def half_paid() -> bool:
        return len(bench.fake.held) >= 30

    await until(half_paid)
    new = Destination("fake", "team", "#new")
    await bench.plan("new", new)
    before = len(bench.fake.held)
    await bench.settled()
    waited = [one.destination for one in bench.fake.held[before:]].index(new)
    assert waited <= len(BEHIND) + 1


async def test_a_place_that_fails_each_time_delays_no_other(bench: Bench) -> None:
    broken, *others = BEHIND
    bench.fake.will(*[Fault.BUSY] * 50, at=broken)
    await bench.plan("one", *BEHIND)
    bench.start()

    async def others_paid() -> bool:
        return len(bench.fake.held) == len(others)

    await until(others_paid)
    assert {one.destination for one in bench.fake.held} == set(others)
    (row,) = await bench.rows(broken)
    assert row.state in (State.PLANNED, State.SENDING)
    await bench.settled()
    assert bench.fake.ours(broken) == ["one"]


async def test_more_stuck_places_than_are_served_side_by_side_end_with_the_time_out(
    bench: Bench,
) -> None:
    stuck = BEHIND[: bench.limits.parallel]
    for where in stuck:
        bench.fake.gate[where] = asyncio.Event()
    await bench.plan("stuck", *stuck)
    await bench.plan("swift", FRESH)
    bench.start()

    async def swift_is_there() -> bool:
        return bench.fake.ours(FRESH) == ["swift"]

    await until(swift_is_there)
