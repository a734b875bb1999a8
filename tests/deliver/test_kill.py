"""A real process is killed with `kill -9` in mid-delivery, again and again: nothing is lost."""

import asyncio
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from bot.model import Destination
from bot.store import open_store
from tests.deliver.bench import plan_in
from tests.deliver.loopback import serving

ROOT = Path(__file__).resolve().parents[2]
KILLS = 5
PLACES = tuple(Destination("fake", "team", f"#{number}") for number in range(6))
NOTES = ("head\n>reply\n>another", "one\ntwo", "last")
OWED = len(PLACES) * 6


@asynccontextmanager
async def process(database: Path, port: int) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run the process that delivers; it is killed at the end if it still runs."""
    running = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.deliver.process", str(database), str(port),
        cwd=ROOT,
    )  # fmt: skip
    try:
        yield running
    finally:
        if running.returncode is None:
            running.kill()
        await running.wait()


async def test_a_killed_process_neither_loses_nor_repeats_a_message(tmp_path: Path) -> None:
    database = tmp_path / "paperboy.db"
    random = Random(3)
    async with open_store(database, start="first") as store:
        for note in NOTES:
            await plan_in(store, datetime.now(UTC), note, *PLACES)
    async with serving(random) as server:
        for kill in range(KILLS):
            async with process(database, server.port):
                await asyncio.wait_for(server.more_than(OWED * kill // (KILLS + 1)), 20)
        async with process(database, server.port) as running:
            await asyncio.wait_for(server.more_than(OWED - 1), 20)
            await asyncio.sleep(0)
            running.terminate()
            assert await asyncio.wait_for(running.wait(), 10) == 0
        assert set(Counter(server.held).values()) == {1}
        assert len(server.held) == OWED
