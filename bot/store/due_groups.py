"""Subscriptions that fall due together share a row: schedule, zone, last slot, end of a pause.

"Who is due?" is asked every few seconds over all subscriptions: by the number of their group they
are counted from a narrow index, and a planned slot is one number written.
"""

from collections.abc import Callable
from typing import Final

from sqlite_utils import Database

_FIND: Final = (
    "SELECT id FROM due_groups WHERE schedule = ? AND zone = ? AND last_slot = ?"
    " AND paused_until = ?"
)
_MAKE: Final = (
    "INSERT INTO due_groups(schedule, zone, last_slot, paused_until) VALUES (?, ?, ?, ?)"
    " RETURNING id"
)


def group_of(
    database: Database, schedule: str, zone: str, last_slot: str, paused_until: str | None
) -> int:
    """Return the group's number, made if it is new. `paused_until` None: not paused."""
    values = [schedule, zone, last_slot, paused_until or ""]
    found = database.execute(_FIND, values).fetchone()
    return int((found or database.execute(_MAKE, values).fetchone())[0])


def following(database: Database) -> Callable[[int, str], int]:
    """Return a function: a group and a slot that is planned → the group of its members then.

    It remembers what it found, for the length of one transaction.
    """
    known: dict[tuple[int, str], int] = {}

    def find(group: int, slot: str) -> int:
        if (group, slot) not in known:
            schedule, zone, until = database.execute(
                "SELECT schedule, zone, paused_until FROM due_groups WHERE id = ?", [group]
            ).fetchone()
            known[group, slot] = group_of(database, schedule, zone, slot, until)
        return known[group, slot]

    return find


def drop_unused(database: Database) -> None:
    """Delete the groups of slots long past."""
    database.execute("DELETE FROM due_groups WHERE id NOT IN (SELECT due_group FROM subscriptions)")
