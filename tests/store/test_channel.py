from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from bot.model import Destination
from bot.platforms.web import channel
from bot.platforms.web.rooms import ALERTS, CHANNEL
from bot.store import open_store
from tests.platforms.web_samples import MORNING, MemoryChannel


@pytest.fixture(params=["sqlite", "memory"])
async def kept(request: pytest.FixtureRequest) -> AsyncIterator[channel.Channel]:
    """The store's channel, and the one that other tests use: both keep the same promises."""
    if request.param == "memory":
        yield MemoryChannel()
        return
    async with open_store(":memory:") as store:
        yield store.channel


async def fill(kept: channel.Channel, *rooms: Destination) -> None:
    for number, room in enumerate(rooms):
        await kept.put(f"key{number}", room, MORNING, f"payload {number}")


async def test_a_message_is_kept_once_however_often_it_is_put(kept: channel.Channel) -> None:
    first = await kept.put("key", CHANNEL, MORNING, "payload")
    again = await kept.put("key", CHANNEL, MORNING + timedelta(hours=1), "another", 7)
    assert again == first
    assert await kept.find("key") == first
    assert await kept.page(CHANNEL, 9) == (first,)


async def test_a_message_comes_back_as_it_was_put(kept: channel.Channel) -> None:
    await kept.put("parent", ALERTS, MORNING, "p")
    entry = await kept.put("key", ALERTS, MORNING, '{"ä": "\U0001f4dc"}', 1)
    assert entry == channel.Entry(2, "key", ALERTS, MORNING, '{"ä": "\U0001f4dc"}', 1)
    assert entry.at.tzinfo is UTC
    assert await kept.find("nothing") is None


async def test_a_room_is_read_newest_first_page_by_page(kept: channel.Channel) -> None:
    await fill(kept, CHANNEL, ALERTS, CHANNEL, CHANNEL)
    assert [entry.id for entry in await kept.page(CHANNEL, 2)] == [4, 3]
    assert [entry.id for entry in await kept.page(CHANNEL, 2, before=3)] == [1]
    assert await kept.page(CHANNEL, 2, before=1) == ()


async def test_replies_stand_beside_their_messages(kept: channel.Channel) -> None:
    await fill(kept, CHANNEL, CHANNEL)
    for number in range(2):
        await kept.put(f"reply{number}", CHANNEL, MORNING, "r", 1)
    assert [entry.id for entry in await kept.page(CHANNEL, 9)] == [2, 1]
    assert [entry.id for entry in await kept.replies([1, 2])] == [3, 4]
    assert await kept.replies([2]) == ()
    assert await kept.replies([]) == ()
    assert await kept.newest(CHANNEL) == 4


async def test_what_came_since_is_read_in_order_and_of_all_rooms(kept: channel.Channel) -> None:
    await fill(kept, CHANNEL, ALERTS, CHANNEL)
    assert [entry.id for entry in await kept.since(1, 9)] == [2, 3]
    assert [entry.id for entry in await kept.since(0, 2)] == [1, 2]


async def test_the_newest_and_the_rooms_are_known(kept: channel.Channel) -> None:
    assert (await kept.newest(), await kept.newest(CHANNEL), await kept.rooms()) == (0, 0, ())
    await fill(kept, CHANNEL, ALERTS)
    assert (await kept.newest(), await kept.newest(CHANNEL)) == (2, 1)
    assert await kept.rooms() == (CHANNEL, ALERTS)


ACTIONS = st.tuples(st.integers(0, 5), st.sampled_from([CHANNEL, ALERTS]), st.integers(0, 3))


@settings(deadline=None)
@given(st.lists(ACTIONS, max_size=8))
async def test_both_channels_hold_the_same(actions: list[tuple[int, Destination, int]]) -> None:
    memory = MemoryChannel()
    async with open_store(":memory:") as store:
        for key, room, parent in actions:
            for kept in (memory, store.channel):
                await kept.put(str(key), room, MORNING, "p", parent)
        ours = [replace(entry, id=0) for entry in await store.channel.since(0, 99)]
        assert ours == [replace(entry, id=0) for entry in memory.entries]


async def test_messages_outlive_the_program(tmp_path: Path) -> None:
    path = tmp_path / "paperboy.sqlite3"
    async with open_store(path) as store:
        before = await store.channel.put("key", CHANNEL, datetime.now(UTC), "payload")
    async with open_store(path) as store:
        assert await store.channel.find("key") == before
