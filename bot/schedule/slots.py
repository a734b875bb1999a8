"""When a digest falls due: slots of a schedule, and which of them is due now. PURE.

In: a schedule, a zone, the last slot that was planned, now, and arXiv's batches as the store knows
them. Out: at most one due slot. All moments are aware and UTC.

A clock slot exists on every local day of its schedule, weekends too: what arXiv announced late is
then not held back until Monday, and a slot that covers nothing posts nothing. It is due when its
minute is past and the batch that arXiv's calendar promises by that minute is settled or given up,
at the latest in the last minute of its local day (the last, not the first after: so that a slot at
00:00 cannot overtake its predecessor for ever). Only the newest slot is ever due, so after downtime
there is one catch-up, and its digest covers everything since the cursors.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.model import Batch, BatchState, OnArrival, Schedule, Slot, Weekly
from bot.schedule.mailing import feed_due, next_list_day, previous_list_day, promised
from bot.schedule.zones import moment_of

LATE_AFTER = timedelta(hours=2)
"""A batch settled this long after its feed was due is late: twice the time it has to settle."""

_DAY = timedelta(days=1)
_DONE = frozenset({BatchState.SETTLED, BatchState.GIVEN_UP})
_QUIET_FROM, _QUIET_UNTIL = time(22), time(8)
_ARRIVAL = "arrival:"
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class DueSlot:
    """A slot that is due now.

    `forced`: its day ends before the promised batch is settled; compose from all there is.
    `late`: what it covers came after the promised time, or not at all.
    """

    slot: Slot
    forced: bool = False
    late: bool = False


def previous_slot(schedule: Schedule, zone: str, now: datetime) -> Slot:
    """Return the newest slot at or before `now` (on arrival: by arXiv's calendar)."""
    if isinstance(schedule, OnArrival):
        return _calendar_arrival_before(schedule, zone, now)
    return _slot_on(_newest_day(schedule, zone, now), schedule.at, zone)


def next_slot(schedule: Schedule, zone: str, now: datetime) -> Slot:
    """Return the first slot after `now` (on arrival: by arXiv's calendar)."""
    if isinstance(schedule, OnArrival):
        day = next_list_day(_calendar_arrival_day(schedule, zone, now))
        return _arrival(day, feed_due(day), schedule, zone)
    day = now.astimezone(ZoneInfo(zone)).date()
    while not (_is_on(schedule, day) and moment_of(day, schedule.at, zone) > now):
        day += _DAY
    return _slot_on(day, schedule.at, zone)


def next_digest(schedule: Schedule, zone: str, now: datetime) -> Slot:
    """Return the first slot after `now` for which arXiv's calendar promises papers.

    This is what to tell people: on a Friday evening it is Monday's slot, not Saturday's.
    """
    before = previous_slot(schedule, zone, now)
    slot = next_slot(schedule, zone, now)
    while promised(slot.due) == promised(before.due):
        slot = next_slot(schedule, zone, slot.due)
    return slot


def due_slot(
    schedule: Schedule, zone: str, last_slot: str, now: datetime, batches: Sequence[Batch]
) -> DueSlot | None:
    """Return the slot that is due now, or None.

    `last_slot` is the key of the last slot that was planned ("": none yet, so the newest is due).
    `batches` are those of the last two weeks at least.
    """
    if isinstance(schedule, OnArrival):
        return _due_arrival(schedule, zone, last_slot, now, batches)
    slot = previous_slot(schedule, zone, now)
    if slot.due <= _moment_of_key(last_slot):
        return None
    if _is_complete(slot.due, batches):
        return DueSlot(slot, late=_came_late(promised(slot.due), slot.due, batches))
    if now >= _deadline(slot):
        return DueSlot(slot, forced=True, late=True)
    return None


def wake_at(
    schedule: Schedule, zone: str, last_slot: str, now: datetime, batches: Sequence[Batch]
) -> datetime:
    """Return the next moment at which something can fall due without a change of `batches`.

    Never later than the truth; `now` if something is due already. Ask again when a batch changes.
    """
    if due_slot(schedule, zone, last_slot, now, batches):
        return now
    if isinstance(schedule, OnArrival):
        arrivals = _arrivals(schedule, zone, last_slot, batches)
        held = [max(slot.due, _awake(now, schedule, zone)) for slot in arrivals]
        return min(held, default=feed_due(next_list_day(promised(now))))
    slot, following = previous_slot(schedule, zone, now), next_slot(schedule, zone, now).due
    waiting = slot.due > _moment_of_key(last_slot)
    return min(_deadline(slot), following) if waiting else following


# ── slots of the clock ───────────────────────────────────────────────────────────────────────────


def _is_on(schedule: Schedule, day: date) -> bool:
    return not isinstance(schedule, Weekly) or day.isoweekday() in schedule.days


def _newest_day(schedule: Schedule, zone: str, now: datetime) -> date:
    """Return the local date of the newest slot at or before `now`."""
    assert not isinstance(schedule, OnArrival)
    day = now.astimezone(ZoneInfo(zone)).date()
    while not (_is_on(schedule, day) and moment_of(day, schedule.at, zone) <= now):
        day -= _DAY
    return day


def _slot_on(day: date, at: str, zone: str) -> Slot:
    return Slot(f"{day.isoformat()}T{at} {zone}", moment_of(day, at, zone))


def _deadline(slot: Slot) -> datetime:
    """Return the last minute of a clock slot's local day."""
    local, zone = slot.key.split(" ", 1)
    return max(slot.due, moment_of(date.fromisoformat(local[:10]), "23:59", zone))


def _moment_of_key(key: str) -> datetime:
    """Return when a slot was due by the clock; for an arrival when its feed was due."""
    if not key:
        return _NEVER
    if key.startswith(_ARRIVAL):
        return feed_due(date.fromisoformat(key.removeprefix(_ARRIVAL)))
    local, zone = key.split(" ", 1)
    return moment_of(date.fromisoformat(local[:10]), local[11:], zone)


def _is_complete(due: datetime, batches: Sequence[Batch]) -> bool:
    """Say whether all that the calendar promises by `due` is settled or given up."""
    day = promised(due)
    upto = [batch for batch in batches if batch.day <= day]
    return any(batch.day == day for batch in upto) and all(batch.state in _DONE for batch in upto)


def _came_late(day: date, due: datetime, batches: Sequence[Batch]) -> bool:
    settled = next((batch.settled_at for batch in batches if batch.day == day), None)
    return settled is not None and settled > max(due, feed_due(day) + LATE_AFTER)


# ── slots on arrival ─────────────────────────────────────────────────────────────────────────────


def _due_arrival(
    schedule: OnArrival, zone: str, last_slot: str, now: datetime, batches: Sequence[Batch]
) -> DueSlot | None:
    due = [slot for slot in _arrivals(schedule, zone, last_slot, batches) if slot.due <= now]
    if not due or _awake(now, schedule, zone) > now:  # a catch-up respects the night too
        return None
    day = date.fromisoformat(due[-1].key.removeprefix(_ARRIVAL))
    return DueSlot(due[-1], late=_came_late(day, feed_due(day), batches))


def _arrivals(
    schedule: OnArrival, zone: str, last_slot: str, batches: Sequence[Batch]
) -> list[Slot]:
    """Return the slots of batches that arrived after the last slot, ascending by day."""
    arrived = [
        _arrival(batch.day, batch.settled_at, schedule, zone)
        for batch in sorted(batches, key=lambda batch: batch.day)
        if batch.state in _DONE and batch.papers and batch.settled_at
    ]
    if last_slot.startswith(_ARRIVAL):  # ISO dates sort as text
        return [slot for slot in arrived if slot.key > last_slot]
    return [slot for slot in arrived if slot.due > _moment_of_key(last_slot)]


def _arrival(day: date, moment: datetime, schedule: OnArrival, zone: str) -> Slot:
    return Slot(f"{_ARRIVAL}{day.isoformat()}", _awake(moment, schedule, zone))


def _awake(moment: datetime, schedule: OnArrival, zone: str) -> datetime:
    """Return the moment, or the end of the local night that it falls into, if nights are quiet."""
    local = moment.astimezone(ZoneInfo(zone))
    if not schedule.quiet or _QUIET_UNTIL <= local.time() < _QUIET_FROM:
        return moment
    morning = local.date() + (_DAY if local.time() >= _QUIET_FROM else timedelta())
    return moment_of(morning, _QUIET_UNTIL.isoformat("minutes"), zone)


def _calendar_arrival_day(schedule: OnArrival, zone: str, now: datetime) -> date:
    day = promised(now)
    while _arrival(day, feed_due(day), schedule, zone).due > now:
        day = previous_list_day(day)
    return day


def _calendar_arrival_before(schedule: OnArrival, zone: str, now: datetime) -> Slot:
    day = _calendar_arrival_day(schedule, zone, now)
    return _arrival(day, feed_due(day), schedule, zone)
