"""What is owed is paid once and in order, whatever the platform does."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise

import pytest

from bot.errors import DestinationLost, MaybeSent, RetryLater
from bot.model import Body, Digest, State
from bot.settlement import Dismissed, SendAgain
from tests.deliver.bench import ABROAD, OTHER, PAPERS, Bench, know
from tests.fake_platform import Fault

SENT, PLANNED, UNKNOWN = State.SENT, State.PLANNED, State.UNKNOWN


async def test_a_digest_is_opened_and_its_parts_are_sent_in_order(bench: Bench) -> None:
    await bench.plan("one\ntwo\nthree")
    assert await bench.quiet() is None
    assert bench.fake.ours() == ["one", "two", "three"]
    assert await bench.states() == [SENT, SENT, SENT]


async def test_digests_of_a_destination_are_sent_in_the_order_in_which_they_were_planned(
    bench: Bench,
) -> None:
    await bench.plan("monday")
    await bench.plan("tuesday")
    await bench.quiet()
    assert bench.fake.ours() == ["monday", "tuesday"]


async def test_replies_answer_the_first_part(bench: Bench) -> None:
    await bench.plan("head\n>first\n>second")
    await bench.quiet()
    head, *replies = bench.fake.held
    assert [reply.parent for reply in replies] == [head.id, head.id]


async def test_with_nothing_owed_the_worker_is_idle_without_a_next_moment(bench: Bench) -> None:
    assert await bench.quiet() is None
    assert bench.fake.calls == []


async def test_a_worker_that_rests_is_woken_by_what_is_enqueued(bench: Bench) -> None:
    await bench.quiet()
    await bench.plan("news")
    await bench.quiet()
    assert bench.fake.ours() == ["news"]


async def test_what_was_enqueued_without_a_wake_is_found_by_itself(bench: Bench) -> None:
    await bench.quiet()
    await bench.plan("news")
    before = bench.elapsed.now()
    while not bench.fake.held:
        await bench.elapsed.sleep(0.1)
    assert bench.elapsed.now() - before <= 2 * bench.limits.idle_poll


# ── opening ──────────────────────────────────────────────────────────────────────────────────────


async def test_a_renderer_that_breaks_holds_up_its_own_digest_only_and_visibly(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    good = bench.fake.renderer

    def breaks(digest: Digest) -> Sequence[Body]:
        if digest.heading.note == "bad":
            raise ZeroDivisionError(digest.heading.note)
        return good(digest)

    bench.fake.renderer = breaks
    await bench.plan("bad")
    await bench.plan("good")
    assert await bench.quiet() is None
    assert bench.fake.ours() == ["good"]
    broken = (await bench.rows())[0]
    assert broken.state is State.QUARANTINED
    assert broken.reason.startswith("ZeroDivisionError in breaks (test_worker.py:")
    assert [r.levelname for r in caplog.records if vars(r).get("action") == "defect"] == ["ERROR"]


async def test_a_renderer_that_makes_nothing_is_a_defect_too(bench: Bench) -> None:
    bench.fake.renderer = lambda _digest: ()
    await bench.plan("bad")
    await bench.quiet()
    assert await bench.states() == [State.QUARANTINED]


# ── before the first send ────────────────────────────────────────────────────────────────────────


async def test_before_the_first_send_to_a_destination_its_newest_message_is_noted(
    bench: Bench,
) -> None:
    bench.fake.say(PAPERS)
    newest = bench.fake.say(PAPERS)
    bench.fake.will(Fault.DROPPED)
    await bench.plan("one")
    await bench.quiet()
    assert await bench.last_known(PAPERS) == newest


async def test_the_newest_message_is_read_only_before_the_first_send(bench: Bench) -> None:
    await bench.plan("one\ntwo", PAPERS, OTHER)
    await bench.plan("three", PAPERS, OTHER)
    await bench.quiet()
    assert bench.fake.count("newest", PAPERS) == 1
    assert bench.fake.count("newest", OTHER) == 1
    assert await bench.last_known(OTHER) == bench.fake.held[-1].id


async def test_a_destination_that_cannot_be_read_is_written_to_all_the_same(bench: Bench) -> None:
    bench.fake.unreadable.add(PAPERS)
    bench.fake.say(PAPERS)
    await bench.plan("one")
    await bench.quiet()
    assert bench.fake.ours() == ["one"]


@pytest.mark.parametrize("error", [RetryLater("busy"), MaybeSent("reset"), ZeroDivisionError()])
async def test_nothing_is_sent_before_the_newest_message_could_be_read(
    bench: Bench, error: Exception
) -> None:
    bench.fake.reads.append(error)
    await bench.plan("one")
    due = await bench.quiet()
    assert due
    assert due > bench.calendar.now()
    assert bench.fake.count("send") == 0
    assert await bench.states() == [PLANNED]
    await bench.settled()
    assert bench.fake.ours() == ["one"]


# ── when the answer is lost ──────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("fault", [Fault.DROPPED, Fault.STORED_THEN_DROPPED])
async def test_an_ambiguous_send_is_asked_about_and_held_once(bench: Bench, fault: Fault) -> None:
    bench.fake.will(fault)
    await bench.plan("one\ntwo")
    due = await bench.quiet()
    assert await bench.states() == [UNKNOWN, PLANNED]
    assert due
    assert due == bench.calendar.now() + timedelta(seconds=bench.limits.reconcile_after)
    await bench.settled()
    assert bench.fake.ours() == ["one", "two"]
    assert await bench.states() == [SENT, SENT]


async def long_started(bench: Bench) -> None:
    """Let the caution after a start be over."""
    await bench.quiet()
    await bench.elapsed.sleep(2 * bench.limits.reconcile_after)


async def test_a_wall_clock_that_jumps_ahead_does_not_make_the_worker_ask_too_early(
    bench: Bench,
) -> None:
    await long_started(bench)
    bench.fake.will(Fault.STORED_THEN_DROPPED)
    await bench.plan("one")
    await bench.quiet()
    since = bench.elapsed.now()
    bench.calendar.jump(timedelta(days=1))
    await bench.settled()
    assert bench.elapsed.now() - since >= bench.limits.reconcile_after - bench.limits.idle_poll
    assert bench.fake.ours() == ["one"]


@pytest.mark.parametrize("error", [RetryLater("later"), MaybeSent("reset"), ZeroDivisionError()])
async def test_a_question_without_answer_is_asked_again(bench: Bench, error: Exception) -> None:
    bench.fake.will(Fault.STORED_THEN_DROPPED)
    bench.fake.history.append(error)
    await bench.plan("one")
    await bench.settled()
    assert bench.fake.count("find") == 2
    assert bench.fake.ours() == ["one"]
    assert await bench.states() == [SENT]


async def test_a_retry_after_of_a_question_is_kept_also_when_the_wall_clock_jumps(
    bench: Bench,
) -> None:
    await long_started(bench)
    bench.fake.will(Fault.STORED_THEN_DROPPED)
    bench.fake.history.append(RetryLater("one a minute", retry_after=timedelta(minutes=10)))
    await bench.plan("one")
    due = await bench.quiet()
    assert due
    bench.calendar.jump(due)
    await bench.quiet()
    since = bench.elapsed.now()
    bench.calendar.jump(timedelta(days=1))
    await bench.settled()
    assert bench.elapsed.now() - since >= 600 - bench.limits.idle_poll


async def test_a_defect_of_the_adapter_promises_nothing_and_is_not_quoted(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    bench.fake.will(Fault.BROKEN)
    await bench.plan("one")
    await bench.quiet()
    row = (await bench.rows())[0]
    assert row.state is UNKNOWN
    assert row.reason.startswith("defect: ZeroDivisionError in ")
    assert "secret" not in row.reason + caplog.text
    await bench.settled()
    assert bench.fake.ours() == ["one"]


# ── where nobody can be asked ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("fault", [Fault.DROPPED, Fault.STORED_THEN_DROPPED, Fault.UNASKABLE])
async def test_where_the_history_is_closed_the_doubt_is_shown_and_nothing_sent_twice(
    bench: Bench, fault: Fault
) -> None:
    bench.fake.unreadable.add(PAPERS)
    bench.fake.will(fault)
    await bench.plan("one")
    await bench.settled()
    (row,) = await bench.rows()
    assert (row.state, row.not_before) == (UNKNOWN, None)
    assert bench.fake.count("send") == 1


async def test_later_parts_go_out_once_a_part_is_a_doubt_but_its_replies_wait(
    bench: Bench,
) -> None:
    bench.fake.unreadable.add(PAPERS)
    bench.fake.will(Fault.DROPPED)
    await bench.plan("one\ntwo")
    bench.fake.will(Fault.DROPPED, at=OTHER)
    bench.fake.unreadable.add(OTHER)
    await bench.plan("head\n>reply", OTHER)
    await bench.settled()
    assert bench.fake.ours(PAPERS) == ["two"]
    assert bench.fake.ours(OTHER) == []


async def test_a_person_who_finds_it_missing_has_it_sent_again(bench: Bench) -> None:
    bench.fake.unreadable.add(PAPERS)
    bench.fake.will(Fault.DROPPED)
    await bench.plan("one")
    await bench.settled()
    await bench.answer(SendAgain("not there"))
    await bench.settled()
    assert bench.fake.ours() == ["one"]
    assert await bench.states() == [State.DISMISSED, SENT]


async def test_a_person_who_sees_it_there_ends_the_doubt(bench: Bench) -> None:
    bench.fake.unreadable.add(PAPERS)
    bench.fake.will(Fault.STORED_THEN_DROPPED)
    await bench.plan("one")
    await bench.settled()
    await bench.answer(Dismissed("it is there"))
    assert await bench.quiet() is None
    assert bench.fake.ours() == ["one"]


# ── when the platform says no ────────────────────────────────────────────────────────────────────


async def test_a_busy_platform_is_tried_again_by_the_ladder(bench: Bench) -> None:
    bench.fake.will(Fault.BUSY, Fault.BUSY)
    await bench.plan("one")
    moments = [bench.calendar.now()]
    while due := await bench.quiet():
        bench.calendar.jump(due)
        moments.append(due)
    waits = [(b - a).total_seconds() for a, b in pairwise(moments)]
    assert 5 <= waits[0] <= 6
    assert 30 <= waits[1] <= 36
    assert bench.fake.ours() == ["one"]


async def test_a_rejected_part_goes_out_in_its_plain_form_and_the_others_are_untouched(
    bench: Bench,
) -> None:
    bench.fake.will(Fault.NONE, Fault.REJECTED)
    await bench.plan("one\ntwo\nthree")
    assert await bench.quiet() is None
    assert bench.fake.ours() == ["one", "plain two", "three"]


async def test_a_rejected_plain_form_is_left_to_a_person_and_holds_up_nothing(
    bench: Bench,
) -> None:
    bench.fake.will(Fault.REJECTED, Fault.REJECTED)
    await bench.plan("one\ntwo")
    assert await bench.quiet() is None
    assert bench.fake.ours() == ["two"]
    assert (await bench.states()).count(State.QUARANTINED) == 2


async def test_a_lost_destination_waits_for_its_return_and_is_then_paid(bench: Bench) -> None:
    bench.fake.will(Fault.LOST, at=PAPERS)
    await bench.plan("one\ntwo", PAPERS, OTHER)
    assert await bench.quiet() is None
    assert await bench.states(PAPERS) == [State.SUSPENDED, PLANNED]
    assert bench.fake.ours() == ["one", "two"]
    await bench.bring_back(PAPERS)
    await bench.settled()
    assert bench.fake.ours(PAPERS) == ["one", "two"]


async def test_a_place_lost_while_asking_is_asked_again_on_return_and_not_sent_twice(
    bench: Bench,
) -> None:
    bench.fake.will(Fault.STORED_THEN_DROPPED)
    await bench.plan("one")
    due = await bench.quiet()
    assert due
    bench.fake.history.append(DestinationLost("gone"))
    await bench.settled()
    assert await bench.states() == [UNKNOWN]
    await bench.bring_back(PAPERS)
    await bench.settled()
    assert bench.fake.ours() == ["one"]
    assert await bench.states() == [SENT]


async def test_a_lost_account_suspends_all_its_destinations_and_no_others(bench: Bench) -> None:
    bench.fake.will(Fault.ACCOUNT_LOST, at=PAPERS)
    await know(bench.store, OTHER)
    await bench.plan("one", PAPERS)
    await bench.quiet()
    await bench.plan("two", OTHER, ABROAD)
    assert await bench.quiet() is None
    assert bench.fake.ours() == ["two"]
    assert bench.fake.held[-1].destination == ABROAD
