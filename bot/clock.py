"""The two clocks of the real world, behind the ports `Calendar` and `Elapsed`."""

import asyncio
import time
from datetime import UTC, datetime


class SystemCalendar:
    """Wall time in UTC: schedules and batch days."""

    def now(self) -> datetime:
        """Return the current moment, aware, in UTC."""
        return datetime.now(UTC)


class SystemElapsed:
    """Monotonic time and sleeping: time-outs, pace, leases, the lane."""

    def now(self) -> float:
        """Return seconds since an arbitrary start; never goes back."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait; cancellation passes through."""
        await asyncio.sleep(seconds)
