"""The planner on the real store: what falls due, what is said, and what waits."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.limits import Limits
from bot.model import (
    Announcement,
    BatchState,
    Daily,
    Destination,
    Digest,
    Kind,
    OnArrival,
    Paper,
    Place,
    Raw,
    Schedule,
    Subscription,
    Weekly,
)
from bot.planning import Planned, Planner
from bot.store import Store, open_store

TUE, WED, THU = date(2026, 8, 4), date(2026, 8, 5), date(2026, 8, 6)
FRI, MON = date(2026, 8, 7), date(2026, 8, 10)
LAMPS, MIRRORS, PRISMS = "lamps", "mirrors", "prisms"
HERE = Destination("web", "local", "papers")
THERE = Destination("web", "local", "optics")
ME = "web:local:me"


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.moment = at(TUE, 3)

    def now(self) -> datetime:
        return self.moment


class Desk:
    """A store, a clock and a planner; days of invented papers come in as a test says."""

    def __init__(self, store: Store, clock: Clock, limits: Limits | None = None) -> None:
        self.store = store
        self.clock = clock
        self.ready = True
        self.limits = limits or Limits()
        self.planner = self.another()

    def another(self) -> Planner:
        store = self.store
        return Planner(
            store.announcements,
            store.subscriptions,
            store.outbox,
            self.clock,
            self.limits,
            self._ready,
        )

    async def _ready(self) -> bool:
        return self.ready

    async def subscribe(
        self,
        topic: str,
        schedule: Schedule | None = None,
        where: Destination = HERE,
        **known: object,
    ) -> Subscription:
        plain = Subscription(
            where, 0, topic, topic, schedule or Daily("09:00"), "UTC", 0, first_done=True
        )
        if isinstance(plain.schedule, OnArrival):
            plain = replace(plain, last_slot="arrival:2026-08-03")
        else:
            plain = replace(plain, last_slot=f"2026-08-03T{plain.schedule.at} UTC")
        return await self.store.subscriptions.save(replace(plain, **known), ME)  # type: ignore[arg-type]

    async def announce(
        self, day: date, *titles: str, version: int = 1, settled: bool = True, hour: int = 4
    ) -> None:
        """Announce papers numbered by their titles: the same title is the same paper."""
        moment = at(day, hour)
        kind = Kind.NEW if version == 1 else Kind.REPLACE
        papers = [paper(title, version) for title in titles]
        said = [Announcement(one.id, version, kind, day, "feed") for one in papers]
        await self.store.announcements.add(papers, said, at=moment)
        state = BatchState.SETTLED if settled else BatchState.OPEN
        await self.store.announcements.mark(day, state, moment)

    async def plan(self, day: date, hour: int, minute: int = 0) -> Planned:
        self.clock.moment = at(day, hour, minute)
        return await self.planner.step()

    async def digests(self, where: Destination = HERE) -> list[Digest]:
        found, number = [], 1
        while digest := await self.store.outbox.digest(number):
            found.append(digest)
            number += 1
        return [digest for digest in found if digest.destination == where]

    async def titles(self, where: Destination = HERE) -> list[list[str]]:
        """Return the titles of each digest so far."""
        return [
            [digest.papers[item.paper, item.version].title for item in digest.items]
            for digest in await self.digests(where)
        ]

    async def one(self, where: Destination = HERE) -> Subscription:
        (found,) = await self.store.subscriptions.of(where)
        return found


def paper(title: str, version: int = 1) -> Paper:
    number = sum(ord(letter) * (place + 7) for place, letter in enumerate(title)) % 100_000
    return Paper(f"2608.{number:05}", Raw(title), Raw("Nothing else."), version)


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    clock = Clock()
    async with open_store(":memory:", calendar=clock) as store:
        yield Desk(store, clock)


# ── what falls due ───────────────────────────────────────────────────────────────────────────────


async def test_a_daily_digest_comes_at_its_minute_and_not_before(desk: Desk) -> None:
    await desk.subscribe(LAMPS)
    await desk.announce(TUE, "On lamps", "On tides")
    early = await desk.plan(TUE, 8, 59)
    assert (early.digests, early.wake) == (0, at(TUE, 9))
    assert (await desk.plan(TUE, 9)).digests == 1
    assert await desk.titles() == [["On lamps"]]
    assert (await desk.plan(TUE, 10)).digests == 0


async def test_a_weekly_digest_covers_the_days_since_the_last(desk: Desk) -> None:
    await desk.subscribe(LAMPS, Weekly((4,), "09:00"), last_slot="2026-07-30T09:00 UTC")
    for day in (TUE, WED, THU):
        await desk.announce(day, f"Lamps of {day}")
        await desk.plan(day, 10)
    (digest,) = await desk.digests()
    assert digest.heading.days == (TUE, WED, THU)
    assert len(digest.items) == 3


async def test_on_arrival_means_as_soon_as_the_batch_is_settled(desk: Desk) -> None:
    await desk.subscribe(LAMPS, OnArrival())
    await desk.announce(TUE, "On lamps", settled=False)
    assert (await desk.plan(TUE, 4, 1)).digests == 0
    await desk.store.announcements.mark(TUE, BatchState.SETTLED, at(TUE, 5))
    assert (await desk.plan(TUE, 5)).digests == 1


async def test_topics_that_are_due_together_make_one_digest(desk: Desk) -> None:
    for topic in (LAMPS, MIRRORS, PRISMS):
        await desk.subscribe(topic)
    await desk.announce(TUE, "Lamps and mirrors", "Mirrors alone")
    assert (await desk.plan(TUE, 9)).digests == 1
    (digest,) = await desk.digests()
    assert digest.heading.topics == ((1, LAMPS), (2, MIRRORS), (3, PRISMS))
    assert sorted(item.subscriptions for item in digest.items) == [(1, 2), (2,)]
    cursors = {one.cursor for one in await desk.store.subscriptions.of(HERE)}
    assert cursors == {await desk.store.announcements.horizon()}


async def test_topics_of_different_schedules_with_one_slot_share_its_digest(desk: Desk) -> None:
    await desk.subscribe(LAMPS)
    await desk.subscribe(MIRRORS, Weekly((2,), "09:00"), last_slot="2026-07-28T09:00 UTC")
    await desk.announce(TUE, "On lamps", "On mirrors")
    assert (await desk.plan(TUE, 9)).digests == 1
    assert sorted(*await desk.titles()) == ["On lamps", "On mirrors"]


async def test_a_paper_comes_once_where_two_slots_are_due_at_once(desk: Desk) -> None:
    await desk.subscribe(LAMPS)
    await desk.subscribe("on lamps", OnArrival())
    await desk.announce(TUE, "On lamps")
    await desk.plan(TUE, 9)
    assert await desk.titles() == [["On lamps"]]
    assert {one.cursor for one in await desk.store.subscriptions.of(HERE)} == {1}


async def test_nothing_falls_due_before_the_first_harvest_has_ended(desk: Desk) -> None:
    await desk.subscribe(LAMPS)
    await desk.announce(TUE, "On lamps")
    desk.ready = False
    assert (await desk.plan(TUE, 9)).digests == 0
    desk.ready = True
    assert (await desk.plan(TUE, 9)).digests == 1


# ── days with nothing ────────────────────────────────────────────────────────────────────────────


async def test_an_empty_day_only_moves_the_cursor(desk: Desk) -> None:
    await desk.subscribe(LAMPS)
    await desk.announce(TUE, "On tides")
    planned = await desk.plan(TUE, 9)
    one = await desk.one()
    assert (planned.digests, one.cursor, one.last_slot) == (0, 1, "2026-08-04T09:00 UTC")
    assert await desk.digests() == []
    assert planned.wake > at(TUE, 9)


async def test_a_first_digest_speaks_even_if_it_found_nothing(desk: Desk) -> None:
    await desk.subscribe(LAMPS, first_done=False)
    await desk.announce(TUE, "On tides")
    assert (await desk.plan(TUE, 9)).digests == 1
    (digest,) = await desk.digests()
    assert digest.heading.note.startswith("Nothing on lamps among the 1 paper of Tue 4 Aug.")
    await desk.announce(WED, "On winds")
    assert (await desk.plan(WED, 9)).digests == 0


async def test_a_place_that_asked_is_told_of_empty_days(desk: Desk) -> None:
    await desk.store.subscriptions.put_place(Place(HERE, "#papers", tell_empty=True), ME)
    await desk.subscribe(LAMPS)
    for day in (TUE, WED):
        await desk.announce(day, f"Tides of {day}")
        assert (await desk.plan(day, 9)).digests == 1


async def test_papers_found_before_the_cursor_do_not_speak_again(desk: Desk) -> None:
    await desk.subscribe(LAMPS)
    await desk.subscribe(MIRRORS, where=THERE, schedule=Weekly((3,), "09:00"),
                         last_slot="2026-07-29T09:00 UTC")  # fmt: skip
    await desk.announce(TUE, "On lamps")
    await desk.plan(TUE, 9)
    await desk.announce(WED, "On mirrors")
    assert (await desk.plan(WED, 9)).digests == 1
    assert (await desk.titles(), await desk.titles(THERE)) == ([["On lamps"]], [["On mirrors"]])


# ── options ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("updates", [True, False])
async def test_a_new_version_comes_only_to_those_who_want_updates(
    desk: Desk, *, updates: bool
) -> None:
    await desk.subscribe(LAMPS, updates=updates)
    await desk.announce(TUE, "On lamps")
    await desk.plan(TUE, 9)
    await desk.announce(WED, "On lamps", version=2)
    assert (await desk.plan(WED, 9)).digests == int(updates)


async def test_what_a_place_excludes_does_not_come(desk: Desk) -> None:
    await desk.store.subscriptions.put_place(Place(HERE, "#papers", exclude="survey"), ME)
    await desk.subscribe(LAMPS)
    await desk.announce(TUE, "On lamps", "Survey of lamps")
    await desk.plan(TUE, 9)
    assert await desk.titles() == [["On lamps"]]


async def test_an_alert_skips_what_its_channel_already_showed(desk: Desk) -> None:
    person = Destination("web", "local", "u:me")
    await desk.store.subscriptions.put_place(Place(HERE, "#papers"), ME)
    await desk.store.subscriptions.put_place(
        Place(person, "me", is_person=True, skip_shown_at=HERE), ME
    )
    await desk.subscribe(LAMPS)
    await desk.subscribe("lamps OR mirrors", Daily("10:00"), person)
    await desk.announce(TUE, "On lamps", "On mirrors")
    await desk.plan(TUE, 9)
    await desk.plan(TUE, 10)
    assert await desk.titles(person) == [["On mirrors"]]


async def test_an_unreadable_topic_does_not_stop_the_others(desk: Desk) -> None:
    await desk.subscribe('ti:"never closed', where=THERE)
    await desk.subscribe(LAMPS)
    await desk.announce(TUE, "On lamps")
    await desk.plan(TUE, 9)
    assert await desk.titles() == [["On lamps"]]


# ── races, lateness, pauses ──────────────────────────────────────────────────────────────────────


async def test_two_planners_that_race_plan_each_digest_once(desk: Desk) -> None:
    await desk.subscribe(LAMPS)
    await desk.subscribe(MIRRORS, where=THERE)
    await desk.announce(TUE, "On lamps")
    desk.clock.moment = at(TUE, 9)
    rivals = [desk.planner, desk.another(), desk.another()]
    steps = await asyncio.gather(*(rival.step() for rival in rivals))
    assert sum(one.digests for one in steps) == 1
    assert (await desk.titles(), await desk.titles(THERE)) == ([["On lamps"]], [])
    assert (await desk.one(THERE)).cursor == 1


async def test_slices_of_any_size_plan_the_same() -> None:
    assert await planned_in(Limits(enqueue_batch=1)) == await planned_in(Limits())


async def planned_in(limits: Limits) -> Sequence[object]:
    clock = Clock()
    async with open_store(":memory:", calendar=clock) as store:
        desk = Desk(store, clock, limits)
        places = [Destination("web", "local", f"room-{number}") for number in range(7)]
        for number, where in enumerate(places):
            await desk.subscribe((LAMPS, MIRRORS, PRISMS)[number % 3], where=where)
            await desk.subscribe(MIRRORS, OnArrival(), where)
        await desk.announce(TUE, "On lamps", "Lamps and mirrors")
        digests = (await desk.plan(TUE, 9)).digests
        cursors = [
            (one.cursor, one.last_slot)
            for where in places
            for one in await store.subscriptions.of(where)
        ]
        return [digests, cursors, [await desk.titles(where) for where in places]]


async def test_a_topic_edited_while_it_is_planned_waits_and_loses_nothing(desk: Desk) -> None:
    one = await desk.subscribe(LAMPS)
    await desk.announce(TUE, "On lamps", "On mirrors")
    between = desk.store.announcements.between

    async def edited(after: int, upto: int) -> object:
        await desk.store.subscriptions.save(replace(one, topic=MIRRORS, label=MIRRORS), ME)
        return await between(after, upto)

    desk.store.announcements.between = edited  # type: ignore[method-assign, assignment]
    planned = await desk.plan(TUE, 9)
    assert (planned.digests, planned.wake) == (0, at(TUE, 9) + timedelta(seconds=1))
    assert (await desk.plan(TUE, 9, 1)).digests == 1
    assert await desk.titles() == [["On mirrors"]]


async def test_who_comes_late_to_a_slot_waits_for_the_next_one(desk: Desk) -> None:
    await desk.subscribe(LAMPS)
    await desk.announce(TUE, "On lamps", "On mirrors")
    await desk.plan(TUE, 9)
    await desk.subscribe(MIRRORS)  # its cursor stands before a slot that has its digest
    planned = await desk.plan(TUE, 10)
    assert planned.digests == 0
    assert (await desk.plan(TUE, 10, 1)).wake == at(WED, 9)  # and does not ask again and again
    await desk.announce(WED, "On tides")
    await desk.plan(WED, 9)
    assert await desk.titles() == [["On lamps"], ["On mirrors"]]


async def test_a_pause_ends_on_its_day_and_the_days_between_are_covered(desk: Desk) -> None:
    await desk.subscribe(LAMPS, paused=True, paused_until=THU)
    for day in (TUE, WED):
        await desk.announce(day, f"Lamps of {day}")
        assert await desk.plan(day, 10) == Planned(0, at(THU, 0))
    assert (await desk.plan(THU, 0)).digests == 0
    assert not (await desk.one()).paused
    await desk.announce(THU, "Lamps of Thursday")
    assert (await desk.plan(THU, 9)).digests == 1
    assert [len(titles) for titles in await desk.titles()] == [3]


async def test_a_day_whose_batch_never_settles_is_composed_at_its_end(desk: Desk) -> None:
    await desk.subscribe(LAMPS)
    await desk.announce(TUE, "On lamps", settled=False)
    planned = await desk.plan(TUE, 10)
    assert (planned.digests, planned.wake) == (0, at(TUE, 23, 59))
    assert (await desk.plan(TUE, 23, 59)).digests == 1
    (digest,) = await desk.digests()
    assert digest.heading.late
    await desk.store.announcements.mark(TUE, BatchState.SETTLED, at(WED, 1))
    await desk.announce(WED, "On tides")
    assert (await desk.plan(WED, 9)).digests == 0


async def test_after_downtime_there_is_one_catch_up(desk: Desk) -> None:
    await desk.subscribe(LAMPS)
    await desk.subscribe(LAMPS, OnArrival(), THERE)
    for day in (TUE, WED, THU, FRI):
        await desk.announce(day, f"Lamps of {day}")
    assert (await desk.plan(FRI, 10)).digests == 2
    for where in (HERE, THERE):
        (digest,) = await desk.digests(where)
        assert (digest.heading.catch_up, len(digest.items)) == (True, 4)
    await desk.announce(MON, "Lamps again")
    assert (await desk.plan(MON, 9)).digests == 2


async def test_nothing_is_planned_while_a_place_is_suspended(desk: Desk) -> None:
    await desk.subscribe(LAMPS)
    await desk.store.subscriptions.put_place(Place(HERE, "#papers", suspended="archived"), ME)
    await desk.announce(TUE, "On lamps")
    assert (await desk.plan(TUE, 9)).digests == 0
    assert (await desk.one()).cursor == 0
    await desk.store.subscriptions.put_place(Place(HERE, "#papers"), ME)
    assert (await desk.plan(TUE, 9)).digests == 1
