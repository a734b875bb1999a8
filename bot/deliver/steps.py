"""One step for one destination: open a digest, send a message, or ask about one that is unknown.

In goes what the outbox says is owed; out comes a change of the outbox, and with it the next step.
Between two steps nothing is kept in memory: killed anywhere, a step is done, or owed again, or a
row is left `sending` that the next start turns into unknown. The points where that matters are the
calls of the outbox (`open`, `claim`, `settle`) and of the platform, each in plain sight below.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from random import Random
from typing import Final

from bot.deliver.journal import Journal
from bot.deliver.outbox import decide, decide_found, obeyed
from bot.deliver.pace import Pacing
from bot.deliver.request import describe, request
from bot.errors import (
    AccountLost,
    CannotAsk,
    DeliveryError,
    DestinationLost,
    RetryLater,
    StoreError,
)
from bot.limits import DeliveryLimits
from bot.model import Body, Delivery, Destination, Digest, Owed, Receipt, State
from bot.ports import Calendar, Elapsed, Outbox, Platform, Subscriptions
from bot.settlement import Sent, Settlement, Unknown

_UNCOUNTED: Final = 2
"""The rung for tries that no row counts: reading the newest message before the first send."""


class Steps:
    """Does what is owed to one destination; knows nothing of order, nor of other destinations."""

    def __init__(
        self,
        platform: Platform,
        outbox: Outbox,
        subscriptions: Subscriptions,
        calendar: Calendar,
        elapsed: Elapsed,
        limits: DeliveryLimits,
        random: Random,
        journal: Journal,
        *,
        doubted: Callable[[], None] = lambda: None,
    ) -> None:
        self.pacing = Pacing(platform.limits)
        self.closed = False  # set when the worker stops: nothing is claimed any more
        self._platform = platform
        self._outbox = outbox
        self._subscriptions = subscriptions
        self._calendar = calendar
        self._elapsed = elapsed
        self._limits = limits
        self._random = random
        self._journal = journal
        self._doubted = doubted  # told of each message about which only a person can tell

    async def take(self, owed: Owed) -> None:
        """Do one step. Raises `StoreError` only where nothing was sent that it would lose."""
        if owed.delivery is None:
            await self._open(owed)
        elif owed.delivery.state is State.UNKNOWN:
            await self._ask(owed.delivery, owed.due)
        else:
            await self._send(owed.delivery, owed.due)

    def pause(self, destination: Destination, seconds: float) -> None:
        """Leave a destination alone for so long, on the monotonic clock."""
        self.pacing.pause(self._elapsed.now() + seconds, destination)

    # ── open ─────────────────────────────────────────────────────────────────────────────────────

    async def _open(self, owed: Owed) -> None:
        digest = await self._outbox.digest(owed.digest)
        if digest is None:  # forgotten a moment ago
            self._overtaken(owed.destination)
            return
        parts, defect = self._render(digest)
        if not await self._outbox.open(digest.id, parts, self._calendar.now(), defect=defect):
            self._overtaken(owed.destination)
        elif defect:
            self._journal.defect(owed.destination, defect, digest=digest.id)
        else:
            self._journal.opened(owed.destination, digest.id, len(parts))

    def _render(self, digest: Digest) -> tuple[Sequence[Body], str]:
        """Return the digest's messages; or none, and what the renderer broke on."""
        try:
            parts = self._platform.render(digest)
        except Exception as defect:  # noqa: BLE001 - whatever it is, it is this digest's alone
            return (), describe(defect)
        return (parts, "") if parts else ((), "the renderer made no message")

    # ── send ─────────────────────────────────────────────────────────────────────────────────────

    async def _send(self, delivery: Delivery, due: datetime | None) -> None:
        newest = await self._newest(delivery.destination)
        if isinstance(newest, DeliveryError):
            await self._settle(
                delivery, self._decide(replace(delivery, attempts=_UNCOUNTED), newest)
            )
            return
        if self.closed:
            return
        now = self._calendar.now()
        if not await self._outbox.claim(delivery.key, State.PLANNED, now, newest=newest):
            self._overtaken(delivery.destination)
            return
        delivery = replace(delivery, state=State.SENDING, attempts=delivery.attempts + 1)
        outcome = await request(self._platform.send(delivery), self._limits.request_timeout)
        self.pacing.ended(self._elapsed.now(), delivery.destination)
        await self._settle(delivery, self._decide(delivery, outcome), due)

    async def _newest(self, destination: Destination) -> str | DeliveryError:
        """Return the id of the newest message there if nothing was ever sent there, else ""."""
        place = await self._subscriptions.place(destination)
        if place is None or place.last_platform_id:
            return ""
        answer = await request(self._platform.newest(destination), self._limits.request_timeout)
        match answer:
            case CannotAsk():
                return ""
            case str() | RetryLater() | DestinationLost() | AccountLost():
                return answer
            case _:  # whatever happened while reading: nothing was sent
                return RetryLater(str(answer))

    def _decide(self, delivery: Delivery, outcome: Receipt | DeliveryError) -> Settlement:
        self._heed(delivery.destination, outcome)
        jitter = self._random.random()
        settlement = decide(delivery, outcome, self._calendar.now(), self._limits, jitter)
        if isinstance(settlement, Unknown) and settlement.ask_at is not None:
            # The request may still be on its way. When it no longer is, no wall clock can tell.
            self.pause(delivery.destination, self._limits.reconcile_after)
        return settlement

    # ── ask ──────────────────────────────────────────────────────────────────────────────────────

    async def _ask(self, delivery: Delivery, due: datetime | None) -> None:
        place = await self._subscriptions.place(delivery.destination)
        since = place.last_platform_id if place else ""
        answer = await request(self._platform.find(delivery, since), self._limits.request_timeout)
        self._heed(delivery.destination, answer)
        jitter = self._random.random()
        settlement = decide_found(delivery, answer, self._calendar.now(), self._limits, jitter)
        await self._settle(delivery, settlement, due)

    # ── all ──────────────────────────────────────────────────────────────────────────────────────

    async def _settle(
        self, delivery: Delivery, settlement: Settlement, due: datetime | None = None
    ) -> None:
        """Write what became of it, as often as it takes: it is known nowhere else."""
        failures = 0
        while True:
            try:
                written = await self._outbox.settle(delivery.key, settlement, self._calendar.now())
            except StoreError as error:
                self._journal.store_failed(error)
                ladder = self._limits.store_ladder
                await self._elapsed.sleep(ladder[min(failures, len(ladder) - 1)])
                failures += 1
            else:
                break
        if written:
            there = isinstance(settlement, Sent) and due is not None
            late = (self._calendar.now() - due).total_seconds() if there and due else None
            self._journal.settled(delivery, settlement, late)
            if isinstance(settlement, Unknown) and settlement.ask_at is None:
                self._doubted()
        else:
            self._overtaken(delivery.destination)

    def _heed(self, destination: Destination, answer: object) -> None:
        """Obey a Retry-After on the monotonic clock too, and for the account if it is meant so."""
        if not isinstance(answer, RetryLater):
            return
        seconds = obeyed(answer, self._limits)
        if seconds and answer.whole_account:
            self.pacing.pause_account(self._elapsed.now() + seconds, destination.account)
        elif seconds:
            self.pause(destination, seconds)

    def _overtaken(self, destination: Destination) -> None:
        """Another was faster. Look again a little later, so that no defect can make a hot loop."""
        self._journal.overtaken(destination)
        self.pause(destination, self._limits.idle_poll)
