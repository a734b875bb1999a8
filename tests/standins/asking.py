"""A stand-in arXiv, and ways to ask it, for its own tests."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

import aiohttp
import pytest

from bot.limits import ArxivLimits
from tests.standins.arxiv import ArxivStandIn, MovableCalendar
from tests.standins.arxiv_world import invent, list_days

DAYS = list_days(date(2026, 11, 16), 7)  # Monday 16 … Tuesday 24 November
MORNING = datetime(2026, 11, 18, 6, tzinfo=UTC)  # Wednesday 01:00 US Eastern
LIMITS = ArxivLimits(gap=0.0, timeout=2.0)
POLITE = {"Accept": "application/xml"}


@dataclass(frozen=True)
class Got:
    status: int
    body: bytes
    headers: Mapping[str, str]


@pytest.fixture
async def arxiv() -> AsyncIterator[ArxivStandIn]:
    async with ArxivStandIn(invent(DAYS), MovableCalendar(MORNING), LIMITS, oai_page=10) as one:
        yield one


async def get(arxiv: ArxivStandIn, path: str, headers: Mapping[str, str] = POLITE) -> Got:
    base = arxiv.endpoints.feed
    timeout = aiohttp.ClientTimeout(total=1)
    skipped = [] if "Accept" in headers else ["Accept"]
    async with (
        aiohttp.ClientSession(timeout=timeout, skip_auto_headers=skipped) as session,
        session.get(f"{base}{path}", headers=headers, allow_redirects=False) as answer,
    ):
        return Got(answer.status, await answer.read(), answer.headers)


def move(arxiv: ArxivStandIn, moment: datetime) -> None:
    assert isinstance(arxiv.calendar, MovableCalendar)
    arxiv.calendar.moment = moment
