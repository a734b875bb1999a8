"""One SQLite connection on one thread of its own: functions of a Database in, their results out.

sqlite-utils binds a connection to its thread, and SQLite lets one writer in at a time, so one
thread is all there is to gain; the event loop never waits for the disk. Each piece of work is one
transaction, begun as a writer at once: a transaction that begins as a reader and writes later
fails with SQLITE_BUSY_SNAPSHOT when somebody else wrote meanwhile (design, decision 8).
"""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Self, TypeVar

from sqlite_utils import Database

from bot.store.trouble import translated

T = TypeVar("T")
Work = Callable[[Database], T]

MEMORY = ":memory:"
_BUSY_SECONDS = 5.0  # how long SQLite waits for another program before it gives up


class Connection:
    """Runs work on the store's thread. Made by `Connection.open`.

    Cancelling a caller never cuts a transaction in half: work that has begun runs to its commit,
    work that still waits for the thread never begins.
    """

    def __init__(self, thread: ThreadPoolExecutor, database: Database, where: str) -> None:
        self._thread = thread
        self._database = database
        self._where = where

    @classmethod
    async def open(cls, connect: Callable[[], Database], where: str) -> Self:
        """Start the thread and connect on it. Raises whatever `connect` raises."""
        thread = ThreadPoolExecutor(1, thread_name_prefix="store")
        try:
            database = await asyncio.get_running_loop().run_in_executor(thread, connect)
        except BaseException:
            thread.shutdown(wait=False)
            raise
        return cls(thread, database, where)

    async def read(self, work: Work[T]) -> T:
        """Run `work` on one snapshot. Raises StoreError."""
        return await self._run("BEGIN", work)

    async def write(self, work: Work[T]) -> T:
        """Run `work` in one write transaction: all of it is kept, or nothing. Raises StoreError."""
        return await self._run("BEGIN IMMEDIATE", work)

    async def close(self) -> None:
        """Close after the work that has begun; also when the caller is cancelled meanwhile."""
        loop = asyncio.get_running_loop()
        closing = loop.run_in_executor(self._thread, self._database.close)
        self._thread.shutdown(wait=False)
        await asyncio.shield(closing)

    async def _run(self, begin: str, work: Work[T]) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            self._thread, transact, self._database, begin, work, self._where
        )


def transact(database: Database, begin: str, work: Work[T], where: str) -> T:
    """Run `work` between `begin` and COMMIT, or roll all of it back. Raises StoreError."""
    with translated(where):
        database.execute(begin)
        try:
            result = work(database)
            database.execute("COMMIT")
        except BaseException:
            database.rollback()
            raise
        return result


def connect(path: Path | str, *, read_only: bool = False) -> Database:
    """Return a connection with the settings that Paperboy relies on. Raises sqlite3.Error.

    To be called on the thread that will use it.
    """
    if path == MEMORY:
        address = MEMORY
    else:
        address = f"{Path(path).absolute().as_uri()}?mode={'ro' if read_only else 'rw'}"
    link = sqlite3.connect(
        address,
        uri=path != MEMORY,
        timeout=_BUSY_SECONDS,
        isolation_level=None,
        cached_statements=256,
    )
    database = Database(link)
    try:
        _set_up(database)
    except BaseException:
        database.close()
        raise
    return database


def prepare_writing(database: Database) -> None:
    """Set what is written into the file itself; call it once the file is known to be ours."""
    database.execute("PRAGMA page_size = 8192")  # of a new file: fewer pages a digest
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA wal_autocheckpoint = 4000")  # pages: 32 MB
    database.execute("PRAGMA journal_size_limit = 67108864")
    # What was deleted (a person's data) is overwritten where that costs no extra page.
    database.execute("PRAGMA secure_delete = FAST")


def _set_up(database: Database) -> None:
    # synchronous FULL: a `sending` that a power cut takes back would be sent a second time.
    database.execute("PRAGMA foreign_keys = ON")
    database.execute("PRAGMA synchronous = FULL")
    database.execute("PRAGMA temp_store = MEMORY")
    database.execute("PRAGMA cache_size = -16000")  # 16 MB
