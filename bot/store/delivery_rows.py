"""Deliveries ⇄ rows."""

from collections.abc import Sequence
from typing import Any

from bot.model import Delivery, Destination, State
from bot.store.codec import moment


def delivery_of(row: Sequence[Any]) -> Delivery:
    """Return the delivery of a row that begins with the columns of `known_deliveries`."""
    digest, part, round_, key, state, platform, account, address, body, plain = row[:10]
    reply, parent, attempts, not_before, started_at, platform_id, reason = row[10:17]
    return Delivery(
        digest,
        part,
        round_,
        key,
        State(state),
        Destination(platform, account, address),
        body,
        plain,
        bool(reply),
        parent or "",
        attempts,
        moment(not_before),
        moment(started_at),
        platform_id,
        reason,
    )
