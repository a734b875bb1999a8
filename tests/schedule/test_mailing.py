"""arXiv's calendar, as its help page and its table of holidays give it."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from bot.schedule import (
    EASTERN,
    feed_due,
    is_list_day,
    list_date_after,
    list_date_of,
    next_list_day,
    previous_list_day,
    promised,
)
from bot.schedule.mailing import holidays

DAY = timedelta(days=1)
some_days = st.dates(date(2024, 1, 1), date(2032, 12, 31))
some_moments = st.integers(0, 8 * 365 * 24 * 60).map(
    lambda minute: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
)


def eastern(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=EASTERN)


@pytest.mark.parametrize(
    ("submitted", "listed"),
    [
        ("2026-11-16T13:59", "2026-11-17"),  # Monday before the cut-off: Tuesday's list
        ("2026-11-16T14:00", "2026-11-18"),
        ("2026-11-19T13:59", "2026-11-20"),  # Thursday: Friday's list
        ("2026-11-19T14:00", "2026-11-23"),  # until Friday 14:00: announced Sunday, Monday's list
        ("2026-11-20T13:59", "2026-11-23"),
        ("2026-11-20T14:00", "2026-11-24"),  # the weekend: the large Tuesday list
        ("2026-11-22T12:00", "2026-11-24"),
        ("2026-11-25T14:00", "2026-11-30"),  # Thanksgiving takes no submissions into a list
        ("2026-07-02T15:00", "2026-07-07"),  # Friday 3 July is kept: there is no list on Monday
    ],
)
def test_a_submission_is_listed_by_the_cut_off(submitted: str, listed: str) -> None:
    assert list_date_after(eastern(submitted)) == date.fromisoformat(listed)


@pytest.mark.parametrize(
    ("day", "listed"),
    [
        ("2026-11-24", True),  # Tuesday
        ("2026-11-27", False),  # the day after Thanksgiving
        ("2026-11-28", False),  # Saturday
        ("2026-07-06", False),  # Monday after a Friday holiday
        ("2026-12-28", False),
        ("2026-12-29", True),  # between two days of the winter break
        ("2026-12-30", False),
        ("2027-01-01", False),
        ("2027-01-04", False),  # Friday 1 January 2027 is kept
        ("2027-07-06", False),  # Sunday 4 July 2027 is kept on Monday
    ],
)
def test_a_list_is_missing_after_a_holiday(day: str, listed: bool) -> None:
    assert is_list_day(date.fromisoformat(day)) is listed


def test_the_rule_for_later_years_finds_the_usual_holidays_of_announced_ones() -> None:
    usual_2028 = {"01-01", "01-17", "06-19", "07-04", "09-04", "11-23", "12-25"}
    assert holidays(2028) == {date.fromisoformat(f"2028-{day}") for day in usual_2028}


def test_the_feed_is_due_twenty_minutes_after_eastern_midnight() -> None:
    assert feed_due(date(2026, 11, 24)) == datetime(2026, 11, 24, 5, 20, tzinfo=UTC)
    assert feed_due(date(2026, 8, 4)) == datetime(2026, 8, 4, 4, 20, tzinfo=UTC)
    berlin = feed_due(date(2026, 11, 24)).astimezone(ZoneInfo("Europe/Berlin"))
    assert f"{berlin:%H:%M}" == "06:20"


def test_a_day_is_promised_from_the_minute_its_feed_is_due() -> None:
    due = feed_due(date(2026, 11, 24))
    assert promised(due - timedelta(seconds=1)) == date(2026, 11, 23)
    assert promised(due) == date(2026, 11, 24)
    assert promised(feed_due(date(2026, 11, 29))) == date(2026, 11, 26)  # over Thanksgiving


@given(some_days)
def test_an_oai_datestamp_belongs_to_its_day_or_the_next_list(day: date) -> None:
    listed = list_date_of(day)
    assert is_list_day(listed)
    assert day <= listed <= day + 6 * DAY
    assert list_date_of(listed) == listed


@given(some_days)
def test_list_days_follow_each_other_without_gaps(day: date) -> None:
    following = next_list_day(day)
    assert following > day
    assert previous_list_day(following + DAY) == following
    assert not any(is_list_day(day + n * DAY) for n in range(1, (following - day).days))


@given(some_moments, st.timedeltas(timedelta(), timedelta(days=9)))
def test_promises_and_list_dates_never_go_back(moment: datetime, later: timedelta) -> None:
    assert promised(moment) <= promised(moment + later)
    assert list_date_after(moment) <= list_date_after(moment + later)
    assert list_date_after(moment) > moment.astimezone(EASTERN).date()
