"""What store and disk say of Paperboy's state: values, and the port that brings them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, Protocol


class Refused(NamedTuple):
    """Messages that a platform refused since some moment."""

    messages: int
    place: str  # the name of the first one's
    reason: str


@dataclass(frozen=True, slots=True)
class Vitals:
    """Counts of the moment; by platform where it matters."""

    batches: Mapping[str, int] = field(default_factory=dict)  # by state
    settled_at: datetime | None = None  # when the newest announcement was complete
    papers: int = 0
    announcements: int = 0  # ever numbered
    subscriptions: int = 0
    deliveries: Mapping[tuple[str, str], int] = field(default_factory=dict)  # platform, state
    oldest_owed: Mapping[str, datetime] = field(default_factory=dict)  # since when, by platform
    suspended: Mapping[str, int] = field(default_factory=dict)  # places, by platform
    refused: Mapping[str, Refused] = field(default_factory=dict)  # since `refused_since`
    database_bytes: int = 0
    free_bytes: int | None = None  # beside it; None: there is no file


class Looks(Protocol):
    """Looks at the store. Raises `StoreError`."""

    async def vitals(self, now: datetime, refused_since: datetime) -> Vitals:
        """Return the counts. Owed counts what is due before `now` and can go on by itself."""
