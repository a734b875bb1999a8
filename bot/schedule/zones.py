"""Time zones: names as people type them, and local clock times as moments.

No state and no clock. Not quite PURE: zone rules are constant data that `zoneinfo` reads from the
system or from the package `tzdata`, once. The names are the package's on every system: listing
the system's takes a walk over 1,000 files.
"""

from bisect import bisect_left
from datetime import UTC, date, datetime, time, timedelta
from difflib import get_close_matches
from functools import lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from bot.errors import CommandError

_MINUTE = timedelta(minutes=1)


@lru_cache(maxsize=1)
def zone_names() -> tuple[str, ...]:
    """Return the IANA names worth offering to a person ("Europe/Berlin", "UTC"), sorted."""
    places = (name for name in _accepted().values() if "/" in name and not name.startswith("Etc/"))
    return tuple(sorted([*places, "UTC"]))


def parse_zone(text: str) -> str:
    """Return the IANA name that `text` means: "Europe/Berlin", "europe/berlin", "Berlin", "CET".

    Raises `CommandError` with the nearest names.
    """
    wanted = text.strip().replace(" ", "_").casefold()
    if exact := _accepted().get(wanted):
        return exact
    cities = [name for name in zone_names() if _city(name) == wanted]
    if len(cities) == 1:
        return cities[0]
    near = ", ".join(cities or _near(wanted))
    remedy = f"Did you mean {near}?" if near else "Names look like Europe/Berlin or Asia/Tokyo."
    raise CommandError(f'I don\'t know the time zone "{text.strip()}".', remedy=remedy)


def zone_label(zone: str) -> str:
    """Return how people call a zone's time: "Berlin time", "UTC"."""
    city = zone.rsplit("/", 1)[-1].replace("_", " ")
    return city if city.isupper() else f"{city} time"


@lru_cache(maxsize=65_536)
def moment_of(day: date, at: str, zone: str) -> datetime:
    """Return the UTC moment of a local date and "HH:MM".

    A time that the clocks skip becomes the first valid minute after, one that they show twice the
    first of both.
    """
    rules = ZoneInfo(zone)
    wall = datetime.combine(day, time.fromisoformat(at), rules)
    moment = wall.astimezone(UTC)
    if moment.astimezone(rules).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return moment
    return _end_of_gap(wall.replace(fold=1).astimezone(UTC), moment, rules)


def _end_of_gap(before: datetime, after: datetime, rules: ZoneInfo) -> datetime:
    """Return the minute between two moments from which the offset of the later one holds."""
    offset = after.astimezone(rules).utcoffset()
    minutes = range(int((after - before) / _MINUTE))
    found = bisect_left(
        minutes,
        True,
        key=lambda minute: (before + minute * _MINUTE).astimezone(rules).utcoffset() == offset,
    )
    return before + found * _MINUTE


@lru_cache(maxsize=1)
def _accepted() -> dict[str, str]:
    """Return every IANA name by its casefolded form, without the one for unset machines."""
    names = files("tzdata").joinpath("zones").read_text("utf-8").split()
    return {name.casefold(): name for name in names if name != "Factory"}


def _city(name: str) -> str:
    return name.rsplit("/", 1)[-1].casefold()


def _near(wanted: str) -> list[str]:
    by_city = {_city(name): name for name in zone_names()}
    by_name = {name.casefold(): name for name in zone_names()}
    city = wanted.rsplit("/", 1)[-1]
    close = [by_name[name] for name in get_close_matches(wanted, by_name, 3, 0.75)]
    close += [by_city[name] for name in get_close_matches(city, by_city, 3, 0.75)]
    return list(dict.fromkeys(close))[:3]
