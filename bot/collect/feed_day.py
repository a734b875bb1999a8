"""One feed day: ask each group of archives, tell fresh from stale, and write all of it together.

Nothing is written before every group was read, or the ladder of retries is over: what is a
cross-list to one request is new to another (novelty.py), so they are decided about together. Until
then the pages are kept here; after a restart they are asked for again.

Stale means: no unseen announcement. A feed's own date says nothing, arXiv has served yesterday's
items under today's date. A group without any items, while others have news, is asked once more and
then believed.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.collect.arxiv.archives import (
    EMPTY_IS_NORMAL,
    FEED_CUT,
    expected_items,
    halve,
    learn,
    plan_groups,
)
from bot.collect.arxiv.sources import feed_name
from bot.collect.arxiv.values import FeedItem, FeedPage, NotModified
from bot.collect.context import Context
from bot.collect.novelty import News, decide_feed, has_news, highest_of
from bot.errors import ArxivGarbled, ArxivRefused
from bot.model import BatchState
from bot.ports import FeedRead

HIGHEST = "highest-id"  # the highest identifier announced as new so far
_LADDER = "feed-ladder"
_EXPECTED = "feed-expected"

_log = logging.getLogger(__name__)

Group = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ladder:
    """How often a day's feed was asked for in vain, and when it is asked again."""

    day: date
    attempt: int = 0
    again: datetime | None = None
    over: datetime | None = None  # when the last retry had failed


class FeedReader:
    """Reads the feed of one day after another."""

    def __init__(self, context: Context) -> None:
        self._at = context
        self._day: date | None = None
        self._todo: list[Group] = []
        self._vain: set[Group] = set()  # asked in this attempt, without news
        self._empty: set[Group] = set()  # whose newest page had no item
        self._pages: dict[Group, FeedPage] = {}
        self._known: dict[Group, FeedRead] = {}
        self._expected: Mapping[str, int] = {}
        self._before: frozenset[str] = frozenset()  # announced in this batch before a restart
        self.refused: dict[str, str] = {}  # archive or category → arXiv's words

    async def ladder(self, day: date) -> Ladder:
        """Return where a day stands; each deadline is clamped to the longest there is."""
        ladder = await self._at.load(_LADDER, Ladder)
        if ladder is None or ladder.day != day:
            return Ladder(day)
        longest = timedelta(seconds=max(self._at.limits.arxiv.feed_ladder))
        latest = self._at.calendar.now() + longest
        return replace(ladder, again=ladder.again and min(ladder.again, latest))

    async def read(self, day: date) -> datetime | None:
        """Ask for what is missing; None when the day is read or given up, else when to ask again.

        Raises `ArxivBusy` and `ArxivUnreachable`; what was read stays here.
        """
        ladder = await self.ladder(day)
        if ladder.again and ladder.again > self._at.calendar.now():
            return ladder.again
        if self._day != day:
            await self._begin(day)
        last = ladder.attempt == len(self._at.limits.arxiv.feed_ladder)
        while self._todo:
            await self._ask(self._todo[0], strict=not last)
            self._todo.pop(0)
        return await self._conclude(ladder)

    async def leave(self, today: date | None) -> None:
        """Write what was read of a day that is past, before its feed is gone."""
        if self._day is not None and self._day != today:
            await self._commit(self._day)
            self._day = None

    # ── asking ───────────────────────────────────────────────────────────────────────────────────

    async def _begin(self, day: date) -> None:
        await self.leave(day)
        self._day = day
        self._expected = await self._at.load(_EXPECTED, dict[str, int]) or expected_items()
        wanted = self._at.archives - self.refused.keys()
        limit = self._at.limits.arxiv.feed_items
        self._todo = list(plan_groups(wanted, self._expected, limit)) if wanted else []
        self._todo += [(name,) for name in sorted(self.refused)]  # apart from all others
        self.refused = {}
        self._vain, self._empty, self._pages, self._known = set(), set(), {}, {}
        batch = await self._at.batch(day)
        rows = await self._at.papers.window(day) if batch and batch.papers else ()
        self._before = frozenset(row.paper for row, _ in rows if row.batch == day)

    async def _ask(self, group: Group, *, strict: bool) -> None:
        try:
            page = await self._at.sources.feed(group, await self._validators(group), strict=strict)
        except ArxivRefused as error:
            self._refuse(group, error)
            return
        except ArxivGarbled as error:
            _log.warning("%s", error, extra={"action": "feed.garbled", "feed": feed_name(group)})
            self._vain.add(group)
            self._empty.discard(group)
            return
        if isinstance(page, NotModified) or not await self._keep(group, page):
            self._vain.add(group)  # not modified: as empty, or as stale, as it was

    async def _validators(self, group: Group) -> FeedRead | None:
        """Return what to ask conditionally with: what was read last, of this day or the one before.

        After a restart in the middle of a day the whole page is needed once more.
        """
        if self._before:
            return None
        return self._known.get(group) or await self._at.announcements.validators(feed_name(group))

    async def _keep(self, group: Group, page: FeedPage) -> bool:
        """Keep a fresh page; False if it brings nothing."""
        if len(page.items) >= FEED_CUT and (halves := halve(group, self._expected)):
            self._todo += halves
            return True
        for problem in page.problems:
            _log.error("%s", problem, extra={"action": "feed.item-unread"})
        self._known[group] = FeedRead(feed_name(group), page.etag, page.modified)
        if not page.items:
            self._empty.add(group)
            return False
        self._empty.discard(group)
        if not await self._is_fresh(page.items):
            return False
        self._pages[group] = page
        return True

    async def _is_fresh(self, items: Sequence[FeedItem]) -> bool:
        ids = {item.paper.id for item in items}
        return bool(ids & self._before) or has_news(items, await self._at.announcements.seen(ids))

    def _refuse(self, group: Group, error: ArxivRefused) -> None:
        """Ask no more for this today; find out which of its parts arXiv refuses, go on without."""
        if len(group) > 1:
            middle = len(group) // 2
            self._todo += [group[:middle], group[middle:]]
            return
        self.refused[group[0]] = str(error)
        _log.error("%s", error, extra={"action": "feed.refused", "feed": group[0]})

    # ── concluding ───────────────────────────────────────────────────────────────────────────────

    async def _conclude(self, ladder: Ladder) -> datetime | None:
        now = self._at.calendar.now()
        missing = {group for group in self._vain if not self._is_normal(group, ladder)}
        self._vain = set()
        if not missing and self._pages:
            await self._commit(ladder.day)
            await self._at.announcements.mark(ladder.day, BatchState.READ, now)
            await self._learn()  # last: until the day is read, a restart must plan the same groups
            self._day = None
            return None
        steps = self._at.limits.arxiv.feed_ladder
        if ladder.attempt >= len(steps) or not (missing or self._pages):
            await self._commit(ladder.day)
            self._day = None
            await self._at.save(_LADDER, replace(ladder, again=None, over=now))
            return None
        self._todo = sorted(missing)
        again = now + timedelta(seconds=steps[ladder.attempt])
        await self._at.save(_LADDER, Ladder(ladder.day, ladder.attempt + 1, again))
        return again

    def _is_normal(self, group: Group, ladder: Ladder) -> bool:
        """Whether a group without items may be believed: others have news, and it was asked twice.

        A group of which hardly anything is expected is believed at once.
        """
        if group not in self._empty or not self._pages:
            return False
        expected = sum(self._expected.get(part, EMPTY_IS_NORMAL) for part in group)
        return ladder.attempt > 0 or expected <= EMPTY_IS_NORMAL

    async def _commit(self, day: date) -> None:
        """Decide about all pages together, and write it: all rows first, in one transaction.

        Validators follow, one a feed: they are never there without the rows.
        """
        items = [item for page in self._pages.values() for item in page.items]
        seen = await self._at.announcements.seen({item.paper.id for item in items})
        above = await self._at.lane.mark(HIGHEST)
        news = decide_feed(items, seen, day, above=above)
        now, rest = self._at.calendar.now(), news
        for group in self._pages:
            read = self._known[group]
            await self._at.announcements.add(rest.papers, rest.announcements, read=read, at=now)
            rest = News()
        if items:
            await self._at.lane.set_mark(HIGHEST, highest_of(news.announcements, above))
            extra = {"action": "feed.read", "day": str(day), "news": len(news.announcements)}
            _log.info("feed of %s read", day, extra=extra)

    async def _learn(self) -> None:
        table = dict(self._expected)
        for group, page in self._pages.items():
            table = learn(table, group, [item.paper.categories for item in page.items])
        await self._at.save(_EXPECTED, table)
