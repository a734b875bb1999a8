"""Batches and moments for the tests of slots."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from bot.model import Batch, BatchState, Daily, Weekly

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


def first_minute_that_shows(day: date, at: str, zone: str) -> datetime:
    """The naive way: walk through all minutes until a local clock shows that time or a later."""
    wall = datetime.fromisoformat(f"{day}T{at}")
    moment = wall.replace(tzinfo=UTC) - timedelta(hours=15)
    rules = ZoneInfo(zone)
    while moment.astimezone(rules).replace(tzinfo=None) < wall:
        moment += MINUTE
    return moment
