from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given, settings, strategies as st

from bot.ports import LaneState
from bot.store import open_store
from tests.store.strategies import moments

STATES = st.builds(
    LaneState,
    last_end=st.none() | moments(),
    stopped_until=st.none() | moments(),
    strikes=st.integers(0, 9),
    unreachable_since=st.none() | moments(),
)


async def test_a_fresh_lane_has_no_past() -> None:
    async with open_store(":memory:") as store:
        assert await store.lane.load() == LaneState()


@given(STATES)
@settings(max_examples=50, deadline=None)
async def test_the_lane_remembers_its_state(state: LaneState) -> None:
    async with open_store(":memory:") as store:
        await store.lane.store(LaneState(strikes=3))
        await store.lane.store(state)
        assert await store.lane.load() == state


async def test_moments_of_another_zone_come_back_in_utc() -> None:
    berlin = datetime(2026, 11, 25, 9, 0, tzinfo=timezone(timedelta(hours=1)))
    async with open_store(":memory:") as store:
        await store.lane.store(LaneState(last_end=berlin))
        loaded = (await store.lane.load()).last_end
    assert loaded == berlin
    assert loaded is not None
    assert loaded.tzinfo is UTC


@given(st.dictionaries(st.text(min_size=1), st.text(), max_size=4))
@settings(max_examples=50, deadline=None)
async def test_marks_are_remembered_by_name(marks: dict[str, str]) -> None:
    async with open_store(":memory:") as store:
        assert await store.lane.mark("unset") == "" or "unset" in marks
        for name, value in marks.items():
            await store.lane.set_mark(name, "before")
            await store.lane.set_mark(name, value)
        assert {name: await store.lane.mark(name) for name in marks} == marks
