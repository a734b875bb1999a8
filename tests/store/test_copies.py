import stat
from pathlib import Path

import pytest

from bot.errors import StoreBusy, StoreError
from bot.model import State
from bot.settlement import Sent
from bot.store import RESTORED, open_store
from bot.store.copies import backup, restore
from tests.store.samples import NOON, enqueue, open_all, plan


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "paperboy.sqlite3"


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "copy.sqlite3"


def contents(path: Path) -> bytes:
    return path.read_bytes()


def put(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


async def start(path: Path, token: str) -> tuple[bool, str]:
    async with open_store(path, start=token) as store:
        return store.restored, await store.lane.mark("a")


async def test_a_copy_of_a_running_bot_is_consistent_and_its_owners_only(
    path: Path, target: Path
) -> None:
    async with open_store(path, start="one") as store:
        await store.lane.set_mark("a", "1")
        backup(path, target)
        await store.lane.set_mark("a", "2")
    assert mode(target) == 0o600
    assert await start(target, "elsewhere") == (True, "1")


async def test_restoring_brings_the_copy_back_as_restored_and_keeps_what_was_there(
    path: Path, target: Path
) -> None:
    async with open_store(path, start="one") as store:
        await store.lane.set_mark("a", "1")
        backup(path, target)
        await store.lane.set_mark("a", "2")
    kept = restore(path, target)
    assert await start(path, "two") == (True, "1")
    assert kept is not None
    assert (await start(kept, "x"))[1] == "2"
    async with open_store(path, start="three") as store:
        await store.lane.set_mark(RESTORED, "")
    assert await start(path, "four") == (False, "1")


async def test_a_copy_put_back_by_hand_counts_as_restored_too(path: Path, target: Path) -> None:
    await start(path, "one")
    backup(path, target)
    put(path, contents(target))
    assert (await start(path, "two"))[0] is True


@pytest.mark.parametrize("sends", [0, 1])
async def test_a_file_copied_by_hand_within_one_start_is_told_by_what_was_sent_since(
    path: Path, sends: int
) -> None:
    async with open_store(path, start="one") as store:
        await enqueue(store, plan())
        (delivery,) = await open_all(store)
    async with open_store(path) as store:
        kept = contents(path)
        for _ in range(sends):
            await store.outbox.claim(delivery.key, State.PLANNED, NOON)
            await store.outbox.settle(delivery.key, Sent("1"), NOON)
    put(path, kept)
    assert (await start(path, "two"))[0] is bool(sends)


async def test_nothing_is_restored_under_a_running_bot(path: Path, target: Path) -> None:
    async with open_store(path, start="one") as store:
        await store.lane.set_mark("a", "1")
        backup(path, target)
        with pytest.raises(StoreBusy):
            restore(path, target)
        assert not [one for one in path.parent.iterdir() if "restoring" in one.name]
        assert await store.lane.mark("a") == "1"
    assert await start(path, "two") == (False, "1")


async def test_what_is_no_copy_of_ours_is_refused_and_nothing_is_changed(
    path: Path, target: Path
) -> None:
    await start(path, "one")
    put(target, b"dear diary")
    for source in (target, target.with_name("missing")):
        with pytest.raises(StoreError):
            restore(path, source)
    with pytest.raises(StoreError):
        backup(path.with_name("missing"), target)
    assert await start(path, "two") == (False, "")
    assert sorted(file.name for file in path.parent.iterdir()) == [
        "copy.sqlite3", "paperboy.sqlite3", "paperboy.sqlite3.lock",
    ]  # fmt: skip


async def test_a_copy_in_the_place_of_the_database_is_refused(path: Path) -> None:
    async with open_store(path, start="one") as store:
        for name in ("", "-wal", "-shm", ".lock"):
            with pytest.raises(StoreError, match="the database itself"):
                backup(path, path.with_name(path.name + name))
        await store.lane.set_mark("a", "1")
    with pytest.raises(StoreError, match="the database itself"):
        restore(path, path)
    assert await start(path, "two") == (False, "1")


async def test_a_copy_that_cannot_be_written_leaves_nothing_behind(path: Path) -> None:
    await start(path, "one")
    with pytest.raises(StoreError, match="nowhere"):
        backup(path, path.parent / "nowhere" / "copy")
    (path.parent / "folder").mkdir()
    with pytest.raises(StoreError, match="folder"):
        backup(path, path.parent / "folder")
    assert not [one for one in path.parent.iterdir() if one.suffix == ".part"]


async def test_a_copy_can_be_restored_where_nothing_was(path: Path, target: Path) -> None:
    await start(path, "one")
    backup(path, target)
    new = path.parent / "new" / "paperboy.sqlite3"
    assert restore(new, target) is None
    assert (await start(new, "one"))[0] is True
