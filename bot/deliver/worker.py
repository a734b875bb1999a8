"""Pays what one platform's outbox owes: looks, starts steps side by side, rests, looks again.

In goes what the outbox says is owed now; out come messages at the platform, at its pace. Order and
state live in the outbox alone: the worker remembers only which destinations it is busy with. One
destination has one step at a time, so a slow or broken one holds up itself and nobody else; what
must wait for the pace is not even started, so it takes no place from others.

At the start, rows left `sending` become unknown; and no unknown row is asked about before
`reconcile_after` has passed on the monotonic clock, because a request of the process that died may
still be on its way. In a database that was restored (design, decision 8) nothing is owed to a place
before it was read (see `bot.rereading`).
"""

import asyncio
import logging
from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Final

from bot.deliver.journal import LOGGER, Journal
from bot.deliver.outbox import clamped
from bot.deliver.pace import Held
from bot.deliver.request import describe
from bot.deliver.steps import Steps
from bot.errors import StoreError
from bot.health.meter import Meter
from bot.limits import DeliveryLimits
from bot.model import Destination, Owed, State
from bot.ports import Calendar, Elapsed, Outbox, Platform, Subscriptions

_AHEAD: Final = datetime.max.replace(tzinfo=UTC)
_LOOK_AHEAD: Final = 1_000  # waiting destinations looked at; more would only sharpen an answer


class Worker:
    """Delivers on one platform. `run` it in a task; `stop` it from anywhere in the same loop."""

    def __init__(
        self,
        platform: Platform,
        outbox: Outbox,
        subscriptions: Subscriptions,
        calendar: Calendar,
        elapsed: Elapsed,
        limits: DeliveryLimits,
        random: Random,
        log: logging.Logger = LOGGER,
        *,
        meter: Meter | None = None,
    ) -> None:
        self._platform = platform
        self._outbox = outbox
        self._calendar = calendar
        self._elapsed = elapsed
        self._limits = limits
        self._journal = Journal(platform.name, log, meter or Meter())
        self.on_doubt: Callable[[], None] = lambda: None  # whoever asks people about doubts
        self._steps = Steps(
            platform,
            outbox,
            subscriptions,
            calendar,
            elapsed,
            limits,
            random,
            self._journal,
            doubted=self._doubted,
        )
        self._running: dict[Destination, asyncio.Task[None]] = {}
        self._changed = asyncio.Event()  # look again
        self._idle = asyncio.Event()
        self._recovered = False
        self._lease_checked = elapsed.now()
        self._ask_from = elapsed.now() + limits.reconcile_after
        self._last_look: datetime | None = None
        self._clock_went_back = True  # as far as is known: it may have while nothing ran
        self._store_failures = 0
        self._store_again = elapsed.now()

    # ── from outside ─────────────────────────────────────────────────────────────────────────────

    async def run(self) -> None:
        """Deliver until `stop` or cancellation; nothing else ends it.

        After `stop`, requests under way have `stop_grace` to end. What is cut short, then or by
        cancellation, is left `sending`: the next start asks the platform about it.
        """
        try:
            while not self._steps.closed:
                self._changed.clear()
                await self._rest(await self._look())
            if self._running:
                await asyncio.wait(self._running.values(), timeout=self._limits.stop_grace)
        finally:
            await self._cut_short()

    def stop(self) -> None:
        """Claim nothing more, and let `run` end."""
        self._steps.closed = True
        self._changed.set()

    def wake(self) -> None:
        """Look again at once: something was enqueued, changed, or the wall clock jumped."""
        self._idle.clear()
        self._changed.set()

    async def idle(self) -> datetime | None:
        """Wait until nothing can be done now; return the moment at which something can be.

        None: not before something is enqueued, changed, or answered by a person. Call `wake` after
        such a change, else this may answer from the look before it. Raises `StoreError`.
        """
        await self._idle.wait()
        waiting = await self._owed(_LOOK_AHEAD, at=_AHEAD)
        moments = [owed.delivery.not_before for owed in waiting if owed.delivery]
        return min((moment for moment in moments if moment), default=None)

    # ── looking ──────────────────────────────────────────────────────────────────────────────────

    async def _look(self) -> float:
        """Start what can be started; return the seconds to rest if nothing changes."""
        now = self._elapsed.now()
        if now < self._store_again:
            return self._store_again - now
        try:
            await self._take_back(now)
            held = self._steps.pacing.held(now)
            owing = await self._start_steps(held)
            if not owing and not self._running and not await self._waits_for_pace(held):
                await self._settle_down()
        except StoreError as error:
            self._store_failed(error)
            return self._store_again - now
        except Exception as defect:  # noqa: BLE001 - not even a defect of ours stops deliveries
            self._journal.defect(None, describe(defect))
            self._store_again = now + self._limits.store_ladder[-1]
            return self._store_again - now
        return min(self._limits.idle_poll, held.seconds or self._limits.idle_poll)

    async def _take_back(self, now: float) -> None:
        """Turn rows that nobody sends any more into unknown: all at the start, later by lease."""
        at = self._calendar.now()
        if self._last_look is not None and at < self._last_look:
            self._clock_went_back = True
        self._last_look = at
        before: datetime | None = None
        if self._recovered:
            if now - self._lease_checked < self._limits.lease / 2:
                return
            before = at - timedelta(seconds=self._limits.lease)
        rows = await self._outbox.recover(self._platform.name, before, at)
        self._recovered, self._lease_checked = True, now
        if rows:
            self._journal.recovered(rows)

    async def _start_steps(self, held: Held) -> bool:
        """Start a step for each destination that has a turn; say whether anything was owed."""
        free = self._limits.parallel - len(self._running)
        if free <= 0 or held.everything:
            return True
        busy = held.destinations | self._running.keys()
        owing = await self._owed(free, busy, held.accounts)
        for owed in owing:
            if self._steps.closed:
                break
            if self._may_start(owed):
                self._running[owed.destination] = asyncio.create_task(self._step(owed))
                self._idle.clear()
            else:
                self._changed.set()  # look again at once, for those whom this one stood before
        return bool(owing)

    async def _waits_for_pace(self, held: Held) -> bool:
        return held.seconds is not None and bool(await self._owed(1))

    async def _owed(
        self,
        limit: int,
        busy: Collection[Destination] = (),
        accounts: Collection[str] = (),
        *,
        at: datetime | None = None,
    ) -> tuple[Owed, ...]:
        now = self._calendar.now() if at is None else at
        return await self._outbox.owed(self._platform.name, now, limit, busy, accounts=accounts)

    def _may_start(self, owed: Owed) -> bool:
        """Ask pace and guards, and count what is about to be sent."""
        now, where = self._elapsed.now(), owed.destination
        unknown = owed.delivery is not None and owed.delivery.state is State.UNKNOWN
        if unknown and now < self._ask_from:
            self._steps.pacing.pause(self._ask_from, where)
        if self._steps.pacing.delay(now, where):
            return False
        if owed.delivery is not None:
            self._steps.pacing.take(now, where)
        return True

    async def _settle_down(self) -> None:
        """Be idle, once deadlines that a clock set back has moved away are back."""
        if self._clock_went_back:
            self._clock_went_back = False
            await self._bring_deadlines_back()
        elif not self._changed.is_set():
            self._idle.set()

    async def _bring_deadlines_back(self) -> None:
        now = self._calendar.now()
        for owed in await self._owed(_LOOK_AHEAD, at=_AHEAD):
            settlement = owed.delivery and clamped(owed.delivery, now, self._limits)
            if owed.delivery and settlement:
                await self._outbox.settle(owed.delivery.key, settlement, now)
        self._changed.set()

    # ── stepping ─────────────────────────────────────────────────────────────────────────────────

    async def _step(self, owed: Owed) -> None:
        """Carry out one step; whatever breaks in it stays in it."""
        try:
            await self._steps.take(owed)
        except StoreError as error:
            self._store_failed(error)
        except Exception as defect:  # noqa: BLE001 - one broken step must not stop the others
            self._journal.defect(owed.destination, describe(defect), digest=owed.digest)
            self._steps.pause(owed.destination, self._limits.lease)
        else:
            self._store_failures = 0
        finally:
            del self._running[owed.destination]
            self._changed.set()

    def _store_failed(self, error: StoreError) -> None:
        """Leave the store alone for a while; failures side by side count once."""
        now, ladder = self._elapsed.now(), self._limits.store_ladder
        if now >= self._store_again:
            self._journal.store_failed(error)
            self._store_again = now + ladder[min(self._store_failures, len(ladder) - 1)]
            self._store_failures += 1

    def _doubted(self) -> None:
        self.on_doubt()

    # ── resting ──────────────────────────────────────────────────────────────────────────────────

    async def _rest(self, seconds: float) -> None:
        """Sleep until something changed, at most so long."""
        if self._changed.is_set():
            return
        waits = (
            asyncio.ensure_future(self._changed.wait()),
            asyncio.ensure_future(self._elapsed.sleep(seconds)),
        )
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    async def _cut_short(self) -> None:
        left = tuple(self._running.values())
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        self._journal.stopped(len(left))
