"""The two clocks, for tests in which tasks run side by side."""

import asyncio
import heapq
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta


class JumpingCalendar:
    """Wall time that stands still until it is told to jump, to and fro."""

    def __init__(self, now: datetime = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def jump(self, to: datetime | timedelta) -> None:
        self._now = to if isinstance(to, datetime) else self._now + to


class OrderlyElapsed:
    """Monotonic time that passes only in `sleep`, and there at once: who wakes first, goes first.

    Everything that is ready to run does so before time passes, and time stands still while a
    thread works (`working`).
    """

    def __init__(self) -> None:
        self._now = 0.0
        self._alarms: list[float] = []
        self._workers = 0
        self._quiet = asyncio.Event()
        self._quiet.set()

    def now(self) -> float:
        return self._now

    async def sleep(self, seconds: float) -> None:
        until = self._now + max(seconds, 0.0)
        heapq.heappush(self._alarms, until)
        try:
            while self._now < until:
                await self._let_others_go_on()
                self._now = max(self._now, self._alarms[0])
        finally:
            self._alarms.remove(until)
            heapq.heapify(self._alarms)

    @contextmanager
    def working(self) -> Iterator[None]:
        """Let no time pass inside."""
        self._workers += 1
        self._quiet.clear()
        try:
            yield
        finally:
            self._workers -= 1
            if not self._workers:
                self._quiet.set()

    async def _let_others_go_on(self) -> None:
        quiet_turns = 0
        while quiet_turns < 8:  # a task that was just woken needs a few turns to do what it is for
            await asyncio.sleep(0)
            quiet_turns = quiet_turns + 1 if self._quiet.is_set() else 0
            await self._quiet.wait()
