"""Pace, time, clocks, stops and a database in trouble: nothing is hurried, nothing is lost."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from bot.errors import StoreFull
from bot.limits import Pace, PlatformLimits
from bot.model import Destination, State
from tests.deliver.bench import ABROAD, LIMITS, OTHER, PAPERS, Bench, actions, open_bench, until
from tests.deliver.trouble import DooredOutbox, Failing, Overtaken
from tests.fake_platform import Fault

SENT, PLANNED, SENDING, UNKNOWN = State.SENT, State.PLANNED, State.SENDING, State.UNKNOWN
MANY = tuple(Destination("fake", "team", f"#{number}") for number in range(40))


async def holds(bench: Bench, count: int) -> None:
    """Let everything go on until the platform holds so many messages."""

    async def enough() -> bool:
        return len(bench.fake.held) >= count

    await until(enough)


async def asked(bench: Bench, call: str, times: int = 1) -> None:
    """Let everything go on until the platform was called so."""

    async def called() -> bool:
        return bench.fake.count(call) >= times

    await until(called)


# ── side by side ─────────────────────────────────────────────────────────────────────────────────


async def test_a_destination_that_does_not_answer_delays_no_other(bench: Bench) -> None:
    bench.fake.gate[PAPERS] = asyncio.Event()
    await bench.plan("stuck", PAPERS)
    await bench.plan("swift", *MANY)
    bench.start()
    await holds(bench, len(MANY))
    assert bench.fake.ours(PAPERS) == []
    bench.fake.gate[PAPERS].set()
    await bench.quiet()
    assert bench.fake.ours(PAPERS) == ["stuck"]


async def test_no_more_destinations_are_served_side_by_side_than_the_limit_says(
    bench: Bench,
) -> None:
    bench.limits = replace(LIMITS, parallel=4)
    for where in MANY:
        bench.fake.gate[where] = asyncio.Event()
    await bench.plan("one", *MANY)
    bench.start()
    await asked(bench, "send", 4)
    await bench.elapsed.sleep(5 * LIMITS.idle_poll)
    assert bench.fake.count("send") == 4
    for gate in bench.fake.gate.values():
        gate.set()
    await bench.quiet()
    assert bench.fake.ours() == ["one"] * len(MANY)


async def test_one_destination_has_one_message_under_way_at_a_time(bench: Bench) -> None:
    bench.fake.gate[PAPERS] = asyncio.Event()
    await bench.plan("one\ntwo")
    await bench.plan("three")
    bench.start()
    await asked(bench, "send")
    await bench.elapsed.sleep(5 * LIMITS.idle_poll)
    assert bench.fake.count("send") == 1
    bench.fake.gate[PAPERS].set()
    await bench.quiet()
    assert bench.fake.ours() == ["one", "two", "three"]


# ── pace ─────────────────────────────────────────────────────────────────────────────────────────


async def test_each_destination_gets_its_messages_at_the_platforms_pace(bench: Bench) -> None:
    bench.fake.limits = PlatformLimits(Pace(1.0), Pace(0.0))
    await bench.plan("one\ntwo\nthree", PAPERS, OTHER)
    await bench.quiet()
    for where in (PAPERS, OTHER):
        times = [message.at for message in bench.fake.held if message.destination == where]
        assert all(after - before >= 0.999 for before, after in pairwise(times))
    assert bench.elapsed.now() < 10


async def test_after_a_slow_request_the_pace_counts_from_its_end(bench: Bench) -> None:
    bench.fake.limits = PlatformLimits(Pace(10.0), Pace(0.0))
    bench.fake.gate[PAPERS] = asyncio.Event()
    await bench.plan("one\ntwo")
    bench.start()
    await asked(bench, "send")
    await bench.elapsed.sleep(9)
    bench.fake.gate[PAPERS].set()
    await bench.quiet()
    first, second = bench.fake.held
    assert second.at - first.at >= 10


async def test_an_accounts_pace_holds_over_its_destinations_and_slows_no_other_account(
    bench: Bench,
) -> None:
    bench.fake.limits = PlatformLimits(Pace(0.0), Pace(0.5, burst=2))
    await bench.plan("one", *MANY)
    await bench.plan("one\ntwo", ABROAD)
    await bench.quiet()
    team = [message.at for message in bench.fake.held if message.destination != ABROAD]
    abroad = [message.at for message in bench.fake.held if message.destination == ABROAD]
    assert all(later - early >= 0.499 for early, later in zip(team, team[2:], strict=False))
    assert team[-1] <= 0.5 * len(MANY) * 1.5
    assert abroad[-1] < 2


async def test_a_retry_after_of_a_destination_holds_up_that_destination_only(bench: Bench) -> None:
    bench.fake.will(Fault.SLOW_DOWN, at=PAPERS)
    await bench.plan("one\ntwo", PAPERS, OTHER)
    due = await bench.quiet()
    assert bench.fake.ours(OTHER) == ["one", "two"]
    assert bench.fake.ours(PAPERS) == []
    assert due
    assert timedelta(seconds=30) <= due - bench.calendar.now() <= timedelta(seconds=36)


async def test_a_retry_after_is_kept_also_when_the_wall_clock_jumps(bench: Bench) -> None:
    bench.fake.will(Fault.SLOW_DOWN, at=PAPERS)
    await bench.plan("one", PAPERS)
    await bench.quiet()
    refused = bench.elapsed.now()
    bench.calendar.jump(timedelta(days=2))
    await bench.quiet()
    assert bench.fake.held[0].at - refused >= 30 - LIMITS.idle_poll


async def test_a_retry_after_of_an_account_holds_up_all_of_it_and_no_other_account(
    bench: Bench,
) -> None:
    bench.fake.will(Fault.SLOW_DOWN_ALL, at=PAPERS)
    await bench.plan("first", PAPERS)
    await bench.quiet()
    refused = bench.elapsed.now()
    await bench.plan("second", OTHER, ABROAD)
    await bench.quiet()
    abroad, other = bench.fake.held
    assert (abroad.destination, other.destination) == (ABROAD, OTHER)
    assert abroad.at - refused < 5
    assert other.at - refused >= 30 - LIMITS.idle_poll


# ── time-outs and stops ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("fault", [Fault.HANGS, Fault.STORED_THEN_HANGS])
async def test_a_request_without_answer_is_given_up_and_asked_about(fault: Fault) -> None:
    async with open_bench(replace(LIMITS, request_timeout=0.01)) as bench:
        bench.fake.will(fault)
        await bench.plan("one")
        await bench.quiet()
        assert await bench.states() == [UNKNOWN]
        assert (await bench.rows())[0].reason == "no answer within 0.01 s"
        await bench.settled()
        assert bench.fake.ours() == ["one"]


async def test_on_a_stop_what_is_under_way_ends_well_and_nothing_more_is_claimed(
    bench: Bench,
) -> None:
    bench.fake.gate[PAPERS] = asyncio.Event()
    await bench.plan("one\ntwo")
    bench.start()
    await asked(bench, "send")
    stopping = asyncio.create_task(bench.stop())
    await asyncio.sleep(0)
    bench.fake.gate[PAPERS].set()
    await stopping
    assert await bench.states() == [SENT, PLANNED]


async def test_what_outlives_the_grace_of_a_stop_is_asked_about_at_the_next_start() -> None:
    async with open_bench(replace(LIMITS, stop_grace=0.01)) as bench:
        bench.fake.will(Fault.STORED_THEN_HANGS)
        await bench.plan("one")
        bench.start()
        await holds(bench, 1)
        await bench.stop()
        assert await bench.states() == [SENDING]
        await bench.settled()
        assert bench.fake.ours() == ["one"]
        assert await bench.states() == [SENT]


async def test_a_stopped_worker_that_still_reads_the_newest_message_claims_nothing(
    bench: Bench,
) -> None:
    reading, go_on = asyncio.Event(), asyncio.Event()
    newest = bench.fake.newest

    async def slowly(destination: Destination) -> str:
        reading.set()
        await go_on.wait()
        return await newest(destination)

    bench.fake.newest = slowly  # type: ignore[method-assign]
    await bench.plan("one")
    bench.start()
    await reading.wait()
    stopping = asyncio.create_task(bench.stop())
    await asyncio.sleep(0)
    go_on.set()
    await stopping
    assert await bench.states() == [PLANNED]
    assert bench.fake.count("send") == 0


# ── restarts and clocks ──────────────────────────────────────────────────────────────────────────


async def test_after_a_restart_nothing_is_asked_before_an_old_request_can_have_ended(
    bench: Bench,
) -> None:
    bench.fake.will(Fault.STORED_THEN_HANGS)
    await bench.plan("one")
    bench.start()
    await holds(bench, 1)
    await bench.kill()
    started = bench.elapsed.now()
    await bench.settled()
    assert bench.elapsed.now() - started >= LIMITS.reconcile_after
    assert bench.fake.count("find") == 1
    assert bench.fake.ours() == ["one"]


@pytest.mark.parametrize("fault", [Fault.BUSY, Fault.STORED_THEN_DROPPED])
@pytest.mark.parametrize("restarted", [True, False])
async def test_a_wall_clock_set_back_makes_nothing_wait_for_days(
    bench: Bench, fault: Fault, *, restarted: bool
) -> None:
    bench.fake.will(fault)
    await bench.plan("one")
    await bench.quiet()
    if restarted:
        await bench.kill()
    bench.calendar.jump(timedelta(days=-2))
    due = await bench.quiet()
    assert due
    assert due <= bench.calendar.now() + timedelta(seconds=3600 * 1.2)
    await bench.settled()
    assert bench.fake.ours() == ["one"]


async def test_a_row_that_nobody_sends_any_more_is_taken_back_when_its_lease_is_over(
    bench: Bench,
) -> None:
    await bench.plan("one")
    failing = Failing()
    bench.outbox = DooredOutbox(bench.outbox, failing)
    failing.fail("behind", "claim", StoreFull("disk full"))  # it was claimed, but nobody was told
    bench.start()
    await until(lambda: bench.are(SENDING))
    bench.calendar.jump(timedelta(seconds=LIMITS.lease + 1))
    while await bench.states() == [SENDING]:
        await bench.elapsed.sleep(1)
    await bench.settled()
    assert bench.fake.ours() == ["one"]
    assert bench.elapsed.now() <= 2 * LIMITS.lease + LIMITS.reconcile_after


# ── a database in trouble ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("method", ["recover", "owed", "digest", "open", "claim", "settle"])
@pytest.mark.parametrize("when", ["before", "behind"])
async def test_a_database_that_fails_for_a_while_delays_but_loses_and_repeats_nothing(
    bench: Bench, method: str, when: str, caplog: pytest.LogCaptureFixture
) -> None:
    await bench.plan("one\ntwo", PAPERS, OTHER)
    failing = Failing()
    bench.outbox = DooredOutbox(bench.outbox, failing)
    failing.fail(when, method, *(StoreFull("disk full") for _ in range(7)))
    bench.start()
    while len(bench.fake.held) < 4 or SENDING in await bench.states():
        await bench.elapsed.sleep(1)
        bench.calendar.jump(timedelta(seconds=1))
    assert bench.fake.ours(PAPERS) == ["one", "two"]
    assert bench.fake.ours(OTHER) == ["one", "two"]
    assert "store-failed" in actions(caplog.records)


async def test_a_failing_database_is_left_alone_for_longer_and_longer(bench: Bench) -> None:
    failing = Failing()
    bench.outbox = DooredOutbox(bench.outbox, failing)
    failing.fail("before", "owed", *(StoreFull("disk full") for _ in range(6)))
    bench.start()
    await bench.quiet()
    assert bench.elapsed.now() >= 1 + 2 + 5 + 10 + 30 + 30


async def test_a_database_that_can_only_be_read_is_left_alone_too(bench: Bench) -> None:
    failing = Failing()
    bench.outbox = DooredOutbox(bench.outbox, failing)
    failing.fail("before", "claim", *(StoreFull("disk full") for _ in range(5)))
    await bench.plan("one")
    await bench.quiet()
    assert bench.elapsed.now() >= 1 + 2 + 5 + 10 + 30
    assert bench.fake.ours() == ["one"]


@pytest.mark.parametrize("method", ["open", "claim"])
async def test_a_worker_that_is_overtaken_looks_again_but_not_in_a_hurry(
    bench: Bench, method: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="paperboy.deliver")
    bench.outbox = DooredOutbox(bench.outbox, Overtaken(method, 3))
    await bench.plan("one\ntwo\nthree\nfour")
    await bench.quiet()
    assert bench.fake.ours() == ["one", "two", "three", "four"]
    assert actions(caplog.records).count("overtaken") == 3
    assert bench.elapsed.now() >= 3 * LIMITS.idle_poll


async def test_a_defect_in_a_step_holds_up_one_destination_and_is_logged(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    failing = Failing()
    bench.outbox = DooredOutbox(bench.outbox, failing)
    await bench.plan("one", PAPERS, OTHER)
    failing.fail("before", "digest", ZeroDivisionError("a secret body"))
    await bench.quiet()
    assert bench.fake.ours() == ["one", "one"]
    assert bench.elapsed.now() >= LIMITS.lease
    assert "defect" in actions(caplog.records)
    assert "secret" not in caplog.text


async def test_a_defect_in_looking_stops_nothing_for_good(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    failing = Failing()
    bench.outbox = DooredOutbox(bench.outbox, failing)
    await bench.plan("one")
    failing.fail("before", "owed", ZeroDivisionError("a secret body"))
    await bench.quiet()
    assert bench.fake.ours() == ["one"]
    assert actions(caplog.records) == ["defect"]
    assert "secret" not in caplog.text


# ── the log ──────────────────────────────────────────────────────────────────────────────────────


async def test_each_event_is_one_record_with_an_action_and_no_message(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", logger="paperboy.deliver")
    bench.fake.will(Fault.BUSY, Fault.DROPPED, Fault.REJECTED, Fault.LOST)
    await bench.plan("private words")
    await bench.settled()
    told = ["opened", "retry", "unknown", "retry", "quarantined", "suspended"]
    assert actions(caplog.records) == told
    assert all(vars(record)["destination"] == "team/#papers" for record in caplog.records)
    assert "private words" not in caplog.text


def test_the_limits_leave_room_for_each_other() -> None:
    assert LIMITS.request_timeout < LIMITS.reconcile_after < LIMITS.lease
