"""Where a subscription's cursor stands at first: as if it had existed at its previous slot.

Used for new subscriptions, and for all of them once when the first harvest has ended (design,
decision 4): so a first digest covers one period, neither nothing nor the whole harvest.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.model import BatchState, OnArrival, Subscription
from bot.ports import Announcements, Subscriptions
from bot.schedule import previous_slot

_SETTLED = (BatchState.SETTLED, BatchState.GIVEN_UP)


async def placed(
    subscription: Subscription, announcements: Announcements, now: datetime
) -> Subscription:
    """Return the subscription with its cursor and last slot set for a start at `now`."""
    if isinstance(subscription.schedule, OnArrival):
        days = await announcements.batches((now - timedelta(days=30)).date())
        settled = [batch.day for batch in days if batch.state in _SETTLED]
        last = f"arrival:{settled[-1].isoformat()}" if settled else ""
        return replace(subscription, cursor=await announcements.horizon(), last_slot=last)
    slot = previous_slot(subscription.schedule, subscription.zone, now)
    cursor = await announcements.horizon(settled_by=slot.due)
    return replace(subscription, cursor=cursor, last_slot=slot.key)


async def place_all(
    subscriptions: Subscriptions, announcements: Announcements, now: datetime
) -> None:
    """Set every cursor as a new one is: nobody gets the whole first harvest, nor nothing."""
    for _, one in await subscriptions.all():
        await subscriptions.save(await placed(one, announcements, now), "paperboy")
