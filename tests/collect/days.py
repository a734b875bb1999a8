"""The days of the collector's tests, and what arXiv listed on them.

Mornings are 05:20 UTC in winter: 00:20 US Eastern.
"""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta

from bot.model import BatchState, Kind
from tests.collect.world import Bench
from tests.standins.arxiv_world import World, list_days

SETTLED, GIVEN_UP = BatchState.SETTLED, BatchState.GIVEN_UP
DAYS = list_days(date(2026, 11, 9), 12)  # Monday 9 … Tuesday 24 November
MON, TUE, WED, THU, FRI = DAYS[5:10]  # 16 … 20 November
HOUR = timedelta(hours=1)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)


def morning(day: date) -> datetime:
    return at(day, 5, 20)


def settled_before(day: date) -> Callable[[Bench], Awaitable[None]]:
    """Let a bench begin as if it had run until the day before."""
    return lambda one: one.remember(day)


def announced(one: Bench, day: date) -> set[tuple[str, int, Kind]]:
    return {(r.paper, r.version, r.kind) for r in one.rows() if r.batch == day and not r.late}


def listed(world: World, day: date) -> set[tuple[str, int, Kind]]:
    """What a list day announced, straight from the world: the reference."""
    return {
        (e.paper, e.version, Kind(e.action))
        for e in world.events
        if e.day == day and e.action != "absonly"
    }


def kinds(one: Bench, after: int = 0) -> list[str]:
    return [seen.kind for seen in one.arxiv.log[after:]]
