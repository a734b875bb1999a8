from dataclasses import replace
from datetime import date

from hypothesis import given, settings, strategies as st

from bot.model import Kind, Paper, Raw
from bot.store import open_store
from bot.store.paper_rows import completed
from tests.store.samples import DAY, NOON, FixedCalendar, add_new, announce, paper
from tests.store.strategies import moments, papers, raws


@given(papers())
@settings(max_examples=50, deadline=None)
async def test_a_paper_comes_back_as_it_was_stored(one: Paper) -> None:
    async with open_store(":memory:") as store:
        await store.papers.put([one])
        assert await store.papers.get([one.id]) == {one.id: one}
        assert await store.papers.versions(one.id) == (one,)


def agreed(batch: list[Paper]) -> list[Paper]:
    """Return papers of which whoever tells when they were published tells the same."""
    dates = {one.id: one.published for one in batch if one.published}
    return [replace(one, published=one.published and dates[one.id]) for one in batch]


@given(st.lists(papers(), max_size=6).map(agreed), st.integers(0, 6))
@settings(max_examples=50, deadline=None)
async def test_storing_twice_or_in_parts_gives_the_same(batch: list[Paper], cut: int) -> None:
    ids = {one.id for one in batch}
    async with open_store(":memory:") as whole, open_store(":memory:") as parts:
        await whole.papers.put(batch)
        for part in (batch[:cut], batch[cut:], []):
            await parts.papers.put(part)
        for one in ids:
            assert await whole.papers.versions(one) == await parts.papers.versions(one)
        before = [await whole.papers.versions(one) for one in ids]
        last_said = {(one.id, one.version): one for one in batch}
        await whole.papers.put(last_said.values())
        after = [await whole.papers.versions(one) for one in ids]
        assert [len(versions) for versions in before] == [len(versions) for versions in after]


@given(papers(), papers())
def test_completing_never_replaces_what_is_known_by_what_is_not(old: Paper, new: Paper) -> None:
    new = replace(new, id=old.id, version=old.version)
    result = completed(old, new)
    for field in Paper.__dataclass_fields__:
        was, now = getattr(old, field), getattr(result, field)
        assert now in (was, getattr(new, field))
        if was not in (None, "", ()):
            assert now not in ((None,) if field == "comment" else (None, "", ()))
        if was == "":
            assert now is not None
    assert completed(result, new) == result
    assert completed(result, result) == result


@given(papers(), moments(), raws())
def test_the_feed_replaces_nothing_that_a_fuller_source_told(
    feed: Paper, updated: object, comment: Raw
) -> None:
    feed = replace(feed, comment=None, updated=None, published=None)
    full = replace(feed, authors=(Raw("André Full"),), comment=comment, updated=updated)  # type: ignore[arg-type]
    assert completed(full, replace(feed, authors=(Raw("Andr\\'e Full"),))) == full
    assert completed(feed, full) == full


def test_a_category_that_the_feed_brings_is_kept_whoever_told_of_the_paper_before() -> None:
    full = replace(paper("2608.00001"), comment=Raw("9 pages"), categories=("cs.CL",))
    feed = replace(full, comment=None, updated=None, categories=("cs.CL", "q-bio.NC"))
    assert completed(full, feed).categories == ("cs.CL", "q-bio.NC")
    assert completed(feed, replace(full, updated=None, comment=None)).categories == (
        "cs.CL",
        "q-bio.NC",
    )


async def test_the_highest_version_is_the_one_to_get() -> None:
    first, third = paper(version=1), paper(version=3, title=Raw("On better lamps"))
    async with open_store(":memory:") as store:
        await store.papers.put([third, first])
        assert await store.papers.get([first.id, "9999.99999"]) == {first.id: third}
        assert await store.papers.versions(first.id) == (first, third)
        assert await store.papers.versions("9999.99999") == ()


async def test_the_date_of_the_first_version_belongs_to_all_versions() -> None:
    async with open_store(":memory:") as store:
        await store.papers.put([paper(version=1)])
        await store.papers.put([paper(version=2, published=NOON)])
        assert [one.published for one in await store.papers.versions("2608.00001")] == [NOON] * 2


async def test_the_window_is_newest_first_and_holds_each_announcement_with_its_version() -> None:
    first, second, other = paper(version=1), paper(version=2), paper("2608.00002")
    async with open_store(":memory:") as store:
        await add_new(store, [paper("2607.00001")], date(2026, 7, 31))
        await add_new(store, [first, other])
        await store.announcements.add([second], [announce(second, Kind.REPLACE)], at=NOON)
        window = await store.papers.window(DAY)
    assert [one for _, one in window] == [second, other, first]
    assert [said.seq for said, _ in window] == [4, 3, 2]
    assert [said.kind for said, _ in window] == [Kind.REPLACE, Kind.NEW, Kind.NEW]


async def test_details_are_needed_until_comment_and_dates_are_known() -> None:
    bare, dated = paper("2608.00002"), paper("2608.00001", updated=NOON, published=NOON)
    known = paper("2608.00003", updated=NOON, published=NOON, comment=Raw(""))
    async with open_store(":memory:") as store:
        await add_new(store, [bare, dated, known])
        assert await store.papers.needing_details(DAY) == (bare.id, dated.id)
        await store.papers.put([replace(dated, comment=Raw("9 pages"))])
        assert await store.papers.needing_details(DAY) == (bare.id,)


async def test_pruning_keeps_what_is_announced_or_was_of_use_since() -> None:
    old, kept = paper("2608.00001"), paper("2608.00003")
    async with open_store(":memory:", calendar=FixedCalendar()) as store:
        await store.papers.put([old])
        await add_new(store, [kept])
        assert await store.papers.prune(date(2026, 8, 4)) == 0
        assert await store.papers.prune(date(2026, 8, 20)) == 1
        assert set(await store.papers.get([old.id, kept.id])) == {kept.id}
