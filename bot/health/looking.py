"""Brings together what is known, when somebody asks."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.errors import StoreError
from bot.health.meter import Meter
from bot.health.ready import Known
from bot.health.vitals import Looks, Vitals
from bot.ports import Calendar, Lane

SILENT_MARK = "arxiv-silent-since"


@dataclass(frozen=True, slots=True)
class Sources:
    """Where health is read. `platforms`: each with its trouble, asked at the moment."""

    looks: Looks
    lane: Lane
    calendar: Calendar
    meter: Meter
    arxiv: Callable[[], str]
    harvested_mark: str  # the collector's; "" where nothing is harvested (replay)
    platforms: Mapping[str, Callable[[], str]]


async def look(sources: Sources) -> Known:
    """Return what is known now; a database that does not answer is one of the findings."""
    now = sources.calendar.now()
    platforms = {name: trouble() for name, trouble in sources.platforms.items()}
    vitals: Vitals | None = None
    silent: datetime | None = None
    harvested, why = True, ""
    try:
        vitals = await sources.looks.vitals(now, day_of(now))
        silent = await silent_since(sources.lane)
        if mark := sources.harvested_mark:
            harvested = bool(await sources.lane.mark(mark))
    except StoreError as error:
        why = f"{error} {error.remedy}".strip()
    return Known(now, sources.arxiv(), silent, harvested, vitals, why, platforms)


async def silent_since(lane: Lane) -> datetime | None:
    """Return since when arXiv gives no good answer, as `incidents` remembers it."""
    text = await lane.mark(SILENT_MARK)
    return datetime.fromisoformat(text) if text else None


def day_of(now: datetime) -> datetime:
    """Return when the UTC day began."""
    return now.replace(hour=0, minute=0, second=0, microsecond=0)
