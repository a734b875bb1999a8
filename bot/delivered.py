"""What is told of deliveries: a line of their log, and how moments were kept. PURE."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.model import Delivery, Place, State


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """One line of the delivery log: from arXiv's days to the platform's message id."""

    delivery: Delivery
    place: Place
    slot: str
    days: tuple[date, ...]
    planned_at: datetime
    settled_at: datetime | None
    due: datetime | None = None  # when it was promised

    @property
    def late(self) -> timedelta | None:
        """How long after its moment it was there; None if it is not there."""
        if self.delivery.state is not State.SENT or not (self.due and self.settled_at):
            return None
        return max(self.settled_at - self.due, timedelta(0))


@dataclass(frozen=True, slots=True)
class Punctuality:
    """How long after their moment a platform's digests came, and what waits now."""

    sent: int = 0  # digests; of them:
    median: timedelta = timedelta(0)
    late: timedelta = timedelta(0)  # 99 of 100 came within this
    latest: timedelta = timedelta(0)
    waiting: int = 0  # digests that are due and not there, though their place can be written to
    oldest: datetime | None = None  # since when the first of them is due
