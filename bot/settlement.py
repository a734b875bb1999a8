"""What became of a delivery: the outbox decides one of these, the store writes it. PURE."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Sent:
    """The platform holds the message."""

    platform_id: str


@dataclass(frozen=True, slots=True)
class RetryAt:
    """It certainly did not arrive: planned again, not before `at`."""

    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody knows whether it arrived: ask the platform, not before `ask_at`.

    `ask_at` None: the platform cannot be asked, a person is (a doubt).
    """

    ask_at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class Suspended:
    """The destination (or, with `whole_account`, the account) cannot be written to."""

    reason: str
    whole_account: bool = False


@dataclass(frozen=True, slots=True)
class Quarantined:
    """The platform refuses the body. `again` is the plain form, sent once as the next round."""

    reason: str
    again: str | None = None


@dataclass(frozen=True, slots=True)
class Dismissed:
    """A person said that it is there, or that it is not wanted any more."""

    reason: str


@dataclass(frozen=True, slots=True)
class SendAgain:
    """A person asked for it once more: the same body as the next round; this row is dismissed."""

    reason: str


Settlement = Sent | RetryAt | Unknown | Suspended | Quarantined | Dismissed | SendAgain
