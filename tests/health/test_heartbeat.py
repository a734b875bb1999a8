"""The heartbeat: once for each completed announcement, and never in anybody's way."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from aiohttp import ClientError, web
from aiohttp.test_utils import TestServer

from bot.health.heartbeat import AGAIN, Heartbeat, fetch
from bot.model import BatchState
from bot.store.opening import Store, open_store
from tests.store.samples import DAY, NOON, FixedCalendar


class Watchdog:
    """Counts how often it hears something; `broken` lets the next ones fail."""

    def __init__(self, broken: int = 0) -> None:
        self.heard = 0
        self.broken = broken

    async def __call__(self) -> None:
        self.heard += 1
        if self.heard <= self.broken:
            raise OSError(503, "no")


@asynccontextmanager
async def beating(dog: Watchdog) -> AsyncIterator[tuple[Heartbeat, Store, FixedCalendar]]:
    calendar = FixedCalendar()
    async with open_store(":memory:") as store:
        heart = Heartbeat(dog, store.announcements, store.lane, calendar)
        yield heart, store, calendar
        await heart.close()


async def step(heart: Heartbeat) -> None:
    await heart.step()
    if heart._task:
        await heart._task


async def test_nothing_is_told_before_an_announcement_is_complete() -> None:
    dog = Watchdog()
    async with beating(dog) as (heart, store, _):
        await step(heart)
        await store.announcements.mark(DAY, BatchState.OPEN, NOON)
        await step(heart)
        assert dog.heard == 0


async def test_each_completed_announcement_is_told_once_also_over_restarts() -> None:
    dog = Watchdog()
    async with beating(dog) as (heart, store, calendar):
        await store.announcements.mark(DAY, BatchState.SETTLED, NOON)
        for _ in range(3):
            await step(heart)
        again = Heartbeat(dog, store.announcements, store.lane, calendar)
        await step(again)
        assert dog.heard == 1
        await store.announcements.mark(DAY + timedelta(days=1), BatchState.GIVEN_UP, NOON)
        await step(again)
        assert dog.heard == 2


async def test_a_failure_is_tried_again_later_and_then_forgotten() -> None:
    dog = Watchdog(broken=2)
    async with beating(dog) as (heart, store, calendar):
        await store.announcements.mark(DAY, BatchState.SETTLED, NOON)
        for wait in (timedelta(0), *AGAIN[:2]):
            calendar.moment += wait
            await step(heart)
            await step(heart)  # too early
        assert dog.heard == 3
        await step(heart)
        assert dog.heard == 3


async def test_a_watchdog_that_never_answers_holds_up_nothing() -> None:
    async def silence() -> None:
        await asyncio.Event().wait()

    async with open_store(":memory:") as store:
        await store.announcements.mark(DAY, BatchState.SETTLED, NOON)
        heart = Heartbeat(silence, store.announcements, store.lane, FixedCalendar())
        await heart.step()
        await heart.step()
        await heart.close()


async def test_an_address_is_asked_once_and_a_bad_answer_is_an_error() -> None:
    async def answer(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(status=200 if request.path == "/good" else 500)

    asked: list[str] = []
    app = web.Application()
    app.router.add_get("/{any}", answer)
    async with TestServer(app) as server:
        good = str(server.make_url("/good"))
        await fetch(good, 5)
        with pytest.raises(OSError, match="500"):
            await fetch(str(server.make_url("/bad")), 5)
    with pytest.raises((OSError, ClientError)):
        await fetch(good, 5)
    assert asked == ["/good", "/bad"]
