"""From the start of `paperboy run` with Slack and Discord on until it is ready; memory when idle.

    uv run python -m tests.benchmarks.start [ROUNDS]

The yardstick is a process that only imports the five libraries that Paperboy was given. In each
round both are started once, one after the other; of each the best round counts. Ready means: the
start lines are printed, the page answers, and both stand-ins hold an open, identified connection.
Memory is the whole resident set, of the yardstick after its imports, of the bot when it is idle:
it has read what arXiv offered (so that everything a day's reading needs is loaded), and 2 s passed.
Promise: time ≤ 1.5 × and memory ≤ 1.4 × the yardstick's.
"""

import asyncio
import contextlib
import re
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
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
            await bot(Path(folder), around)  # the first start of all harvests: not what is measured
            for _ in range(rounds):
                yardsticks.append(await yardstick())
                bots.append(await bot(Path(folder), around))
    time_ratio = _tell("start to ready, s", [one.seconds for one in yardsticks],
                       [one.seconds for one in bots])  # fmt: skip
    memory_ratio = _tell("idle memory, MB", [one.memory / 1e6 for one in yardsticks],
                         [one.memory / 1e6 for one in bots])  # fmt: skip
    return int(time_ratio > MOST_TIME or memory_ratio > MOST_MEMORY)


def _tell(what: str, yardsticks: Sequence[float], bots: Sequence[float]) -> float:
    base, ours = min(yardsticks), min(bots)
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
    await _page_answers(process.stdout)
    await around.slack.connected()
    await discord.connected()
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


async def _page_answers(lines: asyncio.StreamReader) -> None:
    while line := (await lines.readline()).decode():
        if found := re.match(r"Open (http\S+)", line):
            async with ClientSession() as session, session.get(f"{found[1]}static/x") as answer:
                assert answer.status in (200, 404)
            return
    raise RuntimeError("the bot ended before it was ready")


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
