import itertools
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.deliver.keys import delivery_key
from bot.deliver.outbox import legal, next_round, next_state
from bot.model import Delivery, Density, Destination, Owed, State
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
from bot.store import Store, open_store
from tests.store.samples import (
    ACTOR,
    HERE,
    HOUR,
    NOON,
    THERE,
    body,
    enqueue,
    notice,
    open_all,
    place,
    plan,
    slot,
)

LATER = NOON + HOUR
SETTLEMENTS: tuple[Settlement, ...] = (
    Sent("17.5"),
    RetryAt(LATER, "busy"),
    Unknown(LATER, "no answer"),
    Unknown(None, "cannot ask"),
    Suspended("archived"),
    Quarantined("too long"),
    Quarantined("too long", again="plain body"),
    Dismissed("it is there"),
    SendAgain("no"),
)
# How each state is reached, from a fresh delivery.
PATHS: dict[State, tuple[Settlement | None, ...]] = {
    State.PLANNED: (),
    State.SENDING: (None,),
    State.SENT: (None, Sent("1")),
    State.UNKNOWN: (None, Unknown(NOON, "?")),
    State.SUSPENDED: (None, Suspended("lost")),
    State.QUARANTINED: (None, Quarantined("bad")),
    State.DISMISSED: (Dismissed("away"),),
}


async def walk(store: Store, key: str, path: tuple[Settlement | None, ...]) -> None:
    """None stands for a claim."""
    for step in path:
        if step is None:
            assert await store.outbox.claim(key, State.PLANNED, NOON)
        else:
            assert await store.outbox.settle(key, step, NOON)


async def rows(store: Store) -> dict[tuple[int, int], Delivery]:
    found = await store.audit.deliveries(None, 99)
    return {(row.delivery.part, row.delivery.round): row.delivery for row in found}


async def next_owed(store: Store, now: datetime = NOON) -> list[Owed]:
    return list(await store.outbox.owed("slack", now, 99, ()))


async def part_owed(store: Store, now: datetime = NOON) -> tuple[int, int] | None:
    """Part and round of the one thing owed, if any."""
    owed = await next_owed(store, now)
    assert len(owed) <= 1
    delivery = owed[0].delivery if owed else None
    return (delivery.part, delivery.round) if delivery else None


async def test_opening_inserts_the_parts_with_their_keys_once() -> None:
    async with open_store(":memory:") as store:
        await enqueue(store, plan())
        (owed,) = await next_owed(store)
        assert owed == Owed(HERE, 1, None)
        parts = [body("a"), body("b", reply=True)]
        assert await store.outbox.open(owed.digest, parts, NOON)
        assert not await store.outbox.open(owed.digest, [body("c")], NOON)
        assert not await store.outbox.open(999, parts, NOON)
        key = delivery_key("slack", "T1", "C1", plan().slot.key, 1, 0)
        assert (await rows(store))[1, 0] == Delivery(
            1, 1, 0, key, State.PLANNED, HERE, "b", "plain b", reply=True
        )


async def test_a_claim_takes_only_the_expected_state_and_counts_attempts() -> None:
    async with open_store(":memory:") as store:
        await enqueue(store, plan())
        (delivery,) = await open_all(store)
        assert not await store.outbox.claim(delivery.key, State.UNKNOWN, NOON)
        assert await store.outbox.claim(delivery.key, State.PLANNED, NOON)
        assert not await store.outbox.claim(delivery.key, State.PLANNED, NOON)
        assert not await store.outbox.claim("NOKEY", State.PLANNED, NOON)
        assert await next_owed(store, LATER) == []
        await store.outbox.settle(delivery.key, RetryAt(LATER, "busy"), NOON)
        assert await store.outbox.claim(delivery.key, State.PLANNED, LATER)
        assert (await rows(store))[0, 0] == replace(
            delivery, state=State.SENDING, attempts=2, started_at=LATER, reason="busy"
        )


async def test_the_newest_message_before_the_first_send_is_remembered_once() -> None:
    async with open_store(":memory:") as store:
        await enqueue(store, plan())
        (delivery,) = await open_all(store)
        for newest in ("9.9", "10.1", ""):
            await store.outbox.claim(delivery.key, State.PLANNED, NOON, newest)
            await store.outbox.settle(delivery.key, RetryAt(NOON, "busy"), NOON)
            where = await store.subscriptions.place(HERE)
            assert where is not None
            assert where.last_platform_id == "9.9"


async def test_what_was_sent_moves_the_last_platform_id_unless_it_is_a_reply() -> None:
    async with open_store(":memory:") as store:
        await enqueue(store, plan())
        for platform_id in ("1.0", "2.0"):
            (delivery,) = await open_all(store, body(), body(reply=True))
            await walk(store, delivery.key, (None, Sent(platform_id)))
        where = await store.subscriptions.place(HERE)
        assert where is not None
        assert where.last_platform_id == "1.0"
        assert (await rows(store))[1, 0].parent == "1.0"
        assert await next_owed(store) == []


@pytest.mark.parametrize(("state", "settlement"), list(itertools.product(PATHS, SETTLEMENTS)))
async def test_a_settlement_is_written_exactly_where_it_is_legal(
    state: State, settlement: Settlement
) -> None:
    async with open_store(":memory:") as store:
        await enqueue(store, plan())
        (fresh,) = await open_all(store)
        await walk(store, fresh.key, PATHS[state])
        before = (await rows(store))[0, 0]
        done = await store.outbox.settle(fresh.key, settlement, LATER)
        after = await rows(store)
    assert done is legal(state, settlement)
    if not done:
        assert after == {(0, 0): before}
        return
    assert after[0, 0].state is next_state(state, settlement)
    again = next_round(before, settlement)
    assert ((0, 1) in after) is (again is not None)
    if again is not None:
        assert (after[0, 1].state, after[0, 1].body) == (State.PLANNED, again)
        assert after[0, 1].key != before.key


async def test_a_plain_form_is_never_followed_by_another() -> None:
    async with open_store(":memory:") as store:
        await enqueue(store, plan())
        (delivery,) = await open_all(store)
        await walk(store, delivery.key, (None, Quarantined("bad", again="plain body")))
        (owed,) = await next_owed(store)
        assert owed.delivery is not None
        assert (owed.delivery.body, owed.delivery.plain) == ("plain body", "")


async def test_an_answer_about_a_round_that_has_a_next_one_comes_too_late() -> None:
    async with open_store(":memory:") as store:
        await enqueue(store, plan())
        (delivery,) = await open_all(store)
        await walk(store, delivery.key, (None, Quarantined("bad", again="plain body")))
        before = await rows(store)
        for late in (Dismissed("there"), SendAgain("no")):
            assert not await store.outbox.settle(delivery.key, late, LATER)
        assert await rows(store) == before


async def test_send_again_is_the_same_body_once_more_and_only_once() -> None:
    async with open_store(":memory:") as store:
        await enqueue(store, plan())
        (delivery,) = await open_all(store, body("x"), body("y"))
        await walk(store, delivery.key, (None, Unknown(None, "cannot ask")))
        assert await part_owed(store) == (1, 0)
        assert await store.outbox.settle(delivery.key, SendAgain("no"), LATER)
        assert not await store.outbox.settle(delivery.key, SendAgain("no"), LATER)
        assert await part_owed(store) == (0, 1)
        again = (await rows(store))[0, 1]
        assert (again.body, again.plain, again.attempts) == ("x", "plain x", 0)


async def test_parts_go_out_in_order_and_wait_for_what_can_be_asked() -> None:
    async with open_store(":memory:") as store:
        await enqueue(store, plan(), plan(slot=slot("tue")))
        (first,) = await open_all(store, body("a"), body("b"))
        await walk(store, first.key, (None, Unknown(LATER, "no answer")))
        assert await next_owed(store, NOON) == []
        assert await part_owed(store, LATER) == (0, 0)
        await store.outbox.settle(first.key, Sent("1"), LATER)
        assert await part_owed(store) == (1, 0)
        second = (await rows(store))[1, 0]
        await walk(store, second.key, (None, RetryAt(LATER, "busy")))
        assert await next_owed(store, NOON) == []
        assert await part_owed(store, LATER) == (1, 0)
        await walk(store, second.key, (None, Sent("2")))
        (owed,) = await next_owed(store)
        assert (owed.digest, owed.delivery) == (2, None)


async def test_a_doubt_holds_only_the_replies_to_it() -> None:
    async with open_store(":memory:") as store:
        await enqueue(store, plan(), plan(slot=slot("tue")))
        (parent,) = await open_all(store, body("a"), body("b", reply=True), body("c"))
        await walk(store, parent.key, (None, Unknown(None, "cannot ask")))
        assert await part_owed(store) == (2, 0)
        await walk(store, (await rows(store))[2, 0].key, (None, Sent("3")))
        (owed,) = await next_owed(store)
        assert owed.digest == 2
        assert await store.outbox.settle(parent.key, Sent("1"), LATER)
        (owed,) = await next_owed(store)
        assert owed.delivery is not None
        assert (owed.digest, owed.delivery.part, owed.delivery.parent) == (1, 1, "1")


@pytest.mark.parametrize("answer", [Dismissed("it is there"), SendAgain("no")])
async def test_replies_go_on_once_the_doubt_about_their_parent_is_answered(
    answer: Settlement,
) -> None:
    async with open_store(":memory:") as store:
        await enqueue(store, plan())
        (parent,) = await open_all(store, body("a"), body("b", reply=True))
        await walk(store, parent.key, (None, Unknown(None, "cannot ask")))
        assert await next_owed(store) == []
        await store.outbox.settle(parent.key, answer, LATER)
        assert await part_owed(store) == ((1, 0) if isinstance(answer, Dismissed) else (0, 1))


async def test_a_suspended_place_gives_nothing_and_resumes_as_planned() -> None:
    async with open_store(":memory:") as store:
        await enqueue(store, plan(), plan(THERE))
        first, _ = await open_all(store, body("a"), body("b"))
        await walk(store, first.key, (None, Suspended("archived")))
        assert [owed.destination for owed in await next_owed(store)] == [THERE]
        where = await store.subscriptions.place(HERE)
        assert where is not None
        assert where.suspended == "archived"
        await enqueue(store, notice("x"))
        assert [owed.destination for owed in await next_owed(store)] == [THERE]
        await store.subscriptions.put_place(replace(where, suspended=""), ACTOR)
        assert (await rows(store))[0, 0].state is State.PLANNED
        owed = {owed.destination: owed.delivery for owed in await next_owed(store)}
        assert (owed[HERE] or first).key == first.key


async def test_a_lost_account_suspends_all_its_places_and_no_other() -> None:
    other = Destination("slack", "T2", "C1")
    async with open_store(":memory:") as store:
        await store.subscriptions.put_place(place(THERE, suspended="archived"), ACTOR)
        await enqueue(store, plan(), plan(THERE), plan(other))
        first, _ = await open_all(store)
        await walk(store, first.key, (None, Suspended("token revoked", whole_account=True)))
        reasons = [await store.subscriptions.place(where) for where in (HERE, THERE, other)]
        assert [where and where.suspended for where in reasons] == [
            "token revoked", "archived", "",
        ]  # fmt: skip
        assert [owed.destination for owed in await next_owed(store)] == [other]


async def test_what_is_unknown_stays_unknown_while_its_place_is_suspended() -> None:
    async with open_store(":memory:") as store:
        await enqueue(store, plan())
        (delivery,) = await open_all(store)
        await walk(store, delivery.key, (None, Unknown(LATER, "?"), Suspended("archived")))
        assert await next_owed(store, LATER) == []
        await store.subscriptions.put_place(place(), ACTOR)
        (owed,) = await next_owed(store, LATER)
        assert owed.delivery is not None
        assert (owed.delivery.state, owed.delivery.not_before) == (State.UNKNOWN, LATER)


async def test_rows_left_sending_become_unknown() -> None:
    web = Destination("web", "local", "x")
    async with open_store(":memory:") as store:
        await enqueue(store, plan(), plan(THERE), plan(web))
        first, second = await open_all(store)
        (other,) = await open_all(store, platform="web")
        await store.outbox.claim(first.key, State.PLANNED, NOON)
        await store.outbox.claim(second.key, State.PLANNED, LATER)
        await store.outbox.claim(other.key, State.PLANNED, NOON)
        assert await store.outbox.recover("slack", LATER, LATER) == 1
        (owed,) = await next_owed(store, LATER)
        assert owed.delivery is not None
        assert (owed.delivery.key, owed.delivery.state) == (first.key, State.UNKNOWN)
        assert owed.delivery.not_before == LATER
        assert await store.outbox.recover("slack", None, LATER) == 1
        assert await store.outbox.recover("slack", None, LATER) == 0
        assert len(await next_owed(store, LATER)) == 2


async def test_a_renderers_defect_is_shown_and_can_be_tried_again() -> None:
    async with open_store(":memory:") as store:
        await enqueue(store, plan(), plan(slot=slot("tue")))
        (owed, *_) = await next_owed(store)
        assert await store.outbox.open(owed.digest, [], NOON, defect="KeyError: 'title'")
        broken = (await rows(store))[0, 0]
        assert (broken.state, broken.reason) == (State.QUARANTINED, "KeyError: 'title'")
        assert [owed.digest for owed in await next_owed(store)] == [2]
        assert await store.outbox.settle(broken.key, SendAgain("mended"), NOON)
        assert [owed.digest for owed in await next_owed(store)] == [1]
        assert await store.outbox.open(1, [body()], NOON)
        assert not await store.outbox.settle(broken.key, SendAgain("mended"), NOON)


async def test_another_layout_opens_anew_only_what_nothing_was_sent_of() -> None:
    async with open_store(":memory:") as store:
        await store.subscriptions.put_place(place(), ACTOR)
        await store.subscriptions.put_place(place(THERE), ACTOR)
        await enqueue(store, plan(), plan(THERE))
        unsent, begun = await open_all(store, body("a"), body("b"))
        await walk(store, unsent.key, (None, RetryAt(LATER, "busy")))
        await walk(store, begun.key, (None, Sent("1")))
        for where in (HERE, THERE):
            await store.subscriptions.put_place(place(where, density=Density.COMPACT), ACTOR)
        first, second = await next_owed(store)
        assert (first.delivery, second.delivery and second.delivery.part) == (None, 1)
        assert not await store.outbox.claim(unsent.key, State.PLANNED, NOON)
        await store.outbox.open(first.digest, [body("c")], NOON)
        assert not await store.outbox.claim(unsent.key, State.PLANNED, NOON)


async def test_a_digest_can_be_found_by_the_key_of_its_deliveries() -> None:
    async with open_store(":memory:") as store:
        await enqueue(store, plan())
        (delivery,) = await open_all(store)
        by_key = await store.outbox.digest(delivery.key)
        assert by_key == await store.outbox.digest(1)
        assert by_key is not None
        assert await store.outbox.digest("NOKEY") is None
        assert await store.outbox.digest(7) is None


async def test_the_log_leads_from_the_days_to_the_platforms_message() -> None:
    async with open_store(":memory:") as store:
        await enqueue(store, plan(), notice("x", THERE))
        first, _ = await open_all(store)
        await walk(store, first.key, (None, Sent("17.5")))
        newest, row = await store.audit.deliveries(None, 9)
        assert (row.delivery.platform_id, row.days, row.slot) == (
            "17.5", plan().heading.days, plan().slot.key,
        )  # fmt: skip
        assert (row.planned_at, row.settled_at) == (NOON, NOON)
        assert (newest.place.destination, newest.settled_at) == (THERE, None)
        assert await store.audit.deliveries(HERE, 9) == (row,)
        assert await store.audit.deliveries(None, 1) == (newest,)
        numbers = await store.audit.numbers()
        assert (numbers["deliveries"], numbers["planned"], numbers["doubts"]) == (2, 1, 0)


async def test_moments_far_away_are_no_trouble() -> None:
    async with open_store(":memory:") as store:
        await enqueue(store, plan())
        (delivery,) = await open_all(store)
        await walk(store, delivery.key, (None, RetryAt(LATER, "busy")))
        (owed,) = await next_owed(store, datetime.max.replace(tzinfo=UTC))
        assert owed.delivery is not None
        assert owed.delivery.not_before == LATER
        assert await next_owed(store, NOON) == []
