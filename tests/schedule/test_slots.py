"""Slots: every one once, in order, never before its time, never lost, in every zone."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings, strategies as st

from bot.model import Batch, BatchState, Daily, OnArrival, Schedule, Slot, Weekly
from bot.schedule import (
    DueSlot,
    due_slot,
    moment_of,
    next_digest,
    next_slot,
    previous_slot,
    wake_at,
)
from tests.schedule.batches import (
    DAY,
    MINUTE,
    clock_schedules,
    days_2026,
    first_minute_that_shows,
    opened,
    settled,
    utc,
    zones,
)

# ── local clock times ────────────────────────────────────────────────────────────────────────────


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
