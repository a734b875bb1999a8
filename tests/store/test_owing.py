from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st
from sqlite_utils import Database

from bot.model import Destination, Owed, State
from bot.settlement import RetryAt, Sent, Unknown
from bot.store import Store, audit, open_store, owing
from bot.store.codec import moment_text
from bot.store.connection import connect, transact
from bot.store.enqueueing import enqueue as enqueue_rows
from bot.store.migrations import upgrade
from bot.store.punctuality import read_punctuality
from bot.store.settling import claim, open_digest, recover, settle
from bot.store.steps import PartRow, Stand, Step, stand
from tests.store.bulk import connection_of
from tests.store.samples import HERE, HOUR, NOON, body, enqueue, notice, open_all, plan, slot

LATER = NOON + HOUR


def where(name: str, account: str = "T1") -> Destination:
    return Destination("slack", account, name)


async def owed_at(
    store: Store,
    limit: int = 9,
    busy: Sequence[Destination] = (),
    accounts: Sequence[str] = (),
) -> list[str]:
    found = await store.outbox.owed("slack", NOON, limit, busy, accounts)
    return [owed.destination.address for owed in found]


async def test_the_promise_that_waits_longest_comes_first() -> None:
    backlog, early, late = where("backlog"), where("early"), where("late")
    async with open_store(":memory:") as store:
        await enqueue(store, plan(backlog, slot=slot("mon", NOON - 24 * HOUR)))
        await enqueue(store, plan(backlog, slot=slot("tue", NOON - HOUR)))
        await enqueue(store, plan(late, slot=slot("tue", NOON)))
        await enqueue(store, plan(early, slot=slot("tue", NOON - 2 * HOUR)))
        assert await owed_at(store) == ["backlog", "early", "late"]
        (first, *_) = await store.outbox.owed("slack", NOON, 9, ())
        assert (first.destination, first.digest) == (backlog, 1)


async def test_a_place_that_got_a_digest_lets_those_go_first_that_wait_since_before() -> None:
    backlog, fresh, later = where("backlog"), where("fresh"), where("later")
    async with open_store(":memory:") as store:
        for day in (3, 2, 1):
            await enqueue(store, plan(backlog, slot=slot(f"day {day}", NOON - 24 * day * HOUR)))
        await enqueue(store, plan(fresh, slot=slot("today", NOON - HOUR)))
        await enqueue(store, plan(later, slot=slot("today", NOON + HOUR)))
        await paid(store, backlog, NOON)
        assert await owed_at(store) == ["fresh", "later", "backlog"]
        await enqueue(store, plan(backlog, slot=slot("new", NOON - 2 * HOUR)))
        assert await owed_at(store) == ["fresh", "later", "backlog"]


async def test_the_parts_of_a_digest_stay_together() -> None:
    backlog, fresh = where("backlog"), where("fresh")
    async with open_store(":memory:") as store:
        await enqueue(store, plan(backlog, slot=slot("mon", NOON - 24 * HOUR)))
        await enqueue(store, plan(fresh, slot=slot("today", NOON - HOUR)))
        await store.outbox.open(1, [body(), body()], NOON)
        (first, *_) = await store.outbox.owed("slack", NOON, 9, ())
        assert first.delivery
        await sent(store, first.delivery.key, NOON)
        assert await owed_at(store) == ["backlog", "fresh"]


async def paid(store: Store, place: Destination, at: datetime) -> None:
    """Send the next digest of a place, of one part."""
    found = await store.outbox.owed("slack", at, 99, ())
    (digest,) = [one.digest for one in found if one.destination == place]
    await store.outbox.open(digest, [body()], at)
    found = await store.outbox.owed("slack", at, 99, ())
    (one,) = [one.delivery for one in found if one.destination == place]
    assert one
    await sent(store, one.key, at)


async def sent(store: Store, key: str, at: datetime) -> None:
    assert await store.outbox.claim(key, State.PLANNED, at)
    assert await store.outbox.settle(key, Sent("1.0"), at)


async def test_busy_places_and_pausing_accounts_are_left_out_and_the_limit_is_kept() -> None:
    places = [where(f"C{n}", f"T{n % 3}") for n in range(9)]
    async with open_store(":memory:") as store:
        await enqueue(store, *map(plan, places))
        assert len(await owed_at(store)) == 9
        assert len(await owed_at(store, 4)) == 4
        assert await owed_at(store, busy=places[:7]) == ["C7", "C8"]
        assert await owed_at(store, accounts=["T0", "T2"]) == ["C1", "C4", "C7"]
        assert await owed_at(store, 1, busy=[places[1]], accounts=["T0", "T2"]) == ["C4"]
        assert await store.outbox.owed("discord", NOON, 9, ()) == ()


async def test_looking_ahead_changes_nothing() -> None:
    async with open_store(":memory:") as store:
        await enqueue(store, plan())
        (delivery,) = await open_all(store)
        await store.outbox.claim(delivery.key, State.PLANNED, NOON)
        await store.outbox.settle(delivery.key, RetryAt(LATER, "busy"), NOON)
        before = await connection_of(store).read(lambda database: list(database.conn.iterdump()))
        (ahead,) = await store.outbox.owed("slack", NOON + timedelta(days=900), 9, ())
        after = await connection_of(store).read(lambda database: list(database.conn.iterdump()))
        assert before == after
        assert ahead.delivery is not None
        assert ahead.delivery.not_before == LATER


async def test_a_digest_without_parts_is_done_once_it_was_opened() -> None:
    async with open_store(":memory:") as store:
        await enqueue(store, plan(), notice("x"))
        assert await store.outbox.open(1, [], NOON)
        (owed,) = await store.outbox.owed("slack", NOON, 9, ())
        assert owed == Owed(HERE, 2, None)


def read_plans(database: Database, work: Callable[[], object]) -> list[str]:
    """Run work and return SQLite's plan of each statement that it ran."""
    asked: list[tuple[str, Any]] = []
    with database.tracer(lambda sql, parameters: asked.append((sql, parameters))):
        work()
    rows = []
    for sql, parameters in asked:
        if sql.lstrip().startswith(("SELECT", "UPDATE", "INSERT", "DELETE")):
            rows += database.conn.execute(f"EXPLAIN QUERY PLAN {sql}", parameters or ()).fetchall()
    return [row[-1] for row in rows]


@pytest.fixture
def database() -> Database:
    database = connect(":memory:")
    upgrade(database, None)
    plans = [plan(where(f"C{n}")) for n in range(50)]
    at = moment_text(NOON)
    transact(database, "BEGIN IMMEDIATE", lambda d: enqueue_rows(d, plans, at), "")
    transact(database, "BEGIN", lambda d: open_digest(d, 1, [body()], at, ""), "")
    return database


def test_no_step_of_the_worker_reads_a_whole_table(database: Database) -> None:
    at = moment_text(NOON)
    (found, *_) = owing.owed(database, "slack", at, 9, (), ())
    assert found.delivery is not None
    key = found.delivery.key
    works = [
        lambda: owing.owed(database, "slack", at, 9, (), ("T7",)),
        lambda: owing.read_digest(database, 1),
        lambda: owing.read_digest(database, key),
        lambda: open_digest(database, 2, [body()], at, ""),
        lambda: claim(database, key, State.PLANNED, at, "9.9"),
        lambda: settle(database, key, Unknown(NOON, "?"), at),
        lambda: settle(database, key, Sent("1.0"), at),
        lambda: recover(database, "slack", None, at),
        # What people in one place ask for, as often as they like.
        lambda: database.execute(audit._OPEN, [1, 9]),
        lambda: database.execute(audit._NEWEST_HERE, [1, 9]),
        lambda: read_punctuality(database, NOON, NOON, 1),
    ]
    for number, work in enumerate(works):
        scans = [step for step in read_plans(database, work) if step.startswith("SCAN")]
        assert [scan for scan in scans if not reads_little(scan)] == [], number
    database.close()


def reads_little(scan: str) -> bool:
    """Values of one text or one row are no table; the rows in flight are few."""
    return scan.startswith(("SCAN j", "SCAN starts", "SCAN CONSTANT"))


ROWS = st.lists(
    st.builds(
        PartRow,
        part=st.just(0),
        round=st.just(0),
        state=st.sampled_from(State),
        reply=st.booleans(),
        not_before=st.sampled_from([None, "2026", "2027"]),
    ),
    max_size=5,
).map(lambda rows: [PartRow(n, 0, row.state, row.reply and n > 0, row.not_before)
                    for n, row in enumerate(rows)])  # fmt: skip


@given(ROWS)
@settings(max_examples=300, deadline=None)
def test_a_digest_is_done_held_or_has_its_first_open_part_as_next_step(rows: list[PartRow]) -> None:
    over = {State.SENT, State.DISMISSED, State.QUARANTINED}
    doubts = [row for row in rows if row.state is State.UNKNOWN and row.not_before is None]
    rest = [row for row in rows if row.state not in over and row not in doubts]
    if any(row.part == 0 for row in doubts):
        rest = [
            row for row in rest if not row.reply or row.state in (State.SENDING, State.SUSPENDED)
        ]
    found = stand(7, rows)
    if not rest:
        assert found == Stand(None, done=True)
    elif rest[0].state in (State.SENDING, State.SUSPENDED):
        assert found == Stand(None)
    else:
        assert found == Stand(Step(7, rest[0], rest[0].not_before or ""))
