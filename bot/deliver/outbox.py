"""What an answer, or its absence, makes of a delivery. PURE.

In goes a delivery with what came back (a `Receipt`, a `DeliveryError`, nothing) and the moment; out
comes a `Settlement`, which the store writes. One message of a digest lives like this:

                claim               Sent
    planned ──────────▶ sending ───────────▶ sent
     ▲  ▲ ▲                │││
     │  │ └─── RetryAt ────┘││ Quarantined
     │  │                   │└──────────────▶ quarantined ── the plain form, once: next round
     │  │         Suspended │                      └──────── then a person: Dismissed, SendAgain
     │  └─ back ◀─ suspended◀┤
     │                      │ Unknown, or a crash
     │  RetryAt: not there  ▼        Sent: it is there
     └─────────────────── unknown ─────────▶ sent
                             └── a doubt (cannot be asked): a person ──▶ dismissed
                                                  SendAgain: also the next round, planned

Why it is so:
- *A retry is not a state*: it is planned again with `not_before`; one query finds all that is owed.
- *Suspended leaves unknown as it is* and suspends only the place: turned into planned on return,
  the row would be sent a second time. It is asked about when the place is back.
- *A planned or suspended row accepts Sent and Unknown*: after a restore the platform may hold what
  the database believes unsent (design, decision 8).
- *Nothing follows sent and dismissed.* A settlement that comes late (from a request that outlived
  its lease) is refused there and changes nothing.
- *Only the newest round of a part takes a person's answer*: an earlier one was answered by it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.errors import (
    AccountLost,
    BodyRejected,
    CannotAsk,
    DeliveryError,
    DestinationLost,
    RetryLater,
)
from bot.limits import DeliveryLimits
from bot.model import Delivery, Receipt, State
from bot.settlement import (
    Dismissed,
    Quarantined,
    RetryAt,
    SendAgain,
    Sent,
    Settlement,
    Suspended,
    Unknown,
)

_STEPS: Mapping[State, Mapping[type[Settlement], State]] = {
    State.PLANNED: {
        Sent: State.SENT,
        RetryAt: State.PLANNED,  # put off before it was claimed
        Unknown: State.UNKNOWN,
        Suspended: State.SUSPENDED,
        Dismissed: State.DISMISSED,
    },
    State.SENDING: {
        Sent: State.SENT,
        RetryAt: State.PLANNED,
        Unknown: State.UNKNOWN,
        Suspended: State.SUSPENDED,
        Quarantined: State.QUARANTINED,
    },
    State.UNKNOWN: {
        Sent: State.SENT,
        RetryAt: State.PLANNED,
        Unknown: State.UNKNOWN,
        Suspended: State.UNKNOWN,
        Quarantined: State.QUARANTINED,  # the request outlived its lease, and was refused
        Dismissed: State.DISMISSED,
        SendAgain: State.DISMISSED,
    },
    State.SUSPENDED: {
        Sent: State.SENT,
        RetryAt: State.PLANNED,  # the place is back
        Unknown: State.UNKNOWN,
        Suspended: State.SUSPENDED,
        Dismissed: State.DISMISSED,
    },
    State.QUARANTINED: {Dismissed: State.DISMISSED, SendAgain: State.DISMISSED},
    State.SENT: {},
    State.DISMISSED: {},
}


def legal(state: State, settlement: Settlement) -> bool:
    """Say whether a row in this state takes this settlement; if not, it is to be ignored."""
    return type(settlement) in _STEPS[state]


def next_state(state: State, settlement: Settlement) -> State:
    """Return the state that follows. Raises `ValueError` where `legal` says no."""
    try:
        return _STEPS[state][type(settlement)]
    except KeyError:
        raise ValueError(f"{type(settlement).__name__} cannot follow {state}") from None


def next_round(delivery: Delivery, settlement: Settlement) -> str | None:
    """Return the body that the part's next round carries, or None if there is no next round."""
    match settlement:
        case Quarantined(again=again):
            return again
        case SendAgain():
            return delivery.body
        case _:
            return None


def decide(
    delivery: Delivery,
    outcome: Receipt | DeliveryError,
    now: datetime,
    limits: DeliveryLimits,
    jitter: float,
) -> Settlement:
    """Decide what a send that ended with `outcome` leaves to do. `jitter` is in [0, 1)."""
    reason = str(outcome)
    match outcome:
        case Receipt():
            return Sent(outcome.platform_id)
        case RetryLater():
            wait = obeyed(outcome, limits) or _rung(limits.retry_ladder, delivery.attempts)
            return RetryAt(_later(now, wait, limits, jitter), reason)
        case DestinationLost() | AccountLost():
            return _lost(outcome)
        case BodyRejected():
            return Quarantined(reason, again=_plain_form(delivery))
        case CannotAsk():
            return Unknown(None, reason)
        case _:  # MaybeSent, and whatever promises nothing
            return Unknown(now + timedelta(seconds=limits.reconcile_after), reason)


def decide_found(
    delivery: Delivery,
    answer: Receipt | DeliveryError | None,
    now: datetime,
    limits: DeliveryLimits,
    jitter: float,
) -> Settlement:
    """Decide what asking the platform leaves to do; None: it certainly does not hold the message.

    Sent again at once the first time, later by the ladder: a platform that loses every request is
    not to be hurried. `jitter` is in [0, 1).
    """
    match answer:
        case Receipt():
            return Sent(answer.platform_id)
        case None:
            again = delivery.attempts - 1
            wait = _rung(limits.retry_ladder, again) if again > 0 else 0.0
            return RetryAt(_later(now, wait, limits, jitter), "it did not arrive")
        case DestinationLost() | AccountLost():
            return _lost(answer)
        case CannotAsk():
            return Unknown(None, str(answer))
        case _:
            wait = obeyed(answer, limits) or _asked_for(delivery, now, limits)
            return Unknown(_later(now, wait, limits, jitter), str(answer))


def obeyed(error: DeliveryError, limits: DeliveryLimits) -> float:
    """Return the seconds that the platform asks to wait, as far as it is obeyed; 0.0: none."""
    if not isinstance(error, RetryLater) or error.retry_after is None:
        return 0.0
    return min(max(error.retry_after.total_seconds(), 0.0), limits.retry_after_max)


def clamped(delivery: Delivery, now: datetime, limits: DeliveryLimits) -> Settlement | None:
    """Return the settlement that brings back a deadline that a clock set back has moved away.

    None if the deadline is no further away than the longest wait that is ever given.
    """
    ladders = (*limits.retry_ladder, *limits.reconcile_ladder)
    longest = max(limits.retry_after_max, limits.reconcile_after, *ladders)
    latest = _later(now, longest, limits, 1.0)
    if delivery.not_before is None or delivery.not_before <= latest:
        return None
    if delivery.state is State.UNKNOWN:
        return Unknown(latest, delivery.reason)
    return RetryAt(latest, delivery.reason)


def _lost(error: DestinationLost | AccountLost) -> Suspended:
    return Suspended(str(error), whole_account=isinstance(error, AccountLost))


def _plain_form(delivery: Delivery) -> str | None:
    """The plain form is tried once: never after itself."""
    return delivery.plain if delivery.plain not in ("", delivery.body) else None


def _asked_for(delivery: Delivery, now: datetime, limits: DeliveryLimits) -> float:
    """Wait about as long as the answer is already missing.

    Read from the row's age, so that the ladder survives a restart without a column of its own.
    """
    age = (now - delivery.started_at).total_seconds() if delivery.started_at else 0.0
    passed = [rung for rung in limits.reconcile_ladder if rung <= age]
    return max(passed, default=limits.reconcile_ladder[0])


def _rung(ladder: Sequence[float], attempts: int) -> float:
    """The wait after this many attempts; the last rung for ever after."""
    return ladder[min(max(attempts, 1), len(ladder)) - 1]


def _later(now: datetime, wait: float, limits: DeliveryLimits, jitter: float) -> datetime:
    return now + timedelta(seconds=wait * (1.0 + limits.retry_jitter * jitter))
