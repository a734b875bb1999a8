"""Schedules as people write and read them. PURE (zone rules aside).

`daily at 8:30`, `weekly on mon and thu at 8:30`, `on arrival`: text → Schedule and back.
"""

import re
from datetime import date
from zoneinfo import ZoneInfo

from bot.errors import CommandError
from bot.model import Daily, OnArrival, Schedule, Weekly
from bot.patterns import later
from bot.schedule.mailing import feed_due
from bot.schedule.zones import moment_of, zone_label

_DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_WORKDAYS = (1, 2, 3, 4, 5)
_DAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?s?"
_DAYS = rf"(?P<days>weekdays|{_DAY}(?:(?:\s*(?:,|&)\s*(?:and\s+)?|\s+and\s+|\s+){_DAY})*)"
_CLOCK = (
    r"(?:(?P<hour12>0?[1-9]|1[0-2])(?:[:.](?P<minute12>[0-5]\d))?\s*(?P<half>[ap]m)"
    r"|(?P<hour>[01]?\d|2[0-3])(?:[:.](?P<minute>[0-5]\d))?)"
)
_AT = rf"(?:(?:\s+(?:at|from)\s*|\s+(?=\d{{1,2}}[:.]\d\d)){_CLOCK})?"
_FORMS = (
    (Daily, later(rf"(?:daily|every\s+day){_AT}", re.IGNORECASE)),
    (Weekly, later(rf"(?:weekly(?:\s+(?:on\s+)?{_DAYS})?){_AT}", re.IGNORECASE)),
    (Weekly, later(rf"every\s+{_DAYS}{_AT}", re.IGNORECASE)),
)
_ARRIVAL = later(r"on\s+arrival(?P<quiet>\s+by\s+day)?|at\s+once", re.IGNORECASE)
_QUOTES = frozenset('"“”„‟«»')
_UNFINISHED = later(r"(?:[:(-]|(?:^|[\s)])(?:AND|OR|ANDNOT))\s*$")
_EXAMPLES = 'Write "daily at 8:30", "weekly on mon and thu at 8:30" or "on arrival".'


def parse_schedule(words: str, default_at: str = "09:00") -> Schedule:
    """Return the schedule that `words` say; `default_at` ("HH:MM") stands in for a time.

    `weekly` alone is Mondays; `on arrival by day` keeps the quiet hours. Raises `CommandError`.
    """
    schedule = _read(words.strip(), default_at)
    if schedule is None:
        raise CommandError(f'I can\'t read "{words.strip()}" as a time.', remedy=_EXAMPLES)
    return schedule


def split_schedule(line: str, default_at: str = "09:00") -> tuple[str, Schedule | None]:
    """Return a line's topic and the schedule that it ends with, if it ends with one.

    Only the longest ending that fully parses as a schedule is one. Quotes protect, and so does an
    operator or a field before it, which still needs a word: `cats OR daily` is a topic.
    """
    for start in _word_starts(line):
        before = line[:start]
        schedule = _read(line[start:].strip(), default_at)
        if schedule and not _UNFINISHED.search(before):
            return before.rstrip().rstrip(",;").strip(), schedule
    return line.strip(), None


def written(schedule: Schedule) -> str:
    """Return the words that `parse_schedule` reads back as the same schedule."""
    match schedule:
        case Daily(at):
            return f"daily at {at}"
        case Weekly(days, at):
            names = " and ".join(_DAY_NAMES[day - 1][:3].lower() for day in sorted(set(days)))
            return f"weekly on {names} at {at}"
        case OnArrival(quiet):
            return "on arrival by day" if quiet else "on arrival"


def describe(schedule: Schedule, zone: str = "") -> str:
    """Return how to tell it: "daily from 09:00 Berlin time", "Mondays 08:30", "on arrival".

    Without a zone the times stand alone.
    """
    of_zone = f" {zone_label(zone)}" if zone else ""
    match schedule:
        case Daily(at):
            return f"daily from {at}{of_zone}"
        case Weekly(days, at):
            return f"{_days_in_words(days)} {at}{of_zone}"
        case OnArrival(quiet):
            return "on arrival" + (", but not from 22:00 to 08:00" if quiet else "")


def too_early(schedule: Schedule, zone: str, day: date) -> str:
    """Return the note that a schedule's time lies before arXiv's feed of that day, or "".

    `day` is a date on which the schedule's first digests come: offsets change with the season.
    """
    if isinstance(schedule, OnArrival):
        return ""
    arrival = feed_due(day)
    if moment_of(day, schedule.at, zone) >= arrival:
        return ""
    local = arrival.astimezone(ZoneInfo(zone))
    return (
        f"arXiv's papers reach me about {local:%H:%M} {zone_label(zone)}; "
        f"at {schedule.at} you would read yesterday's."
    )


def _read(text: str, default_at: str) -> Schedule | None:
    if arrival := _ARRIVAL.fullmatch(text):
        return OnArrival(quiet=bool(arrival["quiet"]))
    for kind, form in _FORMS:
        if found := form.fullmatch(text):
            at = _clock(found) or default_at
            return Daily(at) if kind is Daily else Weekly(_day_numbers(found["days"] or "mon"), at)
    return None


def _clock(found: re.Match[str]) -> str:
    """Return the form's time as "HH:MM", or "" where it has none."""
    if found["half"]:
        afternoon = 12 if found["half"].lower() == "pm" else 0
        hour = int(found["hour12"]) % 12 + afternoon
        return f"{hour:02}:{found['minute12'] or '00'}"
    return f"{int(found['hour']):02}:{found['minute'] or '00'}" if found["hour"] else ""


def _day_numbers(text: str) -> tuple[int, ...]:
    """Return ISO weekdays, ascending, of day names in any of their forms."""
    if text.lower() == "weekdays":
        return _WORKDAYS
    names = [name[:3].lower() for name in _DAY_NAMES]
    found = re.findall(_DAY, text, re.IGNORECASE)
    return tuple(sorted({names.index(word[:3].lower()) + 1 for word in found}))


def _days_in_words(days: tuple[int, ...]) -> str:
    ordered = tuple(sorted(set(days)))
    if ordered == _WORKDAYS:
        return "Monday to Friday"
    names = [f"{_DAY_NAMES[day - 1]}s" for day in ordered]
    return ", ".join(names[:-1]) + (" and " if names[1:] else "") + names[-1]


def _word_starts(line: str) -> list[int]:
    """Return where words begin that stand outside quotes and after the last closing quote."""
    starts: list[int] = []
    quoted = False
    for position, char in enumerate(line):
        if char in _QUOTES:
            quoted = not quoted
            starts.clear()
        elif not quoted and not char.isspace() and (not position or line[position - 1].isspace()):
            starts.append(position)
    return [] if quoted else starts
