"""Announcements, subscriptions and hits for the tests of digests."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from bot.compose.digest import Composer, Due, Hit
from bot.model import (
    Announcement,
    Because,
    Daily,
    Destination,
    Kind,
    Paper,
    Place,
    Plan,
    Raw,
    Slot,
    Subscription,
)

HERE = Destination("web", "local", "papers")
THERE = Destination("web", "local", "others")
TUESDAY = date(2026, 11, 24)
SLOT = Slot("2026-11-25T09:00 Europe/Berlin", datetime(2026, 11, 25, 8, tzinfo=UTC))
REASON = Because("title", "spin glass", ((0, 10),))
NEW, CROSS, REPLACE = Kind.NEW, Kind.CROSS, Kind.REPLACE


def said(
    paper: str, kind: Kind = NEW, version: int = 1, day: date = TUESDAY, *, late: bool = False
) -> tuple[Announcement, Paper]:
    announcement = Announcement(paper, version, kind, day, "feed", late=late)
    return announcement, Paper(paper, Raw(f"On {paper}"), Raw("We present it."), version)


def numbered(*rows: tuple[Announcement, Paper]) -> list[tuple[Announcement, Paper]]:
    return [(replace(one, seq=seq), paper) for seq, (one, paper) in enumerate(rows, 1)]


def subscription(number: int = 1, topic: str = "spin glass", **options: object) -> Subscription:
    one = Subscription(
        HERE, number, topic, topic, Daily(), "Europe/Berlin", 0, id=number * 10, first_done=True
    )
    return replace(one, **options)  # type: ignore[arg-type]


def found(*places: int, because: tuple[Because, ...] = (REASON,)) -> list[Hit]:
    return [Hit(at, lambda: because) for at in places]


def compose(
    rows: Sequence[tuple[Announcement, Paper]],
    hits: Mapping[str, Sequence[Hit]],
    *ones: Subscription,
    shown: Mapping[tuple[Destination, str], int] | None = None,
    place: Place | None = None,
    **options: object,
) -> Plan:
    composer = Composer(rows, hits, shown or {}, upto=len(rows), **options)  # type: ignore[arg-type]
    due = Due(place or Place(HERE, "#papers"), SLOT, ones or (subscription(),))
    return composer.compose(due)


def papers(plan: Plan) -> list[str]:
    return [item.paper for item in plan.items]
