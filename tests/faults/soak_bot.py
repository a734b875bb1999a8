"""The real program for a soak: `app.running` with a calendar that jumps, telling how it stands.

`python -m tests.faults.soak_bot SPEC` (JSON). Whenever nothing can be done before a moment, its
calendar jumps there. When that leads into another day, a line on stdout says what this process
holds: memory, file handles, tasks, the database.
"""

import asyncio
import gc
import json
import logging
import os
import resource
import sqlite3
import sys
import threading
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.app import Running, World, running
from bot.collect.arxiv.query import Endpoints
from bot.config import Config, DiscordConfig, SlackConfig, StoreConfig, WebConfig
from bot.limits import DAY, ArxivLimits, DeliveryLimits, Limits, Pace, PlatformLimits
from bot.secret import Secret
from tests.faults.clock import SharedClock

GAP: Final = 0.01  # seconds between requests to arXiv; its stand-in asks for half of it
FAST: Final = PlatformLimits(Pace(0.0, 1_000), Pace(0.0, 1_000), requests=100_000)
_PAGE: Final = os.sysconf("SC_PAGE_SIZE")
_TABLES: Final = ("digests", "deliveries", "digest_items", "ledger", "announcements", "papers")


def limits(kept: int) -> Limits:
    """Return lengths for jumping days; announcements are kept for `kept` of them."""
    return Limits(
        arxiv=ArxivLimits(gap=GAP),
        delivery=DeliveryLimits(idle_poll=0.05, reconcile_after=1.0),
        slack=FAST,
        discord=FAST,
        announcements_kept=kept * DAY,
        tick=0.05,
    )


class Drive:
    """Jumps the calendar whenever the whole program is quiet, and tells of each day's end."""

    def __init__(self, calendar: SharedClock, until: datetime, database: Path) -> None:
        self._calendar = calendar
        self._until = until
        self._database = database
        self._quiet = asyncio.Event()
        self._moment = until

    def quiet(self, moment: datetime) -> None:
        """Hear that the loops rest until a moment."""
        self._moment = moment
        self._quiet.set()

    async def run(self, bot: Running) -> None:
        """Jump until the last day is over."""
        while True:
            await self._quiet.wait()
            self._quiet.clear()
            waits = [await worker.idle() for worker in bot.workers]
            if self._quiet.is_set():
                continue
            following = min([self._moment, *filter(None, waits)])
            if following.date() > self._calendar.now().date():
                self._tell(self._calendar.now().date())
            if following > self._until:
                return
            self._calendar.jump(following)
            bot.pipeline.wake()

    def _tell(self, day: date) -> None:
        gc.collect()
        used = resource.getrusage(resource.RUSAGE_SELF)
        told = {
            "day": day.isoformat(),
            "memory": int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE,
            "handles": sum(1 for _ in Path("/proc/self/fd").iterdir()),
            "tasks": len(asyncio.all_tasks()),
            "threads": threading.active_count(),
            "cpu": round(used.ru_utime + used.ru_stime, 1),
            **_sizes(self._database),
        }
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()


def _sizes(path: Path) -> dict[str, Any]:
    """Return how large the database is, and how many rows it has."""
    link = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    try:
        pages, free, size = (
            link.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("page_count", "freelist_count", "page_size")
        )
        rows = {
            name: link.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in _TABLES
        }
    finally:
        link.close()
    wal = path.with_name(path.name + "-wal")
    return {
        "database": (pages - free) * size,
        "file": pages * size,
        "wal": wal.stat().st_size if wal.exists() else 0,
        "rows": rows,
    }


async def main(spec: dict[str, Any]) -> None:
    logging.basicConfig(level=logging.WARNING)
    Route.BASE = spec["discord"]["api"]
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(spec["discord"]["gateway"])
    calendar = SharedClock(Path(spec["clock"]))
    drive = Drive(calendar, datetime.fromisoformat(spec["until"]), Path(spec["database"]))
    slack, hosts = spec["slack"], spec["arxiv"]
    config = Config(
        store=StoreConfig(spec["database"]),
        web=WebConfig(listen="127.0.0.1:0"),
        slack=SlackConfig(Secret(slack["bot_token"]), app_token=Secret(slack["app_token"])),
        discord=DiscordConfig(Secret(spec["discord"]["token"])),
    )
    archives = ("cs.CV", "cs.CL", "cs.LG", "hep-th", "stat.ML")
    config = replace(config, arxiv=replace(config.arxiv, archives=archives))
    world = World(
        calendar=calendar,
        limits=limits(spec["kept"]),
        endpoints=Endpoints(hosts["feed"], hosts["api"], hosts["oai"]),
        slack_api=slack["api"],
        quiet=drive.quiet,
    )
    async with running(config, world) as bot:
        driving = asyncio.create_task(drive.run(bot))
        await asyncio.wait({driving, bot.work}, return_when=asyncio.FIRST_COMPLETED)
        await (bot.work if bot.work.done() else driving)


if __name__ == "__main__":
    asyncio.run(main(json.loads(sys.argv[1])))
