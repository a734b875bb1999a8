"""The messages of the built-in channel: the port `Channel` of platforms/web on SQLite.

They lie in the same database as the outbox that sends them, so a backup or a restore never finds
one of the two without the other.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from sqlite_utils import Database

from bot.model import Destination
from bot.platforms.web.channel import Entry
from bot.store.codec import json_text, moment_text
from bot.store.connection import Connection

_COLUMNS: Final = "id, key, platform, account, address, at, payload, parent"
_ROOM: Final = "platform = ? AND account = ? AND address = ?"


def add_channel(database: Database) -> None:
    """Migrate to the version that has the built-in channel."""
    database.execute(
        "CREATE TABLE channel("
        " id INTEGER PRIMARY KEY AUTOINCREMENT,"
        " key TEXT NOT NULL UNIQUE,"
        " platform TEXT NOT NULL,"
        " account TEXT NOT NULL,"
        " address TEXT NOT NULL,"
        " at TEXT NOT NULL,"
        " payload TEXT NOT NULL,"
        " parent INTEGER NOT NULL DEFAULT 0"
        ") STRICT"
    )
    database.execute("CREATE INDEX channel_room ON channel(platform, account, address, id)")
    database.execute("CREATE INDEX channel_replies ON channel(parent, id) WHERE parent > 0")


class Channel:
    """The port `Channel` on SQLite."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def put(
        self, key: str, room: Destination, at: datetime, payload: str, parent: int = 0
    ) -> Entry:
        """Keep a message; with a key that is kept already, change nothing. Return what is kept."""
        row = (key, *_spot(room), moment_text(at), payload, parent)
        return await self._connection.write(lambda database: _put(database, row))

    async def find(self, key: str) -> Entry | None:
        """Return the message with this key."""
        found = await self._select("key = ?", [key])
        return found[0] if found else None

    async def page(
        self, room: Destination, limit: int, before: int | None = None
    ) -> tuple[Entry, ...]:
        """Return a room's newest messages (with ids under `before`), newest first; no replies."""
        where, values = f"{_ROOM} AND parent = 0", [*_spot(room)]
        if before is None:
            return await self._select(f"{where} ORDER BY id DESC LIMIT ?", [*values, limit])
        tail = "AND id < ? ORDER BY id DESC LIMIT ?"
        return await self._select(f"{where} {tail}", [*values, before, limit])

    async def replies(self, parents: Collection[int]) -> tuple[Entry, ...]:
        """Return what answers these messages, in order of arrival."""
        where = "parent > 0 AND parent IN (SELECT value FROM json_each(?)) ORDER BY id"
        return await self._select(where, [json_text(list(parents))])

    async def since(self, after: int, limit: int) -> tuple[Entry, ...]:
        """Return messages and replies of all rooms with ids above `after`, ascending."""
        return await self._select("id > ? ORDER BY id LIMIT ?", [after, limit])

    async def newest(self, room: Destination | None = None) -> int:
        """Return the highest id of a room, or of all; 0 if there is none."""
        where, values = (_ROOM, _spot(room)) if room else ("TRUE", ())
        sql = f"SELECT coalesce(max(id), 0) FROM channel WHERE {where}"  # noqa: S608  # constants
        return await self._connection.read(lambda database: _number(database, sql, values))

    async def rooms(self) -> tuple[Destination, ...]:
        """Return every room that holds a message."""
        return await self._connection.read(_rooms)

    async def _select(self, where: str, values: Sequence[str | int]) -> tuple[Entry, ...]:
        sql = f"SELECT {_COLUMNS} FROM channel WHERE {where}"  # noqa: S608  # constants
        return await self._connection.read(
            lambda database: tuple(map(_entry, database.execute(sql, values)))
        )


def _put(database: Database, row: Sequence[str | int]) -> Entry:
    database.execute(
        "INSERT INTO channel(key, platform, account, address, at, payload, parent)"
        " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT(key) DO NOTHING",
        row,
    )
    sql = f"SELECT {_COLUMNS} FROM channel WHERE key = ?"  # noqa: S608  # constants
    return _entry(database.execute(sql, [row[0]]).fetchone())


def _entry(row: Sequence[Any]) -> Entry:
    number, key, platform, account, address, at, payload, parent = row
    room = Destination(platform, account, address)
    return Entry(number, key, room, datetime.fromisoformat(at), payload, parent)


def _number(database: Database, sql: str, values: Sequence[str]) -> int:
    (number,) = database.execute(sql, values).fetchone()
    return int(number)


def _rooms(database: Database) -> tuple[Destination, ...]:
    rows: Iterable[tuple[str, str, str]] = database.execute(
        "SELECT DISTINCT platform, account, address FROM channel ORDER BY 1, 2, 3"
    )
    return tuple(Destination(*row) for row in rows)


def _spot(room: Destination) -> tuple[str, str, str]:
    return room.platform, room.account, room.address
