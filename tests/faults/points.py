"""The named points of the program, and what is to happen at the nth time that one is reached.

A point is a place where a fault makes a difference: before a transaction begins, inside it before
its commit, and after it, by the name of the store's method; before, during and after each call to
a platform or to arXiv; around each writing of the lock file. `Arms` holds what is armed in one
process.
"""

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

WRITES = (
    "Announcements.add",
    "Announcements.mark",
    "Announcements.prune",
    "Channel.put",
    "Lane.set_mark",
    "Lane.store",
    "Outbox.claim",
    "Outbox.enqueue",
    "Outbox.open",
    "Outbox.recover",
    "Outbox.settle",
    "Papers.prune",
    "Subscriptions.put_place",
    "Subscriptions.save",
    "index_some",
    "renew",
    "sign",
)
REREADING = ("Unread.read", "Unread.unreadable")  # after a restore only
CALLS = ("send", "newest", "find")
READ_BACK = "posted"  # the call that is asked after a restore only
BEFORE, INSIDE, DURING, AFTER = "before", "inside", "during", "after"


def _around(names: Sequence[str], within: str) -> list[str]:
    return [f"{name} {when}" for name in names for when in (BEFORE, within, AFTER)]


def usual_points(platforms: Sequence[str]) -> tuple[str, ...]:
    """Return every point that a program with these platforms comes through on most days."""
    writes = [one for one in WRITES if "web" in platforms or not one.startswith("Channel")]
    calls = [f"{platform}.{call}" for platform in platforms for call in CALLS]
    around = [f"{name} {when}" for name in ("arxiv", "lock") for when in (BEFORE, AFTER)]
    return (*_around(writes, INSIDE), *_around(calls, DURING), *around)


def restore_points(platforms: Sequence[str]) -> tuple[str, ...]:
    """Return the points that are met only after a restore."""
    writes = REREADING if {"slack", "discord"} & set(platforms) else REREADING[:1]
    calls = [f"{platform}.{READ_BACK}" for platform in platforms]
    return (*_around(writes, INSIDE), *_around(calls, DURING))


def named_points(platforms: Sequence[str]) -> tuple[str, ...]:
    return (*usual_points(platforms), *restore_points(platforms))


@dataclass(frozen=True, slots=True)
class Arm:
    """What happens at the nth time that a point is reached: once, in one process."""

    number: int  # of the fault in its round
    point: str
    nth: int
    action: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


class Arms:
    """What is armed in this process; reached from the store's thread and from the loop."""

    def __init__(self, told: Callable[[Arm], None]) -> None:
        self._told = told
        self._lock = threading.Lock()
        self._armed: list[Arm] = []
        self._hits: Counter[str] = Counter()
        self.seen: set[str] = set()

    def arm(self, arms: Sequence[Arm]) -> None:
        """Replace what is armed; counting begins anew."""
        with self._lock:
            self._armed = list(arms)
            self._hits.clear()

    def reached(self, point: str) -> Arm | None:
        """Count a point; return what happens now, after saying so to whoever watches."""
        with self._lock:
            self.seen.add(point)
            if not self._armed:
                return None
            self._hits[point] += 1
            found = next((one for one in self._armed if self._is_due(one, point)), None)
            if found:
                self._armed.remove(found)
                self._told(found)
            return found

    def _is_due(self, arm: Arm, point: str) -> bool:
        return arm.point == point and arm.nth <= self._hits[point]

    def awaits(self, point: str) -> bool:
        """Tell whether something is armed at a point."""
        return any(one.point == point for one in self._armed)
