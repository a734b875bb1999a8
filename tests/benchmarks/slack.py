"""One digest each to 600 channels of one workspace, at Slack's pace, while people type commands.

    uv run python -m tests.benchmarks.slack [CHANNELS]

The stand-in workspace enforces one message a second per channel and 300 a minute in all; the
real worker, store, Slack client and bolt app speak to it over sockets. The yardstick is what those
limits allow: one message every 0.2 seconds. Meanwhile somebody types a command twice a second, and
the time until the answer is seen is noted. With fewer CHANNELS it is over sooner.
Promise: total time ≤ 1.1 × what the limits allow, nothing refused, command answers p95 ≤ 200 ms.
"""

import asyncio
import statistics
import sys
import time
from dataclasses import replace
from random import Random

from bot.clock import SystemElapsed
from bot.deliver.worker import Worker
from bot.limits import MINUTE, Limits
from bot.model import Destination, Heading, Item, Kind, Place, Plan, Slot
from bot.platforms.slack.service import SlackService
from bot.secret import Secret
from tests.commands.dialogue import SMALL, Dialogue, talking
from tests.platforms.slack.samples import PAPER
from tests.platforms.slack.talking import TEAM, paper_workspace
from tests.standins.slack import SlackPace, SlackStandIn
from tests.standins.slack_world import Channel, Workspace

CHANNELS = 600
PAPERS = 5
EVERY = 0.5  # seconds between commands


def workspace(channels: int) -> Workspace:
    """Return a workspace with so many more channels, the bot in each."""
    here = paper_workspace()
    for number in range(channels):
        here.add(Channel(f"CBENCH{number}", f"bench-{number}", members=set(here.users)))
    return here


async def owe(dialogue: Dialogue, channels: int) -> None:
    """Plan a digest of a few papers for each channel."""
    store, now = dialogue.store, dialogue.calendar.now()
    papers = [replace(PAPER, id=f"2611.9{n:04}") for n in range(PAPERS)]
    await store.papers.put(papers)
    items = tuple(Item(paper.id, paper.version, Kind.NEW, (1,)) for paper in papers)
    plans = []
    for number in range(channels):
        where = Destination("slack", TEAM, f"CBENCH{number}")
        await store.subscriptions.put_place(Place(where, f"#bench-{number}"), "benchmark")
        heading = Heading(topics=((1, "glass"),))
        plans.append(Plan(where, Slot("benchmark", now), heading, items))
    assert not await store.outbox.enqueue(plans, now)


async def command(slack: SlackStandIn, seconds: list[float]) -> None:
    """Type a command now and then, and note when its answer is seen."""
    while True:
        begin = time.perf_counter()
        answers = await slack.people.type("/arxiv list", "UADA", "CPAPERS")
        await slack.until(lambda answers=answers: answers.said)  # type: ignore[misc]
        seconds.append(time.perf_counter() - begin)
        await asyncio.sleep(EVERY)


async def run(channels: int) -> None:
    """Measure, and print one line."""
    limits, answered = Limits(), list[float]()
    async with talking(SMALL) as dialogue, SlackStandIn(workspace(channels)) as slack:
        await owe(dialogue, channels)
        here = slack.workspace
        tokens = Secret(here.bot_token), Secret(here.app_token)
        service = SlackService(*tokens, slack.api, limits.slack)
        worker = Worker(
            service.platform,
            dialogue.store.outbox,
            dialogue.store.subscriptions,
            dialogue.calendar,
            SystemElapsed(),
            limits.delivery,
            Random(7),
        )
        everything = service.open(
            dialogue.commands,
            dialogue.store.subscriptions,
            dialogue.store.accounts,
            worker.wake,
            SystemElapsed(),
            "members",
        )
        async with everything:
            await slack.connected()
            typing = asyncio.create_task(command(slack, answered))
            begin = time.perf_counter()
            working = asyncio.create_task(worker.run())
            while sum(len(one.messages) for one in here.channels.values()) < channels:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
            seconds = time.perf_counter() - begin
            worker.stop()
            typing.cancel()
            await working
        refused = [one.error for one in slack.refused]
    allowed = (channels - 1) * MINUTE / SlackPace().account_minute
    p95 = statistics.quantiles(answered, n=20)[-1] * 1e3 if len(answered) > 1 else float("nan")
    print(
        f"slack {channels} channels: seconds={seconds:.1f} allowed={allowed:.1f}"
        f" ratio={seconds / allowed:.3f} command_p95_ms={p95:.0f} commands={len(answered)}"
        f" refused={len(refused)}",
        flush=True,
    )


if __name__ == "__main__":
    asyncio.run(run(int(sys.argv[1]) if sys.argv[1:] else CHANNELS))
