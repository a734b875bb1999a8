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
CALLS = ("send", "newest", "find")
BEFORE, INSIDE, DURING, AFTER = "before", "inside", "during", "after"


def store_points() -> tuple[str, ...]:
    return tuple(f"{name} {when}" for name in WRITES for when in (BEFORE, INSIDE, AFTER))


def platform_points(platform: str) -> tuple[str, ...]:
    return tuple(f"{platform}.{call} {when}" for call in CALLS for when in (BEFORE, DURING, AFTER))


def named_points(platforms: Sequence[str]) -> tuple[str, ...]:
    """Return every point that a program with these platforms comes through."""
    writes = [one for one in store_points() if "web" in platforms or not one.startswith("Channel")]
    calls = [one for platform in platforms for one in platform_points(platform)]
    return (*writes, *calls, "arxiv before", "arxiv after", "lock before", "lock after")


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
