"""The process dies at each door in turn, and starts again: every message is held exactly once.

A door stands before and behind each call of the outbox and of the platform, so these are all the
points between which the outside world can see a difference.
"""

import asyncio
from collections import Counter
from random import Random

import pytest

from bot.model import State
from tests.deliver.bench import OTHER, PAPERS, Bench, open_bench
from tests.deliver.trouble import Deadly, DooredOutbox, DooredPlatform
from tests.fake_platform import Fault

FAULTS = (Fault.NONE, Fault.STORED_THEN_DROPPED, Fault.BUSY, Fault.DROPPED, Fault.REJECTED)


async def owe(bench: Bench) -> None:
    """Owe parts, replies and two digests, and let some requests fail as well."""
    bench.fake.say(PAPERS)
    await bench.plan("head\n>reply", PAPERS)
    await bench.plan("one", PAPERS, OTHER)
    bench.fake.will(*FAULTS)


async def live(bench: Bench, door: Deadly) -> bool:
    """Run a process until it dies at its door (True) or has nothing more to do."""
    outbox, platform = bench.outbox, bench.platform
    bench.outbox, bench.platform = DooredOutbox(outbox, door), DooredPlatform(platform, door)
    ending = asyncio.ensure_future(bench.settled())
    dying = asyncio.ensure_future(door.dead.wait())
    await asyncio.wait((ending, dying), return_when=asyncio.FIRST_COMPLETED)
    for task in (ending, dying):
        task.cancel()
    await asyncio.gather(ending, dying, return_exceptions=True)
    await bench.kill()
    bench.outbox, bench.platform = outbox, platform
    return door.dead.is_set()


async def check(bench: Bench) -> None:
    """Assert that everything owed is held, and nothing twice."""
    assert not any(count > 1 for count in Counter(bench.fake.keys()).values())
    for where, owed in ((PAPERS, 3), (OTHER, 1)):
        said = Counter(body.removeprefix("plain ") for body in bench.fake.ours(where))
        assert sum(said.values()) == owed, said
        assert set(said.values()) == {1}, said
    assert {row.state for row in await bench.rows()} <= {State.SENT, State.QUARANTINED}


async def doors() -> list[str]:
    """Return the doors that a process without misfortune comes through."""
    async with open_bench() as bench:
        await owe(bench)
        door = Deadly()
        assert not await live(bench, door)
        await check(bench)
        return door.passed


async def test_killed_at_any_door_every_message_is_held_exactly_once() -> None:
    passed = await doors()
    assert {name.split()[1] for name in passed} == {
        "recover", "owed", "digest", "open", "claim", "settle", "newest", "send", "find",
    }  # fmt: skip
    for nth in range(1, len(passed) + 1):
        async with open_bench() as bench:
            await owe(bench)
            await live(bench, Deadly(nth))
            await bench.settled()
            await check(bench)


@pytest.mark.parametrize("seed", range(6))
async def test_killed_again_and_again_every_message_is_held_exactly_once(seed: int) -> None:
    random = Random(seed)
    async with open_bench() as bench:
        await owe(bench)
        for _ in range(8):
            await live(bench, Deadly(random.randint(1, 40)))
        await bench.settled()
        await check(bench)
