"""Thirty days after somebody subscribed: is the topic too narrow, or too wide? Said once, to them.

Enqueueing the same notice again changes nothing, so a restart repeats nothing; subscriptions are
looked at for three days, in case nobody ran Paperboy on the thirtieth.
"""

from collections import Counter
from datetime import date, datetime, timedelta

from bot.commands.recent import Recent
from bot.compose.digest import CAP
from bot.compose.notices import Reviewed, review
from bot.compose.topic import parse_topic
from bot.model import Destination, Place, Plan, Subscription
from bot.ports import Calendar, Outbox, Subscriptions

AFTER = timedelta(days=30)
FOR = timedelta(days=3)


class Reviewer:
    """Plans the reviews that are due, once a day."""

    def __init__(
        self, subscriptions: Subscriptions, outbox: Outbox, recent: Recent, calendar: Calendar
    ) -> None:
        self._subscriptions = subscriptions
        self._outbox = outbox
        self._recent = recent
        self._calendar = calendar
        self._done: date | None = None

    async def step(self) -> int:
        """Enqueue what is due; returns how many reviews were new."""
        now = self._calendar.now()
        if self._done == now.date():
            return 0
        plans: list[Plan] = []
        for place, ones in (await self._due(now)).items():
            if plan := await self._review(place, ones, now):
                plans.append(plan)
        left = await self._outbox.enqueue(plans, now) if plans else ()
        self._done = now.date()
        return len(plans) - len(left)

    async def _due(self, now: datetime) -> dict[Place, list[Subscription]]:
        due: dict[Place, list[Subscription]] = {}
        for place, one in await self._subscriptions.all():
            running = not (one.paused or place.suspended)
            if running and one.created and AFTER <= now - one.created < AFTER + FOR:
                due.setdefault(place, []).append(one)
        return due

    async def _review(self, place: Place, ones: list[Subscription], now: datetime) -> Plan | None:
        found = [await self._reviewed(one) for one in ones]
        since = min(one.created for one in ones if one.created)
        incident = f"{place.destination.address}:{since:%Y-%m-%d}"
        to, channel = place.destination, ""
        if not place.is_person and place.creator:
            to = Destination(to.platform, to.account, place.creator)
            channel = place.name
        return review(to, found, incident, now, channel)

    async def _reviewed(self, one: Subscription) -> Reviewed:
        hits = await self._recent.hits(parse_topic(one.label))
        days = Counter(hit.announcement.batch for hit in hits)
        over = sum(number > CAP for number in days.values())
        return Reviewed(one.number, one.label, len(hits), over)
