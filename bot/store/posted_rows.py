"""What was found at places after a restore: keys that are sent, places in doubt.

`posted` holds the keys of our messages that the database did not know as sent; a part that gets
one of them is sent, whenever it is opened. `doubtful` names the places that could not be read, and
the last digest that was planned before: all up to it are in doubt, and the first one after it.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from sqlite_utils import Database

from bot.deliver.keys import delivery_key
from bot.model import Delivery, State
from bot.store.codec import moment

ROUNDS: Final = 8  # rounds of a part that are looked for: sent again, in plain form, laid out anew

PARTS: Final = 40  # messages of a digest that are looked for


def add_posted(database: Database) -> None:
    """Migrate to the version that reads places after a restore."""
    database.execute(
        "CREATE TABLE unread("
        " destination INTEGER PRIMARY KEY REFERENCES destinations(id) ON DELETE CASCADE,"
        " suspended TEXT NOT NULL"
        ") STRICT"
    )
    database.execute(
        "CREATE TABLE posted("
        " key TEXT PRIMARY KEY,"
        " destination INTEGER NOT NULL REFERENCES destinations(id) ON DELETE CASCADE,"
        " platform_id TEXT NOT NULL,"
        " at TEXT NOT NULL"
        ") STRICT, WITHOUT ROWID"
    )
    database.execute("CREATE INDEX posted_there ON posted(destination)")
    database.execute(
        "CREATE TABLE doubtful("
        " destination INTEGER PRIMARY KEY REFERENCES destinations(id) ON DELETE CASCADE,"
        " upto INTEGER NOT NULL,"
        " reason TEXT NOT NULL"
        ") STRICT"
    )


def as_found(database: Database, parts: Iterable[Delivery], slot: str, at: str) -> list[Delivery]:
    """Return a digest's fresh parts as they stand at a place that was read after a restore.

    Those that are there are sent, in the round in which they are there. A reply is no part of a
    channel's history: if its first message is there, it is asked about before it is sent.
    """
    fresh = list(parts)
    if not fresh or not _was_read(database, fresh[0]):
        return fresh
    found = [_found(database, one, slot) for one in fresh]
    begun = found[0].state is State.SENT
    return [
        replace(one, state=State.UNKNOWN, not_before=moment(at))
        if begun and one.reply and one.state is State.PLANNED
        else one
        for one in found
    ]


def begin_after_posted(database: Database, first: int) -> None:
    """Keep fresh digests apart from messages that a restored database did not know.

    What is planned anew for a slot leaves out the papers that those messages show, so its parts are
    others: under the keys of those they would count as sent and never go out. A notice is planned
    with the same words, and is the same message.
    """
    rows = database.execute(
        "SELECT g.id, g.slot, d.platform, d.account, d.address FROM digests g"
        " JOIN destinations d ON d.id = g.destination"
        " WHERE g.id >= ? AND g.slot NOT LIKE 'notice:%'"
        " AND g.due <= (SELECT max(p.at) FROM posted p WHERE p.destination = g.destination)",
        [first],
    ).fetchall()
    for digest, slot, platform, account, address in rows:
        keys = {
            delivery_key(platform, account, address, slot, part, round_): round_
            for part in range(PARTS)
            for round_ in range(ROUNDS)
        }
        taken = [round_ for key, round_ in keys.items() if is_posted(database, key) is not None]
        if taken:
            database.execute(
                "UPDATE digests SET first_round = ? WHERE id = ?", [max(taken) + 1, digest]
            )


def is_posted(database: Database, key: str) -> str | None:
    """Return the platform id of the message with this key, None if none was found."""
    found = database.execute("SELECT platform_id FROM posted WHERE key = ?", [key]).fetchone()
    return str(found[0]) if found else None


def later_round(database: Database, one: Delivery, slot: str) -> tuple[int, str] | None:
    """Return the newest round of a part that was found, from this one on, and its message's id."""
    spot = one.destination
    for round_ in reversed(range(one.round, one.round + ROUNDS)):
        key = delivery_key(spot.platform, spot.account, spot.address, slot, one.part, round_)
        if (platform_id := is_posted(database, key)) is not None:
            return round_, platform_id
    return None


def in_doubt(database: Database, digest: int, destination: int, *, notice: bool) -> str:
    """Return why a digest that is opened now may be there already; "" if it cannot be.

    The first one planned after the restore uses the doubt up; a notice of then is not in doubt.
    """
    row = database.execute(
        "SELECT upto, reason FROM doubtful WHERE destination = ?", [destination]
    ).fetchone()
    if row is None:
        return ""
    upto, reason = row
    if digest > upto:
        if notice:
            return ""
        database.execute("DELETE FROM doubtful WHERE destination = ?", [destination])
    return str(reason)


def _was_read(database: Database, one: Delivery) -> bool:
    found = database.execute(
        "SELECT 1 FROM posted WHERE destination ="
        " (SELECT destination FROM digests WHERE id = ?) LIMIT 1",
        [one.digest],
    ).fetchone()
    return found is not None


def _found(database: Database, one: Delivery, slot: str) -> Delivery:
    found = later_round(database, one, slot)
    if found is None:
        return one
    round_, platform_id = found
    spot = one.destination
    key = delivery_key(spot.platform, spot.account, spot.address, slot, one.part, round_)
    return replace(one, round=round_, key=key, state=State.SENT, platform_id=platform_id)
