"""What a creator is told after thirty days, on the real store."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.commands.recent import Recent
from bot.limits import Limits
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
from bot.reviewing import Reviewer
from bot.store.opening import Store, open_store

BEGIN = datetime(2026, 10, 1, 12, tzinfo=UTC)
CHANNEL = Destination("web", "local", "papers")
READER = Destination("web", "local", "u:you")


class Clock:
    def __init__(self) -> None:
        self.moment = BEGIN

    def now(self) -> datetime:
        return self.moment


async def subscribe(store: Store, where: Destination, label: str) -> None:
    one = Subscription(where, 0, label, label, Daily(), "UTC", 0, created=BEGIN)
    await store.subscriptions.save(one, "test")


async def announce(store: Store, count: int) -> None:
    day = BEGIN + timedelta(days=20)
    papers = [
        Paper(f"2610.{n:05d}", Raw("Image generation"), Raw("We draw."), categories=("cs.CV",))
        for n in range(count)
    ]
    said = [Announcement(paper.id, 1, Kind.NEW, day.date(), "feed") for paper in papers]
    await store.announcements.add(papers, said, at=day)
    await store.announcements.mark(day.date(), BatchState.SETTLED, day)


def reviewer(store: Store, clock: Clock) -> Reviewer:
    recent = Recent(store.papers, clock, Limits())
    return Reviewer(store.subscriptions, store.outbox, recent, clock)


async def said_to(store: Store, clock: Clock) -> list[tuple[Destination, str, tuple[str, ...]]]:
    owed = await store.outbox.owed("web", clock.now(), 10, ())
    digests = [await store.outbox.digest(one.digest) for one in owed]
    return [(d.destination, d.heading.note, d.heading.actions) for d in digests if d]


async def test_after_thirty_days_the_creator_hears_what_is_too_narrow_and_too_wide() -> None:
    clock = Clock()
    async with open_store(":memory:", calendar=clock) as store:
        place = Place(CHANNEL, "#papers", creator=READER.address)
        await store.subscriptions.put_place(place, "test")
        await subscribe(store, CHANNEL, "spin glass")
        await subscribe(store, CHANNEL, "image generation")
        await announce(store, 40)
        clock.moment += timedelta(days=29)
        assert await reviewer(store, clock).step() == 0
        clock.moment += timedelta(days=1)
        assert await reviewer(store, clock).step() == 1
        ((to, text, actions),) = await said_to(store, clock)
        assert (to, actions) == (READER, ())
        assert text == (
            "#papers: In the last 30 days: spin glass: 0 papers. "
            "image generation: 40, more than fit on 1 day. "
            "To narrow one, type there: /arxiv edit 1"
        )


async def test_a_review_is_said_once_also_after_a_restart() -> None:
    clock = Clock()
    async with open_store(":memory:", calendar=clock) as store:
        await store.subscriptions.put_place(Place(READER, "you", is_person=True), "test")
        await subscribe(store, READER, "spin glass")
        clock.moment += timedelta(days=30)
        assert await reviewer(store, clock).step() == 1
        assert await reviewer(store, clock).step() == 0
        ((_, _, actions),) = await said_to(store, clock)
        assert actions == ("narrow:1",)


async def test_nobody_hears_of_a_topic_that_fits_or_is_paused() -> None:
    clock = Clock()
    async with open_store(":memory:", calendar=clock) as store:
        await subscribe(store, CHANNEL, "image generation")
        await subscribe(store, READER, "spin glass")
        (paused,) = await store.subscriptions.of(READER)
        await store.subscriptions.save(replace(paused, paused=True), "test")
        await announce(store, 3)
        clock.moment += timedelta(days=30)
        assert await reviewer(store, clock).step() == 0
