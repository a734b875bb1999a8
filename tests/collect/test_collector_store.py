"""The collector writes the same on the real store as on the fake: the fake keeps its promises."""

from datetime import UTC, date, datetime

from bot.model import Announcement, Batch, Paper
from bot.store.opening import open_store
from tests.collect.world import Bench, bench
from tests.standins.arxiv_faults import Fault, Trouble
from tests.standins.arxiv_world import invent, list_days

DAYS = list_days(date(2026, 11, 9), 12)
START, END = datetime(2026, 11, 18, 15, tzinfo=UTC), datetime(2026, 11, 24, 23, tzinfo=UTC)
TROUBLE = (
    Trouble(Fault.YESTERDAY, "feed", first=6, times=9),
    Trouble(Fault.HTML, "oai", first=9, times=3),
    Trouble(Fault.STATUS_502, "api", times=2),
)
Written = tuple[list[tuple[Announcement, Paper]], tuple[Batch, ...], int]


async def written(one: Bench) -> Written:
    announcements = one.announcements or one.archive
    rows = await announcements.between(0, 10**9)
    batches = await announcements.batches(date(2026, 1, 1))
    return list(rows), batches, await announcements.horizon()


async def test_a_week_with_trouble_leaves_the_same_rows_on_both() -> None:
    async with bench(invent(DAYS), START, *TROUBLE) as one:
        await one.until(END)
        on_fake = await written(one)

    async with open_store(":memory:") as store, bench(invent(DAYS), START, *TROUBLE) as two:
        two.announcements, two.papers, two.memory = store.announcements, store.papers, store.lane
        two.restart()
        await two.until(END)
        on_store = await written(two)

    assert on_store[1:] == on_fake[1:]
    assert [row for row, _ in on_store[0]] == [row for row, _ in on_fake[0]]
    assert [paper for _, paper in on_store[0]] == [paper for _, paper in on_fake[0]]
