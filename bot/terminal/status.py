"""`paperboy status`: how things stand, read beside a running bot."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.compose.phrases import day
from bot.config import load_config
from bot.delivered import DeliveryRow
from bot.model import OnArrival, Place, State, Subscription
from bot.schedule import describe, next_digest
from bot.store.opening import Store, open_store
from bot.terminal.delivered import MOMENT, is_trouble, punctual, trouble_table
from bot.terminal.tables import table

_PUNCTUAL = timedelta(days=7)
_MOST = 1_000  # deliveries in trouble that are told


async def status_text(config: Path | None, environ: Mapping[str, str], *, aligned: bool) -> str:
    """Return the subscriptions with last and next digest, arXiv's day, and what is in trouble."""
    path = Path(load_config(config, environ).store.path)
    async with open_store(path, read_only=True) as store:
        now = datetime.now(UTC)
        numbers = await store.audit.numbers()
        last = _last_sent(await store.audit.deliveries(None, 1_000))
        subscriptions: list[tuple[str, ...]] = [
            ("PLACE", "NO", "TOPIC", "WHEN", "LAST", "NEXT", "STATE")
        ]
        every = await store.subscriptions.all()
        subscriptions += [_subscription(place, one, last, now) for place, one in every]
        counts = "  ".join(f"{name} {number:,}" for name, number in numbers.items())
        arxiv = await _arxiv(store, now)
        kept = await store.audit.punctuality(now - _PUNCTUAL, now)
        trouble = [row for row in await store.audit.unsettled(None, _MOST) if is_trouble(row)]
    parts = [f"Database  {path}\n", f"arXiv     {arxiv}\n", f"Stored    {counts}\n"]
    parts += [f"{line}\n" for line in punctual(kept, now)]
    parts += ["\n", table(subscriptions, aligned=aligned)]
    if len(subscriptions) == 1:
        parts.append("No subscriptions yet. In the channel: /arxiv subscribe image generation\n")
    if trouble:
        parts += ["\nNeeds a look:\n", trouble_table(trouble, now, aligned=aligned)]
    return "".join(parts)


def _last_sent(rows: Sequence[DeliveryRow]) -> dict[object, datetime]:
    sent: dict[object, datetime] = {}
    for row in rows:
        if row.delivery.state is State.SENT and row.settled_at:
            sent.setdefault(row.delivery.destination, row.settled_at)
    return sent


def _subscription(
    place: Place, one: Subscription, last: Mapping[object, datetime], now: datetime
) -> tuple[str, ...]:
    sent = last.get(one.destination)
    return (
        f"{place.destination.platform} {place.name}",
        str(one.number),
        one.label,
        describe(one.schedule, one.zone),
        f"{sent:{MOMENT}}" if sent else "-",
        _next(one, now),
        _standing(place, one),
    )


def _standing(place: Place, one: Subscription) -> str:
    if place.suspended:
        return f"suspended: {place.suspended}"
    return "paused" if one.paused else "active"


def _next(one: Subscription, now: datetime) -> str:
    if isinstance(one.schedule, OnArrival):
        return "on arrival"
    due = next_digest(one.schedule, one.zone, now).due.astimezone(ZoneInfo(one.zone))
    return f"{day(due.date())} {due:%H:%M}"


async def _arxiv(store: Store, now: datetime) -> str:
    batches = await store.announcements.batches((now - timedelta(days=14)).date())
    read = [batch for batch in batches if batch.papers]
    lane = await store.lane.load()
    trouble = ""
    if lane.unreachable_since:
        trouble = f"; no answer since {lane.unreachable_since:{MOMENT}}"
    elif lane.stopped_until and lane.stopped_until > now:
        trouble = f"; asked to wait until {lane.stopped_until:{MOMENT}}"
    if not read:
        return f"nothing read yet{trouble}"
    newest = read[-1]
    when = f", read at {newest.first_read:{MOMENT}}" if newest.first_read else ""
    return f"arXiv of {day(newest.day)}: {newest.papers:,} papers{when}{trouble}"
