"""An answer, or its absence, becomes exactly one settlement."""

from datetime import timedelta

import pytest
from hypothesis import given, strategies as st

from bot.deliver.outbox import clamped, decide, decide_found, legal, next_round, next_state
from bot.errors import (
    AccountLost,
    BodyRejected,
    CannotAsk,
    DeliveryError,
    DestinationLost,
    MaybeSent,
    RetryLater,
)
from bot.limits import DeliveryLimits
from bot.model import Receipt, State
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
from tests.deliver.samples import NOW, a_delivery

LIMITS = DeliveryLimits()
SETTLEMENTS: tuple[Settlement, ...] = (
    Sent("1"),
    RetryAt(NOW, ""),
    Unknown(NOW, ""),
    Suspended(""),
    Quarantined(""),
    Dismissed(""),
    SendAgain(""),
)
OUTCOMES: tuple[Receipt | DeliveryError, ...] = (
    Receipt("1"),
    RetryLater(""),
    MaybeSent(""),
    CannotAsk(""),
    DestinationLost(""),
    AccountLost(""),
    BodyRejected(""),
)


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


def wait_of(settlement: Settlement) -> float:
    at = settlement.at if isinstance(settlement, RetryAt) else None
    at = settlement.ask_at if isinstance(settlement, Unknown) else at
    assert at is not None
    return (at - NOW).total_seconds()


# ── what a send leaves to do ─────────────────────────────────────────────────────────────────────


def test_a_receipt_means_sent() -> None:
    assert decide(a_delivery(), Receipt("17.5"), NOW, LIMITS, 0.0) == Sent("17.5")


def test_a_refusal_for_now_is_tried_again_by_the_ladder_and_for_ever() -> None:
    waits = [
        wait_of(decide(a_delivery(attempts=n), RetryLater("busy"), NOW, LIMITS, 0.0))
        for n in range(9)
    ]
    assert waits == [5, 5, 30, 120, 600, 1800, 3600, 3600, 3600]


def test_jitter_only_ever_adds() -> None:
    settlement = decide(a_delivery(), RetryLater("busy"), NOW, LIMITS, 0.5)
    assert wait_of(settlement) == pytest.approx(5.5)


@pytest.mark.parametrize(
    ("asked", "kept"), [(7.0, 7.0), (3600.0, 3600.0), (1e9, 3600.0), (0.0, 5.0), (-3.0, 5.0)]
)
def test_a_retry_after_is_obeyed_up_to_its_maximum_and_never_as_no_wait(
    asked: float, kept: float
) -> None:
    error = RetryLater("slow down", retry_after=seconds(asked))
    assert wait_of(decide(a_delivery(), error, NOW, LIMITS, 0.0)) == kept


@pytest.mark.parametrize("error", [MaybeSent("no answer"), DeliveryError("of no known kind")])
def test_what_promises_nothing_is_asked_about_after_the_time_out(error: DeliveryError) -> None:
    settlement = decide(a_delivery(), error, NOW, LIMITS, 0.9)
    assert settlement == Unknown(NOW + seconds(LIMITS.reconcile_after), str(error))
    assert LIMITS.reconcile_after > LIMITS.request_timeout


def test_an_ambiguous_send_that_cannot_be_asked_about_is_a_doubt() -> None:
    assert decide(a_delivery(), CannotAsk("no scope"), NOW, LIMITS, 0.0) == Unknown(
        None, "no scope"
    )


def test_a_lost_place_is_suspended_alone_and_a_lost_account_whole() -> None:
    lost = decide(a_delivery(), DestinationLost("is_archived"), NOW, LIMITS, 0.0)
    gone = decide(a_delivery(), AccountLost("token_revoked"), NOW, LIMITS, 0.0)
    assert lost == Suspended("is_archived")
    assert gone == Suspended("token_revoked", whole_account=True)


def test_a_rejected_body_is_sent_once_more_in_its_plain_form() -> None:
    row = a_delivery()
    settlement = decide(row, BodyRejected("invalid_blocks"), NOW, LIMITS, 0.0)
    assert settlement == Quarantined("invalid_blocks", again="plain")
    assert next_round(row, settlement) == "plain"


@pytest.mark.parametrize("row", [a_delivery(body="plain"), a_delivery(plain="")])
def test_a_rejected_plain_form_waits_for_a_person(row: object) -> None:
    assert isinstance(row, type(a_delivery()))
    settlement = decide(row, BodyRejected("no_text"), NOW, LIMITS, 0.0)
    assert settlement == Quarantined("no_text", again=None)
    assert next_round(row, settlement) is None


def test_send_again_repeats_the_same_body() -> None:
    assert next_round(a_delivery(), SendAgain("it is not there")) == "rich"


# ── what asking leaves to do ─────────────────────────────────────────────────────────────────────


def test_what_is_found_is_sent() -> None:
    row = a_delivery(state=State.UNKNOWN)
    assert decide_found(row, Receipt("9"), NOW, LIMITS, 0.0) == Sent("9")


def test_what_is_certainly_absent_is_sent_at_once_the_first_time_and_by_the_ladder_later() -> None:
    waits = [
        wait_of(decide_found(a_delivery(attempts=n), None, NOW, LIMITS, 0.0)) for n in range(5)
    ]
    assert waits == [0, 0, 5, 30, 120]


def test_where_nobody_can_be_asked_a_doubt_is_shown_instead_of_a_guess() -> None:
    answer = decide_found(a_delivery(), CannotAsk("no history"), NOW, LIMITS, 0.0)
    assert answer == Unknown(None, "no history")


@pytest.mark.parametrize(
    ("age", "wait"), [(0, 60), (59, 60), (300, 300), (1000, 300), (1e6, 3600), (-500, 60)]
)
def test_a_question_without_answer_is_asked_again_ever_less_often(age: float, wait: float) -> None:
    row = a_delivery(state=State.UNKNOWN, started_at=NOW - seconds(age))
    assert wait_of(decide_found(row, MaybeSent("no answer"), NOW, LIMITS, 0.0)) == wait


def test_a_retry_after_holds_for_questions_too() -> None:
    error = RetryLater("one request a minute", retry_after=seconds(61))
    assert wait_of(decide_found(a_delivery(), error, NOW, LIMITS, 0.0)) == 61


def test_a_place_found_lost_while_asking_keeps_the_question() -> None:
    settlement = decide_found(a_delivery(), DestinationLost("gone"), NOW, LIMITS, 0.0)
    assert settlement == Suspended("gone")
    assert next_state(State.UNKNOWN, settlement) is State.UNKNOWN


# ── deadlines and clocks ─────────────────────────────────────────────────────────────────────────


def test_a_deadline_moved_away_by_a_clock_set_back_comes_back() -> None:
    far = NOW + timedelta(days=1)
    latest = NOW + seconds(3600 * 1.2)
    planned = a_delivery(state=State.PLANNED, not_before=far, reason="busy")
    unknown = a_delivery(state=State.UNKNOWN, not_before=far, reason="no answer")
    assert clamped(planned, NOW, LIMITS) == RetryAt(latest, "busy")
    assert clamped(unknown, NOW, LIMITS) == Unknown(latest, "no answer")


@pytest.mark.parametrize("wait", [None, -5.0, 0.0, 3600.0, 3600 * 1.2])
def test_a_deadline_within_the_longest_wait_stays(wait: float | None) -> None:
    at = None if wait is None else NOW + seconds(wait)
    assert clamped(a_delivery(state=State.PLANNED, not_before=at), NOW, LIMITS) is None


@given(
    attempts=st.integers(0, 1000),
    jitter=st.floats(0, 1, exclude_max=True),
    asked=st.none() | st.floats(-1e6, 1e8),
)
def test_no_wait_is_ever_so_long_that_it_would_be_taken_for_a_clock_set_back(
    attempts: int, jitter: float, asked: float | None
) -> None:
    wish = None if asked is None else seconds(asked)
    row = a_delivery(attempts=attempts)
    settlement = decide(row, RetryLater("busy", retry_after=wish), NOW, LIMITS, jitter)
    assert isinstance(settlement, RetryAt)
    later = a_delivery(state=State.PLANNED, not_before=settlement.at)
    assert settlement.at > NOW
    assert clamped(later, NOW, LIMITS) is None


# ── which settlement may follow which state ──────────────────────────────────────────────────────


@pytest.mark.parametrize("state", [State.SENT, State.DISMISSED])
@pytest.mark.parametrize("settlement", SETTLEMENTS, ids=lambda s: type(s).__name__)
def test_nothing_follows_an_end(state: State, settlement: Settlement) -> None:
    assert not legal(state, settlement)
    with pytest.raises(ValueError, match="cannot follow"):
        next_state(state, settlement)


@pytest.mark.parametrize("state", sorted(set(State) - {State.SENT, State.DISMISSED}))
@pytest.mark.parametrize("settlement", SETTLEMENTS, ids=lambda s: type(s).__name__)
def test_legal_and_next_state_agree(state: State, settlement: Settlement) -> None:
    if legal(state, settlement):
        assert next_state(state, settlement) in State
    else:
        with pytest.raises(ValueError, match="cannot follow"):
            next_state(state, settlement)


def test_the_platforms_word_is_taken_wherever_the_row_stands_open() -> None:
    takes = {state for state in State if legal(state, Sent("1"))}
    assert takes == {State.PLANNED, State.SENDING, State.UNKNOWN, State.SUSPENDED}


def test_a_person_is_not_asked_while_a_request_is_under_way() -> None:
    assert not legal(State.SENDING, Dismissed(""))
    assert not legal(State.SENDING, SendAgain(""))


@pytest.mark.parametrize("outcome", OUTCOMES, ids=lambda o: type(o).__name__)
def test_every_outcome_of_a_send_can_be_written_also_when_its_lease_ran_out(
    outcome: Receipt | DeliveryError,
) -> None:
    settlement = decide(a_delivery(), outcome, NOW, LIMITS, 0.0)
    assert legal(State.SENDING, settlement)
    assert legal(State.UNKNOWN, settlement)
