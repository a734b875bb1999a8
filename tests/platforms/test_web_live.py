import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import aiohttp
import pytest

from bot.limits import ListenLimits
from bot.platforms.web.live import Bell
from bot.platforms.web.message import Message
from bot.platforms.web.rooms import ALERTS
from bot.platforms.web.status import StatusLine, StatusView
from bot.web.server import Listener
from tests.platforms.web_samples import Site


@dataclass(frozen=True, slots=True)
class Event:
    name: str
    id: str
    data: dict[str, str | int]


@dataclass(slots=True)
class Watcher:
    """Reads one stream as a browser does."""

    answer: aiohttp.ClientResponse

    async def lines(self) -> list[str]:
        """Everything up to the next blank line."""
        found: list[str] = []
        while line := (await asyncio.wait_for(self.answer.content.readline(), 5)).decode():
            if line == "\n":
                return found
            found.append(line.rstrip("\n"))
        raise EOFError

    async def rest(self) -> None:
        """Read on until the stream ends, which raises EOFError."""
        while True:
            await self.lines()

    async def next(self, name: str = "entry") -> Event:
        while True:
            fields = dict(line.split(": ", 1) for line in await self.lines() if line[0] != ":")
            if fields.get("event") == name:
                return Event(name, fields.get("id", ""), json.loads(fields["data"]))


@asynccontextmanager
async def watching(
    at: Listener, room: str = "papers", after: int = 0, **headers: str
) -> AsyncIterator[Watcher]:
    url = f"{at.url}c/{room}/live?after={after}"
    async with aiohttp.ClientSession() as client, client.get(url, headers=headers) as answer:
        assert answer.status == 200
        assert answer.content_type == "text/event-stream"
        yield Watcher(answer)


async def test_a_new_message_reaches_whoever_watches_its_room() -> None:
    site = Site()
    async with site.served() as at, watching(at) as watcher:
        await watcher.next("status")
        await site.post(Message(title="arXiv of\nTue <24> Nov"))
        event = await watcher.next()
    assert event.id == "1"
    assert event.data["said"] == "arXiv of\nTue <24> Nov"
    assert 'id="m-1"' in str(event.data["html"])
    assert "&lt;24&gt;" in str(event.data["html"])


async def test_other_rooms_only_say_that_something_is_new_there() -> None:
    site = Site()
    async with site.served() as at, watching(at) as watcher:
        await site.post(Message(title="For you alone"), room=ALERTS)
        event = await watcher.next()
    assert event.data == {"room": "u:you", "parent": 0}


async def test_a_reply_names_the_message_that_it_belongs_to() -> None:
    site = Site()
    parent = await site.post(Message(title="Parent"))
    async with site.served() as at, watching(at, after=parent.id) as watcher:
        await site.post(Message(title="Reply"), parent=parent.id)
        event = await watcher.next()
    assert event.data["parent"] == parent.id
    assert str(event.data["html"]).startswith("<details")


async def test_a_browser_that_lost_the_line_goes_on_where_it_was() -> None:
    site = Site()
    for number in range(1, 121):
        await site.post(Message(title=f"Message {number}"))
    async with site.served() as at, watching(at, after=1, **{"Last-Event-ID": "3"}) as watcher:
        numbers = [int((await watcher.next()).id) for _ in range(117)]
    assert numbers == list(range(4, 121))


async def test_the_strip_follows_and_is_sent_only_when_it_changes() -> None:
    site = Site(status=StatusView((StatusLine("one"),)))
    async with site.served() as at, watching(at) as watcher:
        assert "one" in str((await watcher.next("status")).data["html"])
        site.bell.ring()
        await site.post(Message(title="x"))
        site.status = StatusView((StatusLine("two <b>"),))
        site.bell.ring()
        assert "two &lt;b&gt;" in str((await watcher.next("status")).data["html"])


async def test_a_quiet_stream_says_that_it_is_alive() -> None:
    site = Site(limits=replace(ListenLimits(), stream_beat=0.05))
    async with site.served() as at, watching(at) as watcher:
        while await watcher.lines() != [": still here"]:
            pass


async def test_too_many_streams_are_asked_to_come_back_and_room_comes_free() -> None:
    site = Site(limits=replace(ListenLimits(), streams=1))
    async with site.served() as at:
        url = f"{at.url}c/papers/live"
        async with watching(at), aiohttp.ClientSession() as client, client.get(url) as answer:
            assert answer.status == 503
        site.bell.ring()
        async with asyncio.timeout(5), aiohttp.ClientSession() as client:
            status = 503
            while status == 503:
                async with client.get(f"{at.url}c/papers/live") as answer:
                    status = answer.status
        assert status == 200


async def test_closing_the_listener_ends_the_streams_at_once() -> None:
    site = Site(limits=replace(ListenLimits(), stop_grace=30.0))
    async with asyncio.timeout(3), aiohttp.ClientSession() as client:
        async with site.served() as at:
            answer = await client.get(f"{at.url}c/papers/live")
        assert (await answer.read()).startswith(b"retry:")  # it ended as it should: no error


async def test_a_store_that_fails_ends_the_stream_and_the_browser_comes_back() -> None:
    site = Site()
    async with site.served() as at, watching(at) as watcher:
        await watcher.next("status")
        site.broken = True
        site.bell.ring()
        with pytest.raises(EOFError):
            await watcher.rest()
        site.broken = False
        async with watching(at) as again:
            await again.next("status")


async def test_a_bell_wakes_everybody_and_no_ring_is_lost() -> None:
    bell = Bell()
    before = bell.rings
    waiting = [asyncio.create_task(bell.heard(before, 5)) for _ in range(3)]
    await asyncio.sleep(0)
    bell.ring()
    assert await asyncio.gather(*waiting) == [True, True, True]
    assert await bell.heard(before, 5)  # rung between looking and waiting
    assert not await bell.heard(bell.rings, 0.01)
