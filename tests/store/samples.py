"""Small invented papers, announcements and places; each argument says what the test is about."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from bot.model import (
    Announcement,
    BatchState,
    Because,
    Body,
    Daily,
    Delivery,
    Destination,
    Heading,
    Item,
    Kind,
    Paper,
    Place,
    Plan,
    Raw,
    Slot,
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


def slot(key: str = "2026-08-04T09:00 Europe/Berlin", due: datetime = NOON) -> Slot:
    return Slot(key, due)


def item(paper_id: str = "2608.00001", version: int = 1, *numbers: int) -> Item:
    because = (Because("title", "lamp", ((3, 7),)),)
    return Item(paper_id, version, Kind.NEW, numbers or (1,), because)


def plan(destination: Destination = HERE, **known: object) -> Plan:
    """One paper, no subscription."""
    plain = Plan(destination, slot(), Heading((DAY,), 7, ((1, "Lamps"),)), (item(),))
    return replace(plain, **known)  # type: ignore[arg-type]


def notice(key: str, destination: Destination = HERE, due: datetime = NOON) -> Plan:
    return Plan(destination, Slot(f"notice:{key}", due), Heading(note="No digest since Tue."))


def body(text: str = "body", *, reply: bool = False) -> Body:
    return Body(text, f"plain {text}", reply)


async def open_all(store: Store, *bodies: Body, platform: str = "slack") -> list[Delivery]:
    """Open what is to be opened next at each destination; return the first deliveries owed."""
    for owed in await store.outbox.owed(platform, NOON, 99, ()):
        if owed.delivery is None:
            assert await store.outbox.open(owed.digest, bodies or (body(),), NOON)
    found = await store.outbox.owed(platform, NOON, 99, ())
    return [owed.delivery for owed in found if owed.delivery]


async def enqueue(store: Store, *plans: Plan, at: datetime = NOON) -> Sequence[Plan]:
    return await store.outbox.enqueue(plans, at)
