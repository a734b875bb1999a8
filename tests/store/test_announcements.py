from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings, strategies as st

from bot.model import Announcement, Batch, BatchState, Kind, Paper, Raw, Seen
from bot.ports import FeedRead
from bot.store import Store, open_store
from tests.store.samples import DAY, HOUR, NOON, add_new, announce, paper, settle
from tests.store.strategies import days, papers

NEXT = DAY + timedelta(days=1)


Batches = list[tuple[Paper, Announcement]]


@st.composite
def batches(draw: st.DrawFn) -> Batches:
    """Announcements of a few papers, some of them again and again in other ways."""
    stock = draw(st.lists(papers(), min_size=1, max_size=4, unique_by=lambda p: (p.id, p.version)))
    kinds = st.tuples(st.sampled_from(stock), st.sampled_from(Kind), days(), st.booleans())
    drawn = draw(st.lists(kinds, max_size=8))
    return [(one, announce(one, kind, day, late=late)) for one, kind, day, late in drawn]


async def every(store: Store) -> list[tuple[Announcement, str]]:
    return [
        (replace(said, seq=0), one.title) for said, one in await store.announcements.between(0, 999)
    ]


async def test_announcements_are_numbered_in_the_order_given() -> None:
    batch = [paper("2608.00003"), paper("2608.00001"), paper("2608.00002")]
    async with open_store(":memory:") as store:
        assert await add_new(store, batch) == 3
        found = await store.announcements.between(0, 99)
        assert [one for _, one in found] == batch
        assert [said.seq for said, _ in found] == [1, 2, 3]
        assert [said.seq for said, _ in await store.announcements.between(1, 2)] == [2]


@given(batches(), st.integers(0, 8))
@settings(max_examples=60, deadline=None)
async def test_adding_twice_or_in_parts_gives_the_same_rows(given: Batches, cut: int) -> None:
    async with open_store(":memory:") as whole, open_store(":memory:") as parts:
        await whole.announcements.add([p for p, _ in given], [a for _, a in given], at=NOON)
        for part in (given[:cut], given[:cut], given[cut:]):
            await parts.announcements.add([p for p, _ in part], [a for _, a in part], at=NOON)
        assert [said for said, _ in await every(parts)] == [said for said, _ in await every(whole)]
        before, last = await every(whole), await whole.announcements.horizon(forced=True)
        again = await whole.announcements.add([], [a for _, a in given], at=NOON + HOUR)
        assert again == 0
        assert await every(whole) == before
        assert await whole.announcements.horizon(forced=True) == last
        ids = {one.id for one, _ in given}
        assert await whole.announcements.seen(ids) == await parts.announcements.seen(ids)


@given(batches())
@settings(max_examples=60, deadline=None)
async def test_nothing_pruned_is_ever_announced_again(
    given: Batches,
) -> None:
    async with open_store(":memory:") as store:
        everything = [p for p, _ in given], [a for _, a in given if not a.late]
        added = await store.announcements.add(*everything, at=NOON)
        ids = {one.id for one, _ in given}
        seen = await store.announcements.seen(ids)
        assert await store.announcements.prune(date(2027, 1, 1)) == added
        await store.papers.prune(date(2027, 1, 1))
        assert await store.announcements.seen(ids) == seen
        assert await store.announcements.add(*everything, at=NOON) == 0
        assert await store.announcements.between(0, 999) == ()


async def test_seen_tells_versions_categories_and_the_highest() -> None:
    first, second = paper(version=1), paper(version=2, categories=("cs.CV", "cs.LG", "stat.ML"))
    async with open_store(":memory:") as store:
        await store.papers.put([first])
        assert await store.announcements.seen([first.id]) == {}
        await add_new(store, [first])
        assert await store.announcements.seen([first.id, "9999.99999"]) == {
            first.id: Seen(frozenset({1}), 1, frozenset({"cs.CV", "cs.LG"}))
        }
        await store.announcements.add([second], [announce(second, Kind.REPLACE)], at=NOON)
        wider = frozenset({"cs.CV", "cs.LG", "stat.ML"})
        assert (await store.announcements.seen([first.id]))[first.id] == Seen(
            frozenset({1, 2}), 2, wider
        )


async def test_a_cross_is_unseen_while_one_of_its_categories_is_new() -> None:
    known = paper(categories=("cs.CV",))
    wider = paper(categories=("cs.CV", "stat.ML"))
    async with open_store(":memory:") as store:
        await add_new(store, [known])
        cross = announce(wider, Kind.CROSS)
        assert await store.announcements.add([wider], [cross], at=NOON) == 1
        narrower = replace(cross, cats=("stat.ML",))
        assert await store.announcements.add([wider], [narrower], at=NOON) == 0


async def test_what_was_enriched_late_is_announced_once_more_but_once() -> None:
    one = paper()
    async with open_store(":memory:") as store:
        await add_new(store, [one])
        full = replace(one, comment=Raw("with code"))
        for expected in (1, 0):
            late = announce(full, late=True)
            assert await store.announcements.add([full], [late], at=NOON) == expected
        (_, _), (said, told) = await store.announcements.between(0, 9)
        assert (said.late, said.kind, told.comment) == (True, Kind.NEW, "with code")


async def test_a_batch_remembers_its_first_read_its_settling_and_its_papers() -> None:
    async with open_store(":memory:") as store:
        await add_new(store, [paper("2608.00001")], at=NOON)
        await add_new(store, [paper("2608.00001"), paper("2608.00002")], at=NOON + HOUR)
        await store.announcements.mark(NEXT, BatchState.GIVEN_UP, NOON + 3 * HOUR)
        assert await store.announcements.batches(DAY) == (
            Batch(DAY, BatchState.OPEN, NOON, None, 2),
            Batch(NEXT, BatchState.GIVEN_UP, None, NOON + 3 * HOUR, 0),
        )
        await settle(store, at=NOON + 2 * HOUR)
        await settle(store, at=NOON + 9 * HOUR)
        assert (await store.announcements.batches(DAY))[0].settled_at == NOON + 2 * HOUR
        await store.announcements.mark(DAY, BatchState.OPEN, NOON + 9 * HOUR)
        assert (await store.announcements.batches(DAY))[0].settled_at is None
        assert [one.day for one in await store.announcements.batches(NEXT)] == [NEXT]


async def test_the_horizon_ends_before_the_first_unsettled_announcement() -> None:
    async with open_store(":memory:") as store:
        assert await store.announcements.horizon() == 0
        await add_new(store, [paper("2608.00001")])
        assert await store.announcements.horizon() == 0
        assert await store.announcements.horizon(forced=True) == 1
        await settle(store, at=NOON + HOUR)
        await add_new(store, [paper("2608.00002"), paper("2608.00003")], NEXT, NOON + 2 * HOUR)
        assert await store.announcements.horizon() == 1
        await settle(store, NEXT, NOON + 3 * HOUR)
        assert await store.announcements.horizon() == 3


async def test_an_announcement_healed_into_a_settled_batch_is_settled_too() -> None:
    async with open_store(":memory:") as store:
        await add_new(store, [paper("2608.00001")])
        await settle(store)
        await add_new(store, [paper("2608.00002")])
        assert await store.announcements.horizon() == 2


async def test_the_horizon_can_be_read_as_it_stood() -> None:
    async with open_store(":memory:") as store:
        await add_new(store, [paper("2608.00001")], at=NOON)
        await settle(store, at=NOON + HOUR)
        await add_new(store, [paper("2608.00002")], NEXT, NOON + 2 * HOUR)
        await settle(store, NEXT, NOON + 3 * HOUR)
        stood = [
            await store.announcements.horizon(NOON + hours * HOUR) for hours in (-1, 0, 1, 2, 3)
        ]
        forced = await store.announcements.horizon(NOON, forced=True)
    assert stood == [0, 0, 1, 1, 2]
    assert forced == 2


async def test_a_harvested_batch_counts_as_settled_when_it_was_announced() -> None:
    async with open_store(":memory:") as store:
        for days_ago in (3, 2, 1):
            day = DAY - timedelta(days=days_ago)
            await add_new(store, [paper(f"2608.0000{days_ago}")], day, NOON)
            await settle(store, day, NOON - timedelta(days=days_ago))
        assert await store.announcements.horizon(NOON - timedelta(days=2)) == 2


async def test_numbers_go_on_after_everything_was_pruned() -> None:
    async with open_store(":memory:") as store:
        await add_new(store, [paper("2608.00001"), paper("2608.00002")])
        await settle(store)
        await store.announcements.prune(NEXT)
        assert await store.announcements.horizon() == 2
        await add_new(store, [paper("2608.00003")], NEXT)
        assert [said.seq for said, _ in await store.announcements.between(0, 99)] == [3]


async def test_a_feeds_validators_are_stored_with_its_rows() -> None:
    read = FeedRead("cs+math", '"abc"', "Tue, 04 Aug 2026 04:00:00 GMT")
    async with open_store(":memory:") as store:
        assert await store.announcements.validators("cs+math") is None
        await store.announcements.add([], [], read=read, at=NOON)
        assert await store.announcements.validators("cs+math") == read
        newer = replace(read, etag='"def"')
        await store.announcements.add([], [], read=newer, at=datetime.now(UTC))
        assert await store.announcements.validators("cs+math") == newer
