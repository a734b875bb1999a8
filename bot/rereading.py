"""After a restore: each place's own messages since the backup are read before it goes on.

A place that was not read counts as suspended (`posted.UNREAD`), so nobody waits for anybody else's
platform. One that cannot be read goes on in doubt, and a person is asked; one that can only not be
read now is tried again, for as long as it takes. A normal start finds nothing to do here.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from bot.deliver.request import request
from bot.errors import AccountLost, CannotAsk, DeliveryError, RetryLater
from bot.limits import DeliveryLimits
from bot.model import Place
from bot.ports import Calendar
from bot.posted import History, Unread

NOTHING_LEFT = timedelta(days=1)
_LOG = logging.getLogger("paperboy.restore")


class Rereader:
    """Reads what is unread, place by place, on all platforms side by side."""

    def __init__(
        self,
        unread: Unread,
        histories: Sequence[History],
        calendar: Calendar,
        limits: DeliveryLimits,
        *,
        on_read: Callable[[], None],
        on_done: Callable[[], Awaitable[None]],
    ) -> None:
        """`on_read` is told when a place may go on, `on_done` when all of a restore's are read."""
        self._unread = unread
        self._histories = histories
        self._calendar = calendar
        self._limits = limits
        self._on_read = on_read
        self._on_done = on_done
        self._rounds = 0
        self._finished = False

    async def step(self) -> datetime:
        """Read what can be read now; returns when to try again. Raises `StoreError`."""
        if self._finished or not await self._unread.places():
            if not self._finished:
                await self._on_done()
                self._finished = True
            return self._calendar.now() + NOTHING_LEFT
        waits = await asyncio.gather(*map(self._read_all, self._histories))
        if not await self._unread.places():
            return self._calendar.now()
        ladder = self._limits.reconcile_ladder
        rung = ladder[min(self._rounds, len(ladder) - 1)]
        self._rounds += 1
        asked = min((wait for wait in waits if wait), default=rung)
        return self._calendar.now() + timedelta(seconds=min(asked, rung))

    async def _read_all(self, history: History) -> float:
        """Read a platform's places; returns the seconds that it asks to wait, 0.0 for none."""
        for place in await self._unread.places(history.name):
            error = await self._read(history, place)
            if isinstance(error, AccountLost):
                break
            if isinstance(error, RetryLater) and error.retry_after:
                return min(error.retry_after.total_seconds(), self._limits.retry_after_max)
        return 0.0

    async def _read(self, history: History, place: Place) -> DeliveryError | None:
        where, now = place.destination, self._calendar.now
        call = history.posted(where, place.last_platform_id)
        found = await request(call, self._limits.read_timeout)
        match found:
            case CannotAsk():
                await self._unread.unreadable(where, f"a backup was put back, and {found}", now())
                _note(logging.WARNING, "unreadable", place, reason=str(found))
            case DeliveryError():
                _note(logging.WARNING, "not-read", place, reason=str(found))
                return found
            case _:
                await self._unread.read(where, found, now())
                _note(logging.INFO, "read-back", place, messages=len(found))
        self._on_read()
        return None


def _note(level: int, action: str, place: Place, **facts: object) -> None:
    where = place.destination
    about = {"platform": where.platform, "destination": f"{where.account}/{where.address}", **facts}
    _LOG.log(level, "after a restore: %s", action, extra={"action": action, **about})
