"""arXiv's own calendar: which days have a list, and when its feed can be read. PURE.

Dates are arXiv's list dates (US Eastern); moments are aware, and UTC where they are returned.

arXiv *freezes* submissions on workdays at 14:00 US Eastern and announces them at 20:00 that
evening, Friday's on Sunday evening; the list and the feed carry the day after the announcement
(https://info.arxiv.org/help/availability.html). A holiday is a workday without a freeze, so the
list that would follow it is missing: arXiv's own rule (`is_publish_day` in arxiv-base's
`schedule/calendar.py`). The dates of 2025 and 2026 are those of arXiv's table `arXiv_holidays`
(arxiv-base, seed of May 2026). For later years a rule gives the holidays that it kept in each year
since 2023. Its extra days around the new year are not known ahead: nothing rests on them, because a
list day that stays empty is given up by the collector and is no alarm.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.limits import ArxivLimits

EASTERN = ZoneInfo("America/New_York")
CUT_OFF = time(14)  # US Eastern
FEED_AFTER_MIDNIGHT = timedelta(seconds=ArxivLimits().feed_after_midnight)

_DAY = timedelta(days=1)
_FRIDAY, _SATURDAY, _SUNDAY = 4, 5, 6

_ANNOUNCED_HOLIDAYS = {
    2025: ("01-01", "01-20", "06-19", "07-04", "09-01", "11-27", "12-25", "12-30"),
    2026: ("01-01", "01-19", "06-19", "07-03", "09-07", "11-26", "12-25", "12-29", "12-31"),
}


@lru_cache(maxsize=64)
def holidays(year: int) -> frozenset[date]:
    """Return the workdays of a year on which arXiv takes no submissions into a list."""
    if year in _ANNOUNCED_HOLIDAYS:
        return frozenset(date.fromisoformat(f"{year}-{day}") for day in _ANNOUNCED_HOLIDAYS[year])
    usual = {
        date(year, 1, 1),
        _nth_weekday(year, 1, 0, 3),  # Martin Luther King Day
        _nth_weekday(year, 9, 0, 1),  # Labor Day
        _nth_weekday(year, 11, 3, 4),  # Thanksgiving
        *(_observed(date(year, month, day)) for month, day in ((6, 19), (7, 4), (12, 25))),
    }
    return frozenset(usual)


def is_list_day(day: date) -> bool:
    """Say whether arXiv's calendar has a list on that day."""
    return day.weekday() < _SATURDAY and _is_freeze_day(_freeze_before(day))


def next_list_day(day: date) -> date:
    """Return the first list day after `day`."""
    return list_date_of(day + _DAY)


def previous_list_day(day: date) -> date:
    """Return the last list day before `day`."""
    day -= _DAY
    while not is_list_day(day):
        day -= _DAY
    return day


def list_date_of(datestamp: date) -> date:
    """Return the list date of an OAI datestamp: the day itself, or the next list day."""
    while not is_list_day(datestamp):
        datestamp += _DAY
    return datestamp


def list_date_after(moment: datetime) -> date:
    """Return the list date of what is submitted at `moment`, if moderation does not hold it."""
    local = moment.astimezone(EASTERN)
    day = local.date() if local.time() < CUT_OFF else local.date() + _DAY
    while not _is_freeze_day(day):
        day += _DAY
    return day + (3 * _DAY if day.weekday() == _FRIDAY else _DAY)


def feed_due(day: date) -> datetime:
    """Return when the feed of `day` has rolled over and can be read: 00:20 US Eastern, in UTC."""
    midnight = datetime.combine(day, time(), EASTERN)
    return midnight.astimezone(UTC) + FEED_AFTER_MIDNIGHT


def promised(moment: datetime) -> date:
    """Return the newest list date whose feed is due by `moment`."""
    day = moment.astimezone(EASTERN).date()
    if is_list_day(day) and feed_due(day) <= moment:
        return day
    return previous_list_day(day)


def _freeze_before(list_day: date) -> date:
    return list_day - (3 * _DAY if list_day.weekday() == 0 else _DAY)


def _is_freeze_day(day: date) -> bool:
    return day.weekday() < _SATURDAY and day not in holidays(day.year)


def _nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))


def _observed(day: date) -> date:
    """Return the workday on which the United States keep a holiday that falls on a weekend."""
    return day + {_SATURDAY: -_DAY, _SUNDAY: _DAY}.get(day.weekday(), timedelta())
