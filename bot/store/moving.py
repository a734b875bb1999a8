"""A place that got another address, or whose subscriptions go to another place.

*Renamed*: the platform changed the id of the same channel (it turned private, it was upgraded).
Only the address changes: numbers, history and what is owed stay.
*Moved*: a person chose another channel. Its subscriptions get new numbers there, their cursors
stay, the ledgers are united, and digests of which nothing was sent go along: they are rendered
anew for the new address. What was begun at the old place stays there, because only there can be
asked whether it arrived.
"""

from collections.abc import Mapping
from dataclasses import replace

from sqlite_utils import Database

from bot.model import Destination, State
from bot.store import codec
from bot.store.places import find_row
from bot.store.steps import close_again, refresh
from bot.store.subscription_rows import take_number


def rename(database: Database, old: Destination, new: Destination) -> bool:
    """Give a place its new address; False if the old one is not known (or the same).

    If something is already known under the new address, everything is moved there instead.
    """
    row, taken = find_row(database, old), find_row(database, new)
    if row is None or old == new:
        return False
    if taken is not None:
        if _is_used(database, taken):
            return move(database, old, new)
        database.execute("DELETE FROM destinations WHERE id = ?", [taken])
    database.execute(
        "UPDATE destinations SET platform = ?, account = ?, address = ? WHERE id = ?",
        [new.platform, new.account, new.address, row],
    )
    database.execute("DELETE FROM owing WHERE destination = ?", [row])
    refresh(database, row)
    return True


def move(database: Database, old: Destination, new: Destination) -> bool:
    """Make a place's subscriptions those of another known place; False if there is none."""
    source, target = find_row(database, old), find_row(database, new)
    if source is None or target is None or source == target:
        return False
    numbers = _move_subscriptions(database, source, target)
    database.execute(
        "INSERT INTO ledger SELECT paper, ?2, version FROM ledger WHERE destination = ?1"
        " ON CONFLICT DO UPDATE SET version = max(version, excluded.version)",
        [source, target],
    )
    _move_digests(database, source, target, old, numbers)
    database.execute(
        "UPDATE destinations SET skip_shown_at = ?2 WHERE skip_shown_at = ?1", [source, target]
    )
    refresh(database, source)
    refresh(database, target)
    return True


def _is_used(database: Database, row: int) -> bool:
    used = database.execute(
        "SELECT EXISTS (SELECT 1 FROM subscriptions WHERE destination = ?1)"
        " OR EXISTS (SELECT 1 FROM digests WHERE destination = ?1)"
        " OR EXISTS (SELECT 1 FROM ledger WHERE destination = ?1)",
        [row],
    ).fetchone()
    return bool(used[0])


def _move_subscriptions(database: Database, source: int, target: int) -> dict[int, int]:
    """Return the new number of each old one. What was removed keeps its place and number."""
    numbers = {}
    for id_, number in database.execute(
        "SELECT id, number FROM subscriptions WHERE destination = ? AND removed = 0"
        " ORDER BY number",
        [source],
    ).fetchall():
        numbers[number] = take_number(database, target)
        database.execute(
            "UPDATE subscriptions SET destination = ?, number = ? WHERE id = ?",
            [target, numbers[number], id_],
        )
    return numbers


def _move_digests(
    database: Database, source: int, target: int, old: Destination, numbers: Mapping[int, int]
) -> None:
    moving = database.execute(
        "SELECT id, slot, heading, items FROM digests g WHERE destination = ? AND done = 0"
        " AND slot NOT LIKE 'notice:%' AND NOT EXISTS (SELECT 1 FROM deliveries v"
        " WHERE v.digest = g.id AND v.state NOT IN (?, ?))",
        [source, State.PLANNED, State.SUSPENDED],
    ).fetchall()
    for digest, slot, heading, items in moving:
        database.execute(
            "UPDATE digests SET destination = ?, slot = ?, heading = ?, items = ? WHERE id = ?",
            [
                target,
                _free_slot(database, target, slot, old),
                _renumbered(heading, numbers),
                _renumbered_items(items, numbers),
                digest,
            ],
        )
    close_again(database, [(row[0],) for row in moving])


def _free_slot(database: Database, target: int, slot: str, old: Destination) -> str:
    """Keep two digests of one slot apart: the key of a slot must be unique at a destination."""
    taken = database.execute(
        "SELECT 1 FROM digests WHERE destination = ? AND slot = ?", [target, slot]
    ).fetchone()
    return f"{slot} from {old.address}" if taken else slot


def _renumbered(heading: str, numbers: Mapping[int, int]) -> str:
    was = codec.heading(heading)
    topics = tuple((numbers.get(number, number), label) for number, label in was.topics)
    return codec.json_text(replace(was, topics=topics))


def _renumbered_items(items: str, numbers: Mapping[int, int]) -> str:
    return codec.json_text(
        [
            replace(
                item,
                subscriptions=tuple(sorted(numbers.get(one, one) for one in item.subscriptions)),
            )
            for item in codec.items(items)
        ]
    )
