"""`paperboy demo`: the same bot on invented sample days and a throw-away database.

`days.jsonl` holds three days of invented papers, in the format of a replay's day file.
"""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from bot.app import Running, World, running
from bot.config import Config, StoreConfig
from bot.dialogue import Request
from bot.platforms.web.rooms import CHANNEL, READER

DAYS = Path(__file__).parent
TOPIC = "image generation daily at 9:00"
ALERT = "spin glass"


@asynccontextmanager
async def demo(config: Config, world: World) -> AsyncIterator[Running]:
    """Run the demo; when it ends, nothing of it is left."""
    with tempfile.TemporaryDirectory(prefix="paperboy-demo-") as folder:
        database = Path(folder) / "paperboy.sqlite3"
        own = replace(config, store=StoreConfig(path=str(database)))
        async with running(own, replace(world, replay=DAYS)) as bot:
            await _subscribe(bot)
            yield bot


async def _subscribe(bot: Running) -> None:
    """Make the channel's subscription and the reader's alert, as a person would."""
    here = Request(f"subscribe {TOPIC}", READER, CHANNEL, "#papers", in_person=False, may_edit=True)
    await bot.commands.run(here)
    await bot.commands.run(replace(here, text="edit 1 updates=on"))
    await bot.commands.run(replace(here, text=f"alert add {ALERT}"))
