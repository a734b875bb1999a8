"""Saved days instead of arXiv: the collector of `run --replay` and of the demo.

Each recorded day arrives when arXiv's feed of that day would be complete; it is settled at once,
since nothing can be asked about it. Days stored before are not stored again.
"""

from datetime import datetime, timedelta

from bot.collect.arxiv.recorded import Recording
from bot.collect.arxiv.values import FeedDay
from bot.collect.novelty import decide_feed, highest_of
from bot.collect.status import Status
from bot.compose.phrases import day
from bot.model import BatchState
from bot.ports import Announcements, Calendar, Lane
from bot.schedule import feed_due

ABOVE = "replay-highest-id"  # the mark that keeps the highest identifier announced so far
_LONG = timedelta(days=365)


class ReplayCollector:
    """Announces recorded days as their time comes."""

    def __init__(
        self, recording: Recording, announcements: Announcements, lane: Lane, calendar: Calendar
    ) -> None:
        self._days = recording.days
        self._announcements = announcements
        self._lane = lane
        self._calendar = calendar

    async def step(self) -> datetime:
        """Store the days whose time has come; return when the next one does."""
        now = self._calendar.now()
        known = {
            batch.day
            for batch in await self._announcements.batches(self._days[0].day)
            if batch.state is BatchState.SETTLED
        }
        for one in self._days:
            if one.day not in known:
                if feed_due(one.day) > now:
                    return feed_due(one.day)
                await self._announce(one, now)
        return now + _LONG

    async def _announce(self, feed: FeedDay, now: datetime) -> None:
        seen = await self._announcements.seen({item.paper.id for item in feed.items})
        above = await self._lane.mark(ABOVE)
        news = decide_feed(feed.items, seen, feed.day, above=above, source="replay")
        await self._announcements.add(news.papers, news.announcements, at=now)
        await self._lane.set_mark(ABOVE, highest_of(news.announcements, above))
        await self._announcements.mark(feed.day, BatchState.SETTLED, now)

    def status(self) -> Status:
        """Say which saved day has arrived."""
        now = self._calendar.now()
        past = [one.day for one in self._days if feed_due(one.day) <= now]
        if not past:
            return Status(f"Replaying saved days: arXiv of {day(self._days[0].day)} comes next.")
        return Status(f"Replaying saved days: arXiv of {day(past[-1])} has arrived.")
