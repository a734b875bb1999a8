"""Slots over whole weeks of simulated feeds, with downtime."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings, strategies as st

from bot.model import Batch, BatchState, Daily, OnArrival, Schedule, Weekly
from bot.schedule import (
    DueSlot,
    due_slot,
    feed_due,
    is_list_day,
    moment_of,
    previous_slot,
    promised,
    wake_at,
)
from tests.schedule.batches import (
    DAY,
    clock_schedules,
    delays,
    first_minute_that_shows,
    settled,
    utc,
    zones,
)

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
    emitted = run(world, OnArrival(quiet), zone, "", world.start, world.end + 6 * DAY)
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
