"""The one collector: each call does the next thing due, and says when it wants to be called.

    first harvest (OAI, 30 days) ──▶ each list day from 00:20 US Eastern:

        feed ──▶ all groups read ──▶ READ ──▶ OAI ──▶ identifiers ──▶ SETTLED
          │ none, or stale                    (heals)  (what OAI lacks)   ▲
          └─▶ 20 min, 1 h, 2 h, 4 h ──▶ OAI ──▶ GIVEN_UP        60 min ───┘ at the latest

    Polling as facts say (one lane; never more than one request for the same thing in a day unless
    it failed); topics play no part. OAI comes before identifiers because its records carry comments
    and dates: some three requests instead of thirty, and a missed day is healed before anything is
    composed. Every deadline is wall time (Calendar), only the lane itself is monotonic.

Whatever is read is written in the method that reads it, so a crash anywhere repeats at most one
request. The collector alone writes announcements.
"""

from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta

from bot.collect.context import Context
from bot.collect.details import Details
from bot.collect.feed_day import FeedReader
from bot.collect.harvest import Harvester
from bot.collect.status import Facts, Status, describe_arxiv
from bot.errors import ArxivBusy, ArxivUnreachable
from bot.model import Batch, BatchState
from bot.schedule import EASTERN, feed_due, next_list_day, promised

Job = Callable[[date], Awaitable[datetime | None]]

_DAY = timedelta(days=1)
_LOOK_BACK = 10 * _DAY  # batches that may still be unsettled


class Collector:
    """Keeps the announcements complete, by few and polite requests."""

    def __init__(self, context: Context) -> None:
        self._at = context
        self._feed = FeedReader(context)
        self._harvest = Harvester(context)
        self._details = Details(context)
        self._misses = 0  # unanswered requests in a row
        self._rest: datetime | None = None  # until then arXiv is left alone
        self._detailed: date | None = None  # of this day everything was asked for
        self._current: Job | None = None
        self._blocked: Job | None = None  # met no answer last: the other job goes first
        self._facts: Facts | None = None

    async def step(self) -> datetime:
        """Do the next thing due; return when to be called again (now: at once)."""
        again = await self._work()
        deadline = await self._settle()
        await self._note_facts(again)
        now = self._at.calendar.now()
        return now if again is None else min(filter(None, (again, deadline)))

    def status(self) -> Status:
        """Say where arXiv's announcement stands, as of the last step."""
        now = self._at.calendar.now()
        return describe_arxiv(self._facts or Facts(promised(now), harvested=False), now)

    def calendar_note(self) -> str:
        """Say it in one plain line, times in UTC."""
        return self.status().plain()

    # ── what is due ──────────────────────────────────────────────────────────────────────────────

    async def _work(self) -> datetime | None:
        """Do one thing; None if it was done, else when something can be done."""
        resting = await self._resting()
        if resting is not None:
            return resting
        try:
            again = await self._next_thing()
        except ArxivBusy:
            return await self._resting() or self._at.calendar.now()
        except ArxivUnreachable:
            steps = self._at.limits.arxiv.unreachable_ladder
            length = steps[min(self._misses, len(steps) - 1)]
            self._misses += 1
            self._blocked = self._current
            self._rest = self._at.calendar.now() + timedelta(seconds=length)
            return self._rest
        if again is None:
            self._misses = 0
        return again

    async def _resting(self) -> datetime | None:
        """Return until when arXiv is left alone; a stop that is almost over is waited out."""
        now = self._at.calendar.now()
        opening = await self._at.sources.open_at()
        if opening is not None:
            wait = (opening - now).total_seconds()
            if wait > self._at.limits.arxiv.timeout:
                return opening
            await self._at.elapsed.sleep(wait)
        longest = timedelta(seconds=max(self._at.limits.arxiv.unreachable_ladder))
        if self._rest is not None and now < self._rest <= now + longest:
            return self._rest
        self._rest = None
        return None

    async def _next_thing(self) -> datetime | None:
        day = promised(self._at.calendar.now())
        if not await self._harvest.is_done():
            return await self._harvest.step(day)
        await self._feed.leave(day if self._is_today(day) else None)
        if self._is_today(day) and await self._is_unread(day):
            return await self._feed.read(day)
        waits = [feed_due(next_list_day(day))]
        jobs = [self._catch_up, self._enrich]
        for job in reversed(jobs) if self._blocked == jobs[0] else jobs:
            self._current = job
            again = await job(day)
            if again is None:
                return None
            waits.append(again)
        return min(waits)

    async def _catch_up(self, day: date) -> datetime | None:
        is_due = await self._harvest.is_due(day)
        return await self._harvest.step(day) if is_due else feed_due(next_list_day(day))

    async def _enrich(self, day: date) -> datetime | None:
        if await self._details.step(day):
            return None
        self._detailed = day
        return feed_due(next_list_day(day))

    def _is_today(self, day: date) -> bool:
        return self._at.calendar.now().astimezone(EASTERN).date() == day

    async def _is_unread(self, day: date) -> bool:
        batch, ladder = await self._at.batch(day), await self._feed.ladder(day)
        is_open = batch is None or batch.state is BatchState.OPEN
        return is_open and ladder.over is None

    # ── settling ─────────────────────────────────────────────────────────────────────────────────

    async def _settle(self) -> datetime | None:
        """End the batches whose time has come; return when the next one's does."""
        now = self._at.calendar.now()
        day = promised(now)
        batches = {b.day: b for b in await self._at.announcements.batches(day - _LOOK_BACK)}
        batches.setdefault(day, Batch(day, BatchState.OPEN))
        deadlines = []
        for batch in batches.values():
            deadline = await self._deadline(batch, day)
            if deadline is not None and deadline <= now:
                read = batch.state is BatchState.READ
                state = BatchState.SETTLED if read else BatchState.GIVEN_UP
                await self._at.announcements.mark(batch.day, state, now)
                self._at.on_news()
            elif deadline is not None:
                deadlines.append(deadline)
        return min(deadlines, default=None)

    async def _deadline(self, batch: Batch, day: date) -> datetime | None:
        """Return when an unsettled batch ends whatever happens; None if nothing is due yet."""
        patience = timedelta(seconds=self._at.limits.settle_after)
        now = self._at.calendar.now()
        if batch.state is BatchState.READ:
            is_complete = batch.day < day or self._detailed == batch.day
            return now if is_complete else min(batch.first_read or now, now) + patience
        if batch.state is not BatchState.OPEN or not await self._harvest.is_done():
            return None
        over = (await self._feed.ladder(day)).over if self._is_today(batch.day) else None
        if not self._is_today(batch.day):
            over = feed_due(batch.day) + _DAY
        return min(over, now) + patience if over else None

    # ── telling ──────────────────────────────────────────────────────────────────────────────────

    async def _note_facts(self, again: datetime | None) -> None:
        day = promised(self._at.calendar.now())
        harvested = await self._harvest.is_done()
        self._facts = Facts(
            day,
            await self._at.batch(day),
            again if self._is_today(day) else None,
            None if harvested else await self._harvest.progress(),
            harvested,
            await self._at.sources.unreachable_since(),
            await self._at.sources.open_at(),
            tuple(self._feed.refused),
        )
