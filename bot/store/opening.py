"""A path → an open store: file, lock, upgrade, start id; and everything closed again at the end.

The file is created readable by its owner only, in a folder of the same kind: it holds what people
subscribed to.
"""

import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from sqlite_utils import Database

from bot import accounts, ports, posted
from bot.clock import SystemCalendar
from bot.errors import StoreError
from bot.health import vitals
from bot.store.accounts import Accounts
from bot.store.announcements import Announcements
from bot.store.audit import Audit
from bot.store.channel import Channel
from bot.store.connection import MEMORY, Connection, connect, transact
from bot.store.lane import Lane, read_mark, write_mark
from bot.store.lock import Lock, take
from bot.store.migrations import require_current, upgrade
from bot.store.outbox import Outbox
from bot.store.papers import Papers
from bot.store.people import People
from bot.store.subscriptions import Subscriptions
from bot.store.trouble import translated
from bot.store.unread import Unread, mark_all_unread
from bot.store.vitals import Looks
from bot.store.word_index import renew

RESTORED: Final = "restored"
"""The lane's mark that stays set until whoever reconciles a restored database clears it."""


@dataclass(frozen=True, slots=True)
class Store:
    """Every store port, on one connection.

    `restored`: the database is not the one that was last used (design, decision 8). It stays so
    over restarts until `lane.set_mark(RESTORED, "")` says that the destinations were read; those
    that were not are `unread`, and count as suspended.
    """

    papers: ports.Papers
    announcements: ports.Announcements
    subscriptions: ports.Subscriptions
    outbox: ports.Outbox
    people: ports.People
    audit: ports.Audit
    channel: Channel
    lane: ports.Lane
    accounts: accounts.Accounts
    unread: posted.Unread
    looks: vitals.Looks
    restored: bool


@asynccontextmanager
async def open_store(
    path: Path | str,
    *,
    start: str = "",
    read_only: bool = False,
    calendar: ports.Calendar | None = None,
) -> AsyncIterator[Store]:
    """Open the database at `path` (":memory:" for a throw-away one), creating or upgrading it.

    `start`: a fresh random id of this start, given by whoever sends; without one (commands that
    only write) the ids are left alone. `read_only` needs an existing database and takes no lock.
    `calendar` dates what carries no date of its own: audit rows, uses of papers (the system's by
    default). Raises StoreBusy, StoreTooNew, StoreFull, StoreError.
    """
    lock = None if read_only or path == MEMORY else _prepare(Path(path))
    try:
        begin = _reading(Path(path)) if read_only else _writing(path, lock, start)
        connection = await Connection.open(begin, str(path))
        try:
            clock = calendar or SystemCalendar()
            yield await _assemble(connection, clock, path, lock, read_only=read_only)
        finally:
            await connection.close()
    finally:
        if lock:
            lock.release()


async def _assemble(
    connection: Connection,
    calendar: ports.Calendar,
    path: Path | str,
    lock: Lock | None,
    *,
    read_only: bool = False,
) -> Store:
    restored = await connection.read(lambda database: read_mark(database, RESTORED))
    return Store(
        papers=Papers(connection, calendar, fills=not read_only),
        channel=Channel(connection),
        announcements=Announcements(connection),
        subscriptions=Subscriptions(connection, calendar),
        outbox=Outbox(connection, lock.count if lock else _uncounted),
        people=People(connection),
        audit=Audit(connection),
        lane=Lane(connection),
        accounts=Accounts(connection, calendar),
        unread=Unread(connection),
        looks=Looks(connection, None if path == MEMORY else Path(path)),
        restored=bool(restored),
    )


def _uncounted(claims: int) -> None:
    """There is no file beside a database in memory."""


def _prepare(path: Path) -> Lock:
    """Make folder and file with narrow rights, and take the lock."""
    with translated(str(path)):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = take(path)
        try:
            # Only a new file: closing one that is open elsewhere in this process drops its locks.
            if not path.exists():
                os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        except BaseException:
            lock.release()
            raise
        return lock


def _writing(path: Path | str, lock: Lock | None, start: str) -> Callable[[], Database]:
    def begin() -> Database:
        with translated(str(path)):
            database = connect(path)
            try:
                upgrade(database, None if path == MEMORY else Path(path))
                transact(database, "BEGIN IMMEDIATE", renew, str(path))
                if start:
                    _sign(database, lock, start, str(path))
            except BaseException:
                database.close()
                raise
            return database

    return begin


def _reading(path: Path) -> Callable[[], Database]:
    def begin() -> Database:
        if not path.exists():
            raise StoreError(
                f"{path}: there is no database yet.", remedy="Start `paperboy run` first."
            )
        with translated(str(path)):
            database = connect(path, read_only=True)
            try:
                require_current(database, path)
            except BaseException:
                database.close()
                raise
            return database

    return begin


def _sign(database: Database, lock: Lock | None, start: str, where: str) -> None:
    """Compare the last start's ids and write this start's, so that no crash looks like a restore.

    First the lock file says which id is to come, then the database has it, then the file.
    """
    token, claims = database.execute("SELECT token, claims FROM starts").fetchone()
    restored = lock is not None and token != "" and not lock.imprint.knows(token, claims)
    if lock and not restored:
        lock.write(replace(lock.imprint, pending=start))

    def write(database: Database) -> None:
        database.execute("UPDATE starts SET token = ?", [start])
        if restored:
            write_mark(database, RESTORED, token)
            mark_all_unread(database)

    transact(database, "BEGIN IMMEDIATE", write, where)
    if lock:
        lock.write(replace(lock.imprint, start=start, pending="", claims=claims))
