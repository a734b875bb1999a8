"""From the start of `paperboy run` with Slack and Discord on until it is ready; memory when idle.

    uv run python -m tests.benchmarks.start [ROUNDS]

The yardstick is a process that only imports the five libraries that Paperboy was given. In each
round both are started once, one after the other; of the times the best round counts. Ready means:
the start lines are printed, both stand-ins hold an open, identified connection, and `/readyz` says
yes. Memory is the whole resident set: of the yardstick after its imports, of the bot when it has
had nothing to do for 2 s. The yardstick's median counts and the bot's largest, which includes its
very first start: that one has harvested what arXiv listed, so everything that a day's reading needs
is loaded.
Promise: time ≤ 1.5 × and memory ≤ 1.4 × the yardstick's.
"""

import asyncio
import contextlib
import re
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiohttp import ClientSession

from bot.clock import SystemCalendar
from bot.limits import Limits
from tests.standins.arxiv import ArxivStandIn
from tests.standins.arxiv_world import invent, list_days
from tests.standins.discord import DiscordStandIn
from tests.standins.slack import SlackStandIn

ROUNDS = 7
SETTLED = 2.0  # seconds without anything to do before memory is read
LIBRARIES = "discord, slack_bolt, arxiv, aiohttp, sqlite_utils"
YARDSTICK = f"import {LIBRARIES}\nprint('ready', flush=True)\ninput()"
MOST_TIME, MOST_MEMORY = 1.5, 1.4


@dataclass(frozen=True, slots=True)
class Measured:
    """One process: seconds until it was ready, and bytes when it was idle."""

    seconds: float
    memory: int


async def main(rounds: int) -> int:
    """Print both ratios; return the exit code."""
    yardsticks, bots = [], []
    with tempfile.TemporaryDirectory() as folder:
        async with servers() as around:
            first = await bot(Path(folder), around)  # it harvests, so its time says nothing
            for _ in range(rounds):
                yardsticks.append(await yardstick())
                bots.append(await bot(Path(folder), around))
    most = max(one.memory for one in (first, *bots))
    usual = statistics.median(one.memory for one in yardsticks)
    seconds = [min(one.seconds for one in some) for some in (yardsticks, bots)]
    slower = _tell("start to ready, s", *seconds)
    larger = _tell("idle memory, MB", usual / 1e6, most / 1e6)
    return int(slower > MOST_TIME or larger > MOST_MEMORY)


def _tell(what: str, base: float, ours: float) -> float:
    print(f"{what}: five imports {base:.2f}, Paperboy {ours:.2f}: {ours / base:.2f} ×")
    return ours / base


async def yardstick() -> Measured:
    """Start what only imports."""
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", YARDSTICK, stdin=-1, stdout=-1
    )
    assert process.stdout
    await process.stdout.readline()
    seconds = time.perf_counter() - began
    memory = resident(process.pid)
    await process.communicate(b"\n")
    return Measured(seconds, memory)


# ── the bot and what is around it ────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Around:
    """The servers that stand in for the world."""

    arxiv: ArxivStandIn
    slack: SlackStandIn
    discord: DiscordStandIn


@contextlib.asynccontextmanager
async def servers() -> AsyncIterator[Around]:
    """Serve a small arXiv, a workspace and a Discord."""
    today = datetime.now(UTC).date()
    known = invent(list_days(today - timedelta(days=42), 31))
    async with (
        ArxivStandIn(known, SystemCalendar(), Limits().arxiv) as arxiv,
        SlackStandIn() as slack,
        DiscordStandIn() as discord,
    ):
        yield Around(arxiv, slack, discord)


async def bot(folder: Path, around: Around) -> Measured:
    """Start `paperboy run`, and end it when it has been measured."""
    path = _config(folder, around)
    arxiv, discord = around.arxiv.endpoints.feed, around.discord
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.benchmarks.started", str(path), arxiv,
        around.slack.api, discord.api, discord.gateway.url, stdout=-1,
    )  # fmt: skip
    assert process.stdout
    url = await _address(process.stdout)
    await around.slack.connected()
    await discord.connected()
    await _ready(url)
    seconds = time.perf_counter() - began
    await _idle(around.arxiv)
    memory = resident(process.pid)
    process.send_signal(signal.SIGTERM)
    await process.communicate()
    await _gone(around)
    return Measured(seconds, memory)


def _config(folder: Path, around: Around) -> Path:
    path = folder / "config.toml"
    path.write_text(
        '[arxiv]\narchives = ["cs", "hep-th", "stat"]\n'
        f'[store]\npath = "{folder}/paperboy.sqlite3"\n'
        '[web]\nlisten = "127.0.0.1:0"\n'
        f'[slack]\nbot_token = "{around.slack.workspace.bot_token}"\napp_token = "xapp-stand-in"\n'
        f'[discord]\ntoken = "{around.discord.world.token}"\n'
    )
    return path


async def _address(lines: asyncio.StreamReader) -> str:
    while line := (await lines.readline()).decode():
        if found := re.match(r"Open (http\S+)", line):
            return found[1]
    raise RuntimeError("the bot ended before it was ready")


async def _ready(url: str) -> None:
    async with ClientSession() as session:
        while True:
            async with session.get(f"{url}readyz") as answer:
                if answer.status == 200:
                    return
            await asyncio.sleep(0.005)


async def _idle(arxiv: ArxivStandIn) -> None:
    """Wait until the bot has asked arXiv nothing for a while, nor had to."""
    patience = arxiv.gap + SETTLED
    while True:
        arxiv.arrived.clear()
        try:
            await asyncio.wait_for(arxiv.arrived.wait(), patience)
        except TimeoutError:
            return


async def _gone(around: Around) -> None:
    while around.discord.gateway.connected:  # noqa: ASYNC110 - the server notices by itself
        await asyncio.sleep(0.01)


def resident(process: int) -> int:
    """Return the resident set of a process, in bytes."""
    status = Path(f"/proc/{process}/status").read_text()
    found = re.search(r"^VmRSS:\s+(\d+) kB", status, re.MULTILINE)
    assert found
    return int(found[1]) * 1024


if __name__ == "__main__":
    sys.exit(asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)))
