"""Subscriptions ⇄ rows, and their numbers, inside a transaction of the caller's."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

from sqlite_utils import Database

from bot.model import Destination, Place, Subscription
from bot.store import codec
from bot.store.due_groups import group_of
from bot.store.places import read_places

# A hundred thousand subscriptions share a few schedules and sets of kinds.
_schedule: Final = lru_cache(1024)(codec.schedule)
_kinds: Final = lru_cache(16)(codec.kinds)

_TOLD: Final = (
    "label", "topic", "schedule", "zone", "kinds", "updates", "paused", "paused_until", "removed",
    "ping",
)  # fmt: skip

_WRITE: Final = (
    "INSERT INTO subscriptions(destination, number, topic, label, due_group, cursor, kinds,"
    " updates, creator, editor, created, paused, paused_until, removed, first_done, ping)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT(destination, number) DO UPDATE SET topic = excluded.topic,"
    " label = excluded.label, due_group = excluded.due_group, cursor = excluded.cursor,"
    " kinds = excluded.kinds, updates = excluded.updates, creator = excluded.creator,"
    " editor = excluded.editor, created = excluded.created, paused = excluded.paused,"
    " paused_until = excluded.paused_until, removed = excluded.removed,"
    " first_done = excluded.first_done, ping = excluded.ping RETURNING id"
)

Members = tuple[tuple[Place, Subscription], ...]


def subscription_of(row: Sequence[Any], destination: Destination) -> Subscription:
    """Return the subscription of a row of the view `known_subscriptions`."""
    number, topic, label, schedule, zone, cursor, kinds, updates, creator, editor = row[1:11]
    created, paused, until, removed, first_done, last_slot, id_ = row[11:18]
    return Subscription(
        destination,
        number,
        topic,
        label,
        _schedule(schedule),
        zone,
        cursor,
        _kinds(kinds),
        updates == 1,
        creator,
        editor,
        codec.moment(created),
        paused == 1,
        codec.day(until),
        removed == 1,
        first_done == 1,
        last_slot,
        id_,
        row[19],
    )


def read_all(database: Database, where: str, values: Sequence[Any]) -> Members:
    """Return the subscriptions of a query over `known_subscriptions`, each with its place."""
    rows = database.execute(where, values).fetchall()
    places = read_places(database, {row[0] for row in rows})
    return tuple((places[row[0]], subscription_of(row, places[row[0]].destination)) for row in rows)


def read_numbered(
    database: Database, row: int, number: int, destination: Destination
) -> Subscription | None:
    """Return one subscription of a destination, removed or not."""
    found = database.execute(
        "SELECT * FROM known_subscriptions WHERE destination = ? AND number = ?", [row, number]
    ).fetchone()
    return subscription_of(found, destination) if found else None


def take_number(database: Database, row: int, wanted: int = 0) -> int:
    """Return the next free number of a destination (or `wanted`), never to be given again."""
    (number,) = database.execute(
        "UPDATE destinations SET next_number = max(next_number + (?1 = 0), ?1 + 1) WHERE id = ?2"
        " RETURNING next_number - 1",
        [wanted, row],
    ).fetchone()
    return wanted or int(number)


def merged(old: Subscription | None, new: Subscription) -> Subscription:
    """Return what is to be stored when `new` is saved over `old`. Pure.

    A cursor only moves forward: a command that read the subscription before a digest moved it does
    not take it back, nor `last_slot` and `first_done` with it.
    """
    new = replace(new, removed=False)
    if old is None:
        return new
    stale = new.cursor < old.cursor
    return replace(
        new,
        id=old.id,
        cursor=max(old.cursor, new.cursor),
        first_done=old.first_done or new.first_done,
        last_slot=old.last_slot if stale else new.last_slot,
    )


def write(database: Database, row: int, one: Subscription) -> int:
    """Insert or change a subscription of the destination `row`; returns the subscription's row."""
    (id_,) = database.execute(_WRITE, [row, one.number, *_values(database, one)]).fetchone()
    return int(id_)


def _values(database: Database, one: Subscription) -> tuple[object, ...]:
    return (
        _topic_row(database, one.topic),
        one.label,
        _due_group(database, one),
        one.cursor,
        codec.kinds_text(one.kinds),
        int(one.updates),
        one.creator,
        one.editor,
        codec.moment_or_none_text(one.created),
        int(one.paused),
        codec.day_text(one.paused_until),
        int(one.removed),
        int(one.first_done),
        one.ping,
    )


def _due_group(database: Database, one: Subscription) -> int:
    schedule, until = codec.schedule_text(one.schedule), codec.day_text(one.paused_until)
    return group_of(database, schedule, one.zone, one.last_slot, until if one.paused else None)


def _topic_row(database: Database, topic: str) -> int:
    (row,) = database.execute(
        "INSERT INTO topics(text) VALUES (?) ON CONFLICT DO UPDATE SET text = text RETURNING id",
        [topic],
    ).fetchone()
    return int(row)


def changed_fields(old: Subscription | None, new: Subscription) -> str:
    """Say in words what a change changed, for the audit. Pure."""
    if old is None:
        return f"{new.number} {new.label}"
    names = [name for name in _TOLD if getattr(old, name) != getattr(new, name)]
    told = f" ({', '.join(names)})" if names else ""
    return f"{new.number} {new.label}{told}"
