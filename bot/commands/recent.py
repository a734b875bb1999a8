"""What the last 30 days hold for a topic: counts, previews and recent searches, from the store.

Asks the store for a superset by words (`compose.recall`) and checks each paper with the topic
itself, in a thread: answers come at once, also while a batch is matched. Never asks arXiv.

A topic such as `cs.CV` has no words to ask by, so the whole window is read; what categories alone
decide is then decided without reading the papers' texts, and what needs only the newest papers
begins with the last days.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.commands.settings import DEFAULT_KINDS
from bot.commands.sieve import is_plain, passes
from bot.compose.expression import Expression, either
from bot.compose.match import TopicIndex
from bot.compose.recall import recall_query
from bot.compose.topic import Topic
from bot.limits import DAY, Limits
from bot.model import Announcement, Kind, Paper
from bot.ports import Calendar, Papers

WEEK = 7
_STEPS = (3, 10)  # days looked at before the whole window, where the newest few are enough
Rows = Sequence[tuple[Announcement, Paper]]


@dataclass(frozen=True, slots=True)
class Hit:
    """An announced paper that a topic finds."""

    paper: Paper
    announcement: Announcement


@dataclass(frozen=True, slots=True)
class Asked:
    """A topic with the kinds of announcements that count."""

    topic: Topic
    kinds: frozenset[Kind] | None = None

    @property
    def wanted(self) -> frozenset[Kind]:
        """The kinds: what the topic says itself counts first."""
        return self.topic.kinds or self.kinds or DEFAULT_KINDS


class Recent:
    """Answers from the store's window of announcements."""

    def __init__(self, papers: Papers, calendar: Calendar, limits: Limits) -> None:
        self._papers = papers
        self._calendar = calendar
        self._days = int(limits.store_window // DAY)
        self._kept = int(limits.announcements_kept // DAY)

    async def counts(self, asked: Sequence[Asked], days: int = WEEK) -> list[int]:
        """Return how many papers each topic finds among the last `days`; all in one pass."""
        since = self.since(days)
        plain = [one for one in asked if is_plain(one.topic.expression)]
        worded = [one for one in asked if not is_plain(one.topic.expression)]
        found: dict[int, int] = {}
        for group, count in ((plain, _count_plain), (worded, _count_worded)):
            if group:
                rows = await self._rows([one.topic.expression for one in group], since)
                numbers = await asyncio.to_thread(count, group, rows)
                found |= {id(one): number for one, number in zip(group, numbers, strict=True)}
        return [found[id(one)] for one in asked]

    async def count(self, topic: Topic, kinds: frozenset[Kind] | None = None) -> int:
        """Return how many papers a topic finds among the last 7 days."""
        return (await self.counts([Asked(topic, kinds)]))[0]

    async def count_month(self, topic: Topic, kinds: frozenset[Kind] | None = None) -> int:
        """Return how many papers a topic finds among the last 30 days."""
        return (await self.counts([Asked(topic, kinds)], self._days))[0]

    async def hits(self, topic: Topic, kinds: frozenset[Kind] | None = None) -> list[Hit]:
        """Return all that a topic finds among the last 30 days, newest first, each paper once."""
        rows = await self._rows([topic.expression], self.since(self._days))
        wanted = Asked(topic, kinds).wanted
        return await asyncio.to_thread(_matching, topic.expression, wanted, rows)

    async def newest(
        self, expression: Expression, wanted: int, kinds: frozenset[Kind] = DEFAULT_KINDS
    ) -> list[Hit]:
        """Return the newest papers of 30 days, newest first: all, or at least `wanted`.

        Each paper once, with its newest announcement of these kinds.
        """
        hits: list[Hit] = []
        for days in (*_STEPS, self._days):
            rows = await self._rows([expression], self.since(days))
            hits = await asyncio.to_thread(_matching, expression, kinds, rows)
            if len(hits) >= wanted:
                break
        return hits

    async def said(
        self, expressions: Sequence[Expression], after: int
    ) -> list[tuple[Announcement, Paper]]:
        """Return the announcements kept with numbers above `after`, ascending.

        Only those that one of the expressions may find: a superset.
        """
        rows = await self._rows(expressions, self.since(self._kept))
        return [row for row in reversed(rows) if row[0].seq > after]

    async def _rows(self, expressions: Sequence[Expression], since: date) -> Rows:
        return await self._papers.window(since, recall_query(either(*expressions)))

    def since(self, days: int) -> date:
        """Return the first of the last `days` list dates, today's included."""
        return (self._calendar.now() - timedelta(days=days - 1)).date()


def _count_plain(asked: Sequence[Asked], rows: Rows) -> list[int]:
    """Count for topics that categories alone decide."""
    return [len(_matching(one.topic.expression, one.wanted, rows)) for one in asked]


def _count_worded(asked: Sequence[Asked], rows: Rows) -> list[int]:
    """Count for all topics in one walk over the papers."""
    kinds: dict[tuple[str, int], set[Kind]] = {}
    for said, paper in rows:
        if not said.late:
            kinds.setdefault((paper.id, paper.version), set()).add(said.kind)
    papers = {(paper.id, paper.version): paper for _, paper in rows}
    found: dict[str, dict[str, set[Kind]]] = {}
    index = TopicIndex(one.topic for one in asked)
    for topic, paper in index.match(papers.values()):
        announced = kinds.get((paper.id, paper.version), set())
        found.setdefault(topic.canonical, {}).setdefault(paper.id, set()).update(announced)
    return [
        sum(bool(kinds & one.wanted) for kinds in found.get(one.topic.canonical, {}).values())
        for one in asked
    ]


def _matching(expression: Expression, kinds: frozenset[Kind], rows: Rows) -> list[Hit]:
    found: dict[str, Hit] = {}
    for announcement, paper in _wanted(rows, kinds):
        if paper.id not in found and passes(expression, paper):
            found[paper.id] = Hit(paper, announcement)
    return list(found.values())


def _wanted(rows: Rows, kinds: frozenset[Kind]) -> Iterable[tuple[Announcement, Paper]]:
    return (row for row in rows if row[0].kind in kinds and not row[0].late)
