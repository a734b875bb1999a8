"""The planner on the real store: what falls due, what is said, and what waits."""

import pytest

from bot.model import (
    BatchState,
    Daily,
    Destination,
    OnArrival,
    Place,
    Weekly,
)
from tests.desk import HERE, LAMPS, ME, MIRRORS, PRISMS, THERE, THU, TUE, WED, Desk, at

# ── what falls due ───────────────────────────────────────────────────────────────────────────────


async def test_a_daily_digest_comes_at_its_minute_and_not_before(desk: Desk) -> None:
    await desk.subscribe(LAMPS)
    await desk.announce(TUE, "On lamps", "On tides")
    early = await desk.plan(TUE, 8, 59)
    assert (early.digests, early.wake) == (0, at(TUE, 9))
    assert (await desk.plan(TUE, 9)).digests == 1
    assert await desk.titles() == [["On lamps"]]
    assert (await desk.plan(TUE, 10)).digests == 0


async def test_a_weekly_digest_covers_the_days_since_the_last(desk: Desk) -> None:
    await desk.subscribe(LAMPS, Weekly((4,), "09:00"), last_slot="2026-07-30T09:00 UTC")
    for day in (TUE, WED, THU):
        await desk.announce(day, f"Lamps of {day}")
        await desk.plan(day, 10)
    (digest,) = await desk.digests()
    assert digest.heading.days == (TUE, WED, THU)
    assert len(digest.items) == 3


async def test_on_arrival_means_as_soon_as_the_batch_is_settled(desk: Desk) -> None:
    await desk.subscribe(LAMPS, OnArrival())
    await desk.announce(TUE, "On lamps", settled=False)
    assert (await desk.plan(TUE, 4, 1)).digests == 0
    await desk.store.announcements.mark(TUE, BatchState.SETTLED, at(TUE, 5))
    assert (await desk.plan(TUE, 5)).digests == 1


async def test_topics_that_are_due_together_make_one_digest(desk: Desk) -> None:
    for topic in (LAMPS, MIRRORS, PRISMS):
        await desk.subscribe(topic)
    await desk.announce(TUE, "Lamps and mirrors", "Mirrors alone")
    assert (await desk.plan(TUE, 9)).digests == 1
    (digest,) = await desk.digests()
    assert digest.heading.topics == ((1, LAMPS), (2, MIRRORS), (3, PRISMS))
    assert sorted(item.subscriptions for item in digest.items) == [(1, 2), (2,)]
    cursors = {one.cursor for one in await desk.store.subscriptions.of(HERE)}
    assert cursors == {await desk.store.announcements.horizon()}


async def test_topics_of_different_schedules_with_one_slot_share_its_digest(desk: Desk) -> None:
    await desk.subscribe(LAMPS)
    await desk.subscribe(MIRRORS, Weekly((2,), "09:00"), last_slot="2026-07-28T09:00 UTC")
    await desk.announce(TUE, "On lamps", "On mirrors")
    assert (await desk.plan(TUE, 9)).digests == 1
    assert sorted(*await desk.titles()) == ["On lamps", "On mirrors"]


async def test_a_paper_comes_once_where_two_slots_are_due_at_once(desk: Desk) -> None:
    await desk.subscribe(LAMPS)
    await desk.subscribe("on lamps", OnArrival())
    await desk.announce(TUE, "On lamps")
    await desk.plan(TUE, 9)
    assert await desk.titles() == [["On lamps"]]
    assert {one.cursor for one in await desk.store.subscriptions.of(HERE)} == {1}


async def test_nothing_falls_due_before_the_first_harvest_has_ended(desk: Desk) -> None:
    await desk.subscribe(LAMPS)
    await desk.announce(TUE, "On lamps")
    desk.ready = False
    assert (await desk.plan(TUE, 9)).digests == 0
    desk.ready = True
    assert (await desk.plan(TUE, 9)).digests == 1


# ── days with nothing ────────────────────────────────────────────────────────────────────────────


async def test_an_empty_day_only_moves_the_cursor(desk: Desk) -> None:
    await desk.subscribe(LAMPS)
    await desk.announce(TUE, "On tides")
    planned = await desk.plan(TUE, 9)
    one = await desk.one()
    assert (planned.digests, one.cursor, one.last_slot) == (0, 1, "2026-08-04T09:00 UTC")
    assert await desk.digests() == []
    assert planned.wake > at(TUE, 9)


async def test_a_first_digest_speaks_even_if_it_found_nothing(desk: Desk) -> None:
    await desk.subscribe(LAMPS, first_done=False)
    await desk.announce(TUE, "On tides")
    assert (await desk.plan(TUE, 9)).digests == 1
    (digest,) = await desk.digests()
    assert digest.heading.note.startswith("Nothing on lamps among the 1 paper of Tue 4 Aug.")
    await desk.announce(WED, "On winds")
    assert (await desk.plan(WED, 9)).digests == 0


async def test_a_place_that_asked_is_told_of_empty_days(desk: Desk) -> None:
    await desk.store.subscriptions.put_place(Place(HERE, "#papers", tell_empty=True), ME)
    await desk.subscribe(LAMPS)
    for day in (TUE, WED):
        await desk.announce(day, f"Tides of {day}")
        assert (await desk.plan(day, 9)).digests == 1


async def test_papers_found_before_the_cursor_do_not_speak_again(desk: Desk) -> None:
    await desk.subscribe(LAMPS)
    await desk.subscribe(MIRRORS, where=THERE, schedule=Weekly((3,), "09:00"),
                         last_slot="2026-07-29T09:00 UTC")  # fmt: skip
    await desk.announce(TUE, "On lamps")
    await desk.plan(TUE, 9)
    await desk.announce(WED, "On mirrors")
    assert (await desk.plan(WED, 9)).digests == 1
    assert (await desk.titles(), await desk.titles(THERE)) == ([["On lamps"]], [["On mirrors"]])


# ── options ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("updates", [True, False])
async def test_a_new_version_comes_only_to_those_who_want_updates(
    desk: Desk, *, updates: bool
) -> None:
    await desk.subscribe(LAMPS, updates=updates)
    await desk.announce(TUE, "On lamps")
    await desk.plan(TUE, 9)
    await desk.announce(WED, "On lamps", version=2)
    assert (await desk.plan(WED, 9)).digests == int(updates)


async def test_what_a_place_excludes_does_not_come(desk: Desk) -> None:
    await desk.store.subscriptions.put_place(Place(HERE, "#papers", exclude="survey"), ME)
    await desk.subscribe(LAMPS)
    await desk.announce(TUE, "On lamps", "Survey of lamps")
    await desk.plan(TUE, 9)
    assert await desk.titles() == [["On lamps"]]


async def test_an_alert_skips_what_its_channel_already_showed(desk: Desk) -> None:
    person = Destination("web", "local", "u:me")
    await desk.store.subscriptions.put_place(Place(HERE, "#papers"), ME)
    await desk.store.subscriptions.put_place(
        Place(person, "me", is_person=True, skip_shown_at=HERE), ME
    )
    await desk.subscribe(LAMPS)
    await desk.subscribe("lamps OR mirrors", Daily("10:00"), person)
    await desk.announce(TUE, "On lamps", "On mirrors")
    await desk.plan(TUE, 9)
    await desk.plan(TUE, 10)
    assert await desk.titles(person) == [["On mirrors"]]


async def test_an_unreadable_topic_does_not_stop_the_others(desk: Desk) -> None:
    await desk.subscribe('ti:"never closed', where=THERE)
    await desk.subscribe(LAMPS)
    await desk.announce(TUE, "On lamps")
    await desk.plan(TUE, 9)
    assert await desk.titles() == [["On lamps"]]
