"""The port `health.vitals.Looks` on SQLite: every number from an index or a small table."""

import shutil
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlite_utils import Database

from bot.health.vitals import Refused, Vitals
from bot.store import codec
from bot.store.connection import Connection
from bot.store.trouble import translated

_UNSETTLED: Final = ("planned", "sending", "unknown", "doubt", "suspended", "quarantined")


class Looks:
    """The port `Looks`; `path` None: a database in memory."""

    def __init__(self, connection: Connection, path: Path | None) -> None:
        self._connection = connection
        self._path = path

    async def vitals(self, now: datetime, refused_since: datetime) -> Vitals:
        """Return the counts of the moment."""
        moment, since = codec.moment_text(now), codec.moment_text(refused_since)
        return await self._connection.read(
            lambda database: _vitals(database, moment, since, self._path)
        )


def _vitals(database: Database, now: str, since: str, path: Path | None) -> Vitals:
    return Vitals(
        batches=_counts(database, "SELECT state, count(*) FROM batches GROUP BY state"),
        settled_at=codec.moment(_one(database, "SELECT max(settled_at) FROM batches")),
        papers=_one(database, "SELECT coalesce(max(number), 0) FROM papers"),
        announcements=_one(
            database,
            "SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'announcements'), 0)",
        ),
        subscriptions=_one(database, "SELECT count(*) FROM subscriptions WHERE removed = 0"),
        deliveries=_deliveries(database),
        oldest_owed=_oldest(database, now),
        suspended=_counts(
            database,
            "SELECT platform, count(*) FROM destinations WHERE suspended <> '' GROUP BY platform",
        ),
        refused=_refused(database, since),
        database_bytes=_size(database),
        free_bytes=_free(path),
    )


def _deliveries(database: Database) -> Mapping[tuple[str, str], int]:
    """Count by platform and state, with a nought where there is none; sent ones are not counted."""
    platforms = [row[0] for row in database.execute("SELECT DISTINCT platform FROM destinations")]
    counts = {(platform, state): 0 for platform in platforms for state in _UNSETTLED}
    for platform, state, many in database.execute(
        "SELECT d.platform, iif(v.state = 'unknown' AND v.not_before IS NULL, 'doubt', v.state)"
        " AS stands, count(*) FROM deliveries v JOIN digests g ON g.id = v.digest"
        " JOIN destinations d ON d.id = g.destination"
        " WHERE v.state NOT IN ('sent', 'dismissed') GROUP BY d.platform, stands"
    ):
        counts[platform, state] = many
    return counts


def _oldest(database: Database, now: str) -> Mapping[str, datetime]:
    rows = database.execute(
        "SELECT d.platform, min(g.due) FROM digests g JOIN destinations d ON d.id = g.destination"
        " WHERE g.done = 0 AND d.suspended = '' AND g.due <= ? GROUP BY d.platform",
        [now],
    )
    return {platform: datetime.fromisoformat(due) for platform, due in rows}


def _refused(database: Database, since: str) -> Mapping[str, Refused]:
    rows = database.execute(
        "SELECT d.platform, count(*), d.name, v.reason, min(v.settled_at) FROM deliveries v"
        " JOIN digests g ON g.id = v.digest JOIN destinations d ON d.id = g.destination"
        " WHERE v.state NOT IN ('sent', 'dismissed') AND v.state = 'quarantined'"
        " AND v.settled_at >= ? GROUP BY d.platform",
        [since],
    )
    return {platform: Refused(many, name, reason) for platform, many, name, reason, _ in rows}


def _counts(database: Database, sql: str) -> Mapping[str, int]:
    return {str(name): int(many) for name, many in database.execute(sql)}


def _one(database: Database, sql: str) -> Any:
    return database.execute(sql).fetchone()[0]


def _size(database: Database) -> int:
    return int(_one(database, "PRAGMA page_count") * _one(database, "PRAGMA page_size"))


def _free(path: Path | None) -> int | None:
    if path is None:
        return None
    with translated(str(path)):
        return shutil.disk_usage(path.parent).free
