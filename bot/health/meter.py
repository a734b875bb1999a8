"""What is counted while the program runs; metrics show it, nothing is decided by it. PURE.

Counts begin with the process, as Prometheus expects of counters. What the database knows is not
counted here but asked of it (see `vitals`).
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Final

LATE: Final = (1.0, 5.0, 15.0, 60.0, 300.0, 900.0, 3_600.0, 4 * 3_600.0, 86_400.0)
"""Seconds from when a digest was due until it was there: the buckets' upper ends."""
OUTCOMES: Final = ("sent", "retry", "unknown", "doubt", "suspended", "quarantined", "dismissed")
ASKED: Final = ("answered", "not-modified", "busy", "refused", "unreachable", "garbled")


@dataclass(slots=True)
class Buckets:
    """How many values lay up to each end of `LATE`, and their sum; the last counts all others."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(LATE) + 1))
    total: float = 0.0

    def add(self, value: float) -> None:
        """Count a value."""
        self.counts[bisect_left(LATE, value)] += 1
        self.total += value


@dataclass(slots=True)
class Meter:
    """Counters of one run."""

    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)  # platform, outcome
    lateness: defaultdict[str, Buckets] = field(default_factory=lambda: defaultdict(Buckets))
    asked: Counter[str] = field(default_factory=Counter)  # requests to arXiv, by outcome
    digests: int = 0  # planned, with something to post
    matches: int = 0  # papers in them
    lag: float = 0.0  # seconds by which the event loop was late, of late
    lost: dict[str, str] = field(default_factory=dict)  # platform → why its account is lost

    def settled(self, platform: str, outcome: str, late: float | None = None) -> None:
        """Count what became of a message; `late` in seconds, of one that was sent."""
        self.outcomes[platform, outcome] += 1
        if late is not None:
            self.lateness[platform].add(max(late, 0.0))
            self.lost.pop(platform, None)
