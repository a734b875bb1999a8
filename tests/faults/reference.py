"""What was owed: a naive answer that knows nothing of the bot's planner. PURE.

Each paper that one of a room's topics finds is owed there once, at the first moment of the room's
schedule after arXiv showed it. Papers owed at the same moment are one digest.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.model import Daily, OnArrival, Schedule, Weekly
from tests.faults.world import FaultyWorld, Paper, Room
from tests.naive import finds

EASTERN = ZoneInfo("America/New_York")


@dataclass(frozen=True, slots=True)
class OwedDigest:
    """Papers that a room must get, and when."""

    room: Room
    due: datetime
    papers: frozenset[str]


def owed(world: FaultyWorld) -> list[OwedDigest]:
    """Return every digest that the world owes, in order of time."""
    found: list[OwedDigest] = []
    for room in world.rooms:
        by_moment: dict[datetime, set[str]] = defaultdict(set)
        for paper, day in _found(room, world.papers):
            by_moment[moment(room.schedule, room.zone, day)].add(paper)
        found += [OwedDigest(room, due, frozenset(some)) for due, some in by_moment.items()]
    return sorted(found, key=lambda one: (one.due, one.room.destination))


def _found(room: Room, papers: tuple[Paper, ...]) -> Iterator[tuple[str, date]]:
    """Yield each paper that the room's topics find, with the day on which they find it first."""
    seen: set[str] = set()
    for one in papers:
        matches = any(
            finds(topic, one.title, one.abstract, list(one.categories)) for topic in room.topics
        )
        if matches and one.paper not in seen:
            seen.add(one.paper)
            yield one.paper, one.day


def moment(schedule: Schedule, zone: str, day: date) -> datetime:
    """Return when what arXiv listed on a day is owed."""
    shown = datetime.combine(day, time(0, 20), EASTERN).astimezone(UTC)
    local = shown.astimezone(ZoneInfo(zone))
    match schedule:
        case OnArrival(quiet=quiet):
            awake = time(8) <= local.time() < time(22)
            return shown if awake or not quiet else _at(local, time(8), zone)
        case Daily(at=at) | Weekly(at=at):
            return _at(local, time.fromisoformat(at), zone)


def _at(local: datetime, at: time, zone: str) -> datetime:
    """Return the first moment at or after `local` that the clock of a zone shows this time."""
    today = datetime.combine(local.date(), at, ZoneInfo(zone))
    following = datetime.combine(local.date() + timedelta(days=1), at, ZoneInfo(zone))
    return next(one for one in (today, following) if one >= local).astimezone(UTC)
