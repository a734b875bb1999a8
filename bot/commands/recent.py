"""What the last 30 days hold for a topic: counts, previews and recent searches, from the store.

Asks the store for a superset by words (`compose.recall`) and checks each paper with the topic
itself, in a thread: answers come at once, also while a batch is matched. Never asks arXiv.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from bot.commands.settings import DEFAULT_KINDS
from bot.compose.expression import Expression
from bot.compose.match import matches
from bot.compose.recall import recall_query
from bot.compose.topic import Topic
from bot.limits import DAY, Limits
from bot.model import Announcement, Kind, Paper
from bot.ports import Calendar, Papers

WEEK = 7


@dataclass(frozen=True, slots=True)
class Hit:
    """An announced paper that a topic finds."""

    paper: Paper
    announcement: Announcement


class Recent:
    """Answers from the store's window of announcements."""

    def __init__(self, papers: Papers, calendar: Calendar, limits: Limits) -> None:
        self._papers = papers
        self._calendar = calendar
        self._days = int(limits.store_window // DAY)
        self._kept = int(limits.announcements_kept // DAY)

    async def hits(
        self, topic: Topic, days: int | None = None, kinds: frozenset[Kind] | None = None
    ) -> tuple[Hit, ...]:
        """Return what the topic finds among the last `days` (default: all 30), newest first.

        Each paper once, with its newest announcement of a wanted kind; `kind:` in the topic counts
        before `kinds`.
        """
        since = self.since(self._days if days is None else days)
        rows = await self._papers.window(since, recall_query(topic.expression))
        wanted = topic.kinds or kinds or DEFAULT_KINDS
        return await asyncio.to_thread(_matching, topic, wanted, rows)

    async def said(self, words: Expression | None, after: int) -> list[tuple[Announcement, Paper]]:
        """Return the announcements kept with numbers above `after`, ascending.

        With an expression only those that it may find: a superset.
        """
        query = recall_query(words) if words else None
        rows = await self._papers.window(self.since(self._kept), query)
        return [row for row in reversed(rows) if row[0].seq > after]

    def since(self, days: int) -> date:
        """Return the first of the last `days` list dates, today's included."""
        return (self._calendar.now() - timedelta(days=days - 1)).date()

    def within(self, hits: Iterable[Hit], days: int = WEEK) -> list[Hit]:
        """Return those hits that were announced within the last `days`."""
        since = self.since(days)
        return [hit for hit in hits if hit.announcement.batch >= since]


def _matching(
    topic: Topic, kinds: frozenset[Kind], rows: Iterable[tuple[Announcement, Paper]]
) -> tuple[Hit, ...]:
    found: dict[str, Hit] = {}
    for announcement, paper in rows:
        wanted = announcement.kind in kinds and not announcement.late
        if wanted and paper.id not in found and matches(topic.expression, paper):
            found[paper.id] = Hit(paper, announcement)
    return tuple(found.values())
