"""What is forgotten, once a day: old announcements, papers nobody needs, accounts that left.

The store keeps tombstones, so nothing old becomes new; the ledger of what a place was shown is
never forgotten by age.
"""

import logging
from dataclasses import dataclass
from datetime import date, timedelta

from bot.accounts import Accounts
from bot.ports import Announcements, Calendar, Papers

_LOG = logging.getLogger("paperboy.retention")


@dataclass(frozen=True, slots=True)
class Kept:
    """How long things are kept."""

    announcements: timedelta = timedelta(days=90)
    left: timedelta = timedelta(days=30)  # the data of an account after it removed Paperboy


class Retention:
    """Prunes the store when a new day begins."""

    def __init__(
        self,
        announcements: Announcements,
        papers: Papers,
        accounts: Accounts,
        calendar: Calendar,
        kept: Kept,
    ) -> None:
        self._announcements = announcements
        self._papers = papers
        self._accounts = accounts
        self._calendar = calendar
        self.kept = kept  # may change while we run
        self._pruned: date | None = None

    async def step(self) -> None:
        """Prune, if it was not done today. Raises `StoreError`."""
        today = self._calendar.now().date()
        if self._pruned == today:
            return
        before = (self._calendar.now() - self.kept.announcements).date()
        announcements = await self._announcements.prune(before)
        papers = await self._papers.prune(before)
        await self._forget_who_left()
        self._pruned = today
        if announcements or papers:
            counts = {"announcements": announcements, "papers": papers}
            _LOG.info("forgotten by age", extra={"action": "pruned", **counts})

    async def _forget_who_left(self) -> None:
        """Delete the data of accounts that removed Paperboy long enough ago."""
        for account in await self._accounts.left_before(self._calendar.now() - self.kept.left):
            await self._accounts.forget(account)
            extra = {"action": "account.forgotten", "platform": account.platform}
            _LOG.info("forgotten after it removed Paperboy", extra=extra)
