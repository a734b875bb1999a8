"""What a file of subscriptions wants → the store. Nothing is taken away, nothing is sent twice.

A subscription is known by its topic at its place: it becomes as it stands in the file, and its
cursor stays. A new one begins where it would had it been typed now, under the number that the file
says if that was never used there.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from bot.cursors import placed
from bot.exchange.form import Wanted, read_toml
from bot.model import Place, Subscription
from bot.ports import Announcements, Subscriptions

ACTOR: Final = "paperboy"


@dataclass(slots=True)
class Taken:
    """What became of the file's subscriptions."""

    added: int = 0
    changed: int = 0
    same: int = 0

    def __str__(self) -> str:
        return f"{self.added:,} added, {self.changed:,} changed, {self.same:,} as they were."


async def take_text(
    text: str, subscriptions: Subscriptions, announcements: Announcements, now: datetime
) -> Taken:
    """Read a file and bring it in. Raises `NotTaken`, and then nothing is changed; `StoreError`."""
    wanted = await asyncio.to_thread(read_toml, text)
    return await take(wanted, subscriptions, announcements, now)


async def take(
    wanted: Sequence[Wanted],
    subscriptions: Subscriptions,
    announcements: Announcements,
    now: datetime,
) -> Taken:
    """Bring it in, place by place; doing it again changes nothing more. Raises `StoreError`."""
    taken = Taken()
    for place, ones in wanted:
        await _keep(place, subscriptions)
        known = await subscriptions.of(place.destination, removed=True)
        numbers = {one.number for one in known}
        active = {one.topic: one for one in known if not one.removed}
        for one in ones:
            old = active.get(one.topic)
            if old is None:
                number = 0 if one.number in numbers else one.number
                fresh = await placed(replace(one, number=number), announcements, now)
                saved = await subscriptions.save(fresh, ACTOR)
                numbers.add(saved.number)
                active[saved.topic] = saved
                taken.added += 1
            elif (new := _as_wanted(old, one)) != old:
                await subscriptions.save(new, ACTOR)
                taken.changed += 1
            else:
                taken.same += 1
    return taken


async def _keep(place: Place, subscriptions: Subscriptions) -> None:
    """Give a place its options; what only the store knows of it stays."""
    if whole := place.within:  # the filter is kept there
        held = await subscriptions.place(whole) or Place(whole, whole.address, zone="")
        await _keep(replace(held, base=place.base), subscriptions)
    known = await subscriptions.place(place.destination)
    if known:
        place = replace(place, suspended=known.suspended, last_platform_id=known.last_platform_id)
    if place != known:
        await subscriptions.put_place(place, ACTOR)


def _as_wanted(old: Subscription, one: Subscription) -> Subscription:
    return replace(
        old,
        label=one.label,
        schedule=one.schedule,
        zone=one.zone,
        kinds=one.kinds,
        updates=one.updates,
        creator=one.creator or old.creator,
        editor=one.editor or old.editor,
        created=one.created or old.created,
        paused=one.paused,
        paused_until=one.paused_until,
        ping=one.ping,
    )
