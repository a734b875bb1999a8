"""How fast a bot may ask Discord. PURE: the clock is passed in.

Buckets of a route and channel, 50 requests a second for the whole bot, and the budget of invalid
requests (https://docs.discord.com/developers/topics/rate-limits). The numbers of buckets are not
published and may change; these are what facts/discord.md and observation say.
"""

import hashlib
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

# Requests and seconds. A route that is not here has `DiscordPace.usual`.
_BUCKETS: Mapping[str, tuple[int, float]] = {
    "create_message": (5, 5.0),
    "update_message": (5, 5.0),
    "delete_message": (5, 1.0),
    "list_messages": (5, 1.0),
    "create_thread_from_message": (5, 5.0),
    "bulk_set_application_commands": (2, 60.0),
}
# Answers to interactions count towards no limit of the whole bot.
UNCOUNTED = frozenset(
    (
        "create_interaction_response",
        "execute_webhook",
        "get_original_webhook_message",
        "update_original_webhook_message",
        "delete_original_webhook_message",
        "get_webhook_message",
        "update_webhook_message",
        "delete_webhook_message",
    )
)


@dataclass(frozen=True)
class DiscordPace:
    """The limits that are enforced, in requests and seconds."""

    buckets: Mapping[str, tuple[int, float]] = field(default_factory=lambda: dict(_BUCKETS))
    usual: tuple[int, float] = (50, 1.0)
    each_second: int = 50  # of the whole bot
    invalid: int = 10_000  # answers of 401, 403 and 429 …
    invalid_span: float = 600.0  # … in so many seconds, then the address is banned
    nonce_lives: float = 120.0
    ack_within: float = 3.0  # for the answer to an interaction
    token_lives: float = 900.0  # of an interaction
    heartbeat: float = 41.25
    identify_gap: float = 0.0  # between two IDENTIFYs of the same key; Discord has 5
    identifies: int = 1000  # a day


@dataclass(frozen=True, slots=True)
class Taken:
    """What the limits say of one request."""

    bucket: str
    limit: int
    remaining: int
    reset_after: float
    wait: float = 0.0  # seconds until it would be taken; 0 if it was
    everywhere: bool = False  # whether the limit of the whole bot refuses it

    def headers(self, now: float) -> dict[str, str]:
        """Return X-RateLimit-*; `now` in seconds of the epoch."""
        return {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.remaining),
            "X-RateLimit-Reset": f"{now + self.reset_after:.3f}",
            "X-RateLimit-Reset-After": f"{self.reset_after:.3f}",
            "X-RateLimit-Bucket": self.bucket,
        }


class Lanes:
    """What the bot has asked of late."""

    def __init__(self, pace: DiscordPace, clock: Callable[[], float]) -> None:
        self.pace = pace
        self._clock = clock
        self._windows: dict[tuple[str, str], tuple[float, int]] = {}
        self._all: deque[float] = deque()
        self._invalid: deque[float] = deque()

    def take(self, route: str, about: str) -> Taken:
        """Count a request of a route about a channel (or server), or say how long to wait."""
        now = self._clock()
        most, span = self.pace.buckets.get(route, self.pace.usual)
        start, used = self._windows.get((route, about), (now, 0))
        if now - start >= span:
            start, used = now, 0
        left = start + span - now
        name = hashlib.sha256(route.encode()).hexdigest()[:32]
        if used >= most:
            return Taken(name, most, 0, left, wait=left)
        if wait := self._wait_everywhere(route, now):
            return Taken(name, most, most - used, left, wait=wait, everywhere=True)
        self._windows[(route, about)] = (start, used + 1)
        return Taken(name, most, most - used - 1, left)

    def _wait_everywhere(self, route: str, now: float) -> float:
        if route in UNCOUNTED:
            return 0.0
        _forget(self._all, now - 1.0)
        if len(self._all) >= self.pace.each_second:
            return self._all[0] + 1.0 - now
        self._all.append(now)
        return 0.0

    def note_invalid(self) -> None:
        """Count an answer of 401, 403 or 429."""
        self._invalid.append(self._clock())

    @property
    def invalid(self) -> int:
        """How many invalid requests there were in the last ten minutes."""
        _forget(self._invalid, self._clock() - self.pace.invalid_span)
        return len(self._invalid)

    @property
    def banned(self) -> bool:
        """Tell whether the address is shut out."""
        return self.invalid >= self.pace.invalid


def _forget(moments: deque[float], before: float) -> None:
    while moments and moments[0] <= before:
        moments.popleft()
