"""What is forgotten, once a day: announcements past their 90 days, and papers nobody needs.

The store keeps tombstones, so nothing old becomes new; the ledger of what a place was shown is
never forgotten by age.
"""

import logging
from datetime import date, datetime, timedelta

from bot.limits import Limits
from bot.ports import Announcements, Calendar, Papers

_LOG = logging.getLogger("paperboy.retention")


class Retention:
    """Prunes the store when a new day begins."""

    def __init__(
        self, announcements: Announcements, papers: Papers, calendar: Calendar, limits: Limits
    ) -> None:
        self._announcements = announcements
        self._papers = papers
        self._calendar = calendar
        self._kept = timedelta(seconds=limits.announcements_kept)
        self._pruned: date | None = None

    async def step(self) -> None:
        """Prune, if it was not done today. Raises `StoreError`."""
        today = self._calendar.now().date()
        if self._pruned == today:
            return
        before = self._before(self._calendar.now())
        announcements = await self._announcements.prune(before)
        papers = await self._papers.prune(before)
        self._pruned = today
        if announcements or papers:
            counts = {"announcements": announcements, "papers": papers}
            _LOG.info("forgotten by age", extra={"action": "pruned", **counts})

    def _before(self, now: datetime) -> date:
        return (now - self._kept).date()
