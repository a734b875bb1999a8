"""arXiv's four ways of answering, each through the one lane: feed, identifiers, OAI-PMH, search."""

from collections.abc import AsyncIterator, Collection, Sequence
from datetime import UTC, date, datetime
from functools import partial

from bot.collect.arxiv.client import ArxivClient
from bot.collect.arxiv.feeds import parse_feed
from bot.collect.arxiv.lane import Priority
from bot.collect.arxiv.oai import parse_oai
from bot.collect.arxiv.parse import parse_api
from bot.collect.arxiv.query import (
    Endpoints,
    Sort,
    between,
    feed_url,
    ids_url,
    oai_url,
    search_url,
)
from bot.collect.arxiv.values import FeedPage, NotModified, OaiPage, SearchPage
from bot.limits import ArxivLimits
from bot.model import Paper
from bot.ports import FeedRead

_BEGINNING = datetime(1991, 1, 1, tzinfo=UTC)  # of arXiv


def feed_name(sets: Sequence[str]) -> str:
    """Return the name under which a feed's validators are kept."""
    return "+".join(sets)


class ArxivSources:
    """What arXiv can be asked. Every method may raise any `ArxivError`."""

    def __init__(self, client: ArxivClient, endpoints: Endpoints, limits: ArxivLimits) -> None:
        self._client = client
        self._endpoints = endpoints
        self._limits = limits

    async def open_at(self) -> datetime | None:
        """Return when arXiv may be asked again; None if it may be asked now."""
        return await self._client.open_at()

    async def unreachable_since(self) -> datetime | None:
        """Return since when arXiv has not answered; None if it did last time."""
        return await self._client.unreachable_since()

    async def feed(
        self, sets: Sequence[str], known: FeedRead | None = None, *, strict: bool = True
    ) -> FeedPage | NotModified:
        """Read today's feed of these archives and categories, conditionally if `known` is given.

        With `strict=False` items that cannot be read are left out and named in `problems`.
        """
        answer = await self._client.ask(
            feed_url(self._endpoints, sets),
            partial(parse_feed, strict=strict),
            priority=Priority.FEED,
            known=known,
        )
        if answer is None:
            return NotModified(tuple(sets))
        day = answer.content
        return FeedPage(tuple(sets), day.day, day.items, answer.etag, answer.modified, day.problems)

    async def by_ids(
        self, ids: Collection[str], *, priority: Priority = Priority.SEARCH
    ) -> tuple[Paper, ...]:
        """Read papers by identifier, with or without version; unknown ones are left out.

        100 identifiers cost one request.
        """
        wanted, found = list(dict.fromkeys(ids)), list[Paper]()
        for start in range(0, len(wanted), self._limits.ids_per_request):
            url = ids_url(self._endpoints, wanted[start : start + self._limits.ids_per_request])
            answer = await self._client.ask(url, parse_api, priority=priority)
            found += answer.content.papers if answer else ()
        return tuple(found)

    async def oai_page(self, since: date, token: str = "", *, strict: bool = True) -> OaiPage:
        """Read one page of everything that changed since a day, or the page a token names."""
        answer = await self._client.ask(
            oai_url(self._endpoints, since, token),
            partial(parse_oai, strict=strict),
            priority=Priority.OAI,
        )
        return answer.content if answer else OaiPage(())

    async def oai(self, since: date, token: str = "") -> AsyncIterator[OaiPage]:
        """Read all pages; a token that expired under way starts again from the day."""
        while True:
            page = await self.oai_page(since, token)
            if not page.expired:
                yield page
            if not page.token and not (page.expired and token):
                return
            token = page.token

    async def search_page(
        self, query: str, start: int, size: int, sort: Sort = Sort.NEWEST
    ) -> SearchPage:
        """Read one page of results; keep size ≤ 200 and start + size ≤ 10,000."""
        url = search_url(self._endpoints, query, start, size, sort)
        read = partial(parse_api, start=start)
        answer = await self._client.ask(url, read, priority=Priority.SEARCH)
        return answer.content if answer else SearchPage((), 0, start)

    async def search(self, query: str, size: int) -> tuple[Paper, ...]:
        """Return up to `size` papers, newest submission first, each once.

        The API breaks no ties, so pages overlap: papers are told apart here. Where its pages end
        (10,000) the search goes on with what was submitted no later than the last paper seen.
        arXiv has answered without the phrase before: check the papers against the topic.
        """
        found: dict[str, Paper] = {}
        asked, start, step = query, 0, min(size, self._limits.search_page)
        while len(found) < size:
            page = await self.search_page(asked, start, step)
            fresh = [paper for paper in page.papers if paper.id not in found]
            found |= {paper.id: paper for paper in fresh}
            start += step
            if start >= page.total or not page.papers:
                break
            if start + step > self._limits.search_depth:
                oldest = page.papers[-1].published
                if not fresh or oldest is None:
                    break
                asked, start = between(query, _BEGINNING, oldest), 0
        return tuple(found.values())[:size]
