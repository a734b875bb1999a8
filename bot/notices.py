"""What is said besides digests: outages, doubts, lost channels. Each once, by its incident's key.

A notice is a digest without papers (design, Data), so it is claimed and reconciled like any other;
enqueueing the same one again changes nothing, which is why nothing is remembered here.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from bot.compose.digest import doubt, lost, outage
from bot.limits import Limits
from bot.model import BatchState, Destination, Place, Plan, Subscription
from bot.ports import Announcements, Audit, Calendar, Lane, Outbox, Subscriptions
from bot.posted import UNREAD
from bot.schedule import feed_due, previous_list_day, promised

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
        # Only so that they are not looked at again.
        self._asked: set[str] = set()  # keys in doubt; as for the next one
        self._lost_told: set[tuple[Destination, str]] = set()

    async def step(self) -> int:
        """Enqueue what is due; returns how many notices were new."""
        now = self._calendar.now()
        doubts = await self._doubts(now)
        plans = [*doubts, *await self._outages(now), *await self._lost(now)]
        new = 0
        for start in range(0, len(plans), self._limits.enqueue_batch):
            part = plans[start : start + self._limits.enqueue_batch]
            new += len(part) - len(await self._outbox.enqueue(part, now))
        self._told = self._outage
        self._asked.update(plan.slot.key.rpartition(":")[2] for plan in doubts)
        return new

    async def _doubts(self, now: datetime) -> list[Plan]:
        """Ask people about digests of which nobody can know whether they arrived."""
        rows = await self._audit.deliveries(None, self._limits.enqueue_batch, doubts=True)
        return [
            doubt(row.place.destination, row.place.name, row.days, row.delivery.key, now)
            for row in rows
            if row.delivery.key not in self._asked and not row.slot.startswith("notice:")
        ]

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

    async def _lost(self, now: datetime) -> list[Plan]:
        """Tell who made a channel's subscriptions that it cannot be written to any more.

        Where the whole account is lost, nobody in it can be told: the operator's log says so.
        """
        plans = []
        for place, ones in _by_place(await self._subscriptions.all(suspended=True)):
            if place.is_person or place.suspended == UNREAD:  # that goes on by itself
                continue
            if (who := await self._reader(place, ones)) is None:
                continue
            plan = _told(who, place, ones, now)
            if (told := (who, plan.slot.key)) in self._lost_told:
                continue
            self._lost_told.add(told)
            if not await self._is_whole_account(place):
                plans.append(plan)
        return plans

    async def _reader(self, place: Place, ones: Sequence[Subscription]) -> Destination | None:
        """Return who made a channel's subscriptions, else who changed them last, if they read it.

        Whose account is closed reads nothing; the next one is told instead.
        """
        made = (*(one.creator for one in ones), place.creator)
        changed = (one.editor for one in ones[::-1])
        for id_ in dict.fromkeys(filter(None, (*made, *changed))):
            who = Destination(place.destination.platform, place.destination.account, id_)
            known = await self._subscriptions.place(who)
            if not (known and known.suspended):
                return who
        return None

    async def _is_whole_account(self, place: Place) -> bool:
        """Say whether all of several places of this account are lost for one reason."""
        where = place.destination
        known = await self._subscriptions.all(platform=where.platform, account=where.account)
        reasons = {other.destination: other.suspended for other, _ in known}
        return len(reasons) > 1 and set(reasons.values()) == {place.suspended}


def _by_place(
    members: Iterable[tuple[Place, Subscription]],
) -> Iterator[tuple[Place, list[Subscription]]]:
    for place, some in groupby(members, key=lambda member: member[0]):
        yield place, [one for _, one in some]


def _told(who: Destination, place: Place, ones: Sequence[Subscription], now: datetime) -> Plan:
    """Return what somebody is told of a lost channel.

    The incident is known by our last message there: after the next one, it is another.
    """
    incident = f"{place.destination.address}:{place.last_platform_id}:{place.suspended}"
    return lost(who, place, len(ones), incident, now)
