import asyncio
from datetime import UTC, datetime, timedelta

from bot.rests import Rests

START = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Clock:
    """A calendar that the test sets, and sleeping that only yields."""

    def __init__(self) -> None:
        self.moment = START

    def now(self) -> datetime:
        return self.moment


class Yielding:
    def now(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        assert seconds > 0
        await asyncio.sleep(0)


async def test_a_rest_ends_when_the_calendar_jumps_past_its_moment() -> None:
    clock = Clock()
    rests = Rests(("plan",), clock, Yielding(), tick=20.0)
    resting = asyncio.create_task(rests.until("plan", START + HOUR))
    await asyncio.sleep(0)
    clock.moment += 2 * HOUR
    await asyncio.wait_for(resting, 5)


async def test_a_rest_ends_when_it_is_woken() -> None:
    rests = Rests(("plan",), Clock(), Yielding(), tick=20.0)
    resting = asyncio.create_task(rests.until("plan", START + HOUR))
    await asyncio.sleep(0)
    rests.wake("plan")
    await asyncio.wait_for(resting, 5)


async def test_what_wakes_a_loop_before_it_rests_is_not_lost() -> None:
    rests = Rests(("plan",), Clock(), Yielding(), tick=20.0)
    rests.wake("plan")
    await asyncio.wait_for(rests.until("plan", START + HOUR), 5)


async def test_quiet_is_told_the_next_moment_once_all_rest() -> None:
    heard: list[datetime] = []
    rests = Rests(("collect", "plan"), Clock(), Yielding(), tick=20.0, quiet=heard.append)
    first = asyncio.create_task(rests.until("collect", START + 2 * HOUR))
    await asyncio.sleep(0)
    assert heard == []
    second = asyncio.create_task(rests.until("plan", START + HOUR))
    await asyncio.sleep(0)
    assert heard == [START + HOUR]
    rests.wake()
    await asyncio.wait_for(asyncio.gather(first, second), 5)
