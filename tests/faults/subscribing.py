"""Gives every room of a world its subscriptions, as people would before the first day."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from bot.compose.topic import parse_topic
from bot.cursors import placed
from bot.model import Place, Subscription
from bot.store.opening import open_store
from tests.faults.without import remove
from tests.faults.world import FaultyWorld


async def _subscribe(world: FaultyWorld, database: Path) -> None:
    async with open_store(database) as store:
        for room in world.rooms:
            where = room.destination
            place = Place(where, room.name, room.zone, room.density, is_person=room.is_person)
            await store.subscriptions.put_place(place, "test")
            for text in room.topics:
                topic = parse_topic(text)
                one = Subscription(
                    where, 0, topic.canonical, topic.label, room.schedule, room.zone, 0
                )
                fresh = await placed(one, store.announcements, world.begin)
                await store.subscriptions.save(fresh, "test")


def subscribe(world: FaultyWorld, database: Path, without: Sequence[str] = ()) -> int:
    """Subscribe, with nobody else at the database; to be called in a process of its own."""
    for name in without:
        remove(name)
    asyncio.run(_subscribe(world, database))
    return 0


async def _pause(database: Path, day: date) -> None:
    async with open_store(database) as store:
        _, one = (await store.subscriptions.all())[0]
        await store.subscriptions.save(replace(one, paused=True, paused_until=day), "test")


def pause(database: Path, day: date) -> int:
    """Pause a subscription until a day, so that it resumes by itself: nothing is lost by it."""
    asyncio.run(_pause(database, day))
    return 0
