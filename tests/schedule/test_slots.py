"""Slots: every one once, in order, never before its time, never lost, in every zone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings, strategies as st

from bot.model import Batch, BatchState, Daily, OnArrival, Schedule, Slot, Weekly
from bot.schedule import (
    DueSlot,
    due_slot,
    feed_due,
    is_list_day,
    moment_of,
    next_digest,
    next_slot,
    previous_slot,
    promised,
    wake_at,
)

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
ZONES = (
    "Pacific/Kiritimati",  # UTC+14
    "Pacific/Apia",
    "Australia/Lord_Howe",  # clocks change by half an hour
    "Asia/Tokyo",
    "Asia/Kathmandu",
    "Africa/Cairo",  # changes at midnight
    "Europe/Berlin",
    "UTC",
    "America/Nuuk",  # skips the last hour of a day
    "America/St_Johns",
    "America/New_York",
    "America/Los_Angeles",
    "Pacific/Honolulu",
)
clocks = st.sampled_from(["00:00", "00:30", "02:30", "06:20", "09:00", "21:30", "23:30", "23:59"])
days_2026 = st.dates(date(2026, 1, 1), date(2026, 12, 31))
zones = st.sampled_from(ZONES)
clock_schedules = st.one_of(
    st.builds(Daily, clocks),
    st.builds(Weekly, st.sampled_from([(1,), (5, 6), (1, 4, 7)]), clocks),
)
delays = st.one_of(
    st.integers(1, 59),  # as usual
    st.integers(60, 14 * 60),  # late
    st.integers(24 * 60, 3 * 24 * 60),  # an outage over days
).map(lambda minutes: minutes * MINUTE)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def settled(day: str, at: str, papers: int = 900) -> Batch:
    return Batch(date.fromisoformat(day), BatchState.SETTLED, settled_at=utc(at), papers=papers)


def opened(day: str) -> Batch:
    return Batch(date.fromisoformat(day), BatchState.OPEN)


# ── local clock times ────────────────────────────────────────────────────────────────────────────


def first_minute_that_shows(day: date, at: str, zone: str) -> datetime:
    """The naive way: walk through all minutes until a local clock shows that time or a later."""
    wall = datetime.fromisoformat(f"{day}T{at}")
    moment = wall.replace(tzinfo=UTC) - timedelta(hours=15)
    rules = ZoneInfo(zone)
    while moment.astimezone(rules).replace(tzinfo=None) < wall:
        moment += MINUTE
    return moment


@pytest.mark.parametrize(
    ("day", "at", "zone", "moment"),
    [
        ("2026-03-29", "02:30", "Europe/Berlin", "2026-03-29T01:00"),  # skipped: 03:00 summer time
        ("2026-10-25", "02:30", "Europe/Berlin", "2026-10-25T00:30"),  # shown twice: the first
        ("2026-04-24", "00:00", "Africa/Cairo", "2026-04-23T22:00"),
        ("2026-03-28", "23:30", "America/Nuuk", "2026-03-29T01:00"),
        ("2026-10-04", "02:15", "Australia/Lord_Howe", "2026-10-03T15:30"),
        ("2026-11-25", "09:00", "Pacific/Kiritimati", "2026-11-24T19:00"),
        ("2011-12-30", "09:00", "Pacific/Apia", "2011-12-30T10:00"),  # a day that never was
    ],
)
def test_a_local_time_is_one_moment(day: str, at: str, zone: str, moment: str) -> None:
    assert moment_of(date.fromisoformat(day), at, zone) == utc(moment)


@given(zones, st.sampled_from(["02:30", "00:15", "23:45"]), days_2026)
@settings(max_examples=100, deadline=None)
def test_a_local_time_is_the_first_minute_that_shows_it_or_a_later_one(
    zone: str, at: str, day: date
) -> None:
    assert moment_of(day, at, zone) == first_minute_that_shows(day, at, zone)


# ── the calendar of slots ────────────────────────────────────────────────────────────────────────


def test_slots_are_named_by_local_time_and_zone() -> None:
    now = utc("2026-11-24T10:00")
    assert previous_slot(Daily("09:00"), "Europe/Berlin", now) == Slot(
        "2026-11-24T09:00 Europe/Berlin", utc("2026-11-24T08:00")
    )
    assert next_slot(Weekly((1, 3), "08:30"), "Europe/Berlin", now) == Slot(
        "2026-11-25T08:30 Europe/Berlin", utc("2026-11-25T07:30")
    )
    assert next_slot(OnArrival(), "Asia/Tokyo", now) == Slot(
        "arrival:2026-11-25", utc("2026-11-25T05:20")
    )
    assert previous_slot(OnArrival(quiet=True), "Europe/Berlin", now) == Slot(
        "arrival:2026-11-24", utc("2026-11-24T07:00")
    )
    assert previous_slot(
        OnArrival(quiet=True), "Europe/Berlin", utc("2026-11-24T06:59")
    ).key.endswith("11-23")


def test_people_are_told_the_next_slot_that_arxiv_promises_papers_for() -> None:
    friday_evening = utc("2026-11-20T20:00")
    assert next_slot(Daily(), "Europe/Berlin", friday_evening).key[:10] == "2026-11-21"
    assert next_digest(Daily(), "Europe/Berlin", friday_evening).key[:10] == "2026-11-23"
    assert next_digest(Daily(), "Asia/Tokyo", friday_evening).key[:10] == "2026-11-21"
    thanksgiving = utc("2026-11-26T20:00")
    assert next_digest(Daily(), "Europe/Berlin", thanksgiving).key[:10] == "2026-11-30"
    assert next_digest(OnArrival(), "UTC", thanksgiving).key == "arrival:2026-11-30"


@given(clock_schedules, zones, days_2026, st.integers(0, 24 * 60 - 1))
@settings(deadline=None)
def test_previous_and_next_slots_enclose_every_moment(
    schedule: Schedule, zone: str, day: date, minute: int
) -> None:
    now = datetime.combine(day, datetime.min.time(), UTC) + minute * MINUTE
    before, after = previous_slot(schedule, zone, now), next_slot(schedule, zone, now)
    assert before.due <= now < after.due
    assert next_slot(schedule, zone, before.due) == after
    assert previous_slot(schedule, zone, after.due) == after


# ── what is due ──────────────────────────────────────────────────────────────────────────────────

BERLIN_9 = "2026-11-24T09:00 Europe/Berlin"
MONDAY = "2026-11-23T09:00 Europe/Berlin"


def berlin(now: str, *batches: Batch, last: str = MONDAY) -> DueSlot | None:
    return due_slot(Daily("09:00"), "Europe/Berlin", last, utc(now), batches)


def test_a_daily_slot_is_due_at_its_minute_once_the_promised_batch_is_settled() -> None:
    done = settled("2026-11-24", "2026-11-24T05:40")
    assert berlin("2026-11-24T07:59", done) is None
    assert berlin("2026-11-24T08:00", done) == DueSlot(Slot(BERLIN_9, utc("2026-11-24T08:00")))
    assert berlin("2026-11-24T08:00", done, last=BERLIN_9) is None


def test_a_slot_waits_for_a_late_batch_and_says_that_it_was_late() -> None:
    assert berlin("2026-11-24T08:00") is None
    assert berlin("2026-11-24T08:00", opened("2026-11-24")) is None
    late = berlin("2026-11-24T09:30", settled("2026-11-24", "2026-11-24T09:30"))
    assert late
    assert (late.slot.key, late.late, late.forced) == (BERLIN_9, True, False)


def test_a_batch_that_settles_in_its_usual_hour_is_not_called_late() -> None:
    early = due_slot(
        Daily("06:20"),
        "Europe/Berlin",
        "",
        utc("2026-11-24T06:30"),
        [settled("2026-11-24", "2026-11-24T06:30")],
    )
    assert early
    assert not early.late


def test_an_older_batch_that_is_still_open_is_waited_for_too() -> None:
    batches = opened("2026-11-23"), settled("2026-11-24", "2026-11-24T05:40")
    assert berlin("2026-11-24T08:00", *batches) is None


def test_a_given_up_day_is_not_waited_for() -> None:
    given_up = replace(settled("2026-11-24", "2026-11-24T09:00", papers=0))
    assert berlin("2026-11-24T09:00", replace(given_up, state=BatchState.GIVEN_UP))


def test_a_slot_is_forced_in_the_last_minute_of_its_local_day() -> None:
    assert berlin("2026-11-24T22:58", opened("2026-11-24")) is None
    forced = berlin("2026-11-24T22:59", opened("2026-11-24"))
    assert forced == DueSlot(Slot(BERLIN_9, utc("2026-11-24T08:00")), forced=True, late=True)


def test_after_downtime_only_the_newest_slot_is_due() -> None:
    batches = [settled(f"2026-11-{day}", f"2026-11-{day}T06:00") for day in (16, 17, 18, 19, 20)]
    caught_up = berlin("2026-11-20T12:00", *batches, last="2026-11-13T09:00 Europe/Berlin")
    assert caught_up
    assert caught_up.slot.key == "2026-11-20T09:00 Europe/Berlin"
    assert berlin("2026-11-20T12:00", *batches, last=caught_up.slot.key) is None


def test_a_clock_that_went_back_makes_nothing_due_again() -> None:
    assert berlin("2026-11-24T07:30", settled("2026-11-24", "2026-11-24T05:40"), last=BERLIN_9) is (
        None
    )


def test_nothing_is_due_twice_when_the_zone_changes() -> None:
    done = [settled("2026-11-24", "2026-11-24T05:40")]
    now = utc("2026-11-24T16:00")  # 09:00 in Los Angeles is 17:00 UTC
    assert due_slot(Daily("09:00"), "America/Los_Angeles", BERLIN_9, now, done) is None
    later = due_slot(Daily("09:00"), "America/Los_Angeles", BERLIN_9, now + DAY / 24, done)
    assert later
    assert later.slot.key == "2026-11-24T09:00 America/Los_Angeles"


def test_on_arrival_is_due_when_the_newest_batch_is_settled() -> None:
    done = settled("2026-11-24", "2026-11-24T05:40")
    last, now = "arrival:2026-11-23", utc("2026-11-24T05:40")
    assert due_slot(OnArrival(), "UTC", last, now, [opened("2026-11-24")]) is None
    assert due_slot(OnArrival(), "UTC", last, now, [done]) == DueSlot(
        Slot("arrival:2026-11-24", utc("2026-11-24T05:40"))
    )
    assert due_slot(OnArrival(), "UTC", "arrival:2026-11-24", now, [done]) is None
    empty = replace(done, papers=0)
    assert due_slot(OnArrival(), "UTC", last, now, [empty]) is None


def test_quiet_hours_hold_an_arrival_back_until_eight_in_the_morning() -> None:
    quiet, last = OnArrival(quiet=True), "arrival:2026-11-23"
    early = [settled("2026-11-24", "2026-11-24T05:40")]  # 06:40 in Berlin
    assert due_slot(quiet, "Europe/Berlin", last, utc("2026-11-24T06:59"), early) is None
    due = due_slot(quiet, "Europe/Berlin", last, utc("2026-11-24T07:00"), early)
    assert due
    assert due.slot == Slot("arrival:2026-11-24", utc("2026-11-24T07:00"))
    night = [settled("2026-11-24", "2026-11-24T06:30")]  # 22:30 the evening before in Los Angeles
    due = due_slot(quiet, "America/Los_Angeles", last, utc("2026-11-24T16:00"), night)
    assert due
    assert due.slot.due == utc("2026-11-24T16:00")
    noon = due_slot(quiet, "Asia/Tokyo", last, utc("2026-11-24T05:40"), early)
    assert noon


def test_a_catch_up_on_arrival_respects_the_night_too() -> None:
    done, quiet = [settled("2026-11-24", "2026-11-24T09:00")], OnArrival(quiet=True)
    night = utc("2026-11-24T23:00")  # the bot was down all day
    assert due_slot(quiet, "Europe/Berlin", "", night, done) is None
    assert wake_at(quiet, "Europe/Berlin", "", night, done) == utc("2026-11-25T07:00")
    assert due_slot(quiet, "Europe/Berlin", "", utc("2026-11-25T07:00"), done)


def test_a_change_from_daily_to_on_arrival_does_not_repeat_a_day() -> None:
    done = [settled("2026-11-24", "2026-11-24T05:40")]
    assert due_slot(OnArrival(), "Europe/Berlin", BERLIN_9, utc("2026-11-24T12:00"), done) is None
    assert due_slot(OnArrival(), "Europe/Berlin", MONDAY, utc("2026-11-24T12:00"), done)


# ── whole weeks, simulated ───────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Feed:
    """A list day and when its batch settles."""

    day: date
    settles: datetime

    def at(self, now: datetime) -> Iterator[Batch]:
        if now >= self.settles:
            yield Batch(self.day, BatchState.SETTLED, settled_at=self.settles, papers=500)
        elif now >= feed_due(self.day):
            yield Batch(self.day, BatchState.OPEN)


@dataclass(frozen=True)
class World:
    """Some weeks of 2026, with the delay of each list day's batch."""

    start: datetime
    end: datetime
    feeds: tuple[Feed, ...]

    def batches(self, now: datetime) -> list[Batch]:
        return [batch for feed in self.feeds for batch in feed.at(now)]

    def changes(self, now: datetime) -> datetime:
        """The next moment at which a batch changes."""
        moments = [m for feed in self.feeds for m in (feed_due(feed.day), feed.settles) if m > now]
        return min(moments, default=datetime.max.replace(tzinfo=UTC))


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Two weeks, often around a change of clocks or a holiday."""
    anchors = ["03-08", "03-28", "04-05", "04-24", "07-03", "10-25", "11-01", "11-26", "12-27"]
    anchor = date.fromisoformat(f"2026-{draw(st.sampled_from(anchors))}")
    days = [anchor + n * DAY for n in range(-12, 10) if is_list_day(anchor + n * DAY)]
    feeds = tuple(Feed(day, feed_due(day) + draw(delays)) for day in days)
    noon = datetime(anchor.year, anchor.month, anchor.day, 12, tzinfo=UTC)
    return World(noon - 7 * DAY, noon + 7 * DAY, feeds)


def run(
    world: World, schedule: Schedule, zone: str, last: str, start: datetime, end: datetime
) -> list[tuple[datetime, DueSlot]]:
    """Let a scheduler that sleeps until `wake_at` or a change of batches run for a while."""
    emitted = []
    now = start
    while now < end:
        batches = world.batches(now)
        while due := due_slot(schedule, zone, last, now, batches):
            emitted.append((now, due))
            last = due.slot.key
        wake = wake_at(schedule, zone, last, now, batches)
        assert wake > now
        until = min(wake, world.changes(now), end)
        assert due_slot(schedule, zone, last, now + (until - now) * 0.97, batches) is None
        now = until
    return emitted


def expected_slots(schedule: Daily | Weekly, zone: str, world: World) -> list[str]:
    """The naive way: every local day, looked at on its own."""
    keys = []
    for n in range(-9, 10):
        day = (world.start + 7 * DAY + n * DAY).date()
        on = not isinstance(schedule, Weekly) or day.isoweekday() in schedule.days
        if on and world.start < first_minute_that_shows(day, schedule.at, zone) < world.end:
            keys.append(f"{day}T{schedule.at} {zone}")
    return keys


def completion(world: World, due: datetime) -> datetime:
    return max(feed.settles for feed in world.feeds if feed.day <= promised(due))


@given(worlds(), clock_schedules, zones)
@settings(max_examples=100, deadline=None)
def test_every_slot_comes_once_in_order_and_as_soon_as_it_may(
    world: World, schedule: Daily | Weekly, zone: str
) -> None:
    first = previous_slot(schedule, zone, world.start)
    emitted = run(world, schedule, zone, first.key, world.start, world.end + 2 * DAY)
    keys = [due.slot.key for _, due in emitted if due.slot.due < world.end]
    assert keys == expected_slots(schedule, zone, world)
    for now, due in emitted:
        last_minute = moment_of(date.fromisoformat(due.slot.key[:10]), "23:59", zone)
        earliest = max(due.slot.due, completion(world, due.slot.due))
        assert now == min(earliest, max(last_minute, due.slot.due))
        assert due.forced is (now < completion(world, due.slot.due))
        assert due.late or not due.forced


@given(worlds(), clock_schedules, zones, st.integers(1, 9 * 24), st.integers(1, 5 * 24))
@settings(max_examples=100, deadline=None)
def test_downtime_costs_at_most_the_slots_that_one_catch_up_replaces(
    world: World, schedule: Daily | Weekly, zone: str, down_at: int, hours: int
) -> None:
    last = previous_slot(schedule, zone, world.start).key
    down = world.start + timedelta(hours=down_at)
    before = run(world, schedule, zone, last, world.start, down)
    last = before[-1][1].slot.key if before else last
    up = down + timedelta(hours=hours)
    after = run(world, schedule, zone, last, up, up + 3 * DAY)
    moments = [due.slot.due for _, due in before + after]
    assert moments == sorted(set(moments))
    caught_up = [due for _, due in after if due.slot.due <= up]
    assert len(caught_up) <= 1
    if caught_up:
        assert caught_up[0].slot == previous_slot(schedule, zone, up)
    for _, due in after[1:]:
        assert due.slot.due > up
    newest = previous_slot(schedule, zone, up + 3 * DAY - DAY)  # its day has ended by then
    assert newest.due <= (before + after)[-1][1].slot.due if before + after else newest.key == last


@given(worlds(), zones, st.booleans())
@settings(max_examples=25, deadline=None)
def test_each_arrival_comes_once_and_never_at_night(world: World, zone: str, quiet: bool) -> None:
    emitted = run(world, OnArrival(quiet), zone, "", world.start, world.end + 5 * DAY)
    keys = [due.slot.key for _, due in emitted]
    assert keys == sorted(set(keys))
    last_day = max(feed.day for feed in world.feeds)
    assert keys[-1] == f"arrival:{last_day}"
    for now, due in emitted:
        assert now >= due.slot.due
        local = now.astimezone(ZoneInfo(zone))
        assert not quiet or 8 <= local.hour < 22
    if not quiet:
        moments = {feed.settles for feed in world.feeds}
        assert {now for now, _ in emitted} <= {*moments, world.start}


def test_a_sequence_of_batches_in_any_order_gives_the_same_slot() -> None:
    batches: Sequence[Batch] = [settled(f"2026-11-{d}", f"2026-11-{d}T06:00") for d in (23, 20, 24)]
    now = utc("2026-11-24T12:00")
    for order in (batches, list(reversed(batches))):
        due = due_slot(OnArrival(), "UTC", "", now, order)
        assert due
        assert due.slot.key == "arrival:2026-11-24"
