"""`paperboy deliveries`, and what `status` tells of them: from arXiv's day to the message's id."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from bot.compose.phrases import count, day
from bot.compose.spans import span
from bot.config import load_config
from bot.delivered import DeliveryRow, Punctuality
from bot.model import State
from bot.store.opening import open_store
from bot.terminal.tables import table

MOMENT: Final = "%Y-%m-%d %H:%M UTC"
_HEAD: Final = (
    "DUE", "PLACE", "ARXIV OF", "SLOT", "PART", "STATE", "TRIES", "SENT", "LATE", "MESSAGE",
    "REASON",
)  # fmt: skip


async def deliveries_text(
    config: Path | None,
    environ: Mapping[str, str],
    last: int,
    *,
    aligned: bool,
    as_json: bool = False,
) -> str:
    """Return the delivery log, newest first."""
    path = Path(load_config(config, environ).store.path)
    async with open_store(path, read_only=True) as store:
        rows = await store.audit.deliveries(None, last)
    if as_json:
        return "".join(json.dumps(_facts(row), ensure_ascii=False) + "\n" for row in rows)
    if not rows:
        return "No deliveries yet.\n"
    return table([_HEAD, *map(_line, rows)], aligned=aligned)


def _line(row: DeliveryRow) -> tuple[str, ...]:
    one = row.delivery
    return (
        _moment(row.due),
        _place(row),
        _days(row),
        row.slot,
        _part(row),
        state_of(row),
        str(one.attempts),
        _moment(row.settled_at) if one.state is State.SENT else "-",
        span(row.late) if row.late is not None else "-",
        one.platform_id or "-",
        one.reason or "-",
    )


def _facts(row: DeliveryRow) -> dict[str, Any]:
    """Return all that is known of a delivery but its text, for programs."""
    one = row.delivery
    return {
        "days": [when.isoformat() for when in row.days],
        "slot": row.slot,
        "due": _iso(row.due),
        "planned": _iso(row.planned_at),
        "platform": one.destination.platform,
        "account": one.destination.account,
        "address": one.destination.address,
        "place": row.place.name,
        "digest": one.digest,
        "part": one.part,
        "round": one.round,
        "key": one.key,
        "state": state_of(row),
        "attempts": one.attempts,
        "not_before": _iso(one.not_before),
        "started": _iso(one.started_at),
        "settled": _iso(row.settled_at),
        "late_seconds": round(row.late.total_seconds(), 3) if row.late is not None else None,
        "message": one.platform_id,
        "reason": one.reason,
    }


# ── punctuality and trouble ──────────────────────────────────────────────────────────────────────


def punctual(kept: Mapping[str, Punctuality], now: datetime) -> Iterator[str]:
    """Yield a line for each platform: how promised moments were kept, and what waits."""
    for platform, one in kept.items():
        if one.sent:
            said = (
                f"{count(one.sent, 'digest')} in 7 days, half within {span(one.median)},"
                f" 99 of 100 within {span(one.late)}, the latest after {span(one.latest)}"
            )
            yield f"On time   {platform}: {said}"
        if one.waiting and one.oldest:
            since = f"due for {span(now - one.oldest)}"
            yield f"Waiting   {platform}: {count(one.waiting, 'digest')}, the first {since}"


def is_trouble(row: DeliveryRow) -> bool:
    """Tell whether a delivery that is not settled is worth a look: it is late, or cannot go on."""
    one = row.delivery
    return one.state not in (State.PLANNED, State.SENDING) or one.attempts > 1 or bool(one.reason)


def trouble_table(rows: Sequence[DeliveryRow], now: datetime, *, aligned: bool) -> str:
    """Return what is late, in doubt, suspended or refused: why, and what to do about it."""
    lines = [("PLACE", "ARXIV OF", "PART", "STATE", "LATE", "WHY", "WHAT TO DO")]
    for row in rows:
        late = span(now - row.due) if row.due else "-"
        why = row.place.suspended or row.delivery.reason or "-"
        state = "late" if row.delivery.state is State.PLANNED else state_of(row)
        lines.append((_place(row), _days(row), _part(row), state, late, why, _remedy(row)))
    return table(lines, aligned=aligned)


def _remedy(row: DeliveryRow) -> str:
    one, there = row.delivery, row.place.name
    if row.place.suspended:
        return f"Mend that: it goes on by itself, or at once with /arxiv status in {there}"
    match one.state:
        case State.UNKNOWN if one.not_before is None:
            return f"Look whether it is there, and answer: /arxiv status in {there}"
        case State.UNKNOWN:
            return f"Nothing: the platform is asked again at {one.not_before:{MOMENT}}"
        case State.QUARANTINED:
            return f"Report it; /arxiv status in {there} sends it again"
    when = f"at {one.not_before:{MOMENT}}" if one.not_before else "in its turn"
    return f"Nothing: it is tried again {when}"


def state_of(row: DeliveryRow) -> str:
    """Return the state in words: a message nobody can be asked about is in doubt."""
    unknown = row.delivery.state is State.UNKNOWN
    return "in doubt" if unknown and row.delivery.not_before is None else row.delivery.state.value


def _place(row: DeliveryRow) -> str:
    return f"{row.delivery.destination.platform} {row.place.name}"


def _days(row: DeliveryRow) -> str:
    return ", ".join(day(when) for when in row.days) or "a notice"


def _part(row: DeliveryRow) -> str:
    one = row.delivery
    part = str(one.part + 1)
    return part if one.round == 0 else f"{part} again {one.round}"


def _moment(moment: datetime | None) -> str:
    return f"{moment:{MOMENT}}" if moment else "-"


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
