"""OAI-PMH, page by page: the first harvest, and once a feed day the catch-up that heals.

A run goes from the day of the last success, so that nothing that happened in between is missed; a
page is written before its token is remembered, and writing it again changes nothing. What arXiv
lists on a day whose feed is still to come is left to that feed (OAI is updated in the evening
before): announcing it here would make the feed look stale.

In the first harvest the announcements are kept aside page by page and written at the end, ordered
by their days, each day as settled when it would have been: sequence numbers go up with the days, so
a new subscription's cursor has a place between them.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby

from bot.collect.arxiv.archives import belongs
from bot.collect.arxiv.values import OaiPage, OaiRecord
from bot.collect.context import OVER, Context, HarvestProgress
from bot.collect.details import lacking_details
from bot.collect.feed_day import HIGHEST
from bot.collect.novelty import News, Window, decide_late, decide_oai, highest_of
from bot.errors import ArxivGarbled, ArxivRefused
from bot.model import Announcement, BatchState, Paper
from bot.schedule import (
    EASTERN,
    feed_due,
    list_date_after,
    list_date_of,
    next_list_day,
    previous_list_day,
)

DONE = "harvest-done"
SUCCESS = "oai-last-success"  # when the last successful run began
_FROM = "oai-from"  # the day from which the next run asks
_ABOVE = "oai-highest"  # the highest identifier announced at that run
_DAY = "oai-day"  # the list day that the last run covered
_RUN = "oai-run"
_SPOOL = "harvest-page-"
_LENIENT_AFTER = 3  # unreadable answers, until a defective record is left out instead
_ABANDON_AFTER = 6  # unreadable answers, until the first harvest ends with what it has
_LOOK_BACK = 60  # days, for batches that nobody ended

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Run:
    """One run under way; survives a restart."""

    since: date
    started: datetime
    window: datetime
    above: str
    until: date  # records of this list day and later are left to the feed
    first: bool = False
    token: str = ""
    pages: int = 0
    records: int = 0
    reached: date | None = None
    failures: int = 0  # in a row, of any kind
    garbled: int = 0  # in a row: answers that cannot be read
    again: datetime | None = None
    ended: date | None = None  # all pages are read: arXiv's date of the last one

    @property
    def covers(self) -> date:
        """The list day up to which everything is announced when this run ends."""
        return previous_list_day(self.until)


class Harvester:
    """Keeps the announcements complete by OAI-PMH."""

    def __init__(self, context: Context) -> None:
        self._at = context
        self._late: dict[date, list[tuple[Announcement, Paper]]] = {}

    async def is_done(self) -> bool:
        """Whether the first harvest has ended."""
        return bool(await self._at.lane.mark(DONE))

    async def is_due(self, day: date) -> bool:
        """Whether no run has covered this list day yet."""
        covered = await self._at.lane.mark(_DAY)
        return not covered or date.fromisoformat(covered) < day

    async def progress(self) -> HarvestProgress | None:
        """Return how far the first harvest is; None when there is none."""
        run = await self._at.load(_RUN, Run)
        return _progress(run) if run and run.first else None

    async def step(self, day: date) -> datetime | None:
        """Read one page of the run that covers `day`; None if more can be done now, else when.

        Raises `ArxivBusy` and `ArxivUnreachable`.
        """
        run = await self._current() or await self._begin(day)
        if run.ended:
            await self._finish(run)
            return None
        if run.again and run.again > self._at.calendar.now():
            return run.again
        try:
            page = await self._at.sources.oai_page(
                run.since, run.token, strict=run.garbled < _LENIENT_AFTER
            )
        except (ArxivGarbled, ArxivRefused) as error:
            return await self._fail(run, error)
        await self._take(run, page)
        return None

    async def _current(self) -> Run | None:
        """Return the run under way; a first one that a crash left behind at its end is none."""
        run = await self._at.load(_RUN, Run)
        return None if run and run.first and await self.is_done() else run

    # ── a run ────────────────────────────────────────────────────────────────────────────────────

    async def _begin(self, day: date) -> Run:
        now, limits = self._at.calendar.now(), self._at.limits
        if not await self.is_done():
            start = now - timedelta(seconds=limits.first_harvest)
            until = list_date_of(now.astimezone(EASTERN).date())
            return Run(start.date(), now, start, "", until, first=True)
        success = datetime.fromisoformat(await self._at.lane.mark(SUCCESS))
        return Run(
            date.fromisoformat(await self._at.lane.mark(_FROM)),
            now,
            success - timedelta(seconds=limits.heal_window),
            await self._at.lane.mark(_ABOVE),
            next_list_day(day),
        )

    async def _fail(self, run: Run, error: ArxivGarbled | ArxivRefused) -> datetime | None:
        """Remember an answer that cannot be used. A refusal is not repeated before the next day."""
        _log.warning("%s", error, extra={"action": "oai.failed", "since": str(run.since)})
        run = replace(run, garbled=run.garbled + 1)
        if run.first and run.garbled >= _ABANDON_AFTER:
            _log.error("first harvest abandoned", extra={"action": "harvest.abandoned"})
            await self._end(run, None)
            return None
        if isinstance(error, ArxivRefused):
            return await self._postpone(replace(run, token=""), feed_due(run.until))
        return await self._postpone(run)

    async def _postpone(self, run: Run, earliest: datetime | None = None) -> datetime:
        now, steps = self._at.calendar.now(), self._at.limits.arxiv.unreachable_ladder
        again = now + timedelta(seconds=steps[min(run.failures, len(steps) - 1)])
        again = max(again, earliest or again)
        await self._at.save(_RUN, replace(run, failures=run.failures + 1, again=again))
        return again

    async def _take(self, run: Run, page: OaiPage) -> None:
        if page.expired:
            await self._at.save(_RUN, replace(run, token="", pages=0, records=0))
            return
        for problem in page.problems:
            _log.error("%s", problem, extra={"action": "oai.record-unread"})
        records = [one for one in page.records if one.paper and self._is_ours(one.paper)]
        await (self._put_aside(run, records) if run.first else self._announce(run, records))
        run = replace(
            run,
            token=page.token,
            pages=run.pages + 1,
            records=run.records + len(page.records),
            reached=max((one.datestamp for one in page.records), default=run.since),
            failures=0,
            garbled=0,
            again=None,
        )
        if page.token:
            await self._at.save(_RUN, run)
            if run.first:
                self._at.on_progress(_progress(run))
        else:
            await self._end(run, page.responded)

    def _is_ours(self, paper: Paper) -> bool:
        return belongs(paper.categories, self._at.archives)

    async def _end(self, run: Run, responded: date | None) -> None:
        """Remember that all pages are read: a restart now must not read one of them again."""
        started = run.started.date()
        run = replace(run, ended=min(started, responded or started))
        await self._at.save(_RUN, run)
        await self._finish(run)

    async def _finish(self, run: Run) -> None:
        if run.first:
            await self._write_aside(run)
            await self._at.on_harvested()
        since = run.ended or run.started.date()  # from here the next run asks
        await self._at.lane.set_mark(_ABOVE, await self._at.lane.mark(HIGHEST))
        await self._at.lane.set_mark(_FROM, since.isoformat())
        await self._at.lane.set_mark(SUCCESS, run.started.isoformat())
        await self._give_up_days(run.covers)
        await self._at.lane.set_mark(_DAY, run.covers.isoformat())
        if run.first:
            for page in range(run.pages):
                await self._at.save(f"{_SPOOL}{page}", None)
            await self._at.lane.set_mark(DONE, self._at.calendar.now().isoformat())
        await self._at.save(_RUN, None)
        self._late.clear()
        self._at.on_news()
        extra = {"action": "oai.done", "records": run.records, "pages": run.pages}
        _log.info("OAI read since %s", run.since, extra=extra)

    # ── catching up ──────────────────────────────────────────────────────────────────────────────

    async def _announce(self, run: Run, records: list[OaiRecord]) -> None:
        due = [one for one in records if list_date_of(one.datestamp) < run.until]
        seen = await self._at.announcements.seen({one.id for one in due})
        window = Window(run.window, run.above)
        news = decide_oai(due, seen, window, lambda record, _: list_date_of(record.datestamp))
        announced = {one.paper for one in news.announcements}
        papers = [paper for paper in news.papers if paper.id in announced or paper.id in seen]
        late = decide_late(await self._settled_rows(run.covers), papers)
        await self._at.announcements.add(
            papers, [*news.announcements, *late], at=self._at.calendar.now()
        )
        before = await self._at.lane.mark(HIGHEST)
        await self._at.lane.set_mark(HIGHEST, highest_of(news.announcements, before))

    async def _settled_rows(self, day: date) -> list[tuple[Announcement, Paper]]:
        """Return what was announced without details in a batch that was settled meanwhile."""
        batch = await self._at.batch(day)
        if batch is None or batch.state not in OVER:
            return []
        if day not in self._late:
            self._late[day] = await lacking_details(self._at, day)
        return self._late[day]

    async def _give_up_days(self, covered: date) -> None:
        """End every batch up to a day whose feed never came whole: OAI has brought what it had."""
        oldest = covered - timedelta(days=_LOOK_BACK)
        batches = await self._at.announcements.batches(oldest)
        known = {batch.day for batch in batches}
        unread = {one.day for one in batches if one.state is BatchState.OPEN and one.day <= covered}
        before = await self._at.lane.mark(_DAY)
        if before:
            unread |= set(_list_days(max(date.fromisoformat(before), oldest), covered)) - known
        for day in sorted(unread):
            now = self._at.calendar.now()
            await self._at.announcements.mark(day, BatchState.GIVEN_UP, now)

    # ── the first harvest ────────────────────────────────────────────────────────────────────────

    async def _put_aside(self, run: Run, records: list[OaiRecord]) -> None:
        left = [_without_newest(one) if _is_left(one, run) else one for one in records]
        seen = await self._at.announcements.seen({one.id for one in left})
        news = decide_oai(left, seen, Window(run.window), _first_list_date)
        announced = {(one.paper, one.version) for one in news.announcements}
        papers = [paper for paper in news.papers if (paper.id, paper.version) in announced]
        await self._at.papers.put(papers)
        await self._at.save(f"{_SPOOL}{run.pages}", news.announcements)

    async def _write_aside(self, run: Run) -> None:
        """Write what was put aside, a day at a time; nominal moments order cursors among them."""
        news = await self._aside(run.pages)
        for day, rows in groupby(news.announcements, key=lambda one: one.batch):
            moment = feed_due(day)
            await self._at.announcements.add((), list(rows), at=moment)
            await self._at.announcements.mark(day, BatchState.SETTLED, moment)
        before = await self._at.lane.mark(HIGHEST)
        await self._at.lane.set_mark(HIGHEST, highest_of(news.announcements, before))

    async def _aside(self, pages: int) -> News:
        rows: list[Announcement] = []
        for page in range(pages):
            kept = await self._at.load(f"{_SPOOL}{page}", tuple[Announcement, ...])
            rows += kept or ()
        return News((), tuple(sorted(rows, key=lambda one: one.batch)))


def _is_left(record: OaiRecord, run: Run) -> bool:
    return list_date_of(record.datestamp) >= run.until


def _without_newest(record: OaiRecord) -> OaiRecord:
    return replace(record, versions=record.versions[:-1])


def _first_list_date(record: OaiRecord, submitted: datetime) -> date:
    """Return the first list date after a version's date; no later than the record's own."""
    return min(list_date_after(submitted), list_date_of(record.datestamp))


def _progress(run: Run) -> HarvestProgress:
    return HarvestProgress(run.records, run.since, run.reached or run.since, run.started.date())


def _list_days(after: date, upto: date) -> Iterator[date]:
    while upto > after:
        yield upto
        upto = previous_list_day(upto)
