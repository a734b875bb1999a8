"""Small invented papers, announcements and places; each argument says what the test is about."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from bot.model import (
    Announcement,
    BatchState,
    Daily,
    Destination,
    Kind,
    Paper,
    Place,
    Raw,
    Subscription,
)
from bot.store import Store

DAY = date(2026, 8, 4)
NOON = datetime(2026, 8, 4, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def paper(id_: str = "2608.00001", version: int = 1, **known: object) -> Paper:
    plain = Paper(
        id_, Raw(f"On lamp {id_}"), Raw("We light it."), version, categories=("cs.CV", "cs.LG")
    )
    return replace(plain, **known)  # type: ignore[arg-type]


def announce(
    one: Paper, kind: Kind = Kind.NEW, batch: date = DAY, *, late: bool = False
) -> Announcement:
    cats = tuple(sorted(one.categories)) if kind is Kind.CROSS else ()
    return Announcement(one.id, one.version, kind, batch, "feed", cats, late)


async def add_new(store: Store, papers: list[Paper], batch: date = DAY, at: datetime = NOON) -> int:
    announcements = [announce(one, batch=batch) for one in papers]
    return await store.announcements.add(papers, announcements, at=at)


async def settle(store: Store, batch: date = DAY, at: datetime = NOON) -> None:
    await store.announcements.mark(batch, BatchState.SETTLED, at)


class FixedCalendar:
    """A calendar that stands still until it is set."""

    def __init__(self, moment: datetime = NOON) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment


HERE = Destination("slack", "T1", "C1")
THERE = Destination("slack", "T1", "C2")
ACTOR = "slack:T1:U1"


def place(destination: Destination = HERE, **known: object) -> Place:
    return replace(Place(destination, "#papers", "Europe/Berlin"), **known)  # type: ignore[arg-type]


def subscription(
    topic: str = "lamps", destination: Destination = HERE, **known: object
) -> Subscription:
    plain = Subscription(destination, 0, topic, topic.title(), Daily(), "Europe/Berlin", 0)
    return replace(plain, **known)  # type: ignore[arg-type]
