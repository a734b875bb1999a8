"""A writer that is killed: adds announcements and enqueues digests, again and again the same.

Run as `python -m tests.store.crashing FILE`. It prints a dot after each commit that it knows of.
"""

import asyncio
import sys
from datetime import timedelta
from pathlib import Path

from bot.model import Advance, Destination
from bot.settlement import Sent
from bot.store import Store, open_store
from tests.store.samples import (
    ACTOR,
    DAY,
    NOON,
    add_new,
    body,
    item,
    paper,
    plan,
    settle,
    slot,
    subscription,
)

ROUNDS = 5
PLACES = [Destination("slack", "T1", f"C{n}") for n in range(6)]


async def work(store: Store) -> None:
    """Do everything that is not done yet; doing it again changes nothing."""
    for place in PLACES[len(await store.subscriptions.all()) :]:
        await store.subscriptions.save(subscription(destination=place), ACTOR)
        dot()
    for number in range(ROUNDS):
        await one_day(store, number)


async def one_day(store: Store, number: int) -> None:
    day, at = DAY + timedelta(days=number), NOON + timedelta(days=number)
    papers = [paper(f"2608.{number:02}{n:03}") for n in range(20)]
    for part in (papers[:7], papers[5:15], papers):
        await add_new(store, part, day, at)
        dot()
    await settle(store, day, at)
    due = slot(f"day {number}", at)
    items = tuple(item(one.id) for one in papers[:3])
    plans = [
        plan(sub.destination, slot=due, items=items, advances=(advance,))
        for _, sub in await store.subscriptions.all()
        if sub.last_slot < due.key
        for advance in [Advance(sub.id, sub.cursor, (number + 1) * 20)]
    ]
    await store.outbox.enqueue(plans, at)
    dot()
    await deliver(store)


async def deliver(store: Store) -> None:
    while owed := await store.outbox.owed("slack", NOON, 3, ()):
        for one in owed:
            if one.delivery is None:
                await store.outbox.open(one.digest, [body("a"), body("b")], NOON)
            else:
                await store.outbox.claim(one.delivery.key, one.delivery.state, NOON)
                await store.outbox.settle(one.delivery.key, Sent(one.delivery.key), NOON)
        dot()


async def main(path: Path) -> None:
    """Open, take back what was in flight, and go on."""
    async with open_store(path, start=str(sys.argv[2])) as store:
        await store.outbox.recover("slack", None, NOON)
        await work(store)


def dot() -> None:
    """Tell the parent that one more commit is done."""
    sys.stdout.write(".")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
