"""What the last 30 days hold for a topic: counts, previews and recent searches, from the store.

Asks the store for a superset by words (`compose.recall`) and checks each paper with the topic
itself, in a thread: answers come at once, also while a batch is matched. Never asks arXiv.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from bot.compose.match import matches
from bot.compose.recall import recall_query
from bot.compose.topic import Topic
from bot.limits import DAY, Limits
from bot.model import Announcement, Kind, Paper
from bot.ports import Calendar, Papers

DEFAULT_KINDS = frozenset({Kind.NEW, Kind.CROSS})


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

    async def hits(self, topic: Topic, days: int | None = None) -> tuple[Hit, ...]:
        """Return what the topic finds among the last `days` (default: all 30), newest first.

        Each paper once, with its newest announcement of a wanted kind.
        """
        since = self.since(self._days if days is None else days)
        rows = await self._papers.window(since, recall_query(topic.expression))
        return await asyncio.to_thread(_matching, topic, rows)

    def since(self, days: int) -> date:
        """Return the first list date of a window of that many days."""
        return (self._calendar.now() - timedelta(days=days)).date()

    def within(self, hits: Iterable[Hit], days: int) -> list[Hit]:
        """Return those hits that were announced within the last `days`."""
        since = self.since(days)
        return [hit for hit in hits if hit.announcement.batch >= since]


def _matching(topic: Topic, rows: Iterable[tuple[Announcement, Paper]]) -> tuple[Hit, ...]:
    kinds = topic.kinds or DEFAULT_KINDS
    found: dict[str, Hit] = {}
    for announcement, paper in rows:
        wanted = announcement.kind in kinds and not announcement.late
        if wanted and paper.id not in found and matches(topic.expression, paper):
            found[paper.id] = Hit(paper, announcement)
    return tuple(found.values())
