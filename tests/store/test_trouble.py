import errno
import sqlite3
from pathlib import Path

import pytest
from sqlite_utils import Database

from bot.errors import StoreBusy, StoreError, StoreFull
from bot.model import Advance
from bot.store import Store, open_store
from bot.store.trouble import of_sqlite, of_system, translated
from tests.store.bulk import connection_of
from tests.store.samples import (
    ACTOR,
    HERE,
    NOON,
    add_new,
    enqueue,
    item,
    paper,
    plan,
    slot,
    subscription,
)


async def cap(store: Store, more: int) -> None:
    """Let the file grow by so many pages and no further: SQLite then says that the disk is full."""

    def limit(database: Database) -> None:
        (pages,) = database.execute("PRAGMA page_count").fetchone()
        database.execute(f"PRAGMA max_page_count = {pages + more}").fetchone()

    await connection_of(store).read(limit)


async def test_a_full_disk_changes_nothing_and_is_told_with_a_remedy() -> None:
    async with open_store(":memory:") as store:
        one = await store.subscriptions.save(subscription(), ACTOR)
        await add_new(store, [paper()])
        await cap(store, 1)
        papers = [paper(f"2608.1{n:04}", abstract="x" * 9_000) for n in range(50)]
        with pytest.raises(StoreFull, match="full") as caught:
            await add_new(store, papers)
        assert "room" in caught.value.remedy
        big = plan(items=tuple(item(f"2608.2{n:04}") for n in range(3_000)))
        moved = plan(slot=slot("tue"), advances=(Advance(one.id, 0, 1),))
        with pytest.raises(StoreFull):
            await enqueue(store, moved, big)
        assert await store.subscriptions.of(HERE) == (one,)
        assert await store.outbox.owed("slack", NOON, 9, ()) == ()
        assert await store.announcements.horizon(forced=True) == 1
        await cap(store, 9_999)
        assert await enqueue(store, moved, big) == []
        assert await add_new(store, papers) == 50


async def test_a_database_that_may_not_be_written_says_so(tmp_path: Path) -> None:
    path = tmp_path / "paperboy.sqlite3"
    async with open_store(path, start="one") as store:
        await connection_of(store).read(
            lambda database: database.execute("PRAGMA query_only = ON").close()
        )
        with pytest.raises(StoreFull, match="cannot be written"):
            await store.lane.set_mark("a", "1")


async def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="File exists"):
        async with open_store(tmp_path / "file" / "paperboy.sqlite3"):
            pass


async def test_a_damaged_file_is_told_with_the_way_back(tmp_path: Path) -> None:
    path = tmp_path / "paperboy.sqlite3"
    async with open_store(path, start="one") as store:
        await add_new(store, [paper(f"2608.1{n:04}", abstract="x" * 900) for n in range(99)])
    whole = path.read_bytes()
    path.write_bytes(whole[:16_384] + b"\x77" * (len(whole) - 16_384))
    with pytest.raises(StoreError, match="damaged") as caught:
        async with open_store(path, start="two") as store:
            await store.announcements.between(0, 999)
    assert "restore" in caught.value.remedy


@pytest.mark.parametrize(
    ("code", "leaf"),
    [
        (sqlite3.SQLITE_BUSY, StoreBusy),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, StoreBusy),
        (sqlite3.SQLITE_LOCKED, StoreBusy),
        (sqlite3.SQLITE_FULL, StoreFull),
        (sqlite3.SQLITE_READONLY_DBMOVED, StoreFull),
        (sqlite3.SQLITE_NOTADB, StoreError),
        (sqlite3.SQLITE_CORRUPT, StoreError),
        (sqlite3.SQLITE_CANTOPEN, StoreError),
        (sqlite3.SQLITE_IOERR_READ, StoreError),
        (sqlite3.SQLITE_CONSTRAINT_UNIQUE, StoreError),
    ],
)
def test_every_code_of_sqlite_has_its_leaf_and_a_remedy(code: int, leaf: type) -> None:
    error = sqlite3.OperationalError("it says")
    error.sqlite_errorcode = code
    told = of_sqlite(error, "paperboy.sqlite3")
    assert type(told) is leaf
    assert "paperboy.sqlite3" in str(told)
    assert told.remedy


@pytest.mark.parametrize(
    ("number", "leaf"),
    [(errno.ENOSPC, StoreFull), (errno.EROFS, StoreFull), (errno.ENOENT, StoreError)],
)
def test_what_the_system_refuses_has_its_leaf(number: int, leaf: type) -> None:
    assert type(of_system(OSError(number, "it says"), "x")) is leaf


def test_other_exceptions_pass_through() -> None:
    with pytest.raises(ZeroDivisionError), translated("x"):
        raise ZeroDivisionError
