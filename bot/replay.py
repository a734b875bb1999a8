"""The calendar of a replay: days pass at a visible pace, not at their own.

It goes on like a clock, and when nothing can be done before the next moment, it jumps there after
`pause` seconds; after the last recorded day it only goes on like a clock.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.ports import Elapsed


class ReplayCalendar:
    """A calendar that jumps, and then calls whoever asked to be called."""

    def __init__(self, start: datetime, end: datetime, elapsed: Elapsed, pause: float) -> None:
        self._moment = start
        self._end = end
        self._elapsed = elapsed
        self._at = elapsed.now()
        self._pause = pause
        self._jump: asyncio.TimerHandle | None = None
        self._calls: list[Callable[[], None]] = []

    def now(self) -> datetime:
        """Return the replay's moment."""
        return self._moment + timedelta(seconds=self._elapsed.now() - self._at)

    @property
    def is_over(self) -> bool:
        """Whether all recorded days have passed."""
        return self.now() >= self._end

    def call_after_jumps(self, call: Callable[[], None]) -> None:
        """Have this called after each jump, to wake who rests."""
        self._calls.append(call)

    def quiet(self, moment: datetime) -> None:
        """Jump to the moment soon, unless something happens before."""
        if self._jump:
            self._jump.cancel()
        if moment <= self._end:
            loop = asyncio.get_running_loop()
            self._jump = loop.call_later(self._pause, self._to, moment)

    def _to(self, moment: datetime) -> None:
        if moment > self.now():
            self._moment, self._at = moment, self._elapsed.now()
        for call in self._calls:
            call()
