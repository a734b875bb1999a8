"""Until when a pause lasts: words → a day. PURE; today is passed in."""

import re
from datetime import date, timedelta

from bot.compose.phrases import MONTHS
from bot.errors import CommandError

LONGEST = timedelta(days=366)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SPAN = re.compile(r"for (\d{1,3}|a|an|one) (day|week|month)s?", re.ASCII)
_DAYS = {"day": 1, "week": 7, "month": 30}
_DAY_MONTH = re.compile(r"(?P<day>\d{1,2})\.?\s+(?P<month>[a-z]{3,9})\.?", re.ASCII)
_MONTH_DAY = re.compile(r"(?P<month>[a-z]{3,9})\.?\s+(?P<day>\d{1,2})", re.ASCII)


def read_until(words: str, today: date) -> date | None:
    """Return the day on which a pause ends; None for no words: until somebody resumes.

    "until mon", "until tomorrow", "until 30 nov", "until 2026-11-30", "for 2 weeks". Raises
    `CommandError` for anything else, and for a day that is not to come within a year.
    """
    text = " ".join(words.casefold().split())
    if not text:
        return None
    until = _span(text, today) or _day(text.removeprefix("until").strip(), today)
    if until is None:
        raise CommandError(
            f'I can\'t read "{words.strip()[:40]}" as a day.', remedy=_example(today)
        )
    if not today < until <= today + LONGEST:
        what = "past" if until <= today else "more than a year away"
        raise CommandError(f"{until.isoformat()} is {what}.", remedy=_example(today))
    return until


def _example(today: date) -> str:
    return f"For example: until mon, or until {(today + timedelta(days=7)).isoformat()}"


def _span(text: str, today: date) -> date | None:
    found = _SPAN.fullmatch(text)
    if not found:
        return None
    number = int(found[1]) if found[1].isdigit() else 1
    return today + timedelta(days=number * _DAYS[found[2]])


def _day(text: str, today: date) -> date | None:
    if text == "tomorrow":
        return today + timedelta(days=1)
    for number, name in enumerate(_WEEKDAYS):
        if len(text) >= len("mon") and name.startswith(text):
            return today + timedelta(days=(number - today.weekday()) % 7 or 7)
    try:
        return _in_year(text, today) or date.fromisoformat(text)
    except ValueError:
        return None


def _in_year(text: str, today: date) -> date | None:
    """Return the next "30 nov" or "nov 30". Raises ValueError for a day that no month has."""
    found = _DAY_MONTH.fullmatch(text) or _MONTH_DAY.fullmatch(text)
    months = [name.casefold() for name in MONTHS]
    if not found or found["month"][:3] not in months:
        return None
    month, number = months.index(found["month"][:3]) + 1, int(found["day"])
    this_year = date(today.year, month, number)
    return this_year if this_year >= today else date(today.year + 1, month, number)
