"""What is known of papers: versions stored, completed, read back, and let go after a while."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from datetime import date

from sqlite_utils import Database

from bot.errors import StoreBusy, StoreFull
from bot.model import Announcement, Paper
from bot.ports import Calendar
from bot.store.announcement_rows import announced_of
from bot.store.codec import json_text
from bot.store.connection import Connection
from bot.store.paper_rows import known_versions, store_papers
from bot.store.pruning import prune_digests, prune_papers
from bot.store.word_index import CHUNK, found_since, index_some


class Papers:
    """The port `Papers` on SQLite. `fills`: the index of words may be written."""

    def __init__(self, connection: Connection, calendar: Calendar, *, fills: bool = True) -> None:
        self._connection = connection
        self._calendar = calendar
        self._fills = fills

    async def get(self, ids: Collection[str]) -> Mapping[str, Paper]:
        """Return the highest known version of each known paper."""
        return await self._connection.read(lambda database: newest_versions(database, ids))

    async def versions(self, paper: str) -> tuple[Paper, ...]:
        """Return all known versions of one paper, ascending."""
        known = await self._connection.read(lambda database: known_versions(database, [paper]))
        return tuple(sorted(known.values(), key=lambda paper: paper.version))

    async def put(self, papers: Collection[Paper]) -> None:
        """Insert or complete versions, without announcing anything."""
        today = self._calendar.now().date().isoformat()
        await self._connection.write(lambda database: store_papers(database, papers, today))

    async def window(
        self, since: date, words: str | None = None
    ) -> tuple[tuple[Announcement, Paper], ...]:
        """Return announcements of batches from `since` on, newest first, each with its paper.

        With `words` (of `compose.recall`) those that may match, after what was announced lately
        was read into the index of words.
        """
        day = since.isoformat()
        if words is None:
            return await self._connection.read(lambda database: _since(database, day))
        if self._fills:
            await self._fill()
        return await self._connection.read(lambda database: _found(database, day, words))

    async def _fill(self) -> None:
        # Answers hand out what is not indexed, so a full disk need not stop them.
        with suppress(StoreFull, StoreBusy):
            while await self._connection.write(index_some) == CHUNK:
                pass

    async def needing_details(self, batch: date) -> tuple[str, ...]:
        """Return ids announced in `batch` of which comment or dates are not known."""
        return await self._connection.read(lambda database: _needing(database, batch))

    async def prune(self, before: date) -> int:
        """Delete papers not announced, saved or delivered since; return how many.

        Digests planned before that day of which nothing is left to do go with them.
        """

        def work(database: Database) -> int:
            prune_digests(database, before)
            return prune_papers(database, before)

        return await self._connection.write(work)


def newest_versions(database: Database, ids: Collection[str]) -> Mapping[str, Paper]:
    """Return the highest known version of each known paper, inside a transaction."""
    newest: dict[str, Paper] = {}
    for paper in known_versions(database, ids).values():
        if paper.id not in newest or newest[paper.id].version < paper.version:
            newest[paper.id] = paper
    return newest


def _since(database: Database, day: str) -> tuple[tuple[Announcement, Paper], ...]:
    rows = database.execute(
        "SELECT * FROM announced_papers WHERE batch >= ? ORDER BY seq DESC", [day]
    )
    return tuple(map(announced_of, rows))


def _found(database: Database, day: str, words: str) -> tuple[tuple[Announcement, Paper], ...]:
    rows = database.execute(
        "SELECT a.* FROM json_each(?) j JOIN announced_papers a ON a.seq = j.value"
        " ORDER BY a.seq DESC",
        [json_text(found_since(database, day, words))],
    )
    return tuple(map(announced_of, rows))


def _needing(database: Database, batch: date) -> tuple[str, ...]:
    rows = database.execute(
        "SELECT paper FROM announced_papers"
        " WHERE batch = ? AND (comment IS NULL OR updated IS NULL OR published IS NULL)"
        " GROUP BY paper ORDER BY min(seq)",
        [batch.isoformat()],
    )
    return tuple(row[0] for row in rows)
