import asyncio
import sqlite3
import stat
import threading
import time
from pathlib import Path

import pytest
from sqlite_utils import Database

from bot.errors import StoreBusy, StoreError, StoreFull
from bot.store import RESTORED, open_store
from bot.store.connection import Connection, connect
from bot.store.lock import lock_path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "paperboy.sqlite3"


def contents(path: Path) -> bytes:
    return path.read_bytes()


def put(path: Path, content: bytes) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


async def start(path: Path, token: str) -> bool:
    async with open_store(path, start=token) as store:
        return store.restored


async def test_file_and_folder_are_for_their_owner_only(path: Path) -> None:
    async with open_store(path, start="one") as store:
        await store.lane.set_mark("a", "b")
        assert mode(path.parent) == 0o700
        assert {mode(file) for file in path.parent.iterdir()} == {0o600}


async def test_a_second_run_is_told_which_process_has_the_database(path: Path) -> None:
    async with open_store(path, start="one"):
        with pytest.raises(StoreBusy, match=r"process \d+"):
            await start(path, "two")
    assert await start(path, "three") is False


async def test_reading_beside_a_writer_sees_what_was_committed(path: Path) -> None:
    async with open_store(path, start="one") as writer:
        await writer.lane.set_mark("a", "1")
        async with open_store(path, read_only=True) as reader:
            assert await reader.lane.mark("a") == "1"
            await writer.lane.set_mark("a", "2")
            assert await reader.lane.mark("a") == "2"


async def test_a_reader_cannot_write(path: Path) -> None:
    await start(path, "one")
    async with open_store(path, read_only=True) as reader:
        with pytest.raises(StoreFull):
            await reader.lane.set_mark("a", "1")


async def test_reading_without_a_database_says_what_to_start(path: Path) -> None:
    with pytest.raises(StoreError) as caught:
        async with open_store(path, read_only=True):
            pass
    assert "paperboy run" in caught.value.remedy


async def test_a_file_that_is_no_database_is_refused_and_left_alone(path: Path) -> None:
    put(path, b"dear diary " * 100)
    with pytest.raises(StoreError, match="not a database"):
        await start(path, "one")
    assert contents(path) == b"dear diary " * 100


async def test_somebody_elses_database_is_refused_and_left_alone(path: Path) -> None:
    put(path, b"")
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE recipes(name)")
    other.close()
    before = contents(path)
    with pytest.raises(StoreError, match="not one of Paperboy's"):
        await start(path, "one")
    assert contents(path) == before


async def test_a_first_start_and_the_next_ones_are_no_restore(path: Path) -> None:
    assert [await start(path, token) for token in ("one", "two", "three")] == [False] * 3


async def test_an_older_file_put_back_counts_as_restored_until_somebody_clears_it(
    path: Path,
) -> None:
    await start(path, "one")
    kept = contents(path)
    await start(path, "two")
    put(path, kept)
    assert await start(path, "three") is True
    assert await start(path, "four") is True
    async with open_store(path, start="five") as store:
        await store.lane.set_mark(RESTORED, "")
    assert await start(path, "six") is False


@pytest.mark.parametrize("content", [None, b"", b"\xff" * 164, b"not\nfour\nlines\n"])
async def test_a_used_database_without_a_readable_lock_file_counts_as_restored(
    path: Path, content: bytes | None
) -> None:
    await start(path, "one")
    lock_path(path).unlink()
    if content is not None:
        lock_path(path).write_bytes(content)
    assert await start(path, "two") is True


async def test_commands_that_only_write_leave_the_ids_alone(path: Path) -> None:
    await start(path, "one")
    async with open_store(path) as store:
        await store.lane.set_mark("a", "1")
    assert await start(path, "two") is False


@pytest.mark.parametrize("written", ["one", "two"])
async def test_a_start_killed_while_it_writes_its_id_is_no_restore(
    path: Path, written: str
) -> None:
    await start(path, "one")
    lines = lock_path(path).read_text().splitlines()
    lock_path(path).write_text("\n".join([*lines[:2], f"{'two':<40}", lines[3]]) + "\n")
    with sqlite3.connect(path) as database:
        database.execute("UPDATE starts SET token = ?", [written])
    database.close()
    assert await start(path, "three") is False


async def test_a_database_in_memory_needs_no_file() -> None:
    async with open_store(":memory:", start="one") as store:
        await store.lane.set_mark("a", "1")
        assert await store.lane.mark("a") == "1"
        assert store.restored is False


async def test_another_program_that_writes_makes_it_busy_not_broken(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.connection._BUSY_SECONDS", 0.0)
    async with open_store(path, start="one") as store:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusy):
            await store.lane.set_mark("a", "1")
        other.execute("ROLLBACK")
        other.close()
        await store.lane.set_mark("a", "2")
        assert await store.lane.mark("a") == "2"


async def test_work_that_began_runs_to_its_commit_when_its_caller_is_cancelled() -> None:
    connection = await Connection.open(lambda: connect(":memory:"), "memory")
    began, go_on = threading.Event(), threading.Event()

    def work(database: Database) -> None:
        database.execute("CREATE TABLE t(x)")
        began.set()
        go_on.wait(10)

    task = asyncio.create_task(connection.write(work))
    await asyncio.to_thread(began.wait, 10)
    waiting = asyncio.create_task(connection.write(lambda d: d.execute("DROP TABLE t")))
    await asyncio.sleep(0)
    task.cancel()
    waiting.cancel()
    await asyncio.gather(task, waiting, return_exceptions=True)
    go_on.set()
    tables = await connection.read(lambda d: d.table_names())
    await connection.close()
    assert tables == ["t"]


async def test_a_failing_transaction_leaves_nothing_and_the_next_one_works() -> None:
    connection = await Connection.open(lambda: connect(":memory:"), "memory")

    def fail(database: Database) -> None:
        database.execute("CREATE TABLE t(x)")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await connection.write(fail)
    assert await connection.read(lambda d: d.table_names()) == []
    await connection.close()


async def test_the_event_loop_goes_on_while_the_database_works(path: Path) -> None:
    slow = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000)"
    async with open_store(path, start="one"):
        connection = await Connection.open(lambda: connect(path, read_only=True), str(path))
        working = asyncio.create_task(
            connection.read(lambda d: d.execute(slow + " SELECT sum(i) FROM n").fetchone())
        )
        turns, began = 0, time.perf_counter()
        while not working.done():
            turns += 1
            await asyncio.sleep(0)
        await connection.close()
    assert turns > 10, f"{turns} turns in {time.perf_counter() - began} s"
