"""What an answer means, and how long to wait."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from bot.collect.arxiv.lane import judge, read_retry_after, stop_length, waits
from bot.errors import ArxivBusy, ArxivError, ArxivGarbled, ArxivRefused, ArxivUnreachable
from bot.limits import ArxivLimits
from bot.ports import LaneState

NOW = datetime(2026, 11, 18, 6, tzinfo=UTC)
LIMITS = ArxivLimits()
HOUR = timedelta(hours=1)


@pytest.mark.parametrize("status", [200, 304])
def test_an_answer_is_read_and_not_modified_is_one(status: int) -> None:
    judge(status)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        *((status, ArxivBusy) for status in (403, 406, 429, 503)),
        *((status, ArxivRefused) for status in (400, 404, 410, 414)),
        *((status, ArxivUnreachable) for status in (500, 502, 504)),
        *((status, ArxivGarbled) for status in (301, 302, 204)),
    ],
)
def test_every_other_status_is_the_error_that_it_means(
    status: int, error: type[ArxivError]
) -> None:
    with pytest.raises(error):
        judge(status)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("Wed, 18 Nov 2026 07:00:00 GMT", 3600),
        ("Wed, 18 Nov 2026 05:00:00 GMT", 0),
        ("soon", None),
        ("-5", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_read_in_both_of_its_forms(header: str | None, seconds: int | None) -> None:
    expected = None if seconds is None else timedelta(seconds=seconds)

    assert read_retry_after(header, NOW) == expected


@given(st.text())
def test_any_retry_after_is_answered_without_an_exception(header: str) -> None:
    read_retry_after(header, NOW)


def test_the_lane_stops_15_then_30_then_60_minutes_and_stays_there() -> None:
    minutes = [stop_length(strikes, None, LIMITS, 0.0) / 60 for strikes in (1, 2, 3, 4, 99)]

    assert minutes == [15, 30, 60, 60, 60]


def test_chance_only_ever_lengthens_a_stop_by_a_tenth() -> None:
    assert stop_length(1, None, LIMITS, 0.999) == pytest.approx(16.5 * 60, rel=0.001)


def test_a_longer_retry_after_wins_up_to_the_most_that_is_obeyed() -> None:
    assert stop_length(1, HOUR, LIMITS, 0.0) == 3600
    assert stop_length(3, timedelta(seconds=1), LIMITS, 0.0) == 3600
    assert stop_length(1, 100 * HOUR, LIMITS, 0.0) == LIMITS.retry_after_max


def test_a_fresh_lane_waits_for_nothing() -> None:
    assert waits(LaneState(), NOW, LIMITS) == (0.0, 0.0)


def test_a_restart_waits_what_is_left_of_gap_and_stop() -> None:
    second = timedelta(seconds=1)
    state = LaneState(last_end=NOW - second, stopped_until=NOW + 600 * second)

    gap, stop = waits(state, NOW, LIMITS)
    assert gap == pytest.approx(LIMITS.gap - 1)
    assert stop == 600


def test_a_request_that_a_crash_cut_off_costs_the_whole_gap() -> None:
    assert waits(LaneState(last_end=NOW + timedelta(seconds=50)), NOW, LIMITS)[0] == LIMITS.gap


DISTANCES = st.timedeltas(timedelta(days=-9999), timedelta(days=9999))


@given(DISTANCES, DISTANCES)
def test_however_wrong_a_clock_was_no_wait_exceeds_its_maximum(
    end: timedelta, until: timedelta
) -> None:
    gap, stop = waits(LaneState(last_end=NOW + end, stopped_until=NOW + until), NOW, LIMITS)

    assert 0 <= gap <= LIMITS.gap
    assert 0 <= stop <= LIMITS.retry_after_max
