"""Feed bytes → committed digests for 100,000 subscriptions: time, memory, the event loop's lag.

    uv run python -m tests.benchmarks.batch

Two towns of 100,000 places with one subscription each: every place with a topic of its own, and
10,000 topics shared. Half of them are daily, half on arrival; all fall due in one step. The bot has
planned the day before, so its topic index is warm, as a running bot's is. Then a day of 900 papers
(as the largest real one in ../shared) comes in as feed bytes, and the clock runs from those bytes
to the last commit.

The floor is what any bot has to do: parse the bytes, store the papers, and write exactly the rows
that the run wrote, ready made, in transactions of the same size, without matching or composing.

Meanwhile a heartbeat on the event loop notes how late it comes, and somebody asks for their
subscriptions ten times a second. Each town runs in a process of its own; its memory is the whole
resident set at its peak, interpreter and libraries included.
Promise: ≤ 4 s, ≤ 250 MB, ≤ 3.6 × the floor, the loop never blocked for more than 50 ms.
"""

import asyncio
import contextlib
import json
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlite_utils import Database

from bot.collect.arxiv.feeds import parse_feed
from bot.collect.novelty import decide_feed
from bot.compose.topic import parse_topic
from bot.limits import Limits
from bot.model import BatchState, Daily, Destination, OnArrival, Place, Schedule, Subscription
from bot.planning import Planner
from bot.platforms.web.render import render
from bot.store.opening import Store, open_store
from bot.store.places import write_place
from bot.store.subscription_rows import write
from tests.store.bulk import connection_of

PLACES = 100_000
TOWNS = {"distinct": 100_000, "shared": 10_000}  # name → topics
PAPERS = 900  # of the day that is measured; the day before has half of them
FEED = 600  # entries of one feed request
RUNS = 3
CHUNK = Limits().enqueue_batch
YESTERDAY, TODAY = date(2026, 8, 10), date(2026, 8, 11)
BEAT = 0.005  # seconds between heartbeats
RENDERED = 2_000


@dataclass(slots=True)
class Calendar:
    moment: datetime

    def now(self) -> datetime:
        return self.moment


@dataclass(slots=True)
class Result:
    """One run of one town."""

    seconds: float = 0.0
    mb: float = 0.0
    lag_ms: float = 0.0  # the latest heartbeat
    command_ms: float = 0.0  # the slowest answer to a command
    digests: int = 0
    items: int = 0
    rendered: float = 0.0  # digests a second, read and drawn
    phases: dict[str, float] = field(default_factory=dict)


async def always() -> bool:
    return True


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 15, tzinfo=UTC)


# ── the town ─────────────────────────────────────────────────────────────────────────────────────


async def build(folder: Path, topics: int) -> None:
    """Write a database with all places and subscriptions, as of the day before."""
    texts = json.loads((folder / "topics.json").read_text())[:topics]
    async with open_store(folder / f"{topics}.sqlite3") as store:
        await connection_of(store).write(lambda database: _fill(database, texts))


def _fill(database: Database, texts: Sequence[str]) -> None:
    before = ("2026-08-07T09:00 Europe/Berlin", "arrival:2026-08-07")
    for number in range(PLACES):
        here = Destination("web", "local", f"room-{number}")
        row = write_place(database, Place(here, f"#room-{number}"))
        schedule: Schedule = OnArrival() if number % 2 else Daily("09:00")
        text = texts[number % len(texts)]
        one = Subscription(
            here, 1, text, text, schedule, "Europe/Berlin", 0, last_slot=before[number % 2]
        )
        write(database, row, one)


def feeds() -> Iterator[tuple[str, bytes]]:
    """Yield file names and feed bytes of both days."""
    # Imported here: what makes the data is no part of the measured processes' memory.
    from tests.benchmarks.matching import papers  # noqa: PLC0415
    from tests.standins.arxiv_documents import atom  # noqa: PLC0415
    from tests.standins.arxiv_world import FeedEntry, Record, Text  # noqa: PLC0415

    seen = papers()
    days = {TODAY: seen[:PAPERS], YESTERDAY: seen[PAPERS : PAPERS + PAPERS // 2]}
    for day, listed in days.items():
        stamp = midnight(day) - timedelta(days=1)
        entries = [
            FeedEntry(
                Record(
                    paper.id,
                    ((1, stamp),),
                    paper.categories,
                    Text(paper.title, paper.abstract, tuple(paper.authors)),
                    day,
                ),
                "new",
            )
            for paper in listed
        ]
        for part in range(0, len(entries), FEED):
            yield f"{day}-{part}.xml", atom(["cs"], day, entries[part : part + FEED])


def bodies(folder: Path, day: date) -> list[bytes]:
    return [file.read_bytes() for file in sorted(folder.glob(f"{day}-*.xml"))]


async def collect(store: Store, bodies: Sequence[bytes], day: date) -> None:
    """Parse the bytes and store what is new, as the collector does."""
    pages = [await asyncio.to_thread(parse_feed, body) for body in bodies]
    items = [item for page in pages for item in page.items]
    seen = await store.announcements.seen({item.paper.id for item in items})
    news = decide_feed(items, seen, day)
    await store.announcements.add(news.papers, news.announcements, at=midnight(day))
    await store.announcements.mark(day, BatchState.SETTLED, midnight(day))


# ── the run ──────────────────────────────────────────────────────────────────────────────────────


async def run(folder: Path, topics: int) -> Result:
    """Plan yesterday, then measure today. To be run in a fresh process."""
    path, result = folder / "run.sqlite3", Result()
    shutil.copy(folder / f"{topics}.sqlite3", path)
    calendar = Calendar(midnight(YESTERDAY) + timedelta(minutes=1))
    async with open_store(path, calendar=calendar) as store:
        planner = Planner(
            store.announcements, store.subscriptions, store.outbox, calendar, Limits(), always
        )
        await collect(store, bodies(folder, YESTERDAY), YESTERDAY)
        await planner.step()
        copy(path, folder / "before.sqlite3")
        calendar.moment = midnight(TODAY) + timedelta(minutes=1)
        arrived = bodies(folder, TODAY)
        async with watched(store, result):
            begin = time.perf_counter()
            await collect(store, arrived, TODAY)
            result.phases["collect"] = time.perf_counter() - begin
            result.digests = (await planner.step()).digests
            result.seconds = time.perf_counter() - begin
        result.mb = peak_mb()
        result.rendered = await rendering(store, result.digests)
    result.items = count_items(path)
    return result


@contextlib.asynccontextmanager
async def watched(store: Store, result: Result) -> AsyncIterator[None]:
    """Beat and command meanwhile; write down the latest beat and the slowest answer."""

    async def beat() -> None:
        while True:
            begin = time.perf_counter()
            await asyncio.sleep(BEAT)
            late = time.perf_counter() - begin - BEAT
            result.lag_ms = max(result.lag_ms, late * 1e3)

    async def command() -> None:
        while True:
            begin = time.perf_counter()
            await store.subscriptions.of(Destination("web", "local", "room-7"))
            result.command_ms = max(result.command_ms, (time.perf_counter() - begin) * 1e3)
            await asyncio.sleep(0.1)

    tasks = [asyncio.create_task(beat()), asyncio.create_task(command())]
    yield
    for task in tasks:
        task.cancel()


async def rendering(store: Store, digests: int) -> float:
    """Return how many of the newest digests are read and drawn in a second."""
    begin = time.perf_counter()
    for number in range(digests, digests - RENDERED, -1):
        digest = await store.outbox.digest(number)
        assert digest
        render(digest)
    return RENDERED / (time.perf_counter() - begin)


def peak_mb() -> float:
    """Return the most resident memory this process has had, in MB (Linux)."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def copy(path: Path, target: Path) -> None:
    with contextlib.closing(sqlite3.connect(path)) as source:
        target.unlink(missing_ok=True)
        with contextlib.closing(sqlite3.connect(target)) as drain:
            source.backup(drain)


def count_items(path: Path) -> int:
    with contextlib.closing(sqlite3.connect(path)) as link:
        link.execute("ATTACH ? AS old", [str(path.parent / "before.sqlite3")])
        (now,) = link.execute(
            "SELECT (SELECT count(*) FROM ledger) - (SELECT count(*) FROM old.ledger)"
        ).fetchone()
        return int(now)


# ── the floor ────────────────────────────────────────────────────────────────────────────────────

# What the run wrote, in the order of its transactions: select of new rows → statement.
_FRESH = "(SELECT coalesce(max(id), 0) FROM old.digests)"
_WRITTEN = {
    f"""SELECT id, destination, slot, due, planned_at, heading, items, shown FROM digests
        WHERE id > {_FRESH} ORDER BY id""": """INSERT INTO digests(id, destination, slot, due,
        planned_at, heading, items, shown) VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
    f"SELECT * FROM digest_topics WHERE digest > {_FRESH} ORDER BY digest": (
        "INSERT INTO digest_topics VALUES (?, ?, ?, ?)"
    ),
    """SELECT s.cursor, s.first_done, s.due_group, s.id FROM subscriptions s
        JOIN old.subscriptions o ON o.id = s.id WHERE s.cursor > o.cursor
        ORDER BY s.id""": """UPDATE subscriptions SET cursor = ?,
        first_done = first_done OR ?, due_group = ? WHERE id = ?""",
    f"""SELECT l.* FROM ledger l LEFT JOIN old.ledger o
        ON o.paper = l.paper AND o.destination = l.destination WHERE o.paper IS NULL
        ORDER BY (l.destination - 1) / {CHUNK}, l.paper, l.destination""": (
        "INSERT INTO ledger VALUES (?, ?, ?)"
    ),
    f"""SELECT o.* FROM owing o JOIN digests g ON g.destination = o.destination
        WHERE g.id > {_FRESH} ORDER BY g.id""": (
        "INSERT OR REPLACE INTO owing VALUES (?, ?, ?, ?, ?, ?)"
    ),
}


def written(folder: Path) -> Iterator[tuple[str, list[list[tuple[object, ...]]]]]:
    """Yield each statement with its rows, cut into as many transactions as the run had."""
    with contextlib.closing(sqlite3.connect(folder / "run.sqlite3")) as link:
        link.execute("ATTACH ? AS old", [str(folder / "before.sqlite3")])
        for select, statement in _WRITTEN.items():
            rows = link.execute(select).fetchall()
            size = -(-len(rows) // (PLACES // CHUNK))
            yield statement, [rows[at * size : (at + 1) * size] for at in range(PLACES // CHUNK)]


async def floor(folder: Path) -> float:
    """Return the seconds for parsing, storing and writing the run's rows. In a fresh process."""
    rows = list(written(folder))
    calendar = Calendar(midnight(TODAY))
    async with open_store(folder / "before.sqlite3", calendar=calendar) as store:
        connection, arrived = connection_of(store), bodies(folder, TODAY)
        begin = time.perf_counter()
        await collect(store, arrived, TODAY)
        for part in range(PLACES // CHUNK):
            await connection.write(
                lambda database, part=part: [  # type: ignore[misc]
                    database.conn.executemany(statement, parts[part]) for statement, parts in rows
                ]
            )
        return time.perf_counter() - begin


# ── all of it ────────────────────────────────────────────────────────────────────────────────────


def apart(*arguments: str) -> str:
    """Measure in a process of its own; returns what it says."""
    command = [sys.executable, "-m", "tests.benchmarks.batch", *arguments]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def prepare(folder: Path) -> None:
    from tests.benchmarks.matching import topics  # noqa: PLC0415

    canonical = [parse_topic(text).canonical for text in topics(max(TOWNS.values()))]
    (folder / "topics.json").write_text(json.dumps(canonical))
    for name, body in feeds():
        (folder / name).write_bytes(body)


def measure(folder: Path, town: str, topics: int, runs: int) -> None:
    apart("build", str(folder), str(topics))
    results, floors = [], []
    for _ in range(runs):
        result = Result(**json.loads(apart("run", str(folder), str(topics))))
        results.append(result)
        floors.append(float(apart("floor", str(folder), str(topics))))
        print(f"  {result} floor={floors[-1]:.2f}", file=sys.stderr, flush=True)
    seconds, low = [one.seconds for one in results], min(floors)
    print(
        f"batch 100k {town}: seconds={min(seconds):.2f} (median {statistics.median(seconds):.2f})"
        f" mb={max(one.mb for one in results):.0f} floor={low:.2f} ratio={min(seconds) / low:.2f}"
        f" lag_ms={min(one.lag_ms for one in results):.0f}"
        f" (median {statistics.median(one.lag_ms for one in results):.0f})"
        f" command_ms={results[0].command_ms:.0f} digests={results[0].digests:,}"
        f" items={results[0].items:,} rendered={max(one.rendered for one in results):,.0f}/s",
        flush=True,
    )


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepare(folder)
        for town, topics in TOWNS.items():
            measure(folder, town, topics, RUNS)


if __name__ == "__main__":
    match sys.argv[1:]:
        case []:
            main()
        case ["build", where, many]:
            asyncio.run(build(Path(where), int(many)))
        case ["run", where, many]:
            print(json.dumps(asdict(asyncio.run(run(Path(where), int(many))))))
        case ["floor", where, _]:
            print(asyncio.run(floor(Path(where))))
        case _:
            sys.exit("no arguments, please")
