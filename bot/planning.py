"""One planning step: what is due → announcements → matches → plans → the outbox.

Nothing is remembered between steps but the topic index, which is only a cache: killed anywhere, the
next start plans the same. What is due is asked of the store by groups (same schedule, zone and
last slot), so that a step costs little when nothing is due, however many subscriptions there are.

Of 100,000 subscriptions that fall due most find nothing: they are known in short, and only where a
slot has something to say is a place read whole and composed. Places are planned in slices, so that
memory does not grow with them; what takes long runs in threads, so that the event loop goes on.
"""

import asyncio
import logging
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from operator import attrgetter
from typing import NamedTuple

from bot.compose.digest import CAP, Composer, Due, Shown
from bot.finding import Finder, Finds
from bot.garbage import uncollected
from bot.health.meter import Meter
from bot.limits import Limits
from bot.model import Batch, Destination, OnArrival, Passed, Place, Plan, Subscription
from bot.ports import Announcements, Calendar, DueGroup, Member, Outbox, Subscriptions
from bot.schedule import DueSlot, due_slot, moment_of, previous_slot, wake_at

BATCHES_FROM = timedelta(days=21)  # more than any schedule's period and the outages people sit out
SOON = timedelta(seconds=1)
_PLACE = attrgetter("place")
_LOG = logging.getLogger("paperboy.planning")

_Waiting = Sequence[tuple[DueSlot, Sequence[Member]]]
"""Slots that are due, each with its members by place and number."""
_Told = Mapping[int, tuple[DueSlot, Member]]
"""Members to whose place something is said, by their row, each with its slot."""


class Planned(NamedTuple):
    """What a step did, and when the next one may have something to do."""

    digests: int
    wake: datetime


class Planner:
    """Plans digests for every subscription that is due."""

    def __init__(
        self,
        announcements: Announcements,
        subscriptions: Subscriptions,
        outbox: Outbox,
        calendar: Calendar,
        limits: Limits,
        ready: Callable[[], Awaitable[bool]],
        *,
        cap: int = CAP,
        meter: Meter | None = None,
    ) -> None:
        """`ready` says whether slots may fall due: not during the first harvest.

        `cap`: papers of a digest that are shown.
        """
        self._meter = meter or Meter()
        self._announcements = announcements
        self._subscriptions = subscriptions
        self._outbox = outbox
        self._calendar = calendar
        self._limits = limits
        self._ready = ready
        self.cap = cap  # may change while we run
        self._finder = Finder()

    async def step(self) -> Planned:
        """Plan all that is due now. Raises `StoreError`; planning again is always safe."""
        now = self._calendar.now()
        if not await self._ready():
            return Planned(0, now + timedelta(hours=1))
        batches = await self._announcements.batches((now - BATCHES_FROM).date())
        groups = await self._subscriptions.groups()
        running = [group for group in groups if group.paused_until is None]
        slots = [(group, _due(group, now, batches)) for group in running]
        due = [(group, slot) for group, slot in slots if slot]
        planned = 0
        with uncollected():
            for forced in (False, True):
                some = [one for one in due if one[1].forced is forced]
                planned += await self._plan(some, batches, now, forced=forced)
        ends = [await self._resume(group, now) for group in groups if group.paused_until]
        waiting = [*ends, *(_wake(group, now, batches) for group in running)]
        return Planned(planned, min(waiting, default=now + timedelta(hours=1)))

    async def _resume(self, group: DueGroup, now: datetime) -> datetime:
        """End a pause whose day has come; return when to look again.

        The next slot after it covers the days between: the cursor stayed.
        """
        assert group.paused_until
        end = moment_of(group.paused_until, "00:00", group.zone)
        if now < end:
            return end
        rows = [member.id for member in await self._subscriptions.due(group)]
        for _, one in await self._subscriptions.all(only=rows):
            resumed = replace(one, paused=False, paused_until=None)
            if not isinstance(one.schedule, OnArrival):
                before = previous_slot(one.schedule, one.zone, now)
                resumed = replace(resumed, last_slot=before.key)
            await self._subscriptions.save(resumed, "paperboy")
        return now + SOON

    async def _plan(
        self,
        due: Sequence[tuple[DueGroup, DueSlot]],
        batches: Sequence[Batch],
        now: datetime,
        *,
        forced: bool,
    ) -> int:
        """Compose and enqueue for these groups; returns how many digests will be posted."""
        waiting = [(slot, await self._subscriptions.due(group)) for group, slot in due]
        waiting = [(slot, members) for slot, members in waiting if members]
        if not waiting:
            return 0
        upto = await self._announcements.horizon(forced=forced)
        said = await self._announcements.between(await asyncio.to_thread(_oldest, waiting), upto)
        topics = (one.topic for _, members in waiting for one in members)
        finds = await asyncio.to_thread(self._finder.find, topics, said, upto)
        announced = {batch.day: batch.papers for batch in batches}
        posted = 0
        for part in await asyncio.to_thread(_slices, waiting, self._limits.enqueue_batch):
            posted += await self._plan_slice(part, finds, announced, now)
        _LOG.info(
            "planned",
            extra={
                "action": "planned",
                "subscriptions": sum(len(members) for _, members in waiting),
                "digests": posted,
                "upto": upto,
            },
        )
        return posted

    async def _plan_slice(
        self, part: _Waiting, finds: Finds, announced: Mapping[date, int], now: datetime
    ) -> int:
        """Plan some thousand places in one transaction; returns how many digests will be posted."""
        told, passed = await asyncio.to_thread(_sorted_out, part, finds)
        due = await self._whole(told)
        shown = await self._shown(due, finds)
        plans = await asyncio.to_thread(_composed, due, finds, shown, announced, self.cap)
        left = await self._outbox.enqueue(plans, now, passed)
        await self._pass_over(left)
        gone = set(map(id, left))
        posted = [plan for plan in plans if _is_posted(plan) and id(plan) not in gone]
        self._meter.digests += len(posted)
        self._meter.matches += sum(len(plan.items) for plan in posted)
        return len(posted)

    async def _whole(self, told: _Told) -> list[Due]:
        """Return the places of these members, each with all its subscriptions of one slot.

        What was changed since it was found due waits for the next step: nobody has matched its new
        topic.
        """
        if not told:
            return []
        found = await self._subscriptions.all(only=told.keys())
        return await asyncio.to_thread(_together, told, found)

    async def _shown(self, due: Sequence[Due], finds: Finds) -> Shown:
        """Return the ledger of these places, for the papers that were found."""
        if not due or not finds.papers:
            return {}
        places = {member.place.destination for member in due}
        places |= {member.place.skip_shown_at for member in due if member.place.skip_shown_at}
        return await self._outbox.shown(places, finds.papers)

    async def _pass_over(self, left: Iterable[Plan]) -> None:
        """Let subscriptions wait for their next slot whose slot was planned without them.

        That is so for one that was resumed or changed after its destination got this slot's digest.
        A plan whose cursors moved under us needs nothing: what moved them passed the slot, too.
        """
        for plan in left:
            here = await self._subscriptions.of(plan.destination)
            cursors = {one.subscription: one.from_seq for one in plan.advances}
            for one in here:
                if cursors.get(one.id) == one.cursor and one.last_slot != plan.slot.key:
                    await self._subscriptions.save(
                        replace(one, last_slot=plan.slot.key), "paperboy"
                    )


def _oldest(waiting: _Waiting) -> int:
    return min(one.cursor for _, members in waiting for one in members)


def _slices(waiting: _Waiting, most: int) -> list[_Waiting]:
    """Return the members of at most so many places at a time, all of a place together."""
    slices: list[_Waiting] = []
    places = sorted({one.place for _, members in waiting for one in members})
    starts = [0] * len(waiting)
    for last in [*places[most - 1 :: most], places[-1]]:
        ends = [
            bisect_right(members, last, lo=start, key=_PLACE)
            for (_, members), start in zip(waiting, starts, strict=True)
        ]
        spans = zip(waiting, starts, ends, strict=True)
        part = [(slot, members[start:end]) for (slot, members), start, end in spans if start < end]
        if part:
            slices.append(part)
        starts = ends
    return slices


def _sorted_out(part: _Waiting, finds: Finds) -> tuple[_Told, list[Passed]]:
    """Return the members of places to which something is said, and all others, who pass.

    A place's members stay together: a digest names all topics that it looked for.
    """
    newest = finds.newest
    places = {
        one.place
        for _, members in part
        for one in members
        if one.speaks or newest.get(one.topic, 0) > one.cursor
    }
    told: dict[int, tuple[DueSlot, Member]] = {}
    silent: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
    for slot, members in part:
        for one in members:
            if one.place in places:
                told[one.id] = (slot, one)
            else:
                silent[slot.slot.key, one.cursor].append(one.id)
    passed = [
        Passed(slot, cursor, max(cursor, finds.upto), tuple(rows))
        for (slot, cursor), rows in silent.items()
    ]
    return told, passed


def _together(told: _Told, found: Iterable[tuple[Place, Subscription]]) -> list[Due]:
    """Return the places, each with all its subscriptions of one slot; none that was changed."""
    places: dict[Destination, Place] = {}
    together: dict[tuple[Destination, str], tuple[DueSlot, list[Subscription]]] = {}
    for place, one in found:
        slot, member = told[one.id]
        if _is_changed(place, one, member):
            continue
        places[place.destination] = place
        key = (place.destination, slot.slot.key)
        together.setdefault(key, (slot, []))[1].append(one)
    return [
        Due(places[destination], slot.slot, tuple(ones), late=slot.late)
        for (destination, _), (slot, ones) in together.items()
    ]


def _composed(
    due: Sequence[Due], finds: Finds, shown: Shown, announced: Mapping[date, int], cap: int
) -> list[Plan]:
    # Numbers have no gaps but where retention pruned: what is missing before the first is gone.
    pruned_upto = finds.said[0][0].seq - 1 if finds.said else 0
    composer = Composer(
        finds.said,
        finds.hits,
        shown,
        finds.upto,
        pruned_upto=pruned_upto,
        announced=announced,
        cap=cap,
    )
    return [composer.compose(one) for one in due]


def _is_changed(place: Place, one: Subscription, member: Member) -> bool:
    moved = one.topic != member.topic or one.cursor != member.cursor
    return moved or one.paused or bool(place.suspended)


def _due(group: DueGroup, now: datetime, batches: Sequence[Batch]) -> DueSlot | None:
    return due_slot(group.schedule, group.zone, group.last_slot, now, batches)


def _wake(group: DueGroup, now: datetime, batches: Sequence[Batch]) -> datetime:
    """Return when a group may fall due again; one that was just planned, after a short while."""
    moment = wake_at(group.schedule, group.zone, group.last_slot, now, batches)
    return max(moment, now + SOON)


def _is_posted(plan: Plan) -> bool:
    return bool(plan.items or plan.heading.note)
