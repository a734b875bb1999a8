"""What the parts of the collector share: where to ask, where to write, and their marks."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol, TypeVar

import msgspec

from bot.collect.arxiv.lane import Priority
from bot.collect.arxiv.values import FeedPage, NotModified, OaiPage
from bot.limits import Limits
from bot.model import Batch, BatchState, Paper
from bot.ports import Announcements, Calendar, Elapsed, FeedRead, Lane, Papers

T = TypeVar("T")

OVER = frozenset({BatchState.SETTLED, BatchState.GIVEN_UP})


class Sources(Protocol):
    """arXiv as the collector asks it; every method may raise any `ArxivError`."""

    async def open_at(self) -> datetime | None:
        """Return when arXiv may be asked again; None if it may be asked now."""

    async def unreachable_since(self) -> datetime | None:
        """Return since when arXiv has not answered; None if it did last time."""

    async def feed(
        self, sets: Sequence[str], known: FeedRead | None = None, *, strict: bool = True
    ) -> FeedPage | NotModified:
        """Read today's feed of these archives and categories."""

    async def by_ids(self, ids: Sequence[str], *, priority: Priority) -> tuple[Paper, ...]:
        """Read papers by identifier and version."""

    async def oai_page(self, since: date, token: str = "", *, strict: bool = True) -> OaiPage:
        """Read one page of what changed since a day."""


@dataclass(frozen=True, slots=True)
class HarvestProgress:
    """How far the first harvest is: records read, and the day it has reached between two days."""

    records: int
    since: date
    reached: date
    until: date


async def _nothing() -> None:
    """Do nothing when the harvest ends."""


@dataclass(frozen=True, slots=True)
class Context:
    """Ports, lengths and wishes of whoever started the collector."""

    sources: Sources
    announcements: Announcements
    papers: Papers
    lane: Lane
    calendar: Calendar
    elapsed: Elapsed
    limits: Limits
    archives: frozenset[str]
    on_news: Callable[[], None] = lambda: None  # a batch is over: somebody may want to compose
    on_progress: Callable[[HarvestProgress], None] = lambda _: None
    on_harvested: Callable[[], Awaitable[None]] = field(default=_nothing)

    async def batch(self, day: date) -> Batch | None:
        """Return a day's batch, if it exists."""
        for batch in await self.announcements.batches(day):
            if batch.day == day:
                return batch
        return None

    async def load(self, name: str, kind: type[T]) -> T | None:
        """Return a mark as a value; None if it was never set, or means nothing to this version."""
        text = await self.lane.mark(name)
        try:
            return msgspec.json.decode(text, type=kind) if text else None
        except msgspec.MsgspecError:
            return None

    async def save(self, name: str, value: object) -> None:
        """Remember a value as a mark; None forgets it."""
        text = "" if value is None else msgspec.json.encode(value).decode()
        await self.lane.set_mark(name, text)
