"""The arXiv stand-in misbehaves on request, as arXiv and the way to it do."""

from datetime import date, timedelta

import aiohttp
import pytest

from bot.collect.arxiv.feeds import parse_feed
from bot.collect.arxiv.oai import parse_oai
from bot.collect.arxiv.parse import parse_api
from bot.errors import ArxivBusy, ArxivError, ArxivGarbled, ArxivRefused
from tests.standins.arxiv import API, FEED, OAI, ArxivStandIn
from tests.standins.arxiv_faults import Fault, Trouble
from tests.standins.asking import MORNING, get, move

# ── misbehaving ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("status", [400, 403, 406, 429, 502, 503])
async def test_it_can_refuse_with_any_status(arxiv: ArxivStandIn, status: int) -> None:
    arxiv.troubles.append(Trouble(Fault(str(status)), retry_after="1800"))
    answer = await get(arxiv, "/rss/cs")

    assert (answer.status, answer.headers["Retry-After"]) == (status, "1800")
    assert (await get(arxiv, "/rss/cs")).status == 200


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.HTML, ArxivGarbled),
        (Fault.EMPTY, ArxivGarbled),
        (Fault.TRUNCATED, ArxivGarbled),
        (Fault.MISSING_PARTS, ArxivGarbled),
        (Fault.RATE_EXCEEDED, ArxivBusy),
        (Fault.ERROR_ENTRY, ArxivRefused),
    ],
)
@pytest.mark.parametrize(
    ("path", "parse"),
    [
        ("/rss/cs", parse_feed),
        ("/atom/cs", parse_feed),
        ("/api/query?search_query=cat:cs.*", parse_api),
        ("/oai?verb=ListRecords&metadataPrefix=arXivRaw", parse_oai),
    ],
)
async def test_it_can_answer_200_with_every_kind_of_rubbish(
    arxiv: ArxivStandIn, fault: Fault, error: type[ArxivError], path: str, parse: object
) -> None:
    arxiv.troubles.append(Trouble(fault))
    answer = await get(arxiv, path)

    assert answer.status == 200
    assert callable(parse)
    with pytest.raises(error):
        parse(answer.body)


async def test_it_can_send_a_short_page(arxiv: ArxivStandIn) -> None:
    arxiv.troubles.append(Trouble(Fault.SHORT_PAGE, API))

    with pytest.raises(ArxivGarbled, match="short page"):
        parse_api((await get(arxiv, "/api/query?search_query=cat:cs.*&max_results=5")).body)


async def test_it_can_serve_yesterdays_items_under_todays_date(arxiv: ArxivStandIn) -> None:
    move(arxiv, MORNING - timedelta(days=1))
    yesterday = parse_feed((await get(arxiv, "/rss/cs")).body)
    move(arxiv, MORNING)
    arxiv.troubles.append(Trouble(Fault.YESTERDAY, FEED, first=2))
    stale = parse_feed((await get(arxiv, "/rss/cs")).body)

    assert stale.day == date(2026, 11, 18)
    assert [i.paper.id for i in stale.items] == [i.paper.id for i in yesterday.items]


@pytest.mark.parametrize("fault", [Fault.RESET_BEFORE, Fault.RESET_AFTER, Fault.BROKEN_OFF])
async def test_it_can_break_the_connection(arxiv: ArxivStandIn, fault: Fault) -> None:
    arxiv.troubles.append(Trouble(fault, times=2))

    with pytest.raises((aiohttp.ClientError, ConnectionResetError)):
        await get(arxiv, "/rss/cs")


async def test_it_can_stall_and_redirect(arxiv: ArxivStandIn) -> None:
    arxiv.troubles.append(Trouble(Fault.REDIRECT))
    arxiv.troubles.append(Trouble(Fault.STALL, first=2))

    assert (await get(arxiv, "/rss/cs")).status == 301
    with pytest.raises(TimeoutError):
        await get(arxiv, "/rss/cs")


async def test_trouble_can_be_set_for_the_nth_request_of_one_kind(arxiv: ArxivStandIn) -> None:
    arxiv.troubles.append(Trouble(Fault.STATUS_503, OAI, first=2, times=2))

    async def statuses(path: str, times: int) -> list[int]:
        return [(await get(arxiv, path)).status for _ in range(times)]

    assert await statuses("/oai?verb=ListRecords", 1) == [200]
    assert await statuses("/rss/cs", 2) == [200, 200]
    assert await statuses("/oai?verb=ListRecords", 3) == [503, 503, 200]
