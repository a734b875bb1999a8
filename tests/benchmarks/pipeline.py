"""Feed bytes → committed digests for one day and 1,000 subscriptions, beside parsing and storing.

    uv run python -m tests.benchmarks.pipeline

The bot has planned the day before, so its topic index is warm, as a running bot's is; and there is
one run before those that count. The yardstick is the same run without subscriptions: the same bytes
parsed and the same rows stored.
Uses a real day of cs.CV from ../shared where it is, else an invented one of the same size.
Promise: ≤ 4 × the yardstick. The last line reads `pipeline 1k: seconds=… floor=… ratio=…`.
"""

import asyncio
import gzip
import re
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from bot.collect.arxiv.feeds import parse_feed
from bot.collect.novelty import decide_feed
from bot.compose.topic import parse_topic
from bot.errors import TopicError
from bot.limits import Limits
from bot.model import BatchState, Daily, Destination, OnArrival, Place, Subscription
from bot.planning import Planner
from bot.store.opening import Store, open_store

SUBSCRIPTIONS = 1_000
RUNS = 5
FEED = (
    Path(__file__).resolve().parents[3]
    / "shared/data/arxiv/rss/reconstructed/cs.CV_2026-04-21.atom.xml.gz"
)
DAY = date(2026, 4, 21)
NOW = datetime(2026, 4, 21, 15, tzinfo=UTC)
ONE_DAY = timedelta(days=1)


@dataclass
class Calendar:
    moment: datetime = NOW

    def now(self) -> datetime:
        return self.moment


async def always() -> bool:
    return True


def feed_bytes() -> bytes:
    if FEED.exists():
        return gzip.decompress(FEED.read_bytes())
    return _feed(range(600))


def day_before() -> bytes:
    """Return a small feed of one paper that no real day has."""
    return _feed(range(99_990, 99_991))


def _feed(numbers: range) -> bytes:
    entries = "".join(map(_entry, numbers))
    return (
        "<feed xmlns:arxiv='http://arxiv.org/schemas/atom' "
        "xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns='http://www.w3.org/2005/Atom'>"
        "<id>http://rss.arxiv.org/atom/cs.CV</id><title>cs.CV updates on arXiv.org</title>"
        f"<updated>2026-04-21T04:00:00+00:00</updated>{entries}</feed>"
    ).encode()


def _entry(number: int) -> str:
    words = " ".join(f"word{(number * k) % 997} model{k}" for k in range(1, 60))
    return (
        f"<entry><id>oai:arXiv.org:2604.{number:05d}v1</id><title>Sample {words[:60]}</title>"
        "<updated>2026-04-21T04:00:00+00:00</updated>"
        f"<summary>arXiv:2604.{number:05d}v1 Announce Type: new \nAbstract: {words}</summary>"
        '<category term="cs.CV"/><published>2026-04-21T00:00:00-04:00</published>'
        "<arxiv:announce_type>new</arxiv:announce_type><dc:creator>A B</dc:creator></entry>"
    )


def topics(count: int) -> list[str]:
    """Return that many distinct topics: pairs of words that stand in the day's titles."""
    pairs: Counter[str] = Counter()
    for item in parse_feed(feed_bytes()).items:
        words = re.findall(r"[a-z]{4,}", f"{item.paper.title} {item.paper.abstract}".lower())
        pairs.update(" ".join(pair) for pair in pairwise(words))
    found: list[str] = []
    for pair, _ in pairs.most_common():
        try:
            found.append(parse_topic(pair).canonical)
        except TopicError:
            continue
        if len(found) == count:
            break
    return found


async def subscribe(store: Store) -> None:
    for number, text in enumerate(topics(SUBSCRIPTIONS)):
        here = Destination("web", "local", f"room-{number}")
        await store.subscriptions.put_place(Place(here, f"#room-{number}"), "benchmark")
        schedule = OnArrival() if number % 2 else Daily("09:00")
        one = Subscription(here, 0, text, text, schedule, "Europe/Berlin", 0)
        await store.subscriptions.save(one, "benchmark")


async def collect(store: Store, body: bytes, day: date, at: datetime) -> None:
    """Parse the bytes and store what is new, as the collector does."""
    items = parse_feed(body).items
    seen = await store.announcements.seen({item.paper.id for item in items})
    news = decide_feed(items, seen, day)
    await store.announcements.add(news.papers, news.announcements, at=at)
    await store.announcements.mark(day, BatchState.SETTLED, at)


async def once(body: bytes, *, planned: bool) -> tuple[float, int]:
    with tempfile.TemporaryDirectory() as folder:
        async with open_store(Path(folder) / "store.sqlite3") as store:
            calendar = Calendar()
            planner = Planner(
                store.announcements,
                store.subscriptions,
                store.outbox,
                calendar,
                Limits(),
                ready=always,
            )
            if planned:
                await subscribe(store)
            await collect(store, day_before(), DAY - ONE_DAY, NOW - ONE_DAY)
            calendar.moment = NOW - ONE_DAY + timedelta(minutes=1)
            await planner.step()
            calendar.moment = NOW + timedelta(minutes=1)
            begin = time.perf_counter()
            await collect(store, body, DAY, NOW)
            digests = (await planner.step()).digests if planned else 0
            return time.perf_counter() - begin, digests


async def main() -> None:
    body = feed_bytes()
    await once(body, planned=True)
    floors = [(await once(body, planned=False))[0] for _ in range(RUNS)]
    runs = [await once(body, planned=True) for _ in range(RUNS)]
    seconds, floor = min(run for run, _ in runs), min(floors)
    digests = runs[0][1]
    assert digests > SUBSCRIPTIONS / 4, "the topics should find something"
    print(f"{len(body):,} bytes, {SUBSCRIPTIONS:,} subscriptions, {digests:,} digests")
    print(f"pipeline 1k: seconds={seconds:.3f} floor={floor:.3f} ratio={seconds / floor:.2f}")


if __name__ == "__main__":
    asyncio.run(main())
