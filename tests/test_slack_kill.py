"""The whole program killed while Slack takes a message: each is there once, or asked about once."""

import asyncio
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import astuple
from datetime import UTC, datetime
from pathlib import Path

from bot.clock import SystemCalendar
from bot.model import Density, State
from bot.store import open_store
from tests.platforms.slack.bench import PAPERS, owe
from tests.program import SHORT
from tests.standins.arxiv import ArxivStandIn
from tests.standins.arxiv_world import invent
from tests.standins.slack import PATIENCE, SlackPace, SlackStandIn
from tests.standins.slack_faults import Fault, Trouble
from tests.standins.slack_world import Message, Workspace

POST = "chat.postMessage"
STUCK = Trouble(Fault.LATE, POST, first=2, channel=PAPERS.address, seconds=PATIENCE)
UNHURRIED = SlackPace(channel_gap=0.0)


@asynccontextmanager
async def process(
    database: Path, slack: SlackStandIn, arxiv: ArxivStandIn
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Start the bot in a process of its own; kill it at the end, if nobody did before."""
    one = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.slack_program",
        str(database),
        slack.api,
        slack.workspace.bot_token,
        *astuple(arxiv.endpoints),
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield one
    finally:
        if one.returncode is None:
            one.kill()
        await one.wait()


def held(slack: SlackStandIn) -> list[Message]:
    return [one for one in slack.workspace.channels[PAPERS.address].messages if one.bot]


async def killed_and_started_again(
    database: Path, workspace: Workspace, wanted: Counter[State]
) -> list[Message]:
    """Kill the bot while Slack takes its second message; return what the channel holds at last."""
    async with open_store(database, start="before") as store:
        await owe(store, datetime.now(UTC), PAPERS, 40, Density.THREAD)
    async with (
        ArxivStandIn(invent([]), SystemCalendar(), SHORT.arxiv) as arxiv,
        SlackStandIn(workspace, UNHURRIED, [STUCK]) as slack,
    ):
        async with process(database, slack, arxiv) as first:
            await slack.until(lambda: len(held(slack)) == 2)
            first.kill()
            await first.wait()
        async with process(database, slack, arxiv):
            await until(database, wanted)
        assert not slack.faults
        return held(slack)


async def until(database: Path, wanted: Counter[State]) -> None:
    """Wait until so many deliveries are in these states."""
    async with open_store(database, read_only=True) as store, asyncio.timeout(PATIENCE):
        while True:
            rows = await store.audit.deliveries(None, 100)
            if Counter(row.delivery.state for row in rows) == wanted:
                return
            await asyncio.sleep(0.02)


async def test_where_the_history_may_be_read_each_message_is_there_once(tmp_path: Path) -> None:
    workspace = Workspace()
    workspace.allow_rechecks()
    wanted = Counter({State.SENT: 3})
    found = await killed_and_started_again(tmp_path / "p.sqlite3", workspace, wanted)
    assert len({str(one.metadata) for one in found}) == len(found) == 3
    assert [bool(one.thread) for one in found] == [False, True, True]


async def test_where_it_may_not_the_channel_is_asked_and_nothing_is_sent_twice(
    tmp_path: Path,
) -> None:
    wanted = Counter({State.SENT: 3, State.UNKNOWN: 1})
    found = await killed_and_started_again(tmp_path / "p.sqlite3", Workspace(), wanted)
    assert len({str(one.metadata) for one in found}) == len(found) == 4
    (question,) = (one for one in found if "I could not confirm" in one.text)
    assert "Is it there?" in question.text
