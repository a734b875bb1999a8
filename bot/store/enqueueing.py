"""Plans → frozen digests, moved cursors, ledger: thousands in one transaction.

Each plan is checked against what is stored (compare-and-set of its cursors, one digest a slot) and
against the plans before it; then what passed is written table by table, because that is how
100,000 of them stay within a few seconds.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain, repeat
from typing import Final

from sqlite_utils import Database

from bot.model import Advance, Destination, Passed, Plan
from bot.store.codec import json_text, moment_text
from bot.store.due_groups import following
from bot.store.paper_rows import use_papers
from bot.store.places import ensure_row
from bot.store.posted_rows import begin_after_posted

MOST: Final = 5_000
_NOTICE: Final = "notice:"
_AT_ONCE: Final = 50  # ledger rows of one statement: a quarter faster than one by one
_LEDGER: Final = (
    "INSERT INTO ledger VALUES {} ON CONFLICT DO UPDATE"
    " SET version = excluded.version WHERE version < excluded.version"
)


# A subscription's row as it moves while plans are taken: cursor, group, and whose it is
# (destination's row, platform, account, address).
_Cursor = tuple[int, int, int, str, str, str]


@dataclass(slots=True)
class _Batch:
    """What is stored, what passed the check against it, and the rows that this makes."""

    cursors: dict[int, _Cursor]
    places: dict[Destination, int]
    slots: set[tuple[int, str]]
    next_group: Callable[[int, str], int]
    at: str
    next_digest: int
    digests: list[tuple[int, int, str, str, str, str, str, int]] = field(default_factory=list)
    topics: list[tuple[int, int, int, int]] = field(default_factory=list)
    moves: list[tuple[int, bool, int, int]] = field(default_factory=list)
    shown: defaultdict[str, list[tuple[int, int]]] = field(
        default_factory=lambda: defaultdict(list)
    )  # paper → destinations with the version
    left_out: list[Plan] = field(default_factory=list)
    due: tuple[datetime | None, str] = (None, "")

    def take(self, plan: Plan) -> None:
        """Take a plan whole, or leave it out whole.

        A plan that posts nothing makes no digest: its slot may exist, only its cursors count.
        """
        row, slot = self._agreed(plan), plan.slot.key
        posts = bool(plan.items or plan.heading.note)
        if row is None or (posts and (row, slot) in self.slots):
            self.left_out.append(plan)
            return
        if posts:
            self._post(plan, row, slot)
        for advance in plan.advances:
            self._move(advance, slot, posts=posts)

    def _agreed(self, plan: Plan) -> int | None:
        """Return the destination's row if every cursor stands where the plan says.

        A subscription that left this place meanwhile does not agree.
        """
        where = plan.destination
        row = None if plan.advances else self.places[where]
        for advance in plan.advances:
            cursor = self.cursors.get(advance.subscription)
            if cursor is None or cursor[0] != advance.from_seq:
                return None
            if (where.address, where.account, where.platform) != cursor[:2:-1]:
                return None
            row = cursor[2]
        return row

    def _post(self, plan: Plan, row: int, slot: str) -> None:
        self.next_digest += 1
        self.slots.add((row, slot))
        if plan.slot.due is not self.due[0]:  # mostly the slot of the plan before
            self.due = (plan.slot.due, moment_text(plan.slot.due))
        heading, items = json_text(plan.heading), json_text(plan.items)
        self.digests.append(
            (self.next_digest, row, slot, self.due[1], self.at, heading, items, plan.shown)
        )
        for item in plan.items:
            self.shown[item.paper].append((row, item.version))

    def _move(self, advance: Advance, slot: str, *, posts: bool) -> None:
        id_, before, after = advance.subscription, advance.from_seq, advance.to_seq
        _, group, row, platform, account, address = self.cursors[id_]
        if not slot.startswith(_NOTICE):  # a notice is no slot of the schedule
            group = self.next_group(group, slot)
        self.cursors[id_] = (after, group, row, platform, account, address)
        self.moves.append((after, after > before, group, id_))
        if posts and after > before:
            self.topics.append((id_, before, after, self.next_digest))


def enqueue(
    database: Database, plans: Sequence[Plan], at: str, passed: Sequence[Passed] = ()
) -> Sequence[Plan]:
    """Write the plans inside a transaction; returns those that were left out whole."""
    if len(plans) > MOST:
        raise ValueError(f"{len(plans)} plans: at most {MOST} fit one transaction")
    batch = _checked(database, plans, at, set())
    try:
        with database.atomic():
            _write_digests(database, batch)
    except sqlite3.IntegrityError:
        # Some slot has its digest already, which is rare: only now is it worth asking which.
        batch = _checked(database, plans, at, _known_slots(database, plans))
        _write_digests(database, batch)
    if batch.digests:
        begin_after_posted(database, batch.digests[0][0])
    _move_cursors(database, batch)
    _write_ledger(database, batch)
    _write_owing(database, batch)
    _pass_by(database, passed, batch.next_group)
    return batch.left_out


def _checked(
    database: Database, plans: Sequence[Plan], at: str, slots: set[tuple[int, str]]
) -> _Batch:
    alone = dict.fromkeys(plan.destination for plan in plans if not plan.advances)
    (last,) = database.execute(
        "SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'digests'), 0)"
    ).fetchone()
    batch = _Batch(
        _read_cursors(database, plans),
        {where: ensure_row(database, where) for where in alone},
        slots,
        following(database),
        at,
        last,
    )
    for plan in plans:
        batch.take(plan)
    return batch


def _known_slots(database: Database, plans: Sequence[Plan]) -> set[tuple[int, str]]:
    find = (
        "SELECT g.destination, g.slot FROM destinations d JOIN digests g ON g.destination = d.id"
        " WHERE d.platform = ? AND d.account = ? AND d.address = ? AND g.slot = ?"
    )
    wanted = ((plan.destination, plan.slot.key) for plan in plans)
    return {
        spot
        for where, slot in wanted
        for spot in database.execute(find, [where.platform, where.account, where.address, slot])
    }


def _read_cursors(database: Database, plans: Sequence[Plan]) -> dict[int, _Cursor]:
    """Return the cursors that may be moved: not of what was removed or suspended meanwhile."""
    wanted = {advance.subscription for plan in plans for advance in plan.advances}
    rows = database.execute(
        "SELECT s.id, s.cursor, s.due_group, d.id, d.platform, d.account, d.address"
        " FROM json_each(?) j JOIN subscriptions s ON s.id = j.value"
        " JOIN destinations d ON d.id = s.destination WHERE s.removed = 0 AND d.suspended = ''",
        [json_text(list(wanted))],
    )
    return {id_: tuple(cursor) for id_, *cursor in rows}


def _write_digests(database: Database, batch: _Batch) -> None:
    database.conn.executemany(
        "INSERT INTO digests(id, destination, slot, due, planned_at, heading, items, shown)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        batch.digests,
    )


def _move_cursors(database: Database, batch: _Batch) -> None:
    database.conn.executemany("INSERT INTO digest_topics VALUES (?, ?, ?, ?)", batch.topics)
    database.conn.executemany(
        "UPDATE subscriptions SET cursor = ?, first_done = first_done OR ?, due_group = ?"
        " WHERE id = ?",
        batch.moves,
    )


def _pass_by(
    database: Database, passed: Sequence[Passed], next_group: Callable[[int, str], int]
) -> None:
    """Move the cursors of those for whom a slot had nothing, where they still stand there.

    Thousands stand at one cursor in one group, so one statement moves them.
    """
    for some in passed:
        rows = json_text(some.subscriptions)
        groups = database.execute(
            "SELECT DISTINCT due_group FROM subscriptions"
            " WHERE id IN (SELECT value FROM json_each(?))",
            [rows],
        ).fetchall()
        for (group,) in groups:
            database.execute(
                "UPDATE subscriptions SET cursor = ?1, first_done = first_done OR ?1 > ?2,"
                " due_group = ?3 WHERE id IN (SELECT value FROM json_each(?4))"
                " AND cursor = ?2 AND due_group = ?5 AND removed = 0 AND destination NOT IN"
                " (SELECT id FROM destinations WHERE suspended <> '')",
                [some.to_seq, some.from_seq, next_group(group, some.slot), rows, group],
            )


def _write_ledger(database: Database, batch: _Batch) -> None:
    numbers = use_papers(database, batch.shown.keys(), batch.at[:10])
    values: list[int] = []
    # In the order of the table: each of its pages is touched once.
    for paper in sorted(batch.shown, key=numbers.__getitem__):
        rows = zip(repeat((numbers[paper],)), sorted(batch.shown[paper]), strict=False)
        values.extend(chain.from_iterable(chain.from_iterable(rows)))
    width = 3 * _AT_ONCE
    for at in range(0, len(values), width):
        some = values[at : at + width]
        database.execute(_LEDGER.format(",".join(["(?, ?, ?)"] * (len(some) // 3))), some)


def _write_owing(database: Database, batch: _Batch) -> None:
    """Tell whose digests these are. A suspended place (of a notice) owes again when it is back."""
    database.execute(
        "INSERT INTO owing(destination, platform, account, due, turn)"
        " SELECT d.id, d.platform, d.account, g.due, (SELECT claims FROM starts)"
        " FROM digests g JOIN destinations d ON d.id = g.destination"
        " WHERE g.id >= ? AND d.suspended = ''"
        " ON CONFLICT DO NOTHING",  # who is owed something already keeps its place in the queue
        [batch.digests[0][0]] if batch.digests else [batch.next_digest + 1],
    )
