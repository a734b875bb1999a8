"""Fakes of the ports: small, in memory, with the behaviour that the ports promise."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from bot.model import Announcement, Batch, BatchState, Kind, Paper, Seen
from bot.ports import FeedRead, LaneState

# ── clocks ───────────────────────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class FakeCalendar:
    """A wall clock that stands where it was put."""

    moment: datetime = datetime(2026, 11, 18, 6, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def jump(self, to: datetime) -> None:
        self.moment = max(self.moment, to)

    def forward(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


@dataclass(slots=True)
class FakeElapsed:
    """Monotonic time that passes only by sleeping; a calendar given to it goes along."""

    time: float = 0.0
    calendar: FakeCalendar | None = None
    slept: list[float] = field(default_factory=list)

    def now(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds
        if self.calendar is not None:
            self.calendar.forward(seconds)


# ── what collect needs ───────────────────────────────────────────────────────────────────────────


@dataclass
class MemoryLane:
    """The lane's memory."""

    state: LaneState = field(default_factory=LaneState)
    marks: dict[str, str] = field(default_factory=dict)

    async def load(self) -> LaneState:
        return self.state

    async def store(self, state: LaneState) -> None:
        self.state = state

    async def mark(self, name: str) -> str:
        return self.marks.get(name, "")

    async def set_mark(self, name: str, value: str) -> None:
        self.marks[name] = value


@dataclass
class MemoryArchive:
    """Papers and Announcements in one: what collect writes."""

    versions_of: dict[str, dict[int, Paper]] = field(default_factory=dict)
    rows: list[Announcement] = field(default_factory=list)
    days: dict[date, Batch] = field(default_factory=dict)
    reads: dict[str, FeedRead] = field(default_factory=dict)
    writes: int = 0  # calls that changed something
    _seen: dict[str, Seen] = field(default_factory=dict)  # survives pruning
    _keys: set[tuple[object, ...]] = field(default_factory=set)

    # Papers

    async def get(self, ids: Collection[str]) -> Mapping[str, Paper]:
        return {i: self._newest(i) for i in ids if i in self.versions_of}

    async def versions(self, paper: str) -> tuple[Paper, ...]:
        known = self.versions_of.get(paper, {})
        return tuple(known[number] for number in sorted(known))

    async def put(self, papers: Collection[Paper]) -> None:
        self.writes += 1
        self._store(papers)

    async def window(
        self, since: date, words: str | None = None
    ) -> tuple[tuple[Announcement, Paper], ...]:
        assert words is None, "this fake has no full-text index"
        rows = [row for row in self.rows if row.batch >= since]
        return tuple((row, self.versions_of[row.paper][row.version]) for row in reversed(rows))

    async def needing_details(self, batch: date) -> tuple[str, ...]:
        needing = (
            row.paper
            for row in self.rows
            if row.batch == batch and _lacks_details(self.versions_of[row.paper][row.version])
        )
        return tuple(dict.fromkeys(needing))

    # Announcements (its `prune`; Papers' is not needed here)

    async def seen(self, papers: Collection[str]) -> Mapping[str, Seen]:
        return {paper: self._seen[paper] for paper in papers if paper in self._seen}

    async def add(
        self,
        papers: Collection[Paper],
        announcements: Sequence[Announcement],
        *,
        read: FeedRead | None = None,
        at: datetime,
    ) -> int:
        self.writes += 1
        self._store(papers)
        unseen = 0
        for row in announcements:
            assert row.version in self.versions_of.get(row.paper, {}), "announced without its paper"
            seen = (await self.seen([row.paper])).get(row.paper, Seen())
            if not _repeats(row, seen) and _key(row) not in self._keys:
                self._announce(row, at)
                unseen += 1
        if read is not None:
            self.reads[read.feed] = read
        return unseen

    async def batches(self, since: date) -> tuple[Batch, ...]:
        return tuple(self.days[day] for day in sorted(self.days) if day >= since)

    async def mark(self, day: date, state: BatchState, at: datetime) -> None:
        self.writes += 1
        batch = self.days.get(day, Batch(day, state))
        over = state in (BatchState.SETTLED, BatchState.GIVEN_UP)
        settled = (batch.settled_at or at) if over else None
        self.days[day] = replace(batch, state=state, settled_at=settled)

    async def between(self, after: int, upto: int) -> tuple[tuple[Announcement, Paper], ...]:
        rows = (row for row in self.rows if after < row.seq <= upto)
        return tuple((row, self.versions_of[row.paper][row.version]) for row in rows)

    async def horizon(self, settled_by: datetime | None = None, *, forced: bool = False) -> int:
        for row in self.rows:
            settled = self.days[row.batch].settled_at
            if not forced and (
                settled is None or (settled_by is not None and settled > settled_by)
            ):
                return row.seq - 1
        return len(self.rows)

    async def validators(self, feed: str) -> FeedRead | None:
        return self.reads.get(feed)

    async def prune(self, before: date) -> int:
        gone = [row for row in self.rows if row.batch < before]
        self.rows = [row for row in self.rows if row.batch >= before]
        return len(gone)

    # inside

    def _announce(self, row: Announcement, at: datetime) -> None:
        self._keys.add(_key(row))
        self.rows.append(replace(row, seq=len(self.rows) + 1))
        batch = self.days.get(row.batch, Batch(row.batch, BatchState.OPEN))
        first = batch.first_read or at
        self.days[row.batch] = replace(batch, first_read=first, papers=batch.papers + 1)
        if not row.late:
            self._seen[row.paper] = self._with(self._seen.get(row.paper, Seen()), row)

    def _newest(self, paper: str) -> Paper:
        known = self.versions_of[paper]
        return known[max(known)]

    def _store(self, papers: Collection[Paper]) -> None:
        for paper in papers:
            known = self.versions_of.setdefault(paper.id, {})
            known[paper.version] = _completed(known.get(paper.version), paper)

    def _with(self, before: Seen, row: Announcement) -> Seen:
        categories = {*row.cats, *self.versions_of[row.paper][row.version].categories}
        versions = before.versions | ({row.version} if row.kind is not Kind.CROSS else set())
        highest = max(before.highest, row.version)
        return Seen(frozenset(versions), highest, before.categories | categories)


def _repeats(row: Announcement, seen: Seen) -> bool:
    if row.late:
        return False
    if row.kind is Kind.CROSS:
        return seen.highest > 0 and seen.categories.issuperset(row.cats)
    return row.version in seen.versions


def _key(row: Announcement) -> tuple[object, ...]:
    return row.paper, row.version, "late" if row.late else row.kind, row.cats


def _lacks_details(paper: Paper) -> bool:
    return paper.comment is None or paper.published is None


def _completed(before: Paper | None, paper: Paper) -> Paper:
    if before is None:
        return paper
    known = {
        name: value
        for name in Paper.__dataclass_fields__
        if (value := getattr(paper, name)) not in (None, ())
    }
    return replace(before, **known)
