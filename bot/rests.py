"""Loops that rest until a moment of the Calendar, and who is resting.

A rest ends when its moment has come, when somebody wakes it, or after `tick` seconds at the latest
(the wall clock may jump; the monotonic one does not tell). When every loop rests, `quiet` is called
with the next moment at which one of them wants to go on: tests jump the Calendar there.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime

from bot.ports import Calendar, Elapsed

Quiet = Callable[[datetime], None]


class Rests:
    """The resting places of named loops."""

    def __init__(
        self,
        names: tuple[str, ...],
        calendar: Calendar,
        elapsed: Elapsed,
        tick: float,
        quiet: Quiet | None = None,
    ) -> None:
        self._calendar = calendar
        self._elapsed = elapsed
        self._tick = tick
        self._quiet = quiet
        self._until: dict[str, datetime | None] = dict.fromkeys(names)
        self._awake = {name: asyncio.Event() for name in names}

    def wake(self, *names: str) -> None:
        """End the rest of these loops (of all, if none is named), or their next one at once."""
        for name in names or tuple(self._awake):
            self._until[name] = None
            self._awake[name].set()

    async def until(self, name: str, moment: datetime) -> None:
        """Let a loop rest; returns early when woken."""
        event = self._awake[name]
        self._until[name] = moment
        self._tell()
        while not event.is_set() and (left := self._left(moment)) > 0:
            await self._wait(event, min(left, self._tick))
        event.clear()
        self._until[name] = None

    def _left(self, moment: datetime) -> float:
        return (moment - self._calendar.now()).total_seconds()

    async def _wait(self, event: asyncio.Event, seconds: float) -> None:
        sleeping = asyncio.ensure_future(self._elapsed.sleep(seconds))
        waking = asyncio.ensure_future(event.wait())
        try:
            await asyncio.wait({sleeping, waking}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleeping.cancel()
            waking.cancel()

    def _tell(self) -> None:
        resting = [moment for moment in self._until.values() if moment is not None]
        awake = any(event.is_set() for event in self._awake.values())
        if self._quiet and len(resting) == len(self._until) and not awake:
            self._quiet(min(resting))
