"""What the worker tells the log: one structured record per event, with an `action`.

Addresses are ids and reasons are our own sentences; no message, no name and no token comes here.
"""

import logging
from dataclasses import dataclass, field
from typing import Final

from bot.errors import StoreError
from bot.health.meter import Meter
from bot.model import Delivery, Destination
from bot.settlement import Quarantined, RetryAt, Sent, Settlement, Suspended, Unknown

LOGGER: Final = logging.getLogger("paperboy.deliver")


@dataclass(frozen=True, slots=True)
class Journal:
    """Writes the records of one platform's deliveries."""

    platform: str
    log: logging.Logger = LOGGER
    meter: Meter = field(default_factory=Meter)

    def opened(self, where: Destination, digest: int, parts: int) -> None:
        """Note that a digest's messages were made."""
        self._note(logging.DEBUG, "opened", where, digest=digest, parts=parts)

    def settled(
        self, delivery: Delivery, settlement: Settlement, late: float | None = None
    ) -> None:
        """Note what became of a message; `late`: seconds after it was due, if it is there."""
        level, action = _named(settlement)
        self.meter.settled(self.platform, action, late)
        if isinstance(settlement, Suspended) and settlement.whole_account:
            self.meter.lost[self.platform] = settlement.reason
        self._note(
            level,
            action,
            delivery.destination,
            digest=delivery.digest,
            part=delivery.part,
            round=delivery.round,
            key=delivery.key,
            attempts=delivery.attempts,
            platform_id=getattr(settlement, "platform_id", ""),
            reason=getattr(settlement, "reason", ""),
        )

    def overtaken(self, where: Destination) -> None:
        """Note that somebody else did the step first."""
        self._note(logging.INFO, "overtaken", where)

    def defect(self, where: Destination | None, what: str, *, digest: int = 0) -> None:
        """Note a defect of ours; only this digest or step is held up by it."""
        self._note(logging.ERROR, "defect", where, digest=digest, reason=what)

    def store_failed(self, error: StoreError) -> None:
        """Note that the database could not be used; it is tried again."""
        self._note(logging.ERROR, "store-failed", None, reason=str(error), remedy=error.remedy)

    def recovered(self, rows: int) -> None:
        """Note that messages were interrupted in mid-send, and will be asked about."""
        self._note(logging.WARNING, "recovered", None, rows=rows)

    def stopped(self, cut: int) -> None:
        """Note the end of the worker, and how many steps were cut short."""
        self._note(logging.INFO, "stopped", None, cut=cut)

    def _note(self, level: int, action: str, where: Destination | None, **facts: object) -> None:
        place = f"{where.account}/{where.address}" if where else ""
        told = {key: value for key, value in facts.items() if value not in ("", None)}
        words = " ".join(f"{key}={value}" for key, value in told.items())
        extra = {"action": action, "platform": self.platform, "destination": place, **told}
        self.log.log(level, "%s %s %s %s", self.platform, action, place, words, extra=extra)


def _named(settlement: Settlement) -> tuple[int, str]:
    match settlement:
        case Sent():
            return logging.INFO, "sent"
        case RetryAt():
            return logging.WARNING, "retry"
        case Unknown(ask_at=None):
            return logging.WARNING, "doubt"
        case Unknown():
            return logging.WARNING, "unknown"
        case Suspended():
            return logging.WARNING, "suspended"
        case Quarantined():
            return logging.ERROR, "quarantined"
        case _:
            return logging.INFO, type(settlement).__name__.lower()
