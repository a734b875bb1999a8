"""The pace that a platform allows is kept, and nothing is remembered for longer than needed."""

from hypothesis import given, strategies as st

from bot.deliver.pace import Pacing
from bot.limits import Pace, PlatformLimits
from bot.model import Destination

PAPERS = Destination("fake", "team", "#papers")
OTHER = Destination("fake", "team", "#other")
ABROAD = Destination("fake", "abroad", "#papers")
FREE = Pace(0.0)


def pacing(destination: Pace = FREE, account: Pace = FREE, overall: Pace = FREE) -> Pacing:
    return Pacing(PlatformLimits(destination, account, overall))


def test_a_burst_goes_at_once_and_then_one_each_interval() -> None:
    pace = pacing(Pace(2.0, burst=3))
    sent: list[float] = []
    now = 100.0
    for _ in range(6):
        now += pace.delay(now, PAPERS)
        pace.take(now, PAPERS)
        sent.append(now)
    assert sent == [100.0, 100.0, 100.0, 102.0, 104.0, 106.0]


def test_one_destination_does_not_use_up_anothers_bucket() -> None:
    pace = pacing(Pace(1.0))
    pace.take(0.0, PAPERS)
    assert pace.delay(0.0, PAPERS) == 1.0
    assert pace.delay(0.0, OTHER) == 0.0


def test_an_accounts_bucket_is_shared_by_its_destinations_only() -> None:
    pace = pacing(account=Pace(0.5))
    pace.take(0.0, PAPERS)
    assert pace.delay(0.0, OTHER) == 0.5
    assert pace.delay(0.0, ABROAD) == 0.0


def test_the_platforms_bucket_is_shared_by_all() -> None:
    pace = pacing(overall=Pace(0.25))
    pace.take(0.0, PAPERS)
    assert pace.delay(0.0, ABROAD) == 0.25
    assert pace.held(0.0).everything == 0.25


def test_a_slow_request_counts_from_its_end_because_it_may_be_stored_that_late() -> None:
    pace = pacing(Pace(1.0))
    pace.take(0.0, PAPERS)
    pace.ended(0.7, PAPERS)
    assert round(pace.delay(0.7, PAPERS), 9) == 1.0
    assert pace.delay(1.7, PAPERS) == 0.0


def test_no_interval_means_no_limit_and_no_memory() -> None:
    pace = pacing()
    for _ in range(1000):
        pace.take(0.0, PAPERS)
    assert pace.delay(0.0, PAPERS) == 0.0
    assert len(pace) == 0


def test_a_pause_holds_back_a_destination_or_an_account_until_it_is_over() -> None:
    pace = pacing()
    pace.pause(30.0, PAPERS)
    pace.pause_account(10.0, "abroad")
    assert [pace.delay(5.0, where) for where in (PAPERS, OTHER, ABROAD)] == [25.0, 0.0, 5.0]
    assert pace.delay(30.0, PAPERS) == 0.0


def test_a_pause_is_never_shortened() -> None:
    pace = pacing()
    pace.pause(30.0, PAPERS)
    pace.pause(10.0, PAPERS)
    assert pace.delay(0.0, PAPERS) == 30.0


def test_what_must_wait_is_told_with_the_first_moment_that_frees_some_of_it() -> None:
    pace = pacing(Pace(1.0), Pace(0.25, burst=2))
    pace.take(0.0, PAPERS)
    pace.pause_account(9.0, "abroad")
    held = pace.held(0.0)
    assert held.destinations == {PAPERS}
    assert held.accounts == {"abroad"}
    assert held.seconds == 1.0
    assert pace.held(9.0).seconds is None


def test_full_buckets_and_ended_pauses_are_forgotten() -> None:
    pace = pacing(Pace(1.0), Pace(0.001))
    for number in range(1000):
        where = Destination("fake", f"team {number}", "#papers")
        pace.take(number / 100, where)
        pace.pause(number / 100 + 1, where)
        pace.held(number / 100)
    assert len(pace) < 250
    pace.held(1000.0)
    assert len(pace) == 0


@given(
    every=st.floats(0.01, 10),
    burst=st.integers(1, 10),
    gaps=st.lists(st.floats(0, 20), min_size=1, max_size=60),
)
def test_no_stretch_of_time_ever_holds_more_than_burst_and_interval_allow(
    every: float, burst: int, gaps: list[float]
) -> None:
    pace = pacing(Pace(every, burst))
    now, sent = 0.0, []
    for gap in gaps:
        now += gap
        now += pace.delay(now, PAPERS)
        pace.take(now, PAPERS)
        sent.append(now)
    for first in range(len(sent)):
        for last in range(first, len(sent)):
            allowed = burst + (sent[last] - sent[first]) / every
            assert last - first + 1 <= allowed + 1e-6
