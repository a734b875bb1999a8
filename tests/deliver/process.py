"""The process that gets killed: `python -m tests.deliver.process DATABASE PORT` delivers."""

import asyncio
import secrets
import signal
import sys
from pathlib import Path
from random import Random

import aiohttp

from bot.clock import SystemCalendar, SystemElapsed
from bot.deliver.worker import Worker
from bot.limits import DeliveryLimits
from bot.store import open_store
from tests.deliver.loopback import LoopbackPlatform

QUICK = DeliveryLimits(
    request_timeout=0.5,
    retry_ladder=(0.05,),
    reconcile_after=0.1,
    reconcile_ladder=(0.05,),
    idle_poll=0.05,
    stop_grace=1.0,
    parallel=4,
)


async def deliver(database: Path, port: int) -> None:
    """Deliver what the database owes until SIGTERM."""
    async with (
        open_store(database, start=secrets.token_hex(8)) as store,
        aiohttp.ClientSession() as session,
    ):
        worker = Worker(
            LoopbackPlatform(session, port),
            store.outbox,
            store.subscriptions,
            SystemCalendar(),
            SystemElapsed(),
            QUICK,
            Random(),
        )
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, worker.stop)
        await worker.run()


if __name__ == "__main__":
    asyncio.run(deliver(Path(sys.argv[1]), int(sys.argv[2])))
