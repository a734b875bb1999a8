"""Weeks of the real program: does it stay as small as it was, and send everything once?

    uv run python -m tests.faults.soak [--days 30] [--subscriptions 5000] [--seed 1]

The program runs in a process of its own, with Slack, Discord and arXiv in three others; days on
which arXiv announces follow each other as fast as they are done. Half of the subscriptions are on
Slack, half on Discord, each in a channel of its own, each with one digest a day; one message in 50
is judged whole. From day 5 on memory may grow by 5 %, file handles and tasks not at all; the
database may not grow by more than the ledger does once the days that are kept are over.
The last line says what was held; the exit code is 1 if something was not.
"""

import argparse
import asyncio
import json
import os
import resource
import sys
import tempfile
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

from bot.model import Daily, Destination, OnArrival, Place, Schedule, Subscription
from bot.store import open_store
from tests.faults.clock import make_clock
from tests.faults.soak_bot import GAP
from tests.faults.soak_standins import discord_channel, slack_channel
from tests.standins.arxiv_world import list_days

Json = dict[str, Any]
FIRST: Final = date(2026, 2, 2)
KEPT: Final = 10  # days that announcements and digests are kept
SETTLED: Final = 5  # the day from which on nothing may grow
MEMORY: Final = 1.05
JUDGE_EVERY: Final = 50
LEDGER: Final = 40  # bytes that a row of the ledger may take, with its index
_TOPICS: Final = ("cat:cs.CV", "cat:cs.CL", "cat:hep-th", "cat:stat.ML")
_TIMES: Final = ("08:00", "09:00", "09:30", "12:00", "18:15")


@dataclass(frozen=True)
class Wish:
    """What is to be run."""

    days: int
    subscriptions: int
    seed: int


@dataclass
class Found:
    """What was measured: the program at the end of each list day, and what the platforms hold."""

    days: list[Json] = field(default_factory=list)
    slack: Json = field(default_factory=dict)
    discord: Json = field(default_factory=dict)
    arxiv: Json = field(default_factory=dict)
    seconds: float = 0.0
    cpu: float = 0.0  # of all processes


# ── running ──────────────────────────────────────────────────────────────────────────────────────


async def soak(wish: Wish) -> Found:
    """Run it; returns what was found."""
    days = list_days(FIRST, wish.days)
    with tempfile.TemporaryDirectory(prefix="paperboy-soak-") as name:
        folder = Path(name)
        start = datetime(FIRST.year, FIRST.month, FIRST.day, 4, tzinfo=UTC)
        make_clock(folder / "clock", start)
        began = time.monotonic()
        async with asyncio.timeout(3_600 * 3):
            found = await _run(folder, wish, days)
        found.seconds = time.monotonic() - began
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    found.cpu = used.ru_utime + used.ru_stime
    return found


async def _run(folder: Path, wish: Wish, days: Sequence[date]) -> Found:
    half = {"channels": wish.subscriptions // 2, "judge_every": JUDGE_EVERY}
    dates = {"first": FIRST.isoformat(), "days": len(days), "clock": str(folder / "clock")}
    slack = await _started("soak_standins", "slack", json.dumps(half))
    discord = await _started("soak_standins", "discord", json.dumps(half))
    arxiv = await _started("soak_standins", "arxiv", json.dumps({**dates, "gap": GAP / 2}))
    where = {
        "slack": await _line(slack),
        "discord": await _line(discord),
        "arxiv": await _line(arxiv),
    }
    await _subscribe(folder / "soak.sqlite3", wish, where)
    over = datetime.combine(days[-1] + timedelta(days=1), datetime.min.time(), UTC)
    spec = {
        **where,
        "database": str(folder / "soak.sqlite3"),
        "clock": dates["clock"],
        "until": over.isoformat(),
        "kept": KEPT,
    }
    bot = await _started("soak_bot", json.dumps(spec))
    found = Found()
    while line := await _stdout(bot).readline():
        told = json.loads(line)
        if date.fromisoformat(told["day"]) in days:
            found.slack, found.discord = await _asked(slack), await _asked(discord)
            found.days.append({**told, "sent": found.slack["messages"] + found.discord["messages"]})
            _progress(found.days)
    if await bot.wait():
        raise RuntimeError("the program ended by itself")
    found.arxiv = await _asked(arxiv)
    for one in (slack, discord, arxiv):
        assert one.stdin
        one.stdin.close()
        await one.wait()
    return found


async def _started(module: str, *arguments: str) -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", f"tests.faults.{module}", *arguments, stdin=PIPE, stdout=PIPE
    )


def _stdout(process: Process) -> asyncio.StreamReader:
    assert process.stdout
    return process.stdout


async def _line(process: Process) -> Json:
    return dict(json.loads(await _stdout(process).readline()))


async def _asked(process: Process) -> Json:
    assert process.stdin
    process.stdin.write(b"\n")
    await process.stdin.drain()
    return await _line(process)


async def _subscribe(path: Path, wish: Wish, where: Json) -> None:
    """Store the subscriptions, as people would have made them, one a channel."""
    by = Random(wish.seed)
    async with open_store(path) as store:
        for number in range(wish.subscriptions):
            half, odd = divmod(number, 2)
            slack = Destination("slack", where["slack"]["team"], slack_channel(half))
            discord = Destination("discord", where["discord"]["application"], discord_channel(half))
            there, topic = discord if odd else slack, by.choice(_TOPICS)
            await store.subscriptions.put_place(Place(there, f"#soak-{half}"), "soak")
            one = Subscription(there, 0, topic, topic, _schedule(by), "UTC", 0, first_done=True)
            await store.subscriptions.save(one, "soak")


def _schedule(by: Random) -> Schedule:
    return OnArrival() if by.random() < 0.2 else Daily(by.choice(_TIMES))


# ── judging ──────────────────────────────────────────────────────────────────────────────────────


def broken(wish: Wish, found: Found) -> list[str]:
    """Return what was not held, in words."""
    first = found.days[min(SETTLED, len(found.days)) - 1]
    last = found.days[-1]
    wrong = [
        f"{name} grew from {first[name]} to {last[name]}"
        for name in ("handles", "tasks", "threads")
        if last[name] > first[name]
    ]
    if last["memory"] > first["memory"] * MEMORY:
        wrong.append(f"memory grew by {_grown(first, last, 'memory'):+.1%}")
    if len(found.days) > 2 * KEPT:
        wrong += _unbounded(found.days)
    for name, held in (("Slack", found.slack), ("Discord", found.discord)):
        wrong += _not_once(name, held, len(found.days), wish.subscriptions // 2)
    return wrong + [f"arXiv: {one}" for one in found.arxiv["faults"]]


def _unbounded(days: Sequence[Json]) -> list[str]:
    """Say whether the database still grows once days fall out of what is kept."""
    before, last = days[2 * KEPT - 1], days[-1]
    ledger = (last["rows"]["ledger"] - before["rows"]["ledger"]) * LEDGER
    if last["database"] <= before["database"] * MEMORY + ledger:
        return []
    return [f"the database grew from {before['database']} to {last['database']} bytes"]


def _not_once(name: str, held: Json, days: int, channels: int) -> list[str]:
    wrong = [f"{name}: {one}" for one in held["faults"]]
    if held["refused"] or held["repeated"]:
        wrong.append(f"{name}: {held['refused']} refused, {held['repeated']} repeated")
    if (held["messages"], held["least"], held["most"]) != (days * channels, days, days):
        each = f"{held['least']} to {held['most']} a channel"
        wrong.append(f"{name}: {held['messages']} of {days * channels} messages, {each}")
    return wrong


def _grown(first: Json, last: Json, name: str) -> float:
    return float(last[name] / first[name] - 1)


# ── telling ──────────────────────────────────────────────────────────────────────────────────────

_HEAD: Final = f"{'day':>4}{'messages':>10}{'memory':>9}{'handles':>9}{'tasks':>7}{'database':>10}"


def _progress(days: Sequence[Json]) -> None:
    if len(days) == 1:
        print(_HEAD)
    one = days[-1]
    memory, database = one["memory"] / 1e6, one["database"] / 1e6
    print(
        f"{len(days):>4}{one['sent']:>10,}{memory:>6.0f} MB{one['handles']:>9}{one['tasks']:>7}"
        f"{database:>7.0f} MB",
        flush=True,
    )


def _summary(wish: Wish, found: Found, wrong: Sequence[str]) -> str:
    first, last = found.days[min(SETTLED, len(found.days)) - 1], found.days[-1]
    sent = last["sent"]
    return (
        f"days={len(found.days)} subscriptions={wish.subscriptions} sent={sent}"
        f" seconds={found.seconds:.0f} rate={sent / found.seconds:.0f}/s"
        f" cpu={found.cpu:.0f} bot={last['cpu']:.0f}"
        f" memory={_grown(first, last, 'memory'):+.1%}"
        f" handles={last['handles'] - first['handles']:+}"
        f" tasks={last['tasks'] - first['tasks']:+} database={last['database'] / 1e6:.0f}MB"
        f" broken={len(wrong)}"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it from a shell."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.soak", description=__doc__)
    parser.add_argument("--days", type=int, default=30, help="on which arXiv announces")
    parser.add_argument("--subscriptions", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args(arguments)
    wish = Wish(asked.days, asked.subscriptions, asked.seed)
    found = asyncio.run(soak(wish))
    wrong = broken(wish, found)
    for one in wrong:
        print(f"broken: {one}")
    print(_summary(wish, found, wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    sys.exit(main())
