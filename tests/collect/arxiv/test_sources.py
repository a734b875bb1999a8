"""Feed, identifiers, OAI and search over the wire, against the stand-in."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime

import pytest

from bot.clock import SystemElapsed
from bot.collect.arxiv.client import ArxivClient
from bot.collect.arxiv.sources import ArxivSources, feed_name
from bot.collect.arxiv.values import FeedPage, NotModified
from bot.errors import ArxivGarbled, ArxivRefused
from bot.limits import ArxivLimits
from bot.ports import FeedRead
from tests.fakes import FakeCalendar, MemoryLane
from tests.standins.arxiv import API, OAI, ArxivStandIn
from tests.standins.arxiv_faults import Fault, Trouble
from tests.standins.arxiv_world import Event, Text, World, invent, list_days

DAYS = list_days(date(2026, 11, 16), 3)
NOW = datetime(2026, 11, 18, 6, tzinfo=UTC)
LIMITS = ArxivLimits(gap=0.002, timeout=2.0, ids_per_request=4, search_page=5, search_depth=10)


@pytest.fixture
async def arxiv() -> AsyncIterator[ArxivStandIn]:
    async with ArxivStandIn(invent(DAYS), FakeCalendar(NOW), LIMITS, oai_page=7) as one:
        yield one


@pytest.fixture
async def sources(arxiv: ArxivStandIn) -> AsyncIterator[ArxivSources]:
    client = ArxivClient(
        MemoryLane(),
        arxiv.calendar,
        SystemElapsed(),
        LIMITS,
        user_agent="paperboy/0",
        chance=lambda: 0.0,
    )
    yield ArxivSources(client, arxiv.endpoints, LIMITS)
    await client.close()


async def test_a_feed_comes_with_its_validators_and_not_twice(
    arxiv: ArxivStandIn, sources: ArxivSources
) -> None:
    page = await sources.feed(("cs", "stat"))
    assert isinstance(page, FeedPage)
    known = FeedRead(feed_name(page.sets), page.etag, page.modified)

    assert page.day == DAYS[2]
    assert page.items
    assert await sources.feed(("cs", "stat"), known) == NotModified(("cs", "stat"))
    assert arxiv.violations == []


async def test_identifiers_are_asked_for_in_as_few_requests_as_allowed(
    arxiv: ArxivStandIn, sources: ArxivSources
) -> None:
    ids = [f"2611.{n:05}" for n in (1, 2, 3, 4, 5, 1, 99999)]

    papers = await sources.by_ids(ids)

    assert [paper.id for paper in papers] == ids[:5]
    assert all(paper.comment for paper in papers)
    assert arxiv.count(API) == 2


async def test_a_version_can_be_asked_for(sources: ArxivSources) -> None:
    (first,) = await sources.by_ids(["2611.00002v1"])
    assert first.version == 1


async def test_oai_goes_through_all_pages(arxiv: ArxivStandIn, sources: ArxivSources) -> None:
    pages = [page async for page in sources.oai(DAYS[0])]

    assert [len(page.records) for page in pages] == [7, 7, 4]
    assert arxiv.count(OAI) == 3


async def test_an_expired_token_starts_the_harvest_again(
    arxiv: ArxivStandIn, sources: ArxivSources
) -> None:
    pages = [page async for page in sources.oai(DAYS[0], "an old token")]

    assert sum(len(page.records) for page in pages) == 18
    assert arxiv.count(OAI) == 4


async def test_oai_with_nothing_new_is_one_empty_page(sources: ArxivSources) -> None:
    pages = [page async for page in sources.oai(date(2026, 12, 24))]
    assert [page.records for page in pages] == [()]


async def test_a_search_is_newest_first_and_no_longer_than_asked(
    arxiv: ArxivStandIn, sources: ArxivSources
) -> None:
    papers = await sources.search("cat:cs.*", 3)

    assert len(papers) == 3
    dates = [paper.published or NOW for paper in papers]
    assert dates == sorted(dates, reverse=True)
    assert arxiv.count(API) == 1


async def test_a_search_goes_on_by_date_where_pages_end(
    arxiv: ArxivStandIn, sources: ArxivSources
) -> None:
    arxiv.hosts.world = World(
        [
            Event(DAYS[0], f"2611.{n:05}", "new", ("cs.CL",), Text("T", "A"), submitted=at)
            for n in range(1, 24)
            for at in [datetime(2026, 11, 13, 12, n // 2, tzinfo=UTC)]
        ]
    )

    papers = await sources.search("cat:cs.CL", 50)

    assert len({paper.id for paper in papers}) == len(papers) == 23
    assert arxiv.violations == []


async def test_a_search_that_finds_nothing_is_empty(sources: ArxivSources) -> None:
    assert await sources.search('ti:"no such words"', 10) == ()


async def test_a_short_page_and_an_error_entry_are_errors(
    arxiv: ArxivStandIn, sources: ArxivSources
) -> None:
    arxiv.troubles += [Trouble(Fault.SHORT_PAGE, API), Trouble(Fault.ERROR_ENTRY, API, first=2)]

    with pytest.raises(ArxivGarbled):
        await sources.search("cat:cs.*", 5)
    with pytest.raises(ArxivRefused):
        await sources.search("cat:cs.*", 5)
