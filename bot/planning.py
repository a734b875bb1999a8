"""One planning step: what is due → announcements → matches → plans → the outbox.

Nothing is remembered between steps but the topic index, which is only a cache: killed anywhere, the
next start plans the same. What is due is asked of the store by groups (same schedule, zone and
last slot), so that a step costs little when nothing is due, however many subscriptions there are.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.compose.digest import Composer, Due, Hit, Said, Shown
from bot.compose.match import TopicIndex
from bot.compose.topic import Topic, parse_topic
from bot.errors import TopicError
from bot.limits import Limits
from bot.model import (
    Announcement,
    Batch,
    Because,
    Destination,
    OnArrival,
    Paper,
    Place,
    Plan,
    Subscription,
)
from bot.ports import Announcements, Calendar, DueGroup, Outbox, Subscriptions
from bot.schedule import DueSlot, due_slot, moment_of, previous_slot, wake_at

BATCHES_FROM = timedelta(days=21)  # more than any schedule's period and the outages people sit out
SOON = timedelta(seconds=1)
INDEX_SPARE = 2  # the index is made anew when it holds this many times the topics in use
_LOG = logging.getLogger("paperboy.planning")


@dataclass(frozen=True, slots=True)
class Planned:
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
    ) -> None:
        """`ready` says whether slots may fall due: not during the first harvest."""
        self._announcements = announcements
        self._subscriptions = subscriptions
        self._outbox = outbox
        self._calendar = calendar
        self._limits = limits
        self._ready_to_plan = ready
        self._index = TopicIndex(())
        self._indexed: dict[str, Topic] = {}

    async def step(self) -> Planned:
        """Plan all that is due now. Raises `StoreError`; planning again is always safe."""
        now = self._calendar.now()
        if not await self._ready_to_plan():
            return Planned(0, now + timedelta(hours=1))
        batches = await self._announcements.batches((now - BATCHES_FROM).date())
        groups = await self._subscriptions.groups()
        running = [group for group in groups if group.paused_until is None]
        slots = [(group, _due(group, now, batches)) for group in running]
        due = [(group, slot) for group, slot in slots if slot]
        planned = 0
        for forced in (False, True):
            members = await self._members([one for one in due if one[1].forced is forced])
            if members:
                planned += await self._plan(members, batches, now, forced=forced)
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
        for _, one in await self._subscriptions.due(group):
            resumed = replace(one, paused=False, paused_until=None)
            if not isinstance(one.schedule, OnArrival):
                before = previous_slot(one.schedule, one.zone, now)
                resumed = replace(resumed, last_slot=before.key)
            await self._subscriptions.save(resumed, "paperboy")
        return now + SOON

    async def _members(self, due: Sequence[tuple[DueGroup, DueSlot]]) -> list[Due]:
        """Return destinations with all their subscriptions of one slot together."""
        places: dict[Destination, Place] = {}
        together: dict[tuple[Destination, str], tuple[DueSlot, list[Subscription]]] = {}
        for group, slot in due:
            for place, one in await self._subscriptions.due(group):
                places[place.destination] = place
                key = (place.destination, slot.slot.key)
                together.setdefault(key, (slot, []))[1].append(one)
        return [
            Due(
                places[destination],
                slot.slot,
                tuple(sorted(ones, key=lambda one: one.number)),
                late=slot.late,
            )
            for (destination, _), (slot, ones) in together.items()
        ]

    async def _plan(
        self, due: Sequence[Due], batches: Sequence[Batch], now: datetime, *, forced: bool
    ) -> int:
        """Compose and enqueue; returns how many digests will be posted."""
        upto = await self._announcements.horizon(forced=forced)
        oldest = min(one.cursor for member in due for one in member.subscriptions)
        said = await self._announcements.between(oldest, upto)
        topics = {one.topic for member in due for one in member.subscriptions}
        hits = await asyncio.to_thread(self._match, topics, said)
        shown = await self._shown(due, said, hits)
        announced = {batch.day: batch.papers for batch in batches}
        composer = Composer(said, hits, shown, upto, announced=announced)
        posted = 0
        for start in range(0, len(due), self._limits.enqueue_batch):
            part = due[start : start + self._limits.enqueue_batch]
            plans = await asyncio.to_thread(_composed, composer, part)
            left = await self._outbox.enqueue(plans, now)
            await self._pass_over(left)
            posted += sum(_is_posted(plan) for plan in plans) - sum(map(_is_posted, left))
        _LOG.info(
            "planned",
            extra={"action": "planned", "destinations": len(due), "digests": posted, "upto": upto},
        )
        return posted

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

    def _match(self, topics: Iterable[str], said: Said) -> Mapping[str, Sequence[Hit]]:
        """Return what each topic finds, ascending; runs in a thread, alone."""
        wanted = self._ready(topics)
        places: dict[int, list[int]] = {}
        papers: list[Paper] = []
        for at, (_, paper) in enumerate(said):
            if id(paper) not in places:
                papers.append(paper)
            places.setdefault(id(paper), []).append(at)
        hits: dict[str, list[Hit]] = {}
        for match in self._index.match(papers):
            name = match.topic.canonical
            if name not in wanted:
                continue
            for at in places[id(match.paper)]:
                if _may_see(match.topic, said[at][0]):
                    hits.setdefault(name, []).append(Hit(at, _when_opened))
        for found in hits.values():
            found.sort(key=lambda hit: hit.at)
        return hits

    def _ready(self, topics: Iterable[str]) -> frozenset[str]:
        """Bring the index up to date for these topics; returns those that can be read."""
        wanted = frozenset(topics)
        if len(self._indexed) > INDEX_SPARE * len(wanted) + 1_000:
            self._index, self._indexed = TopicIndex(()), {}
        for name in wanted - self._indexed.keys():
            try:
                self._indexed[name] = topic = parse_topic(name)
            except TopicError:
                # The canonical text of an older Paperboy: say so, and serve all the others.
                _LOG.exception("topic unreadable", extra={"action": "topic-unreadable"})
                continue
            self._index.add(topic)
        return wanted & self._indexed.keys()

    async def _shown(
        self, due: Sequence[Due], said: Said, hits: Mapping[str, Sequence[Hit]]
    ) -> Shown:
        """Return the ledger of the destinations concerned, for the papers that were found."""
        papers = {said[hit.at][1].id for found in hits.values() for hit in found}
        if not papers:
            return {}
        places = {member.place.destination for member in due}
        places |= {member.place.skip_shown_at for member in due if member.place.skip_shown_at}
        return await self._outbox.shown(places, papers)


def _due(group: DueGroup, now: datetime, batches: Sequence[Batch]) -> DueSlot | None:
    return due_slot(group.schedule, group.zone, group.last_slot, now, batches)


def _wake(group: DueGroup, now: datetime, batches: Sequence[Batch]) -> datetime:
    """Return when a group may fall due again; one that was just planned, after a short while."""
    moment = wake_at(group.schedule, group.zone, group.last_slot, now, batches)
    return max(moment, now + SOON)


def _may_see(topic: Topic, said: Announcement) -> bool:
    """Say whether a late announcement concerns the topic: only comments or journals came late."""
    return not said.late or topic.needs_enrichment


def _composed(composer: Composer, due: Sequence[Due]) -> list[Plan]:
    return [composer.compose(one) for one in due]


def _when_opened() -> tuple[Because, ...]:
    """Leave the reasons to whoever opens the digest: `view` works them out from what is frozen.

    Explaining every match of a day takes longer than all the rest of planning together.
    """
    return ()


def _is_posted(plan: Plan) -> bool:
    return bool(plan.items or plan.heading.note)
