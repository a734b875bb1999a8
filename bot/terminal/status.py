"""`paperboy status` and `deliveries`: how things stand, read beside a running bot."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.compose.phrases import day
from bot.config import load_config
from bot.model import OnArrival, Place, State, Subscription
from bot.ports import DeliveryRow
from bot.schedule import describe, next_digest
from bot.store.opening import Store, open_store
from bot.terminal.tables import table

_TROUBLED = (State.UNKNOWN, State.SUSPENDED, State.QUARANTINED)
_MOMENT = "%Y-%m-%d %H:%M UTC"


async def status_text(config: Path | None, environ: Mapping[str, str], *, aligned: bool) -> str:
    """Return the subscriptions with last and next digest, arXiv's day, and what is in trouble."""
    path = Path(load_config(config, environ).store.path)
    async with open_store(path, read_only=True) as store:
        now = datetime.now(UTC)
        numbers = await store.audit.numbers()
        rows = await store.audit.deliveries(None, 1_000)
        last = _last_sent(rows)
        subscriptions: list[tuple[str, ...]] = [
            ("PLACE", "NO", "TOPIC", "WHEN", "LAST", "NEXT", "STATE")
        ]
        every = await store.subscriptions.all()
        subscriptions += [_subscription(place, one, last, now) for place, one in every]
        counts = "  ".join(f"{name} {number:,}" for name, number in numbers.items())
        arxiv = await _arxiv(store, now)
        trouble = [row for row in rows if row.delivery.state in _TROUBLED]
    parts = [f"Database  {path}\n", f"arXiv     {arxiv}\n", f"Stored    {counts}\n", "\n"]
    parts.append(table(subscriptions, aligned=aligned))
    if len(subscriptions) == 1:
        parts.append("No subscriptions yet. In the channel: /arxiv subscribe image generation\n")
    if trouble:
        parts += ["\nNeeds a look:\n", _deliveries(trouble, aligned=aligned)]
    return "".join(parts)


async def deliveries_text(
    config: Path | None, environ: Mapping[str, str], last: int, *, aligned: bool
) -> str:
    """Return the delivery log, newest first."""
    path = Path(load_config(config, environ).store.path)
    async with open_store(path, read_only=True) as store:
        rows = await store.audit.deliveries(None, last)
    return _deliveries(rows, aligned=aligned) if rows else "No deliveries yet.\n"


def _deliveries(rows: Sequence[DeliveryRow], *, aligned: bool) -> str:
    lines = [("PLANNED", "PLACE", "ARXIV OF", "PART", "STATE", "SETTLED", "MESSAGE", "REASON")]
    for row in rows:
        one = row.delivery
        part = str(one.part) if one.round == 0 else f"{one.part} again {one.round}"
        days = ", ".join(day(when) for when in row.days) or row.slot
        settled = f"{row.settled_at:{_MOMENT}}" if row.settled_at else "-"
        lines.append(
            (
                f"{row.planned_at:{_MOMENT}}",
                f"{one.destination.platform} {row.place.name}",
                days,
                part,
                _state(row),
                settled,
                one.platform_id or "-",
                one.reason or "-",
            )
        )
    return table(lines, aligned=aligned)


def _state(row: DeliveryRow) -> str:
    unknown = row.delivery.state is State.UNKNOWN
    return "in doubt" if unknown and row.delivery.not_before is None else row.delivery.state.value


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
        f"{sent:{_MOMENT}}" if sent else "-",
        _next(one, now),
        place.suspended or ("paused" if one.paused else "active"),
    )


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
        trouble = f"; no answer since {lane.unreachable_since:{_MOMENT}}"
    elif lane.stopped_until and lane.stopped_until > now:
        trouble = f"; asked to wait until {lane.stopped_until:{_MOMENT}}"
    if not read:
        return f"nothing read yet{trouble}"
    newest = read[-1]
    when = f", read at {newest.first_read:{_MOMENT}}" if newest.first_read else ""
    return f"arXiv of {day(newest.day)}: {newest.papers:,} papers{when}{trouble}"
