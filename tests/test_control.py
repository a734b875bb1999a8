"""The running bot's private door, over its real socket."""

import stat
from collections.abc import Collection, Sequence
from pathlib import Path

import pytest

from bot.control import Door, serve, socket_path
from bot.errors import ArxivBusy, ArxivUnreachable, NotTaken, StoreBusy, StoreFull
from bot.model import Paper, Raw

PAPER = Paper("2611.00001", Raw("Spin glass"), Raw("We cool one."), authors=(Raw("A. Holm"),))


class Lane:
    """Stands for the bot's way to arXiv."""

    def __init__(self, *, busy: bool = False) -> None:
        self.busy = busy
        self.asked: list[object] = []

    async def search(self, query: str, size: int) -> Sequence[Paper]:
        self.asked.append((query, size))
        if self.busy:
            raise ArxivBusy("arXiv asks to wait", remedy="Try again at 10:15.")
        return (PAPER,)

    async def by_ids(self, ids: Collection[str]) -> Sequence[Paper]:
        self.asked.append(tuple(ids))
        return (PAPER,)


async def taken(text: str) -> str:
    if text == "full":
        raise StoreFull("The disk is full.", remedy="Make room.")
    if text != "wanted":
        raise NotTaken("line 1: no")
    return "1 added"


async def test_searches_go_through_the_running_bots_lane(tmp_path: Path) -> None:
    lane, database = Lane(), tmp_path / "p.sqlite3"
    async with serve(database, lane, taken):
        assert await Door(database).search('ti:"spin glass"', 5) == (PAPER,)
        assert await Door(database).by_ids(["2611.00001"]) == (PAPER,)
    assert lane.asked == [('ti:"spin glass"', 5), ("2611.00001",)]


async def test_only_its_owner_may_knock(tmp_path: Path) -> None:
    database = tmp_path / "p.sqlite3"
    async with serve(database, Lane(), taken):
        assert stat.S_IMODE(socket_path(database).stat().st_mode) == 0o600
    assert not socket_path(database).exists()


async def test_what_arxiv_said_reaches_who_asked(tmp_path: Path) -> None:
    database = tmp_path / "p.sqlite3"
    async with serve(database, Lane(busy=True), taken):
        with pytest.raises(ArxivUnreachable, match=r"arXiv asks to wait Try again at 10:15\."):
            await Door(database).search("x", 1)


async def test_a_door_that_nobody_opens_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreBusy, match="does not answer"):
        await Door(tmp_path / "p.sqlite3").search("x", 1)


async def test_a_socket_left_by_a_killed_bot_is_replaced(tmp_path: Path) -> None:
    database = tmp_path / "p.sqlite3"
    socket_path(database).touch()
    async with serve(database, Lane(), taken):
        assert await Door(database).by_ids(["2611.00001"]) == (PAPER,)


async def test_a_folder_too_deep_for_a_socket_address_is_no_obstacle(tmp_path: Path) -> None:
    deep = tmp_path / ("deep" * 30)
    deep.mkdir()
    database = deep / "p.sqlite3"
    async with serve(database, Lane(), taken):
        assert await Door(database).by_ids(["2611.00001"]) == (PAPER,)
        assert stat.S_IMODE(socket_path(database).stat().st_mode) == 0o600
    assert not socket_path(database).exists()


async def test_a_file_of_subscriptions_is_taken_in_by_the_running_bot(tmp_path: Path) -> None:
    database = tmp_path / "p.sqlite3"
    async with serve(database, None, taken):
        assert await Door(database).bring_in("wanted") == "1 added"
        with pytest.raises(NotTaken, match="line 1: no"):
            await Door(database).bring_in("é" * 1_000_000)
        with pytest.raises(StoreBusy, match="Make room"):
            await Door(database).bring_in("full")


async def test_a_bot_that_replays_says_that_it_asks_nobody(tmp_path: Path) -> None:
    database = tmp_path / "p.sqlite3"
    async with serve(database, None, taken):
        with pytest.raises(ArxivUnreachable, match="replays saved days"):
            await Door(database).search("x", 1)
