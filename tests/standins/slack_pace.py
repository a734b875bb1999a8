"""How fast an app may ask Slack. PURE: the clock is passed in.

Messages: one a second in a channel, some hundreds a minute in a workspace. Other methods: so many a
minute by their tier (https://docs.slack.dev/apis/web-api/rate-limits), and a few more in a burst.
"""

import json
import math
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from tests.shared_data import SHARED

MINUTE = 60.0
TIERS: Mapping[str, int] = {"Tier1": 1, "Tier2": 20, "Tier3": 50, "Tier4": 100}
# The tiers of what the app asks for, where the published list is not at hand.
_KNOWN: Mapping[str, str] = {
    "apps.connections.open": "Tier1",
    "bots.info": "Tier3",
    "chat.delete": "Tier3",
    "chat.postEphemeral": "Tier4",
    "chat.update": "Tier3",
    "conversations.history": "Tier3",
    "conversations.info": "Tier3",
    "conversations.join": "Tier3",
    "conversations.list": "Tier2",
    "conversations.members": "Tier4",
    "conversations.open": "Tier3",
    "conversations.replies": "Tier3",
    "team.info": "Tier3",
    "users.conversations": "Tier2",
    "users.info": "Tier4",
    "views.open": "Tier4",
    "views.publish": "Tier4",
    "views.push": "Tier4",
    "views.update": "Tier4",
}


@dataclass(frozen=True)
class SlackPace:
    """The limits that are enforced; the defaults are those of facts/slack.md."""

    channel_gap: float = 1.0  # seconds between two messages of a channel
    account_minute: int = 300  # messages a minute
    tolerance: float = 0.05  # seconds by which a message may come too early
    tier_burst: int = 5  # requests of a method above its tier that a minute may hold


class Lanes:
    """What one workspace has taken of late."""

    def __init__(self, pace: SlackPace, clock: Callable[[], float]) -> None:
        self._pace = pace
        self._clock = clock
        self._taken: dict[str, deque[float]] = {}

    def wait_for(self, method: str, channel: str) -> float:
        """Return 0 and count the request, or the seconds to wait until it would be taken."""
        pace = self._pace
        if method == "chat.postMessage":
            gap = pace.channel_gap - pace.tolerance
            return self._take(
                {f"in {channel}": (1, gap), "messages": (pace.account_minute, MINUTE)}
            )
        tier = TIERS.get(_tier_of(method))
        return self._take({method: (tier + pace.tier_burst, MINUTE)}) if tier else 0.0

    def _take(self, lanes: Mapping[str, tuple[int, float]]) -> float:
        """Take one place in every lane of so many in so many seconds, or none at all."""
        now = self._clock()
        wait = max(self._wait(name, most, span, now) for name, (most, span) in lanes.items())
        if wait > 0:
            return float(math.ceil(wait))
        for name in lanes:
            self._taken[name].append(now)
        return 0.0

    def _wait(self, name: str, most: int, span: float, now: float) -> float:
        taken = self._taken.setdefault(name, deque())
        while taken and now - taken[0] >= span:
            taken.popleft()
        return 0.0 if len(taken) < most else span - (now - taken[0])


@cache
def _tiers() -> Mapping[str, str]:
    path = SHARED / "specs" / "slack" / "rate_limit_tiers.json"
    return dict(json.loads(path.read_text())) if path.exists() else _KNOWN


def _tier_of(method: str) -> str:
    return _tiers().get(method, "")
