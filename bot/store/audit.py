"""Reading what was changed and delivered, newest first; nothing here writes."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlite_utils import Database

from bot.delivered import DeliveryRow, Punctuality
from bot.model import AuditRow, Destination, Place, State
from bot.store import codec
from bot.store.connection import Connection
from bot.store.delivery_rows import delivery_of
from bot.store.places import find_row, read_places
from bot.store.punctuality import EVERYWHERE, read_punctuality

_NEWEST: Final = (
    "SELECT k.*, g.due FROM known_deliveries k JOIN digests g ON g.id = k.digest"
    " WHERE ?1 = -1 ORDER BY k.digest DESC, k.part DESC, k.round DESC LIMIT ?2"
)
_NEWEST_HERE: Final = (  # of one place: by its own digests, not through everybody's
    "SELECT k.*, g.due FROM known_deliveries k JOIN digests g ON g.id = k.digest WHERE k.digest IN"
    " (SELECT id FROM digests WHERE destination = ?1 ORDER BY id DESC LIMIT ?2)"
    " ORDER BY k.digest DESC, k.part DESC, k.round DESC LIMIT ?2"
)
_DOUBTS: Final = (  # in the words of the index
    "SELECT k.*, g.due FROM known_deliveries k JOIN digests g ON g.id = k.digest"
    " WHERE k.state NOT IN ('sent', 'dismissed') AND k.state = 'unknown' AND k.not_before IS NULL"
    " AND (?1 = -1 OR k.destination = ?1)"
    " ORDER BY k.digest DESC, k.part DESC, k.round DESC LIMIT ?2"
)
# A round that a later one has replaced is nobody's trouble any more.
_OPEN: Final = (
    "SELECT k.*, g.due FROM known_deliveries k JOIN digests g ON g.id = k.digest"
    " WHERE k.state NOT IN ('sent', 'dismissed')"  # in the words of the index
    " AND k.state IN ('planned', 'sending', 'unknown', 'suspended', 'quarantined')"
    " AND (?1 = -1 OR k.destination = ?1)"
    " AND NOT EXISTS (SELECT 1 FROM deliveries n WHERE n.digest = k.digest AND n.part = k.part"
    " AND n.round > k.round) ORDER BY +k.digest, +k.part LIMIT ?2"
)
_UNSETTLED: Final = ("planned", "sending", "unknown", "doubts", "suspended", "quarantined")
_COUNTS: Final = {
    "papers": "SELECT count(*) FROM papers WHERE highest > 0",
    "announcements": "SELECT count(*) FROM announcements",
    "batches": "SELECT count(*) FROM batches",
    "places": "SELECT count(*) FROM destinations",
    "suspended places": "SELECT count(*) FROM destinations WHERE suspended <> ''",
    "subscriptions": "SELECT count(*) FROM subscriptions WHERE removed = 0",
    "paused subscriptions": "SELECT count(*) FROM subscriptions WHERE removed = 0 AND paused = 1",
    "people": "SELECT count(*) FROM people",
    "digests": "SELECT count(*) FROM digests",
    "unopened digests": "SELECT count(*) FROM digests WHERE done = 0 AND opened_at IS NULL",
    "deliveries": "SELECT count(*) FROM deliveries",
}


class Audit:
    """The port `Audit` on SQLite."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def rows(self, destination: Destination | None, limit: int) -> tuple[AuditRow, ...]:
        """Return the newest changes first."""
        return await self._connection.read(lambda database: _rows(database, destination, limit))

    async def deliveries(
        self, destination: Destination | None, limit: int, *, doubts: bool = False
    ) -> tuple[DeliveryRow, ...]:
        """Return the newest deliveries first: by digest, then part, then round, descending."""
        newest = _NEWEST if destination is None else _NEWEST_HERE
        sql = _DOUBTS if doubts else newest
        return await self._connection.read(
            lambda database: _deliveries(database, sql, destination, limit)
        )

    async def unsettled(
        self, destination: Destination | None, limit: int
    ) -> tuple[DeliveryRow, ...]:
        """Return the deliveries that are neither there nor given up, the oldest first."""
        return await self._connection.read(
            lambda database: _deliveries(database, _OPEN, destination, limit)
        )

    async def punctuality(
        self, since: datetime, now: datetime, destination: Destination | None = None
    ) -> Mapping[str, Punctuality]:
        """Return by platform how digests kept their moments since then; notices have none."""
        return await self._connection.read(
            lambda database: read_punctuality(database, since, now, _where(database, destination))
        )

    async def numbers(self) -> Mapping[str, int]:
        """Return counts for `status`: kind of thing → how many; "doubts" count as "unknown" too."""
        return await self._connection.read(_numbers)


def _where(database: Database, destination: Destination | None) -> int | None:
    return EVERYWHERE if destination is None else find_row(database, destination)


def _rows(database: Database, destination: Destination | None, limit: int) -> tuple[AuditRow, ...]:
    rows = database.execute(
        "SELECT a.at, a.actor, a.action, d.platform, d.account, d.address, a.detail"
        " FROM audit a LEFT JOIN destinations d ON d.id = a.destination"
        " WHERE ?1 = -1 OR a.destination = ?1 ORDER BY a.id DESC LIMIT ?2",
        [_where(database, destination), limit],
    )
    return tuple(map(_audit_row, rows))


def _audit_row(row: Sequence[Any]) -> AuditRow:
    at = codec.moment(row[0])
    assert at is not None
    where = Destination(row[3], row[4], row[5]) if row[3] is not None else None
    return AuditRow(at, row[1], row[2], where, row[6])


def _deliveries(
    database: Database, sql: str, destination: Destination | None, limit: int
) -> tuple[DeliveryRow, ...]:
    rows = database.execute(sql, [_where(database, destination), limit]).fetchall()
    places = read_places(database, {row[18] for row in rows})
    return tuple(_delivery_row(row, places) for row in rows)


def _delivery_row(row: Sequence[Any], places: Mapping[int, Place]) -> DeliveryRow:
    settled_at, destination, slot, heading, planned_at = row[17:22]
    planned = codec.moment(planned_at)
    assert planned is not None
    return DeliveryRow(
        delivery_of(row),
        places[destination],
        slot,
        codec.heading(heading).days,
        planned,
        codec.moment(settled_at),
        codec.moment(row[23]),
    )


def _numbers(database: Database) -> Mapping[str, int]:
    counts = {name: database.execute(sql).fetchone()[0] for name, sql in _COUNTS.items()}
    counts |= dict.fromkeys(_UNSETTLED, 0)
    for state, many, doubts in database.execute(
        "SELECT state, count(*), sum(not_before IS NULL) FROM deliveries"
        " WHERE state NOT IN ('sent', 'dismissed') GROUP BY state"
    ):
        counts[state] = many
        if state == State.UNKNOWN:
            counts["doubts"] = doubts
    return counts
