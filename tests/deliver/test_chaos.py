"""Faults, deaths, clock jumps and lost places in any order: each message is held exactly once.

What stays open in the end is what a person answers: doubts (truthfully) and bodies that the
platform refuses in either form.
"""

from collections import Counter
from datetime import timedelta
from random import Random

import pytest

from bot.model import Delivery, Destination, State
from bot.settlement import Dismissed, SendAgain
from tests.deliver.bench import ABROAD, OTHER, PAPERS, Bench, open_bench
from tests.deliver.test_crash_points import live
from tests.deliver.trouble import Deadly
from tests.fake_platform import Fault

PLACES = (PAPERS, OTHER, ABROAD)
NEVER_ENDING = {Fault.HANGS, Fault.STORED_THEN_HANGS, Fault.UNASKABLE}
COMMON = tuple(fault for fault in Fault if fault not in NEVER_ENDING)


async def misfortunes(bench: Bench, random: Random) -> None:
    """Let things happen: digests, faults, deaths, clocks set forth and back."""
    for number in range(random.randint(3, 8)):
        lines = "\n".join(f"{number}{'abc'[part]}" for part in range(random.randint(1, 3)))
        thread = random.random() < 0.3
        await bench.plan(lines.replace("\n", "\n>") if thread else lines, *places(random))
        bench.fake.will(*random.choices(COMMON, k=random.randint(0, 4)))
        await live(bench, Deadly(random.randint(1, 120)))
        bench.calendar.jump(timedelta(minutes=random.choice((-90, -1, 0, 0, 5, 600))))
        if random.random() < 0.3:
            await everything_returns(bench)


def places(random: Random) -> list[Destination]:
    return random.sample(PLACES, random.randint(1, len(PLACES)))


async def everything_returns(bench: Bench) -> None:
    for where in PLACES:
        if await bench.subscriptions.place(where) is not None:
            await bench.bring_back(where)


async def people_answer(bench: Bench) -> bool:
    """Answer every doubt truthfully; say whether there was one."""
    doubts = [row for row in await bench.rows() if is_doubt(row)]
    for row in doubts:
        there = row.key in set(bench.fake.keys())
        answer = Dismissed("it is there") if there else SendAgain("it is not there")
        assert await bench.outbox.settle(row.key, answer, bench.calendar.now())
    return bool(doubts)


def is_doubt(row: Delivery) -> bool:
    return row.state is State.UNKNOWN and row.not_before is None


async def end_well(bench: Bench) -> None:
    """Let the misfortunes be over, and everything be paid that can be."""
    await bench.settled()
    while await people_answer(bench) or await is_suspended(bench):
        await everything_returns(bench)
        await bench.settled()


async def is_suspended(bench: Bench) -> bool:
    known = [await bench.subscriptions.place(where) for where in PLACES]
    return any(place.suspended for place in known if place)


async def check(bench: Bench) -> None:
    rows = await bench.rows()
    held = Counter(bench.fake.keys())
    assert not [key for key, count in held.items() if count > 1]
    for part in {(row.digest, row.part) for row in rows}:
        rounds = [row for row in rows if (row.digest, row.part) == part]
        copies = sum(held[row.key] for row in rounds)
        refused = rounds[-1].state is State.QUARANTINED
        assert copies == (0 if refused else 1), rounds
        assert refused or rounds[-1].state in (State.SENT, State.DISMISSED)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("askable", [True, False])
async def test_whatever_happens_each_message_is_held_exactly_once(
    seed: int, *, askable: bool
) -> None:
    random = Random(seed)
    async with open_bench() as bench:
        if not askable:
            bench.fake.unreadable.update(PLACES)
        await misfortunes(bench, random)
        await end_well(bench)
        await check(bench)


@pytest.mark.parametrize("seed", range(8))
async def test_where_the_history_can_be_read_nothing_is_a_doubt_and_all_comes_in_order(
    seed: int,
) -> None:
    async with open_bench() as bench:
        await misfortunes(bench, Random(seed))
        await end_well(bench)
        rows = await bench.rows()
        assert not any(row.state is State.DISMISSED for row in rows)
        turn = {row.key: (row.digest, row.part) for row in rows}
        for where in PLACES:
            came = [turn[m.key] for m in bench.fake.held if m.key and m.destination == where]
            assert came == sorted(came)
