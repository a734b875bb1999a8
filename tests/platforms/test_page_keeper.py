"""A page of the config, kept up to date on the real store."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.errors import ArxivUnreachable
from bot.model import Announcement, BatchState, Kind, Paper, Raw
from bot.platforms.page.keeper import PageKeeper, Wanted
from bot.store.opening import Store, open_store

MONDAY = datetime(2026, 11, 23, 6, tzinfo=UTC)
OLDER = Paper("2410.00009", Raw("An old spin glass"), Raw("x"), updated=MONDAY - timedelta(400))
STRANGER = Paper("2410.00010", Raw("A lamp"), Raw("x"), updated=MONDAY)


class Clock:
    def now(self) -> datetime:
        return MONDAY + timedelta(days=3)


class Search:
    def __init__(self, *, silent: bool = False) -> None:
        self.silent = silent
        self.asked = 0

    async def search(self, query: str, size: int) -> Sequence[Paper]:
        assert query
        assert size == 100
        self.asked += 1
        if self.silent:
            raise ArxivUnreachable("no answer")
        return (OLDER, STRANGER)


async def announce(store: Store, day: datetime, name: str) -> None:
    paper = Paper(name, Raw(f"Spin glass {name}"), Raw("We cool it."), updated=day)
    said = Announcement(name, 1, Kind.NEW, day.date(), "feed")
    await store.announcements.add([paper], [said], at=day)
    await store.announcements.mark(day.date(), BatchState.SETTLED, day)


def keeper(store: Store, out: Path, search: Search | None) -> PageKeeper:
    wanted = Wanted(("spin glass",), out, 100)
    return PageKeeper(wanted, store.papers, store.announcements, Clock(), search)


async def test_the_page_is_written_after_each_settled_batch_and_only_then(tmp_path: Path) -> None:
    out = tmp_path / "papers.md"
    async with open_store(":memory:") as store:
        mine = keeper(store, out, None)
        assert not await mine.refresh()
        await announce(store, MONDAY, "2611.00001")
        assert await mine.refresh()
        assert not await mine.refresh()
        await announce(store, MONDAY + timedelta(days=1), "2611.00002")
        assert await mine.refresh()
    text = out.read_text()
    assert text.startswith("## spin glass\n")
    assert text.index("2611.00002v1") < text.index("2611.00001v1")


async def test_older_papers_are_asked_for_once_and_checked(tmp_path: Path) -> None:
    out, search = tmp_path / "papers.md", Search()
    async with open_store(":memory:") as store:
        mine = keeper(store, out, search)
        await announce(store, MONDAY, "2611.00001")
        await mine.refresh()
        await announce(store, MONDAY + timedelta(days=1), "2611.00002")
        await mine.refresh()
    assert search.asked == 1
    assert "2410.00009v1" in out.read_text()
    assert "2410.00010" not in out.read_text()


async def test_without_an_answer_the_page_shows_what_there_is_and_asks_again(
    tmp_path: Path,
) -> None:
    out, search = tmp_path / "papers.md", Search(silent=True)
    async with open_store(":memory:") as store:
        mine = keeper(store, out, search)
        await announce(store, MONDAY, "2611.00001")
        assert await mine.refresh()
        assert "2611.00001v1" in out.read_text()
        search.silent = False
        await announce(store, MONDAY + timedelta(days=1), "2611.00002")
        await mine.refresh()
    assert "2410.00009v1" in out.read_text()


async def test_a_folder_that_is_gone_is_told_and_stops_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_store(":memory:") as store:
        mine = keeper(store, tmp_path / "gone" / "papers.md", None)
        await announce(store, MONDAY, "2611.00001")
        assert await mine.refresh()
        assert not await mine.refresh()
    assert [record.action for record in caplog.records] == ["page-not-written"]  # type: ignore[attr-defined]  # from extra
