"""The port `Unread` on SQLite: what places hold becomes what a restored database knows.

A place that is not read yet stands as suspended, so nothing is planned or sent there; the reason
for which it was suspended before waits in `unread`, and what is found out meanwhile goes there too.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlite_utils import Database

from bot.model import Delivery, Destination, Place, State
from bot.posted import UNREAD, Posted
from bot.settlement import Sent, Unknown
from bot.store.audit_rows import BOT, record
from bot.store.codec import moment_text
from bot.store.connection import Connection
from bot.store.delivery_rows import delivery_of
from bot.store.paper_rows import use_papers
from bot.store.places import find_row, read_places
from bot.store.posted_rows import later_round
from bot.store.settling import settle
from bot.store.steps import refresh, resume

_UNSETTLED: Final = (State.PLANNED, State.SENDING, State.SUSPENDED, State.UNKNOWN)


class Unread:
    """The port `Unread`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def places(self, platform: str = "") -> tuple[Place, ...]:
        """Return the places (of a platform) that were not read yet."""
        return await self._connection.read(lambda database: _places(database, platform))

    async def read(self, destination: Destination, posted: Sequence[Posted], at: datetime) -> None:
        """Enter keys as sent and papers as shown; the place goes on."""
        moment = moment_text(at)
        await self._connection.write(
            lambda database: _read(database, destination, posted, moment, at)
        )

    async def unreadable(self, destination: Destination, reason: str, at: datetime) -> None:
        """Let the place go on; what may be there already is in doubt."""
        moment = moment_text(at)
        await self._connection.write(
            lambda database: _unreadable(database, destination, reason, moment)
        )


def mark_all_unread(database: Database) -> None:
    """Let every place wait until it was read: the database was restored."""
    database.execute("INSERT OR IGNORE INTO unread SELECT id, suspended FROM destinations")
    database.execute("UPDATE destinations SET suspended = ?", [UNREAD])
    database.execute("DELETE FROM owing")
    database.execute("DELETE FROM doubtful")


def still_unread(database: Database, place: Place) -> Place:
    """Return a place as it may be stored while it was not read: what it was to become waits."""
    row = find_row(database, place.destination)
    if place.suspended != UNREAD:
        database.execute(
            "UPDATE unread SET suspended = ? WHERE destination = ?", [place.suspended, row]
        )
    return replace(place, suspended=UNREAD)


def _places(database: Database, platform: str) -> tuple[Place, ...]:
    rows = database.execute(
        "SELECT d.id FROM unread u JOIN destinations d ON d.id = u.destination"
        " WHERE d.platform = iif(?1 = '', d.platform, ?1) ORDER BY d.id",
        [platform],
    ).fetchall()
    return tuple(read_places(database, [row[0] for row in rows]).values())


def _read(
    database: Database, where: Destination, posted: Sequence[Posted], at: str, when: datetime
) -> None:
    row = _no_longer_unread(database, where)
    if row is None:
        return
    database.conn.executemany(
        "INSERT OR REPLACE INTO posted VALUES (?, ?, ?, ?)",
        [(one.key, row, one.platform_id, at) for one in posted],
    )
    _show(database, row, posted, at)
    for delivery, slot in _unsettled(database, row):
        if found := later_round(database, delivery, slot):
            settle(database, delivery.key, Sent(found[1]), at)
    for reply, _ in _unsettled(database, row):  # no part of the channel's history
        if reply.reply and reply.parent and reply.state in (State.PLANNED, State.SUSPENDED):
            settle(database, reply.key, Unknown(when, "a backup was put back"), at)
    if posted:
        database.execute(
            "UPDATE destinations SET last_platform_id = ? WHERE id = ?",
            [posted[0].platform_id, row],
        )
    _go_on(database, row)
    record(database, at, BOT, "read back", row, f"{len(posted)} messages")


def _unreadable(database: Database, where: Destination, reason: str, at: str) -> None:
    row = _no_longer_unread(database, where)
    if row is None:
        return
    (upto,) = database.execute(
        "SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'digests'), 0)"
    ).fetchone()
    database.execute("INSERT INTO doubtful VALUES (?, ?, ?)", [row, upto, reason])
    for delivery, _ in _unsettled(database, row):
        if delivery.state in (State.PLANNED, State.SUSPENDED):
            settle(database, delivery.key, Unknown(None, reason), at)
    _go_on(database, row)
    record(database, at, BOT, "not read back", row, reason)


def _no_longer_unread(database: Database, where: Destination) -> int | None:
    """Take a place from `unread`, with the suspension it had; None if it was not there."""
    found = database.execute(
        "DELETE FROM unread WHERE destination = ? RETURNING destination, suspended",
        [find_row(database, where)],
    ).fetchone()
    if found is None:
        return None
    row, suspended = found
    database.execute("UPDATE destinations SET suspended = ? WHERE id = ?", [suspended, row])
    return int(row)


def _go_on(database: Database, row: int) -> None:
    suspended = database.execute(
        "SELECT 1 FROM destinations WHERE id = ? AND suspended <> ''", [row]
    ).fetchone()
    (refresh if suspended else resume)(database, row)


def _show(database: Database, row: int, posted: Sequence[Posted], at: str) -> None:
    """Enter the papers of these messages into the ledger."""
    shown: dict[str, int] = {}
    for paper, version in (pair for one in posted for pair in one.papers):
        shown[paper] = max(version, shown.get(paper, 0))
    numbers = use_papers(database, shown, at[:10])
    database.conn.executemany(
        "INSERT INTO ledger VALUES (?, ?, ?) ON CONFLICT DO UPDATE"
        " SET version = excluded.version WHERE version < excluded.version",
        [(numbers[paper], row, version) for paper, version in shown.items()],
    )


def _unsettled(database: Database, row: int) -> list[tuple[Delivery, str]]:
    """Return the newest round of each part that is not settled, with its digest's slot."""
    rows = database.execute(
        "SELECT k.* FROM known_deliveries k WHERE k.destination = ?1 AND k.round ="
        " (SELECT max(v.round) FROM deliveries v WHERE v.digest = k.digest AND v.part = k.part)"
        " AND k.state NOT IN ('sent', 'dismissed')"
        " ORDER BY k.digest, k.part",
        [row],
    ).fetchall()
    found = ((delivery_of(one), str(one[19])) for one in rows)
    return [(one, slot) for one, slot in found if one.state in _UNSETTLED]
