"""The built-in channel keeps the promises of `Platform`."""

import pytest

from bot.errors import BodyRejected, RetryLater, StoreBusy
from bot.limits import Limits
from bot.model import Delivery, State
from bot.platforms.web.channel import Entry
from bot.platforms.web.client import WebPlatform
from bot.platforms.web.live import Bell
from bot.platforms.web.message import Message, pack
from bot.platforms.web.rooms import ALERTS, CHANNEL
from bot.ports import Platform
from tests.fakes import FakeCalendar
from tests.platforms.web_samples import MORNING, MemoryChannel


class BusyChannel(MemoryChannel):
    """Another program holds the database."""

    async def put(self, *_: object, **__: object) -> Entry:
        raise StoreBusy("in use")

    async def find(self, *_: object) -> Entry | None:
        raise StoreBusy("in use")

    async def newest(self, *_: object) -> int:
        raise StoreBusy("in use")


def platform(channel: MemoryChannel, bell: Bell | None = None) -> Platform:
    return WebPlatform(channel, bell or Bell(), FakeCalendar(MORNING), Limits().web)


def delivery(key: str = "key", **more: object) -> Delivery:
    body = pack(Message(title="Hello"))
    return Delivery(1, 0, 0, key, State.SENDING, CHANNEL, body, **more)  # type: ignore[arg-type]


async def test_sending_keeps_the_message_and_wakes_who_watches() -> None:
    channel, bell = MemoryChannel(), Bell()
    receipt = await platform(channel, bell).send(delivery())
    assert receipt.platform_id == "1"
    assert bell.rings == 1
    (entry,) = channel.entries
    assert (entry.room, entry.at, entry.key) == (CHANNEL, MORNING, "key")


async def test_sending_twice_with_one_key_posts_once_and_gives_the_same_receipt() -> None:
    channel = MemoryChannel()
    web = platform(channel)
    assert await web.send(delivery()) == await web.send(delivery())
    assert len(channel.entries) == 1


async def test_what_was_sent_before_a_crash_is_found_by_its_key() -> None:
    channel = MemoryChannel()
    receipt = await platform(channel).send(delivery())
    again = platform(channel)  # the program started anew
    assert await again.find(delivery(), since="") == receipt
    assert await again.find(delivery("another"), since="1") is None


async def test_a_reply_is_kept_under_its_parent() -> None:
    channel = MemoryChannel()
    web = platform(channel)
    parent = await web.send(delivery())
    await web.send(delivery("reply", reply=True, parent=parent.platform_id))
    assert [entry.parent for entry in channel.entries] == [0, 1]


async def test_the_newest_message_is_known_by_room() -> None:
    channel = MemoryChannel()
    web = platform(channel)
    assert await web.newest(CHANNEL) == ""
    await web.send(delivery())
    assert (await web.newest(CHANNEL), await web.newest(ALERTS)) == ("1", "")


async def test_a_body_that_the_page_could_not_draw_is_rejected_before_it_is_kept() -> None:
    channel = MemoryChannel()
    broken = Delivery(1, 0, 0, "key", State.SENDING, CHANNEL, "{")
    with pytest.raises(BodyRejected):
        await platform(channel).send(broken)
    assert channel.entries == []


async def test_a_store_that_cannot_write_now_is_tried_again_later() -> None:
    web = platform(BusyChannel())
    with pytest.raises(RetryLater):
        await web.send(delivery())
    with pytest.raises(RetryLater):
        await web.find(delivery(), since="")
    with pytest.raises(RetryLater):
        await web.newest(CHANNEL)
