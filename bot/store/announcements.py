"""What arXiv announced, numbered in the order of arrival; and the feed days that carry it."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Final

from sqlite_utils import Database

from bot.model import Announcement, Batch, BatchState, Paper, Seen
from bot.ports import FeedRead
from bot.store.announcement_rows import add_announcements, announced_of, read_seen
from bot.store.codec import moment, moment_text
from bot.store.connection import Connection
from bot.store.paper_rows import store_papers
from bot.store.pruning import prune_announcements
from bot.store.word_index import CHUNK, index_some

_HARVEST: Final = "oai"
_SETTLED: Final = (BatchState.SETTLED, BatchState.GIVEN_UP)


class Announcements:
    """The port `Announcements` on SQLite."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def seen(self, papers: Collection[str]) -> Mapping[str, Seen]:
        """Return what was announced of these papers before, also of pruned ones."""
        return await self._connection.read(lambda database: read_seen(database, papers))

    async def add(
        self,
        papers: Collection[Paper],
        announcements: Sequence[Announcement],
        *,
        read: FeedRead | None = None,
        at: datetime,
    ) -> int:
        """Store papers, their unseen announcements in this order and the feed's validators.

        Returns how many announcements were unseen. Each announcement's version must be among
        `papers`, or stored before.
        """
        fresh = await self._connection.write(
            lambda database: _add(database, papers, announcements, read, moment_text(at))
        )
        if announcements and all(one.source == _HARVEST for one in announcements):
            while await self._connection.write(index_some) == CHUNK:
                pass
        return fresh

    async def batches(self, since: date) -> tuple[Batch, ...]:
        """Return the batches from that day on, ascending."""
        return await self._connection.read(lambda database: _batches(database, since))

    async def mark(self, day: date, state: BatchState, at: datetime) -> None:
        """Set a batch's state (creating the batch); `at` is when it counts as settled.

        The moment of the first settling stays, unless the batch is opened again.
        """
        await self._connection.write(lambda database: _mark(database, day, state, moment_text(at)))

    async def between(self, after: int, upto: int) -> tuple[tuple[Announcement, Paper], ...]:
        """Return announcements after < seq ≤ upto, ascending, each with its version's paper."""
        return await self._connection.read(lambda database: _between(database, after, upto))

    async def horizon(self, settled_by: datetime | None = None, *, forced: bool = False) -> int:
        """Return S: the last number before the first announcement of an unsettled batch.

        With `settled_by`: counting batches settled by that moment. `forced`: the last of all.
        """
        moment = moment_text(settled_by) if settled_by else None
        return await self._connection.read(
            lambda database: _horizon(database, moment, forced=forced)
        )

    async def validators(self, feed: str) -> FeedRead | None:
        """Return what the last read of this feed gave for conditional requests."""
        return await self._connection.read(lambda database: _validators(database, feed))

    async def prune(self, before: date) -> int:
        """Delete announcements of batches before that day; what was announced stays known."""
        return await self._connection.write(lambda database: prune_announcements(database, before))


def _add(
    database: Database,
    papers: Collection[Paper],
    announcements: Sequence[Announcement],
    read: FeedRead | None,
    at: str,
) -> int:
    store_papers(database, papers, at[:10])
    for one in {one.batch for one in announcements}:
        database.execute(
            "INSERT OR IGNORE INTO batches(day, state) VALUES (?, ?)",
            [one.isoformat(), BatchState.OPEN],
        )
    fresh = add_announcements(database, announcements)
    for day, count in Counter(one.batch for one in fresh).items():
        database.execute(
            "UPDATE batches SET papers = papers + ?, first_read = coalesce(first_read, ?)"
            " WHERE day = ?",
            [count, at, day.isoformat()],
        )
    if read:
        database.execute(
            "INSERT OR REPLACE INTO feeds VALUES (?, ?, ?)", [read.feed, read.etag, read.modified]
        )
    return len(fresh)


def _batches(database: Database, since: date) -> tuple[Batch, ...]:
    rows = database.execute(
        "SELECT day, state, first_read, settled_at, papers FROM batches WHERE day >= ?"
        " ORDER BY day",
        [since.isoformat()],
    )
    return tuple(
        Batch(date.fromisoformat(day), BatchState(state), moment(read), moment(settled), papers)
        for day, state, read, settled, papers in rows
    )


def _mark(database: Database, day: date, state: BatchState, at: str) -> None:
    settled = at if state in _SETTLED else None
    database.execute(
        "INSERT INTO batches(day, state, settled_at) VALUES (?, ?, ?)"
        " ON CONFLICT(day) DO UPDATE SET state = excluded.state, settled_at ="
        " iif(excluded.settled_at IS NULL, NULL, coalesce(settled_at, excluded.settled_at))",
        [day.isoformat(), state, settled],
    )


def _between(database: Database, after: int, upto: int) -> tuple[tuple[Announcement, Paper], ...]:
    rows = database.execute(
        "SELECT * FROM announced_papers WHERE seq > ? AND seq <= ? ORDER BY seq",
        [after, upto],
    )
    return tuple(map(announced_of, rows))


def _horizon(database: Database, moment: str | None, *, forced: bool) -> int:
    """A batch counts as it stood: what is stored today of one settled then was settled then."""
    if forced:
        return _last(database)
    (barrier,) = database.execute(
        "SELECT min((SELECT min(a.seq) FROM announcements a WHERE a.batch = b.day))"
        " FROM batches b WHERE b.settled_at IS NULL OR b.settled_at > ?",
        [moment],
    ).fetchone()
    return _last(database) if barrier is None else int(barrier) - 1


def _last(database: Database) -> int:
    row = database.execute(
        "SELECT seq FROM sqlite_sequence WHERE name = 'announcements'"
    ).fetchone()
    return int(row[0]) if row else 0


def _validators(database: Database, feed: str) -> FeedRead | None:
    row = database.execute("SELECT * FROM feeds WHERE feed = ?", [feed]).fetchone()
    return FeedRead(*row) if row else None
