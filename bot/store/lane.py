"""The lane's memory and the collector's marks: one row, and one row a mark."""

from collections.abc import Mapping

from sqlite_utils import Database

from bot.ports import LaneState
from bot.store.codec import moment, moment_or_none_text
from bot.store.connection import Connection


class Lane:
    """The port `Lane` on SQLite."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def load(self) -> LaneState:
        """Return the stored state; a fresh one at first. Deadlines are as they were stored."""
        return await self._connection.read(_load)

    async def store(self, state: LaneState) -> None:
        """Remember the state."""
        row = {
            "last_end": moment_or_none_text(state.last_end),
            "stopped_until": moment_or_none_text(state.stopped_until),
            "strikes": state.strikes,
            "unreachable_since": moment_or_none_text(state.unreachable_since),
        }
        await self._connection.write(lambda database: _store(database, row))

    async def mark(self, name: str) -> str:
        """Return a mark, or "" if it was never set."""
        return await self._connection.read(lambda database: read_mark(database, name))

    async def set_mark(self, name: str, value: str) -> None:
        """Remember a mark."""
        await self._connection.write(lambda database: write_mark(database, name, value))


def read_mark(database: Database, name: str) -> str:
    """Return a mark inside a transaction, or ""."""
    row = database.execute("SELECT value FROM marks WHERE name = ?", [name]).fetchone()
    return str(row[0]) if row else ""


def write_mark(database: Database, name: str, value: str) -> None:
    """Set a mark inside a transaction."""
    database.execute("INSERT OR REPLACE INTO marks VALUES (?, ?)", [name, value])


def _load(database: Database) -> LaneState:
    for row in database.query("SELECT * FROM lane"):
        return LaneState(
            moment(row["last_end"]),
            moment(row["stopped_until"]),
            row["strikes"],
            moment(row["unreachable_since"]),
        )
    return LaneState()


def _store(database: Database, row: Mapping[str, str | int | None]) -> None:
    database.execute(
        "INSERT OR REPLACE INTO lane"
        " VALUES (1, :last_end, :stopped_until, :strikes, :unreachable_since)",
        dict(row),
    )
