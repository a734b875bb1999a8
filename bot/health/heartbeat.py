"""Fetches an address after each completed announcement, so that a watchdog hears when none comes.

It never holds anything up: the request runs beside everything else, and one that fails is tried
again later, for this announcement, until the next one.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from typing import Final

from bot.model import BatchState
from bot.ports import Announcements, Calendar, Lane

MARK: Final = "heartbeat"  # the day that was told last
LOOK_BACK: Final = timedelta(days=14)
AGAIN: Final = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15))
_DONE: Final = (BatchState.SETTLED, BatchState.GIVEN_UP)
_LOG = logging.getLogger("paperboy.health")

Fetch = Callable[[], Awaitable[None]]
"""Asks the address; raises `OSError` (or a subclass) where it does not answer well."""


class Heartbeat:
    """Tells of the newest completed announcement, once."""

    def __init__(
        self, fetch: Fetch, announcements: Announcements, lane: Lane, calendar: Calendar
    ) -> None:
        self._fetch = fetch
        self._announcements = announcements
        self._lane = lane
        self._calendar = calendar
        self._task: asyncio.Task[None] | None = None
        self._failures = 0
        self._again: datetime | None = None

    async def step(self) -> None:
        """Begin to tell, if there is something new. Raises `StoreError`."""
        now = self._calendar.now()
        if self._task or (self._again and now < self._again):
            return
        batches = await self._announcements.batches((now - LOOK_BACK).date())
        day = max((batch.day for batch in batches if batch.state in _DONE), default=None)
        if day is None or day.isoformat() <= await self._lane.mark(MARK):
            return
        self._task = asyncio.create_task(self._tell(day))

    async def close(self) -> None:
        """Cut off what is under way."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _tell(self, day: date) -> None:
        try:
            await self._fetch()
            await self._lane.set_mark(MARK, day.isoformat())
        except Exception as error:  # noqa: BLE001 - whatever fails here must hold up nothing
            self._again = self._calendar.now() + AGAIN[min(self._failures, len(AGAIN) - 1)]
            self._failures += 1
            extra = {"action": "heartbeat-failed", "error": type(error).__name__}
            _LOG.warning("heartbeat_url does not answer; I try again", extra=extra)
        else:
            self._failures, self._again = 0, None
            _LOG.info("told the watchdog", extra={"action": "heartbeat", "day": day.isoformat()})
        finally:
            self._task = None


async def fetch(url: str, seconds: float) -> None:
    """Ask an address once; redirects are followed. Raises `OSError` for a bad answer."""
    import aiohttp  # noqa: PLC0415 - only where an address is set

    timeout = aiohttp.ClientTimeout(total=seconds)
    async with aiohttp.ClientSession(timeout=timeout) as session, session.get(url) as answer:
        if not answer.ok:
            raise OSError(answer.status, "the address does not answer well")
