"""How long after their promised moment digests were there, read from what the outbox keeps."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from math import ceil
from typing import Final

from sqlite_utils import Database

from bot.delivered import Punctuality
from bot.store import codec

EVERYWHERE: Final = -1
_LATE: Final = (
    "SELECT d.platform, (julianday(max(v.settled_at)) - julianday(g.due)) * 86400.0 AS late"
    " FROM digests g CROSS JOIN deliveries v ON v.digest = g.id"
    " CROSS JOIN destinations d ON d.id = g.destination"
    " WHERE v.state = 'sent' AND v.settled_at >= ?1 AND g.slot NOT LIKE 'notice:%' AND ?2 = -1"
    " GROUP BY g.id ORDER BY late"
)
_LATE_HERE: Final = (  # by the place's own digests, not through everybody's
    "SELECT d.platform, (julianday(max(v.settled_at)) - julianday(g.due)) * 86400.0 AS late"
    " FROM digests g CROSS JOIN deliveries v ON v.digest = g.id"
    " CROSS JOIN destinations d ON d.id = g.destination"
    " WHERE g.destination = ?2 AND v.state = 'sent' AND v.settled_at >= ?1"
    " AND g.slot NOT LIKE 'notice:%' GROUP BY g.id ORDER BY late"
)

_WAITING: Final = (
    "SELECT d.platform, count(*), min(g.due) FROM digests g JOIN destinations d"
    " ON d.id = g.destination WHERE g.done = 0 AND g.due <= ?1 AND g.slot NOT LIKE 'notice:%'"
    " AND d.suspended = '' AND ?2 = -1 GROUP BY d.platform"
)
_WAITING_HERE: Final = (
    "SELECT d.platform, count(*), min(g.due) FROM digests g CROSS JOIN destinations d"
    " ON d.id = g.destination WHERE g.destination = ?2 AND g.done = 0 AND g.due <= ?1"
    " AND g.slot NOT LIKE 'notice:%' AND d.suspended = '' GROUP BY d.platform"
)


def read_punctuality(
    database: Database, since: datetime, now: datetime, destination: int | None
) -> Mapping[str, Punctuality]:
    """Return by platform how digests kept their moments since then, and what waits now."""
    seconds = _seconds(database, codec.moment_text(since), destination)
    waiting = _waiting(database, codec.moment_text(now), destination)
    return {
        platform: _punctuality(seconds.get(platform, ()), *waiting.get(platform, (0, None)))
        for platform in sorted(seconds.keys() | waiting.keys())
    }


def _seconds(
    database: Database, since: str, destination: int | None
) -> Mapping[str, Sequence[float]]:
    """Return, ascending, how many seconds after its moment each digest was there, whole."""
    found: defaultdict[str, list[float]] = defaultdict(list)
    sql = _LATE if destination == EVERYWHERE else _LATE_HERE
    for platform, late in database.execute(sql, [since, destination]):
        found[platform].append(max(round(late, 3), 0.0))  # days as numbers are that exact
    return found


def _waiting(
    database: Database, now: str, destination: int | None
) -> Mapping[str, tuple[int, str | None]]:
    """Return how many digests are due and not done, and since when, where nothing is suspended."""
    sql = _WAITING if destination == EVERYWHERE else _WAITING_HERE
    rows = database.execute(sql, [now, destination])
    return {platform: (many, oldest) for platform, many, oldest in rows}


def _punctuality(seconds: Sequence[float], waiting: int, oldest: str | None) -> Punctuality:
    if not seconds:
        return Punctuality(waiting=waiting, oldest=codec.moment(oldest))
    return Punctuality(
        len(seconds),
        _share(seconds, 0.5),
        _share(seconds, 0.99),
        timedelta(seconds=seconds[-1]),
        waiting,
        codec.moment(oldest),
    )


def _share(ascending: Sequence[float], share: float) -> timedelta:
    """Return the smallest value that this share of them does not exceed (nearest rank)."""
    return timedelta(seconds=ascending[max(0, ceil(share * len(ascending)) - 1)])
