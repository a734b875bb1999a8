"""The real program in a process of its own, with a calendar that the test owns.

`python -m tests.program DATABASE CLOCK UNTIL ENDPOINT` runs `app.running` with short lengths. When
nothing can be done before a moment, its calendar jumps there, and the moment is written to the file
CLOCK, so that a process started after a kill goes on from it. At UNTIL it prints "done" and rests.
"""

import asyncio
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from bot.app import Running, World, running
from bot.collect.arxiv.query import Endpoints
from bot.config import Config, StoreConfig, WebConfig
from bot.limits import ArxivLimits, DeliveryLimits, Limits

GAP = 0.02  # seconds between requests; the stand-in enforces the same
SHORT = Limits(
    arxiv=ArxivLimits(gap=GAP),
    delivery=DeliveryLimits(reconcile_after=0.05, idle_poll=0.02),
    tick=0.05,
)


class FileCalendar:
    """A calendar that stands still at the moment in a file, and is moved by writing it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._moment = datetime.fromisoformat(path.read_text())

    def now(self) -> datetime:
        return self._moment

    def jump(self, moment: datetime) -> None:
        if moment > self._moment:
            self._moment = moment
            fresh = self._path.with_suffix(".new")
            fresh.write_text(moment.isoformat())
            fresh.replace(self._path)


class Drive:
    """Jumps the calendar whenever the whole program is quiet."""

    def __init__(self, calendar: FileCalendar, until: datetime) -> None:
        self._calendar = calendar
        self._until = until
        self._quiet = asyncio.Event()
        self._moment = until

    def quiet(self, moment: datetime) -> None:
        self._moment = moment
        self._quiet.set()

    async def run(self, bot: Running) -> None:
        while True:
            await self._quiet.wait()
            self._quiet.clear()
            waits = [await worker.idle() for worker in bot.workers]
            if self._quiet.is_set():
                continue
            following = min([self._moment, *filter(None, waits)])
            if following > self._until:
                self._calendar.jump(self._until)
                sys.stdout.write("done\n")
                sys.stdout.flush()
                await asyncio.Event().wait()
            self._calendar.jump(following)
            bot.pipeline.wake()


async def main(database: str, clock: str, until: str, endpoint: str) -> None:
    calendar = FileCalendar(Path(clock))
    drive = Drive(calendar, datetime.fromisoformat(until))
    config = Config(store=StoreConfig(path=database), web=WebConfig(listen="127.0.0.1:0"))
    config = replace(config, arxiv=replace(config.arxiv, archives=("cs.AI", "cs.CV", "cs.LG")))
    hosts = Endpoints(endpoint, f"{endpoint}/api/query", f"{endpoint}/oai")
    world = World(calendar=calendar, limits=SHORT, endpoints=hosts, quiet=drive.quiet)
    async with running(config, world) as bot:
        driving = asyncio.create_task(drive.run(bot))
        await asyncio.wait({driving, bot.work}, return_when=asyncio.FIRST_COMPLETED)
        await (bot.work if bot.work.done() else driving)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
