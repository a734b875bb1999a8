"""Papers for `preview` and `page` without a file: from the store, and from arXiv for what is older.

Beside a running bot the store is only read, and arXiv is asked through that bot's lane; without
one, the lock is taken for as long as this command asks.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import SystemRandom

from bot.app import user_agent
from bot.clock import SystemCalendar, SystemElapsed
from bot.collect.arxiv.client import ArxivClient
from bot.collect.arxiv.query import Endpoints
from bot.collect.arxiv.sources import ArxivSources
from bot.commands.services import OlderSearch
from bot.compose.match import TopicIndex, matches
from bot.compose.topic import Topic, to_arxiv
from bot.compose.versions import highest_versions
from bot.config import Config, load_config
from bot.control import Door, socket_path
from bot.limits import Limits
from bot.model import Announcement, Kind, Paper
from bot.store.connection import MEMORY
from bot.store.lock import is_held
from bot.store.opening import Store, open_store
from bot.terminal.reading import Found, Wish, left_out

DEFAULT_DAYS = 1  # of a preview: the newest announcement day
_KINDS = frozenset({Kind.NEW, Kind.CROSS})


async def read_beside(topics: Sequence[Topic], wish: Wish) -> list[Found]:
    """Return what each topic finds in the store and, where it is short of `older`, at arXiv."""
    config = load_config(wish.config, wish.environ)
    path = Path(config.store.path)
    async with contextlib.AsyncExitStack() as stack:
        store = await _reading(stack, path)
        found = [await _in_store(topic, store, wish) for topic in topics]
        if all(len(one.papers) >= wish.older for one in found):
            return found
        older = await stack.enter_async_context(asking_arxiv(config, path))
        return [await _completed(one, older, wish) for one in found]


async def _reading(stack: contextlib.AsyncExitStack, path: Path) -> Store | None:
    """Open the store for reading; None where there is none yet and arXiv is asked instead."""
    if not await asyncio.to_thread(path.exists):
        return None
    return await stack.enter_async_context(open_store(path, read_only=True))


@contextlib.asynccontextmanager
async def asking_arxiv(
    config: Config, path: Path | None, endpoints: Endpoints | None = None
) -> AsyncIterator[OlderSearch]:
    """Open arXiv's search: the running bot's own, or one that holds the database's lock.

    `path` None: without a database. Raises `StoreError` where neither can be had.
    """
    if path is not None and await asyncio.to_thread(is_served, path):
        yield Door(path)
        return
    async with open_store(path or MEMORY) as store:
        client = ArxivClient(
            store.lane,
            SystemCalendar(),
            SystemElapsed(),
            Limits().arxiv,
            user_agent=user_agent(config.arxiv.contact),
            chance=SystemRandom().random,
        )
        try:
            yield ArxivSources(client, endpoints or Endpoints(), Limits().arxiv)
        finally:
            await client.close()


def is_served(database: Path) -> bool:
    """Say whether a running bot keeps a door open; one that was killed leaves the socket's file."""
    return socket_path(database).exists() and is_held(database)


async def _in_store(topic: Topic, store: Store | None, wish: Wish) -> Found:
    if store is None:
        return Found(topic, (), 0)
    days = wish.days or (90 if wish.older else DEFAULT_DAYS)
    since = (datetime.now(UTC) - timedelta(days=days)).date()
    if not wish.days and not wish.older:
        batches = await store.announcements.batches(since - timedelta(days=14))
        since = max((batch.day for batch in batches if batch.papers), default=since)
    rows = await store.papers.window(since)
    wanted = _wanted(topic, rows, all_kinds=bool(wish.older))
    matched = tuple(match.paper for match in TopicIndex([topic]).match(wanted))
    days_covered = tuple(sorted({said.batch for said, _ in rows}))
    return Found(topic, matched, len(rows), left_out(topic, wanted, matched), days_covered)


def _wanted(
    topic: Topic, rows: Sequence[tuple[Announcement, Paper]], *, all_kinds: bool
) -> tuple[Paper, ...]:
    kinds = frozenset(Kind) if all_kinds else topic.kinds or _KINDS
    return highest_versions(paper for said, paper in rows if said.kind in kinds)


async def _completed(found: Found, older: OlderSearch, wish: Wish) -> Found:
    """Add what arXiv's search finds; checked here, since arXiv has answered loosely before."""
    if len(found.papers) >= wish.older:
        return found
    asked = await older.search(to_arxiv(found.topic.expression), wish.older)
    known = {paper.id for paper in found.papers}
    since = datetime.now(UTC) - timedelta(days=wish.days or 36_500)
    more = tuple(
        paper
        for paper in asked
        if paper.id not in known
        and matches(found.topic.expression, paper)
        and (paper.updated or since) >= since
    )
    return Found(found.topic, (*found.papers, *more), found.scanned + len(asked))
