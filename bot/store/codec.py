"""Values ⇄ what a column holds. PURE.

Moments: ISO 8601, UTC, microseconds. Days: ISO. Lists: JSON arrays. Schedules: words that people
can read ("daily 09:00", "weekly 1,3 09:00", "arrival quiet").
"""

from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime

import msgspec

from bot.model import Because, Daily, Heading, Item, Kind, OnArrival, Raw, Schedule, Weekly

_encode = msgspec.json.Encoder().encode
_texts = msgspec.json.Decoder(tuple[str, ...]).decode
_numbers = msgspec.json.Decoder(tuple[int, ...]).decode
_reasons = msgspec.json.Decoder(tuple[Because, ...]).decode
_items = msgspec.json.Decoder(tuple[Item, ...]).decode
_heading = msgspec.json.Decoder(Heading).decode


def moment_text(moment: datetime) -> str:
    """Return 32 characters that sort as the moments do. The moment must be aware."""
    utc = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    return utc.isoformat(timespec="microseconds")


def moment_or_none_text(moment: datetime | None) -> str | None:
    """Return the moment's text, None for none."""
    return None if moment is None else moment_text(moment)


def moment(text: str | None) -> datetime | None:
    """Return the moment that `moment_text` wrote."""
    return None if text is None else datetime.fromisoformat(text)


def day(text: str | None) -> date | None:
    """Return the day of `YYYY-MM-DD`."""
    return None if text is None else date.fromisoformat(text)


def day_text(value: date | None) -> str | None:
    """Return `YYYY-MM-DD`."""
    return None if value is None else value.isoformat()


def json_text(values: object) -> str:
    """Return JSON of lists, numbers, texts, days and frozen values."""
    return _encode(values).decode()


def sorted_json(values: Iterable[str] | Iterable[int]) -> str:
    """Return a set as a sorted JSON array."""
    return json_text(sorted(values))


def texts(json: str) -> tuple[str, ...]:
    """Return a JSON array of texts."""
    return _texts(json)


def raws(json: str) -> tuple[Raw, ...]:
    """Return a JSON array of arXiv's own texts."""
    return tuple(map(Raw, _texts(json)))


def numbers(json: str) -> tuple[int, ...]:
    """Return a JSON array of whole numbers."""
    return _numbers(json)


def reasons(json: str) -> tuple[Because, ...]:
    """Return why a paper matched."""
    return _reasons(json)


def items(json: str) -> tuple[Item, ...]:
    """Return a digest's items."""
    return _items(json)


def heading(json: str) -> Heading:
    """Return a digest's heading."""
    return _heading(json)


def cats_text(cats: Collection[str]) -> str:
    """Return an announcement's categories: JSON, or nothing if there are none."""
    return json_text(list(cats)) if cats else ""


def cats(text: str) -> tuple[str, ...]:
    """Return what `cats_text` wrote."""
    return _texts(text) if text else ()


def kinds_text(kinds: Iterable[Kind]) -> str:
    """Return kinds as sorted words."""
    return " ".join(sorted(kinds))


def kinds(text: str) -> frozenset[Kind]:
    """Return the kinds that `kinds_text` wrote."""
    return frozenset(map(Kind, text.split()))


def schedule_text(schedule: Schedule) -> str:
    """Return a schedule as words; equal schedules give equal words."""
    match schedule:
        case Daily(at):
            return f"daily {at}"
        case Weekly(days, at):
            return f"weekly {','.join(map(str, days))} {at}"
        case OnArrival(quiet):
            return "arrival quiet" if quiet else "arrival"


def schedule(text: str) -> Schedule:
    """Return the schedule that `schedule_text` wrote."""
    kind, *rest = text.split(" ")
    if kind == "daily":
        return Daily(rest[0])
    if kind == "weekly":
        return Weekly(tuple(map(int, filter(None, rest[0].split(",")))), rest[1])
    return OnArrival(quiet=bool(rest))
