"""One digest each to 2,000 channels in 200 servers, at Discord's pace, while somebody types.

    uv run python -m tests.benchmarks.discord [CHANNELS] [--first]

The stand-in Discord enforces five messages in five seconds per channel and 50 requests a second in
all; the real worker, store, service and discord.py speak to it over sockets. The yardstick is what
those limits allow: as many seconds as there are requests to make, by 50. That is one a digest; with
`--first` nothing was ever sent to a channel, so its newest message is asked for too. Meanwhile
somebody types into an option of /arxiv five times a second, and the time until choices are offered
is noted. With fewer CHANNELS it is over sooner.
Promise: total time ≤ 1.1 × what the limits allow, nothing refused, autocomplete p95 ≤ 100 ms.
"""

import asyncio
import contextlib
import statistics
import sys
import time
from dataclasses import replace
from random import Random

from bot.clock import SystemElapsed
from bot.deliver.worker import Worker
from bot.limits import Limits
from bot.model import Destination, Heading, Item, Kind, Place, Plan, Slot
from bot.platforms.discord.service import DiscordService
from bot.secret import Secret
from tests.commands.dialogue import Dialogue, month, talking
from tests.platforms.discord.samples import PAPER
from tests.platforms.discord.talking import ADA_ID, paper_world
from tests.standins.discord import DiscordPace, DiscordStandIn, pointed_at
from tests.standins.discord_world import APP, PAPERS, World

CHANNELS = 2_000
A_SERVER = 10  # channels of one server
PAPERS_EACH = 5
ALLOWED = 50  # requests a second
EVERY = 0.2  # seconds between two texts that are completed
TYPED = (
    ("subscribe", "topic", "comp"),
    ("subscribe", "when", "week"),
    ("zone", "zone", "ber"),
    ("unsubscribe", "which", ""),
    ("subscribe", "topic", "quantum"),
)


def busy_world(channels: int) -> tuple[World, list[str]]:
    """Return a world with so many more channels, ten a server, and their ids."""
    here, found = paper_world(), list[str]()
    for number in range(channels):
        if number % A_SERVER == 0:
            server = here.add_server(f"server {number // A_SERVER}")
        found.append(here.add_channel(server, f"bench-{number}").id)
    return here, found


async def owe(dialogue: Dialogue, channels: list[str], last: str) -> None:
    """Plan a digest of a few papers for each channel, to which `last` was sent before."""
    store, now = dialogue.store, dialogue.calendar.now()
    papers = [replace(PAPER, id=f"2611.9{n:04}") for n in range(PAPERS_EACH)]
    await store.papers.put(papers)
    items = tuple(Item(paper.id, paper.version, Kind.NEW, (1,)) for paper in papers)
    plans = []
    for id_ in channels:
        where = Destination("discord", APP, id_)
        await store.subscriptions.put_place(
            Place(where, f"#{id_}", last_platform_id=last), "benchmark"
        )
        plans.append(Plan(where, Slot("benchmark", now), Heading(topics=((1, "glass"),)), items))
    assert not await store.outbox.enqueue(plans, now)


async def complete(there: DiscordStandIn, seconds: list[float]) -> None:
    """Type now and then, and note when choices are offered."""
    while True:
        for path, option, typed in TYPED:
            begin = time.perf_counter()
            await there.people.autocomplete(path, option, typed, ADA_ID, PAPERS)
            seconds.append(time.perf_counter() - begin)
            await asyncio.sleep(EVERY)


async def measure(
    dialogue: Dialogue, there: DiscordStandIn, channels: list[str], completed: list[float]
) -> float:
    """Return the seconds until every channel has its digest."""
    limits, store, elapsed = Limits(), dialogue.store, SystemElapsed()
    service = DiscordService(Secret(there.world.token), limits.discord, elapsed)
    worker = Worker(
        service.platform,
        store.outbox,
        store.subscriptions,
        dialogue.calendar,
        elapsed,
        limits.delivery,
        Random(7),
    )
    around = (dialogue.commands, store.subscriptions, store.accounts, store.lane)
    async with service.open(*around, worker.wake):
        await there.until(lambda: there.gateway.connected and there.world.commands)
        typing = asyncio.create_task(complete(there, completed))
        begin = time.perf_counter()
        working = asyncio.create_task(worker.run())
        while not all(there.world.channels[id_].messages for id_ in channels):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        seconds = time.perf_counter() - begin
        worker.stop()
        typing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await typing
        await working
    return seconds


async def run(count: int, *, first: bool) -> None:
    """Measure, and print one line."""
    world, channels = busy_world(count)
    completed = list[float]()
    async with talking(month()) as dialogue, DiscordStandIn(world, DiscordPace()) as there:
        with pointed_at(there):
            await owe(dialogue, channels, "" if first else "1")
            seconds = await measure(dialogue, there, channels, completed)
        refused = len(there.refused)
        sent = len(there.calls("create_message"))
    needed = (2 if first else 1) * count
    allowed = (needed - ALLOWED) / ALLOWED  # the first second takes fifty at once
    p95 = statistics.quantiles(completed, n=20)[-1] * 1e3 if len(completed) > 1 else float("nan")
    print(
        f"discord {count} channels: seconds={seconds:.1f} allowed={allowed:.1f}"
        f" ratio={seconds / allowed:.3f} sent={sent} refused={refused}"
        f" autocomplete_p95_ms={p95:.0f} completed={len(completed)}",
        flush=True,
    )


if __name__ == "__main__":
    numbers = [int(one) for one in sys.argv[1:] if one.isdecimal()]
    asyncio.run(run(numbers[0] if numbers else CHANNELS, first="--first" in sys.argv))
