"""Keeps a Markdown page of the config up to date: written anew after every settled batch.

What was announced comes from the store. While that is less than the page holds, arXiv is asked once
for older papers; without an answer the page shows what there is, and the next batch asks again.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Protocol

from bot.compose.match import TopicIndex
from bot.compose.recall import recall_query
from bot.compose.topic import Topic, parse_topic, to_arxiv
from bot.compose.versions import highest_versions
from bot.errors import ArxivError, OperatorError
from bot.model import BatchState, Paper
from bot.platforms.page.file import write_page
from bot.platforms.page.render import render_pages
from bot.ports import Announcements, Calendar, Papers

KEPT = timedelta(days=90)
_LOG = logging.getLogger("paperboy.page")


class Older(Protocol):
    """arXiv's search."""

    async def search(self, query: str, size: int) -> Sequence[Paper]:
        """Return up to `size` papers, newest first. Raises `ArxivError`."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A page as the config asks for it."""

    topics: tuple[str, ...]
    out: Path
    cap: int


class PageKeeper:
    """Writes one page. `older` is None where there is no network (replay)."""

    def __init__(
        self,
        wanted: Wanted,
        papers: Papers,
        announcements: Announcements,
        calendar: Calendar,
        older: Older | None,
        write: Callable[[Path, str], None] = write_page,
    ) -> None:
        self._wanted = wanted
        self._topics = [parse_topic(text) for text in wanted.topics]
        self._papers = papers
        self._announcements = announcements
        self._calendar = calendar
        self._older = older
        self._write = write
        self._found: dict[str, tuple[Paper, ...]] = {}  # older papers, by canonical topic
        self._written: tuple[date, int] | None = None

    async def refresh(self) -> bool:
        """Write the page if a batch was settled since it was written; says whether it was."""
        since = (self._calendar.now() - KEPT).date()
        batches = await self._announcements.batches(since)
        settled = [(one.day, one.papers) for one in batches if one.state is BatchState.SETTLED]
        if not settled or settled[-1] == self._written:
            return False
        sections = [(topic.label, await self._of(topic, since)) for topic in self._topics]
        text = await asyncio.to_thread(render_pages, sections, self._wanted.cap)
        try:
            await asyncio.to_thread(self._write, self._wanted.out, text)
        except OperatorError as error:
            extra = {"action": "page-not-written", "remedy": error.remedy}
            _LOG.error("%s", error, extra=extra)
        self._written = settled[-1]
        return True

    async def _of(self, topic: Topic, since: date) -> tuple[Paper, ...]:
        rows = await self._papers.window(since, recall_query(topic.expression))
        found = highest_versions([*_matching(topic, [paper for _, paper in rows])])
        if len(found) < self._wanted.cap and self._older and topic.canonical not in self._found:
            try:
                older = await self._older.search(to_arxiv(topic.expression), self._wanted.cap)
            except ArxivError as error:
                _LOG.info("%s", error, extra={"action": "page-without-older"})
            else:
                self._found[topic.canonical] = tuple(_matching(topic, older))
        return highest_versions([*found, *self._found.get(topic.canonical, ())])


def _matching(topic: Topic, papers: Iterable[Paper]) -> list[Paper]:
    return [match.paper for match in TopicIndex([topic]).match(papers)]
