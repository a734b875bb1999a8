"""A collector with the stand-in behind it, driven by a calendar that jumps."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime

from bot.clock import SystemElapsed
from bot.collect.arxiv.client import ArxivClient
from bot.collect.arxiv.ids import canonical_categories
from bot.collect.arxiv.sources import ArxivSources
from bot.collect.collector import Collector
from bot.collect.context import Context, HarvestProgress
from bot.collect.novelty import highest_of
from bot.limits import ArxivLimits, Limits
from bot.model import Announcement, BatchState, Kind, Paper, Raw
from bot.ports import Announcements, Lane, Papers
from bot.schedule import feed_due
from tests.fakes import FakeCalendar, MemoryArchive, MemoryLane
from tests.standins.arxiv import ArxivStandIn
from tests.standins.arxiv_faults import Trouble
from tests.standins.arxiv_world import Event, World

LIMITS = Limits(arxiv=ArxivLimits(gap=0.001, timeout=1.0))


@dataclass
class Bench:
    """One bot's collecting side; `restart` loses whatever was only in memory."""

    arxiv: ArxivStandIn
    calendar: FakeCalendar
    limits: Limits
    archives: Collection[str]
    archive: MemoryArchive = field(default_factory=MemoryArchive)
    lane: MemoryLane = field(default_factory=MemoryLane)
    progress: list[HarvestProgress] = field(default_factory=list)
    news: int = 0
    harvested: int = 0
    first: date = date.min
    announcements: Announcements | None = None  # instead of the fakes: a real store's ports
    papers: Papers | None = None
    memory: Lane | None = None

    def __post_init__(self) -> None:
        self.clients: list[ArxivClient] = []
        self.collector: Collector
        self.restart()

    def restart(self) -> None:
        """Start a new process on the same store; the old one's connection is simply gone."""
        self.clients.append(
            ArxivClient(
                self.memory or self.lane,
                self.calendar,
                SystemElapsed(),
                self.limits.arxiv,
                user_agent="paperboy/0 (ops@example.org)",
                chance=lambda: 0.0,
            )
        )
        self.collector = Collector(
            Context(
                ArxivSources(self.clients[-1], self.arxiv.endpoints, self.limits.arxiv),
                self.announcements or self.archive,
                self.papers or self.archive,
                self.memory or self.lane,
                self.calendar,
                SystemElapsed(),
                self.limits,
                frozenset(self.archives),
                self._count_news,
                self.progress.append,
                self._count_harvest,
            )
        )

    def _count_news(self) -> None:
        self.news += 1

    async def _count_harvest(self) -> None:
        self.harvested += 1

    async def until(self, moment: datetime) -> None:
        """Let time pass, jumping from one due moment to the next."""
        while (again := await self.step()) <= moment:
            self.calendar.jump(again)
        self.calendar.jump(moment)

    async def step(self) -> datetime:
        """Work until there is nothing to do; return when there will be."""
        while (again := await self.collector.step()) <= self.calendar.now():
            pass
        return again

    async def remember(self, day: date) -> None:
        """Begin as if everything before that day had been collected, and `day` is to come."""
        self.first = day
        days = [d for d in self.arxiv.world.days() if d < day]
        for event in sorted(self.arxiv.world.events, key=lambda e: e.day):
            if event.day < day and event.action != "absonly":
                row, paper = _announced(event)
                await self.archive.add([paper], [row], at=feed_due(event.day))
        for one in days:
            await self.archive.mark(one, BatchState.SETTLED, feed_due(one))
        last, highest = days[-1], highest_of(row for row in self.archive.rows)
        self.lane.marks |= {
            "harvest-done": feed_due(last).isoformat(),
            "oai-last-success": feed_due(last).isoformat(),
            "oai-from": last.isoformat(),
            "oai-day": last.isoformat(),
            "oai-highest": highest,
            "highest-id": highest,
            "feed-expected": json.dumps(dict.fromkeys(self.archives, 5)),
        }

    def rows(self) -> list[Announcement]:
        """Return what was announced, without what was only remembered."""
        return [row for row in self.archive.rows if row.batch >= self.first]

    def states(self) -> dict[str, BatchState]:
        """Return day of the month → state."""
        days = sorted(self.archive.days.items())
        return {f"{day:%d}": batch.state for day, batch in days if day >= self.first}

    @property
    def note(self) -> str:
        return self.collector.calendar_note()


def _announced(event: Event) -> tuple[Announcement, Paper]:
    categories = canonical_categories(event.categories)
    paper = Paper(
        event.paper,
        Raw(event.text.title),
        Raw(event.text.abstract),
        event.version,
        categories=categories,
        comment=Raw(event.text.comment),
        published=event.when,
        updated=event.when,
    )
    kind = Kind(event.action)
    cats = tuple(sorted(categories)) if kind is Kind.CROSS else ()
    return Announcement(paper.id, paper.version, kind, event.day, "feed", cats), paper


@asynccontextmanager
async def bench(
    world: World,
    now: datetime,
    *troubles: Trouble,
    archives: Collection[str] = ("cs", "hep-th", "math", "stat", "q-bio"),
    limits: Limits = LIMITS,
    prepare: Callable[[Bench], Awaitable[None]] | None = None,
) -> AsyncIterator[Bench]:
    calendar = FakeCalendar(now)
    async with ArxivStandIn(world, calendar, limits.arxiv, oai_page=10, troubles=troubles) as arxiv:
        one = Bench(arxiv, calendar, limits, archives)
        if prepare is not None:
            await prepare(one)
        try:
            yield one
        finally:
            for client in one.clients:
                await client.close()
            assert arxiv.violations == []
