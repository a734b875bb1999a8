"""What the feed lacks (comment, dates) of a batch's papers, asked for by identifier.

OAI, which runs first, brings most of it in a few requests (its records have comments and dates);
this asks for the rest, each version once. What arrives after the batch has settled is announced
`late` (design, decision 5).
"""

from datetime import date

from bot.collect.arxiv.lane import Priority
from bot.collect.context import OVER, Context
from bot.collect.novelty import decide_late
from bot.errors import ArxivGarbled, ArxivRefused
from bot.model import Announcement, Paper

Row = tuple[Announcement, Paper]

_TRIES = 3  # of a request whose answer cannot be read


async def lacking_details(context: Context, day: date) -> list[Row]:
    """Return what was announced in a batch without comment or dates, each version once."""
    if not await context.papers.needing_details(day):
        return []
    rows = await context.papers.window(day)
    mine = (row for row in reversed(rows) if row[0].batch == day and not row[0].late)
    return [row for row in mine if _lacks(row[1])]


class Details:
    """Completes the papers of one batch after another."""

    def __init__(self, context: Context) -> None:
        self._at = context
        self._day: date | None = None
        self._todo: list[Row] = []
        self._garbled = 0

    async def step(self, day: date) -> bool:
        """Ask for up to 100 papers; False when nothing is left to ask about.

        Raises `ArxivBusy` and `ArxivUnreachable`.
        """
        if self._day != day:
            self._day, self._todo, self._garbled = day, await lacking_details(self._at, day), 0
        if not self._todo:
            return False
        size = self._at.limits.arxiv.ids_per_request
        chunk, rest = self._todo[:size], self._todo[size:]
        names = dict.fromkeys(f"{row.paper}v{row.version}" for row, _ in chunk)
        try:
            found = await self._at.sources.by_ids(list(names), priority=Priority.DETAILS)
        except (ArxivGarbled, ArxivRefused) as error:
            self._garbled += 1
            if isinstance(error, ArxivRefused) or self._garbled >= _TRIES:
                self._todo, self._garbled = rest, 0
            return True
        await self._write(day, chunk, found)
        self._todo, self._garbled = rest, 0
        return True

    async def _write(self, day: date, rows: list[Row], found: tuple[Paper, ...]) -> None:
        batch = await self._at.batch(day)
        late = decide_late(rows, found) if batch and batch.state in OVER else ()
        await self._at.announcements.add(found, late, at=self._at.calendar.now())


def _lacks(paper: Paper) -> bool:
    return paper.comment is None or paper.published is None or paper.updated is None
