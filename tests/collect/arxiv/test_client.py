"""The lane over the wire, against the stand-in, which judges every request."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.clock import SystemElapsed
from bot.collect.arxiv.client import ArxivClient
from bot.collect.arxiv.feeds import parse_feed
from bot.collect.arxiv.lane import Priority
from bot.collect.arxiv.oai import parse_oai
from bot.collect.arxiv.parse import parse_api
from bot.errors import ArxivBusy, ArxivError, ArxivGarbled, ArxivRefused, ArxivUnreachable
from bot.limits import ArxivLimits
from bot.ports import FeedRead, LaneState
from tests.fakes import FakeCalendar, MemoryLane
from tests.standins.arxiv import ArxivStandIn
from tests.standins.arxiv_faults import Fault, Trouble
from tests.standins.arxiv_world import invent, list_days

NOW = datetime(2026, 11, 18, 6, tzinfo=UTC)
LIMITS = ArxivLimits(gap=0.03, timeout=0.5, stops=(15.0, 30.0, 60.0), retry_after_max=3600.0)
WORLD = invent(list_days(date(2026, 11, 16), 5))


@asynccontextmanager
async def lane(
    *troubles: Trouble, memory: MemoryLane | None = None, limits: ArxivLimits = LIMITS
) -> AsyncIterator[tuple[ArxivClient, ArxivStandIn, MemoryLane]]:
    memory = memory or MemoryLane()
    calendar = FakeCalendar(NOW)
    client = ArxivClient(
        memory,
        calendar,
        SystemElapsed(),
        limits,
        user_agent="paperboy/0 (ops@example.org)",
        chance=lambda: 0.0,
    )
    async with ArxivStandIn(WORLD, calendar, limits, troubles=troubles) as arxiv:
        try:
            yield client, arxiv, memory
        finally:
            await client.close()


async def feed(client: ArxivClient, arxiv: ArxivStandIn, known: FeedRead | None = None) -> object:
    url = f"{arxiv.endpoints.feed}/rss/cs"
    return await client.ask(url, parse_feed, priority=Priority.FEED, known=known)


async def test_requests_keep_the_gap_over_all_hosts_and_come_one_at_a_time() -> None:
    async with lane() as (client, arxiv, _):
        hosts = arxiv.endpoints
        await asyncio.gather(
            feed(client, arxiv),
            client.ask(f"{hosts.api}?id_list=2611.00001", parse_api, priority=Priority.SEARCH),
            client.ask(
                f"{hosts.oai}?verb=ListRecords&metadataPrefix=arXivRaw",
                parse_oai,
                priority=Priority.OAI,
            ),
            feed(client, arxiv),
        )

        assert arxiv.violations == []
        assert [seen.status for seen in arxiv.log] == [200] * 4
        assert min(arxiv.spacings()) >= LIMITS.gap


async def test_feeds_go_before_searches_that_wait_longer() -> None:
    async with lane() as (client, arxiv, _):
        url = f"{arxiv.endpoints.api}?id_list=2611.00001"
        searches = [
            asyncio.create_task(client.ask(url, parse_api, priority=Priority.SEARCH))
            for _ in range(3)
        ]
        await arxiv.arrived.wait()
        await feed(client, arxiv)
        await asyncio.gather(*searches)

        assert [seen.kind for seen in arxiv.log] == ["api", "feed", "api", "api"]


async def test_a_waiting_request_that_is_cancelled_holds_nobody_up() -> None:
    async with lane() as (client, arxiv, _):
        tasks = [asyncio.create_task(feed(client, arxiv)) for _ in range(4)]
        await arxiv.arrived.wait()
        tasks[0].cancel()
        tasks[2].cancel()
        done = await asyncio.gather(*tasks, return_exceptions=True)

        assert [isinstance(one, asyncio.CancelledError) for one in done] == [
            True,
            False,
            True,
            False,
        ]
        assert arxiv.violations == []


@pytest.mark.parametrize("fault", ["429", "406", "403", "503", "rate exceeded"])
async def test_throttling_stops_the_lane_without_another_request(fault: str) -> None:
    async with lane(Trouble(Fault(fault), times=99)) as (client, arxiv, memory):
        for _ in range(3):
            with pytest.raises(ArxivBusy):
                await feed(client, arxiv)

        assert arxiv.count() == 1
        assert memory.state.strikes == 1
        assert memory.state.stopped_until == NOW + timedelta(seconds=15)
        assert await client.open_at() is not None


async def test_a_stop_is_kept_across_a_restart_and_the_next_one_is_longer() -> None:
    before = LaneState(stopped_until=NOW + timedelta(seconds=5), strikes=1)
    async with lane(memory=MemoryLane(before)) as (client, arxiv, _):
        with pytest.raises(ArxivBusy) as raised:
            await feed(client, arxiv)

        assert arxiv.count() == 0
        assert raised.value.retry_after is not None
        assert 4 < raised.value.retry_after.total_seconds() <= 5

    over = LaneState(stopped_until=NOW - timedelta(seconds=5), strikes=1)
    async with lane(Trouble(Fault.STATUS_429), memory=MemoryLane(over)) as (client, arxiv, memory):
        with pytest.raises(ArxivBusy):
            await feed(client, arxiv)

        assert memory.state.strikes == 2
        assert memory.state.stopped_until == NOW + timedelta(seconds=30)


async def test_an_answer_ends_the_strikes() -> None:
    async with lane(memory=MemoryLane(LaneState(strikes=2))) as (client, arxiv, memory):
        await feed(client, arxiv)

        assert (memory.state.strikes, memory.state.stopped_until) == (0, None)
        assert await client.open_at() is None


@pytest.mark.parametrize("header", ["120", "Wed, 18 Nov 2026 06:02:00 GMT"])
async def test_a_longer_retry_after_is_obeyed(header: str) -> None:
    trouble = Trouble(Fault.STATUS_503, retry_after=header)
    async with lane(trouble) as (client, arxiv, memory):
        with pytest.raises(ArxivBusy):
            await feed(client, arxiv)

        assert memory.state.stopped_until == NOW + timedelta(seconds=120)


async def test_the_gap_is_kept_across_a_restart() -> None:
    async with lane() as (first, arxiv, memory):
        await feed(first, arxiv)
        second = ArxivClient(
            memory,
            FakeCalendar(NOW),
            SystemElapsed(),
            LIMITS,
            user_agent="paperboy/0",
            chance=lambda: 0.0,
        )
        await feed(second, arxiv)
        await second.close()

        assert arxiv.violations == []
        assert arxiv.count() == 2


async def test_a_request_is_written_down_before_it_is_sent() -> None:
    async with lane(Trouble(Fault.STALL)) as (client, arxiv, memory):
        task = asyncio.create_task(feed(client, arxiv))
        await arxiv.arrived.wait()
        task.cancel()

        assert memory.state.last_end == NOW + timedelta(seconds=LIMITS.timeout)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.STATUS_400, ArxivRefused),
        (Fault.STATUS_502, ArxivUnreachable),
        (Fault.STALL, ArxivUnreachable),
        (Fault.RESET_BEFORE, ArxivUnreachable),
        (Fault.RESET_AFTER, ArxivGarbled),
        (Fault.BROKEN_OFF, ArxivGarbled),
        (Fault.REDIRECT, ArxivGarbled),
        (Fault.HTML, ArxivGarbled),
        (Fault.EMPTY, ArxivGarbled),
        (Fault.TRUNCATED, ArxivGarbled),
        (Fault.MISSING_PARTS, ArxivGarbled),
        (Fault.ERROR_ENTRY, ArxivRefused),
    ],
)
async def test_every_misbehaviour_is_named_and_asked_once(
    fault: Fault, error: type[ArxivError]
) -> None:
    async with lane(Trouble(fault)) as (client, arxiv, memory):
        with pytest.raises(error):
            await feed(client, arxiv)

        assert arxiv.count() == 1
        assert memory.state.stopped_until is None
        assert await feed(client, arxiv)
        assert arxiv.violations == []


async def test_a_refusal_carries_arxivs_own_words() -> None:
    async with lane() as (client, arxiv, _):
        with pytest.raises(ArxivRefused, match="Bad archive 'foo'"):
            await client.ask(f"{arxiv.endpoints.feed}/rss/foo", parse_feed, priority=Priority.FEED)


async def test_nobody_listening_is_unreachable_and_remembered_since_when() -> None:
    async with lane() as (client, arxiv, memory):
        await arxiv.stop()
        with pytest.raises(ArxivUnreachable):
            await feed(client, arxiv)
        with pytest.raises(ArxivUnreachable):
            await feed(client, arxiv)

        assert memory.state.unreachable_since == NOW
        assert await client.unreachable_since() == NOW


async def test_an_answer_beyond_the_limit_is_given_up() -> None:
    small = ArxivLimits(gap=0.0, timeout=2.0, body_max=100)
    async with lane(limits=small) as (client, arxiv, _):
        with pytest.raises(ArxivGarbled, match="longer than 100 bytes"):
            await feed(client, arxiv)


async def test_a_feed_that_did_not_change_is_not_sent_again() -> None:
    async with lane() as (client, arxiv, _):
        first = await client.ask(
            f"{arxiv.endpoints.feed}/rss/cs", parse_feed, priority=Priority.FEED
        )
        assert first is not None
        known = FeedRead("cs", first.etag, first.modified)

        assert await feed(client, arxiv, known) is None
        assert arxiv.log[-1].conditional
