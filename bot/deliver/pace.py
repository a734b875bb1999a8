"""How fast a platform may be written to: buckets per destination, account and platform. PURE.

In go moments of `Elapsed` (seconds), out come waits. Each bucket is one number, the moment at which
it is full again (the generic cell rate algorithm), so that it needs no timer and is forgotten once
it is full: what is remembered is bounded by what was sent in the last moments.
"""

from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.limits import Pace, PlatformLimits
from bot.model import Destination

_GRAIN = 1e-9
"""Seconds that are only rounding."""

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Held:
    """What must wait at one moment."""

    destinations: frozenset[Destination]
    accounts: frozenset[str]
    everything: float  # seconds for which the whole platform must wait
    seconds: float | None  # until the first of all these may go on; None: nothing waits


class Pacing:
    """The buckets and pauses of one platform. Every `now` and `until` is a moment of `Elapsed`."""

    def __init__(self, limits: PlatformLimits) -> None:
        self._destinations = _Buckets[Destination](limits.per_destination)
        self._accounts = _Buckets[str](limits.per_account)
        self._overall = _Buckets[None](limits.overall)

    def delay(self, now: float, destination: Destination) -> float:
        """Return the seconds until a message may go to this destination; 0.0: now."""
        return max(
            self._destinations.delay(now, destination),
            self._accounts.delay(now, destination.account),
            self._overall.delay(now, None),
        )

    def take(self, now: float, destination: Destination) -> None:
        """Count one message to this destination."""
        self._destinations.take(now, destination)
        self._accounts.take(now, destination.account)
        self._overall.take(now, None)

    def ended(self, now: float, destination: Destination) -> None:
        """Count the message to this destination from now on: it may have been taken this late."""
        self._destinations.ended(now, destination)

    def pause(self, until: float, destination: Destination) -> None:
        """Let nothing go to this destination before `until`. Never shortens a pause."""
        self._destinations.pause(until, destination)

    def pause_account(self, until: float, account: str) -> None:
        """Let nothing go to any destination of this account before `until`."""
        self._accounts.pause(until, account)

    def held(self, now: float) -> Held:
        """Return what must wait, and forget what need not be remembered."""
        destinations = self._destinations.held(now)
        accounts = self._accounts.held(now)
        everything = self._overall.held(now)
        waits = (*destinations.values(), *accounts.values(), *everything.values())
        return Held(
            destinations=frozenset(destinations),
            accounts=frozenset(accounts),
            everything=max(everything.values(), default=0.0),
            seconds=min(waits, default=None),
        )

    def __len__(self) -> int:
        return len(self._destinations) + len(self._accounts) + len(self._overall)


class _Buckets(Generic[K]):
    """The buckets of one kind that are not full, and the pauses that are not over."""

    def __init__(self, pace: Pace) -> None:
        self._every = pace.every
        self._slack = pace.every * (pace.burst - 1)
        self._full_at: dict[K, float] = {}
        self._paused: dict[K, float] = {}

    def delay(self, now: float, key: K) -> float:
        ready = max(self._full_at.get(key, now) - self._slack, self._paused.get(key, now))
        wait = ready - now
        return wait if wait > _GRAIN else 0.0

    def take(self, now: float, key: K) -> None:
        if self._every > 0:
            self._full_at[key] = max(self._full_at.get(key, now), now) + self._every

    def ended(self, now: float, key: K) -> None:
        if self._every > 0:
            self._full_at[key] = max(self._full_at.get(key, now), now + self._every)

    def pause(self, until: float, key: K) -> None:
        self._paused[key] = max(until, self._paused.get(key, until))

    def held(self, now: float) -> dict[K, float]:
        """Return the wait of each key that must wait; drop full buckets and ended pauses."""
        self._full_at = {key: full for key, full in self._full_at.items() if full > now}
        self._paused = {key: until for key, until in self._paused.items() if until > now}
        waits = {key: self.delay(now, key) for key in self._full_at.keys() | self._paused.keys()}
        return {key: wait for key, wait in waits.items() if wait}

    def __len__(self) -> int:
        return len(self._full_at.keys() | self._paused.keys())
