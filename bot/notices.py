"""What is said besides digests: outages, and doubts. Each once, by the key of its incident.

A notice is a digest without papers (design, Data), so it is claimed and reconciled like any other;
enqueueing the same one again changes nothing, which is why nothing is remembered here.
"""

from datetime import datetime, timedelta

from bot.compose.digest import doubt, outage
from bot.limits import Limits
from bot.model import BatchState, Destination, Plan, State
from bot.ports import Announcements, Audit, Calendar, Lane, Outbox, Subscriptions
from bot.schedule import feed_due, previous_list_day, promised

RECENT = 500  # deliveries looked at for doubts
_LOOK_BACK = timedelta(days=14)


class Notices:
    """Plans the notices that are due."""

    def __init__(
        self,
        announcements: Announcements,
        subscriptions: Subscriptions,
        outbox: Outbox,
        audit: Audit,
        lane: Lane,
        calendar: Calendar,
        limits: Limits,
    ) -> None:
        self._announcements = announcements
        self._subscriptions = subscriptions
        self._outbox = outbox
        self._audit = audit
        self._lane = lane
        self._calendar = calendar
        self._limits = limits
        self._outage: datetime | None = None  # since when arXiv is silent, as last found …
        self._told: datetime | None = None  # … and as everybody was told

    async def step(self) -> int:
        """Enqueue what is due; returns how many notices were new."""
        now = self._calendar.now()
        plans = [*await self._doubts(now), *await self._outages(now)]
        new = 0
        for start in range(0, len(plans), self._limits.enqueue_batch):
            part = plans[start : start + self._limits.enqueue_batch]
            new += len(part) - len(await self._outbox.enqueue(part, now))
        self._told = self._outage
        return new

    async def _doubts(self, now: datetime) -> list[Plan]:
        """Ask people about digests of which nobody can know whether they arrived."""
        plans = []
        for row in await self._audit.deliveries(None, RECENT):
            unknown = row.delivery.state is State.UNKNOWN and row.delivery.not_before is None
            if unknown and not row.slot.startswith("notice:"):
                place = row.place
                key = row.delivery.key
                plans.append(doubt(place.destination, place.name, row.days, key, now))
        return plans

    async def _outages(self, now: datetime) -> list[Plan]:
        """Say once that arXiv has not answered for two announcement days."""
        since = (await self._lane.load()).unreachable_since
        newest = promised(now)
        before = previous_list_day(newest)
        if since is None or since > feed_due(before) or since == self._told:
            return []
        batches = await self._announcements.batches((now - _LOOK_BACK).date())
        read = [batch.day for batch in batches if batch.papers or batch.state is BatchState.SETTLED]
        if read and max(read) >= before:
            return []
        last = max(read, default=None)
        places: dict[Destination, None] = {}
        for place, one in await self._subscriptions.all():
            if not (one.paused or place.suspended):
                places[place.destination] = None
        self._outage = since
        return [outage(place, last, since.date(), now) for place in places]
