"""Who gets what, where, when: places, numbered subscriptions, and the groups that fall due."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from sqlite_utils import Database

from bot.model import Destination, Place, Subscription
from bot.ports import Calendar, DueGroup, Member
from bot.posted import UNREAD
from bot.store import codec
from bot.store.audit_rows import record
from bot.store.connection import Connection
from bot.store.moving import move, rename
from bot.store.places import ensure_row, find_row, read_place, write_place
from bot.store.steps import refresh, reopen_unsent, resume
from bot.store.subscription_rows import (
    Members,
    changed_fields,
    merged,
    read_all,
    read_numbered,
    take_number,
    write,
)
from bot.store.unread import still_unread


class Subscriptions:
    """The port `Subscriptions` on SQLite; `calendar` dates its audit rows."""

    def __init__(self, connection: Connection, calendar: Calendar) -> None:
        self._connection = connection
        self._calendar = calendar

    async def place(self, destination: Destination) -> Place | None:
        """Return a destination's place, if it is known."""
        return await self._connection.read(lambda database: read_place(database, destination))

    async def put_place(
        self,
        place: Place,
        actor: str,
        *,
        renamed_from: Destination | None = None,
        moved_from: Destination | None = None,
    ) -> None:
        """Insert or change a place (its options, name, suspension).

        A known `last_platform_id` stays: only sends move it. Clearing `suspended` resumes what was
        suspended with it; another density re-opens digests of which nothing was sent.
        """
        at = self._now()

        def work(database: Database) -> None:
            if renamed_from and rename(database, renamed_from, place.destination):
                row = find_row(database, place.destination)
                record(database, at, actor, "rename", row, renamed_from.address)
            row = _put_place(database, place, actor, at)
            if moved_from and move(database, moved_from, place.destination):
                record(database, at, actor, "move", row, moved_from.address)

        await self._connection.write(work)

    async def of(
        self, destination: Destination, *, removed: bool = False
    ) -> tuple[Subscription, ...]:
        """Return a destination's subscriptions, by number; with `removed`, those taken away too."""
        return await self._connection.read(
            lambda database: _of(database, destination, removed=removed)
        )

    async def save(self, subscription: Subscription, actor: str) -> Subscription:
        """Insert (number 0: the next free one) or change; returns it as stored.

        Saving a removed number brings it back. A cursor only moves forward.
        """
        at = self._now()
        return await self._connection.write(
            lambda database: _save(database, subscription, actor, at)
        )

    async def remove(self, destination: Destination, number: int, actor: str) -> None:
        """Take a subscription away. Its number is never used again for another."""
        at = self._now()
        await self._connection.write(
            lambda database: _remove(database, destination, number, actor, at)
        )

    async def groups(self) -> tuple[DueGroup, ...]:
        """Return the groups of subscriptions that are not suspended, nor paused without an end."""
        return await self._connection.read(_groups)

    async def due(self, group: DueGroup) -> Sequence[Member]:
        """Return the members of a group in short, by place and number."""
        return await self._connection.read(lambda database: _due(database, group))

    async def all(
        self,
        *,
        platform: str = "",
        account: str = "",
        only: Collection[int] | None = None,
        suspended: bool = False,
    ) -> Members:
        """Return every subscription (of a platform, of an account, of these rows), by place."""
        if only is not None:
            return await self._connection.read(lambda database: _only(database, only))
        if suspended:
            return await self._connection.read(_suspended)
        return await self._connection.read(lambda database: _all(database, platform, account))

    def _now(self) -> str:
        return codec.moment_text(self._calendar.now())


def _put_place(database: Database, place: Place, actor: str, at: str) -> int:
    before = read_place(database, place.destination)
    if before and before.suspended == UNREAD:
        place = still_unread(database, place)
    row = write_place(database, place)
    was_suspended = bool(before and before.suspended)
    if was_suspended and not place.suspended:
        resume(database, row)
    elif place.suspended and not was_suspended:
        refresh(database, row)
    if before and before.density != place.density:
        reopen_unsent(database, row)
    if was_suspended != bool(place.suspended):
        action = "suspend" if place.suspended else "resume"
        record(database, at, actor, action, row, place.suspended)
    elif before != place:
        record(database, at, actor, "place", row, place.name)
    return row


def _save(database: Database, new: Subscription, actor: str, at: str) -> Subscription:
    row = ensure_row(database, new.destination, new.zone)
    old = read_numbered(database, row, new.number, new.destination) if new.number else None
    number = old.number if old else take_number(database, row, new.number)
    stored = merged(old, replace(new, number=number, id=0))
    saved = replace(stored, id=write(database, row, stored))
    action = "subscribe" if old is None or old.removed else "change"
    record(database, at, actor, action, row, changed_fields(old, stored))
    return saved


def _remove(database: Database, destination: Destination, number: int, actor: str, at: str) -> None:
    row = find_row(database, destination)
    old = read_numbered(database, row, number, destination) if row is not None else None
    if old is None or old.removed:
        return
    database.execute("UPDATE subscriptions SET removed = 1 WHERE id = ?", [old.id])
    record(database, at, actor, "unsubscribe", row, f"{number} {old.label}")


def _of(database: Database, destination: Destination, *, removed: bool) -> tuple[Subscription, ...]:
    members = read_all(
        database,
        "SELECT * FROM known_subscriptions WHERE destination = ? AND removed <= ? ORDER BY number",
        [find_row(database, destination), int(removed)],
    )
    return tuple(one for _, one in members)


def _groups(database: Database) -> tuple[DueGroup, ...]:
    rows = database.execute(
        "SELECT g.schedule, g.zone, g.last_slot, n.many, g.paused_until FROM due_groups g JOIN"
        " (SELECT due_group, count(*) AS many FROM subscriptions"
        " WHERE removed = 0 AND (paused = 0 OR paused_until NOTNULL)"
        " AND destination NOT IN (SELECT id FROM destinations WHERE suspended <> '')"
        " GROUP BY due_group) n ON n.due_group = g.id"
    )
    return tuple(
        DueGroup(codec.schedule(schedule), zone, last_slot, count, codec.day(until or None))
        for schedule, zone, last_slot, count, until in rows
    )


def _due(database: Database, group: DueGroup) -> list[Member]:
    rows = database.execute(
        "SELECT s.id, s.destination, t.text, s.cursor, s.first_done = 0 OR d.tell_empty"
        " FROM subscriptions s JOIN destinations d ON d.id = s.destination"
        " JOIN topics t ON t.id = s.topic WHERE s.due_group = (SELECT id FROM due_groups"
        " WHERE schedule = ? AND zone = ? AND last_slot = ? AND paused_until = ?)"
        " AND s.removed = 0 AND (s.paused = 0 OR s.paused_until NOTNULL) AND d.suspended = ''"
        " ORDER BY s.destination, s.number",
        [
            codec.schedule_text(group.schedule),
            group.zone,
            group.last_slot,
            codec.day_text(group.paused_until) or "",
        ],
    )
    return list(map(Member._make, rows))


def _only(database: Database, rows: Collection[int]) -> Members:
    return read_all(
        database,
        "SELECT * FROM known_subscriptions WHERE id IN (SELECT value FROM json_each(?))"
        " AND removed = 0 ORDER BY destination, number",
        [codec.json_text(list(rows))],
    )


def _suspended(database: Database) -> Members:
    return read_all(
        database,
        "SELECT k.* FROM destinations d JOIN known_subscriptions k ON k.destination = d.id"
        " WHERE d.suspended <> '' AND k.removed = 0 ORDER BY k.destination, k.number",
        [],
    )


def _all(database: Database, platform: str, account: str) -> Members:
    return read_all(
        database,
        "SELECT k.* FROM known_subscriptions k JOIN destinations d ON d.id = k.destination"
        " WHERE k.removed = 0 AND d.platform = iif(?1 = '', d.platform, ?1)"
        " AND d.account = iif(?2 = '', d.account, ?2) ORDER BY k.destination, k.number",
        [platform, account],
    )
