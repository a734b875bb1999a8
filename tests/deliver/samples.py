"""Values that the tests of delivery start from; each test names what matters to it."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.model import Delivery, Destination, State

NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
PAPERS = Destination("fake", "team", "#papers")


def a_delivery(**changes: Any) -> Delivery:
    """Return a claimed message of #papers; `changes` replace its fields."""
    row = Delivery(
        digest=1,
        part=0,
        round=0,
        key="abcdefghijklmnopqrstuvwx",
        state=State.SENDING,
        destination=PAPERS,
        body="rich",
        plain="plain",
        attempts=1,
        started_at=NOW,
    )
    return replace(row, **changes)
