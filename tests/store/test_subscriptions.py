import time
from dataclasses import replace
from datetime import date

from hypothesis import given, settings, strategies as st

from bot.model import Daily, Destination, OnArrival, Place, Subscription, Weekly
from bot.ports import DueGroup, Member
from bot.store import Store, open_store
from bot.store.codec import schedule, schedule_text
from tests.store.bulk import fill
from tests.store.samples import ACTOR, HERE, NOON, THERE, FixedCalendar, place, subscription
from tests.store.strategies import parts, places, schedules, subscriptions


async def numbers(
    store: Store, destination: Destination = HERE, *, removed: bool = False
) -> list[int]:
    return [one.number for one in await store.subscriptions.of(destination, removed=removed)]


@given(schedules(), schedules())
def test_schedules_are_written_in_words_that_read_back(one: Daily, other: Daily) -> None:
    assert schedule(schedule_text(one)) == one
    assert (schedule_text(one) == schedule_text(other)) is (one == other)


@given(places() | parts())
@settings(max_examples=50, deadline=None)
async def test_a_place_comes_back_as_it_was_put(one: Place) -> None:
    async with open_store(":memory:") as store:
        assert await store.subscriptions.place(one.destination) is None
        await store.subscriptions.put_place(one, ACTOR)
        assert await store.subscriptions.place(one.destination) == one
        changed = replace(one, name="other", suspended="", exclude="survey")
        await store.subscriptions.put_place(changed, ACTOR)
        assert await store.subscriptions.place(one.destination) == changed


async def test_the_last_platform_id_is_moved_by_sends_only() -> None:
    async with open_store(":memory:") as store:
        await store.subscriptions.put_place(place(last_platform_id="17.5"), ACTOR)
        await store.subscriptions.put_place(place(last_platform_id="3.0", name="x"), ACTOR)
        found = await store.subscriptions.place(HERE)
        assert found == place(last_platform_id="17.5", name="x")


@given(subscriptions())
@settings(max_examples=60, deadline=None)
async def test_a_subscription_comes_back_as_it_was_saved(one: Subscription) -> None:
    async with open_store(":memory:") as store:
        saved = await store.subscriptions.save(one, ACTOR)
        assert replace(saved, id=0) == replace(one, number=one.number or 1)
        assert await store.subscriptions.of(one.destination) == (saved,)
        ((where, same),) = await store.subscriptions.all()
        assert (where.destination, same) == (one.destination, saved)


async def test_saving_makes_a_missing_place() -> None:
    alert = subscription(destination=Destination("discord", "9", "u:7"), zone="Asia/Tokyo")
    async with open_store(":memory:") as store:
        await store.subscriptions.save(alert, ACTOR)
        made = await store.subscriptions.place(alert.destination)
        assert made == Place(alert.destination, "u:7", "Asia/Tokyo", is_person=True)


async def test_numbers_count_up_in_each_place_and_are_never_used_again() -> None:
    async with open_store(":memory:") as store:
        for topic in ("a", "b", "c"):
            await store.subscriptions.save(subscription(topic), ACTOR)
        await store.subscriptions.remove(HERE, 3, ACTOR)
        await store.subscriptions.remove(HERE, 2, ACTOR)
        again = await store.subscriptions.save(subscription("d"), ACTOR)
        assert again.number == 4
        await store.subscriptions.save(subscription("a", THERE), ACTOR)
        assert await numbers(store) == [1, 4]
        assert await numbers(store, removed=True) == [1, 2, 3, 4]
        assert await numbers(store, THERE) == [1]


async def test_a_number_that_was_imported_is_passed_over() -> None:
    async with open_store(":memory:") as store:
        await store.subscriptions.save(subscription(number=7), ACTOR)
        assert (await store.subscriptions.save(subscription("b"), ACTOR)).number == 8
        await store.subscriptions.save(subscription("c", number=2), ACTOR)
        assert (await store.subscriptions.save(subscription("d"), ACTOR)).number == 9


async def test_saving_a_removed_number_brings_it_back() -> None:
    async with open_store(":memory:") as store:
        saved = await store.subscriptions.save(subscription(cursor=9), ACTOR)
        await store.subscriptions.remove(HERE, 1, ACTOR)
        await store.subscriptions.remove(HERE, 1, ACTOR)
        await store.subscriptions.remove(HERE, 8, ACTOR)
        (gone,) = await store.subscriptions.of(HERE, removed=True)
        assert gone == replace(saved, removed=True)
        assert await store.subscriptions.all() == ()
        assert await store.subscriptions.groups() == ()
        assert await store.subscriptions.save(gone, ACTOR) == saved
        assert await store.subscriptions.of(HERE) == (saved,)


async def test_what_was_read_before_a_digest_moved_the_cursor_does_not_take_it_back() -> None:
    async with open_store(":memory:") as store:
        read = await store.subscriptions.save(subscription(cursor=5, last_slot="mon"), ACTOR)
        moved = replace(read, cursor=9, last_slot="tue", first_done=True)
        assert await store.subscriptions.save(moved, ACTOR) == moved
        saved = await store.subscriptions.save(replace(read, label="new"), ACTOR)
        assert saved == replace(moved, label="new")


async def test_groups_hold_what_is_due_together_and_neither_paused_nor_suspended() -> None:
    lost = Destination("slack", "T1", "C9")
    async with open_store(":memory:") as store:
        await store.subscriptions.put_place(place(lost, suspended="archived"), ACTOR)
        daily = [
            await store.subscriptions.save(subscription(topic, where), ACTOR)
            for topic, where in (("a", HERE), ("b", HERE), ("a", THERE))
        ]
        weekly = subscription("c", schedule=Weekly((1, 3), "08:30"), last_slot="x")
        other = await store.subscriptions.save(weekly, ACTOR)
        await store.subscriptions.save(subscription("d", paused=True), ACTOR)
        await store.subscriptions.save(subscription("e", lost), ACTOR)
        groups = await store.subscriptions.groups()
        assert sorted(groups, key=lambda group: group.count) == [
            DueGroup(Weekly((1, 3), "08:30"), "Europe/Berlin", "x", 1),
            DueGroup(Daily(), "Europe/Berlin", "", 3),
        ]
        found = {group.count: await store.subscriptions.due(group) for group in groups}
        assert found[3] == [
            Member(one.id, place_row, one.topic, one.cursor, speaks=True)
            for one, place_row in zip(daily, (2, 2, 3), strict=True)
        ]
        assert [member.id for member in found[1]] == [other.id]
        assert list(await store.subscriptions.due(DueGroup(OnArrival(), "UTC", "", 0))) == []


async def test_a_pause_with_an_end_is_a_group_of_its_own_and_one_without_is_none() -> None:
    until = date(2026, 8, 10)
    async with open_store(":memory:") as store:
        running = await store.subscriptions.save(subscription("a"), ACTOR)
        paused = subscription("b", paused=True, paused_until=until)
        paused = await store.subscriptions.save(paused, ACTOR)
        await store.subscriptions.save(subscription("c", paused=True), ACTOR)
        groups = {group.paused_until: group for group in await store.subscriptions.groups()}
        assert {until: group.count for until, group in groups.items()} == {None: 1, until: 1}
        ids = [[one.id for one in await store.subscriptions.due(g)] for g in groups.values()]
        assert sorted(ids) == [[running.id], [paused.id]]


async def test_a_member_speaks_until_its_first_digest_and_where_empty_days_are_told() -> None:
    async with open_store(":memory:") as store:
        await store.subscriptions.put_place(place(THERE, tell_empty=True), ACTOR)
        for where, done in ((HERE, False), (HERE, True), (THERE, True)):
            await store.subscriptions.save(subscription(destination=where, first_done=done), ACTOR)
        (group,) = await store.subscriptions.groups()
        due = await store.subscriptions.due(group)
        assert sorted((member.place, bool(member.speaks)) for member in due) == [
            (1, True), (2, False), (2, True),
        ]  # fmt: skip


async def test_all_can_be_asked_for_one_platform_or_account() -> None:
    async with open_store(":memory:") as store:
        for platform, account in (("slack", "T1"), ("slack", "T2"), ("web", "local")):
            where = Destination(platform, account, "C1")
            await store.subscriptions.save(subscription(destination=where, paused=True), ACTOR)
        everything = await store.subscriptions.all()
        slack = await store.subscriptions.all(platform="slack")
        one = await store.subscriptions.all(platform="slack", account="T2")
        assert [len(everything), len(slack), len(one)] == [3, 2, 1]
        assert one[0][0].destination.account == "T2"


async def test_moved_subscriptions_get_new_numbers_and_keep_their_cursors() -> None:
    async with open_store(":memory:") as store:
        await store.subscriptions.save(subscription("x", THERE), ACTOR)
        for topic, cursor in (("a", 5), ("b", 6), ("c", 7)):
            await store.subscriptions.save(subscription(topic, cursor=cursor), ACTOR)
        await store.subscriptions.remove(HERE, 1, ACTOR)
        await store.subscriptions.put_place(place(THERE), ACTOR, moved_from=HERE)
        moved = await store.subscriptions.of(THERE)
        assert [(one.number, one.topic, one.cursor) for one in moved] == [
            (1, "x", 0), (2, "b", 6), (3, "c", 7),
        ]  # fmt: skip
        assert await numbers(store) == []
        assert await numbers(store, removed=True) == [1]
        assert (await store.subscriptions.save(subscription("d"), ACTOR)).number == 4


async def test_a_renamed_place_keeps_everything_but_its_address() -> None:
    async with open_store(":memory:") as store:
        saved = await store.subscriptions.save(subscription(), ACTOR)
        await store.subscriptions.put_place(place(THERE), ACTOR, renamed_from=HERE)
        assert await store.subscriptions.of(THERE) == (replace(saved, destination=THERE),)
        assert await store.subscriptions.place(HERE) is None
        assert (await store.subscriptions.save(subscription("b", THERE), ACTOR)).number == 2


async def test_a_place_already_met_under_its_new_address_is_the_same_place() -> None:
    async with open_store(":memory:") as store:
        await store.subscriptions.save(subscription(), ACTOR)
        await store.subscriptions.put_place(place(THERE, name="#met"), ACTOR)
        await store.subscriptions.put_place(place(THERE), ACTOR, renamed_from=HERE)
        assert await numbers(store, THERE) == [1]
        assert await store.subscriptions.place(HERE) is None
        await store.subscriptions.save(subscription("b", HERE), ACTOR)
        await store.subscriptions.put_place(place(THERE), ACTOR, renamed_from=HERE)
        assert await numbers(store, THERE) == [1, 2]


async def test_every_change_says_who_made_it_and_when() -> None:
    async with open_store(":memory:", calendar=FixedCalendar()) as store:
        saved = await store.subscriptions.save(subscription(), ACTOR)
        await store.subscriptions.save(replace(saved, label="Lights", paused=True), ACTOR)
        await store.subscriptions.remove(HERE, 1, ACTOR)
        await store.subscriptions.put_place(place(suspended="archived"), "paperboy")
        await store.subscriptions.put_place(place(), "paperboy")
        rows = await store.audit.rows(HERE, 9)
    assert [(row.actor, row.action, row.detail) for row in reversed(rows)] == [
        (ACTOR, "subscribe", "1 Lamps"),
        (ACTOR, "change", "1 Lights (label, paused)"),
        (ACTOR, "unsubscribe", "1 Lights"),
        ("paperboy", "suspend", "archived"),
        ("paperboy", "resume", ""),
    ]
    assert {(row.at, row.destination) for row in rows} == {(NOON, HERE)}


@given(st.data())
@settings(max_examples=30, deadline=None)
async def test_numbers_are_never_shared_whatever_comes_and_goes(data: st.DataObject) -> None:
    steps = data.draw(st.lists(st.integers(0, 6), max_size=12))
    given_out: list[int] = []
    async with open_store(":memory:") as store:
        for step in steps:
            if step == 0:
                saved = await store.subscriptions.save(subscription(), ACTOR)
                assert saved.number not in given_out
                given_out.append(saved.number)
            else:
                await store.subscriptions.remove(HERE, step, ACTOR)
        assert await numbers(store, removed=True) == given_out


async def test_groups_and_their_members_are_found_quickly_among_many() -> None:
    async with open_store(":memory:") as store:
        await fill(store, 20_000)
        began = time.perf_counter()
        groups = await store.subscriptions.groups()
        told = time.perf_counter()
        due = await store.subscriptions.due(groups[0])
        done = time.perf_counter()
    assert sum(group.count for group in groups) == 20_000
    assert len(due) == groups[0].count
    assert told - began < 0.5
    assert done - told < 0.5
