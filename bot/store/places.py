"""Destinations ⇄ rows, inside a transaction of the caller's."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlite_utils import Database

from bot.model import Density, Destination, Place
from bot.store.codec import json_text


def place_of(row: Sequence[Any]) -> Place:
    """Return the place of a row of the view `known_places`."""
    platform, account, address, name, zone, density, person, suspended, creator, last = row[:10]
    tell_empty, exclude, *skip = row[10:15]
    base, *within = row[15:19]
    return Place(
        Destination(platform, account, address),
        name,
        zone,
        Density(density),
        bool(person),
        suspended,
        creator,
        last,
        bool(tell_empty),
        exclude,
        Destination(*skip) if skip[0] is not None else None,
        Destination(*within) if within[0] is not None else None,
        base,
    )


def read_place(database: Database, destination: Destination) -> Place | None:
    """Return a destination's place, if it is known."""
    row = database.execute(
        "SELECT * FROM known_places WHERE platform = ? AND account = ? AND address = ?",
        _spot(destination),
    ).fetchone()
    return place_of(row) if row else None


def read_places(database: Database, ids: Iterable[int]) -> Mapping[int, Place]:
    """Return the places of these destination rows."""
    rows = database.execute(
        "SELECT k.* FROM json_each(?) j JOIN known_places k ON k.id = j.value",
        [json_text(list(ids))],
    )
    return {row[-1]: place_of(row) for row in rows}


def find_row(database: Database, destination: Destination) -> int | None:
    """Return the row of a destination, None if it is not known."""
    row = database.execute(
        "SELECT id FROM destinations WHERE platform = ? AND account = ? AND address = ?",
        _spot(destination),
    ).fetchone()
    return int(row[0]) if row else None


def ensure_row(database: Database, destination: Destination, zone: str = "UTC") -> int:
    """Return the row of a destination, made with nothing but its address if it was not known."""
    known = find_row(database, destination)
    return known if known is not None else write_place(database, bare(destination, zone))


def bare(destination: Destination, zone: str = "UTC") -> Place:
    """Return a place of which only the address is known. Pure."""
    mark = "U" if destination.platform == "slack" else "u:"
    person = destination.address.startswith(mark)
    return Place(destination, destination.address, zone, is_person=person)


def write_place(database: Database, place: Place) -> int:
    """Insert or change a place; returns its row. Only sends move a known last platform id.

    The filter of what a place is part of is written there, and not with its parts; only where that
    is not known yet (an import) it begins with theirs.
    """
    skip = ensure_row(database, place.skip_shown_at) if place.skip_shown_at else None
    within = _whole_row(database, place.within, place.base) if place.within else None
    (row,) = database.execute(
        "INSERT INTO destinations(platform, account, address, name, zone, density, is_person,"
        " suspended, creator, last_platform_id, tell_empty, exclude, skip_shown_at, within,"
        " base) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT(platform, account, address) DO UPDATE SET name = excluded.name,"
        " zone = excluded.zone, density = excluded.density, is_person = excluded.is_person,"
        " suspended = excluded.suspended, creator = excluded.creator, last_platform_id ="
        " iif(last_platform_id = '', excluded.last_platform_id, last_platform_id),"
        " tell_empty = excluded.tell_empty, exclude = excluded.exclude,"
        " skip_shown_at = excluded.skip_shown_at, within = excluded.within,"
        " base = excluded.base RETURNING id",
        [
            *_spot(place.destination), place.name, place.zone, place.density,
            int(place.is_person), place.suspended, place.creator, place.last_platform_id,
            int(place.tell_empty), place.exclude, skip, within,
            "" if place.within else place.base,
        ],
    ).fetchone()  # fmt: skip
    return int(row)


def _whole_row(database: Database, destination: Destination, base: str) -> int:
    """Return the row of what a place is part of, made with this filter if it was not known."""
    known = find_row(database, destination)
    if known is not None:
        return known
    return write_place(database, replace(bare(destination, ""), base=base))


def _spot(destination: Destination) -> list[str]:
    return [destination.platform, destination.account, destination.address]
