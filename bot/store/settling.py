"""A claim, a settlement, a digest's opening → rows, and what follows from them.

Which state follows which is decided in `deliver.outbox` alone; here it is written down.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlite_utils import Database

from bot.deliver.keys import delivery_key
from bot.deliver.outbox import legal, next_round, next_state
from bot.model import Body, Delivery, Destination, State
from bot.settlement import Dismissed, RetryAt, SendAgain, Sent, Settlement, Suspended, Unknown
from bot.store.audit_rows import BOT, record
from bot.store.codec import moment_or_none_text
from bot.store.delivery_rows import delivery_of
from bot.store.posted_rows import as_found, in_doubt, is_posted
from bot.store.steps import close_again, refresh

_ENDS: Final = (State.SENT, State.QUARANTINED, State.DISMISSED)


def open_digest(
    database: Database, digest: int, parts: Sequence[Body], at: str, defect: str
) -> bool:
    """Insert a digest's parts; False if it was opened before, or is not known."""
    found = database.execute(
        "UPDATE digests SET opened_at = ?1 WHERE id = ?2 AND opened_at IS NULL"
        " RETURNING destination, slot, first_round",
        [at, digest],
    ).fetchone()
    if found is None:
        return False
    row, slot, round_ = found
    where = _destination(database, row)
    bodies = [Body("", "")] if defect else parts
    fresh = [_fresh(digest, part, round_, where, slot, body) for part, body in enumerate(bodies)]
    if defect:
        fresh = [replace(one, state=State.QUARANTINED, reason=defect) for one in fresh]
    elif doubt := in_doubt(database, digest, row, notice=slot.startswith("notice:")):
        fresh = [replace(one, state=State.UNKNOWN, reason=doubt) for one in fresh]
    else:
        fresh = as_found(database, fresh, slot, at)
    for one in fresh:
        _insert(database, one, at)
    refresh(database, row)
    return True


def claim(database: Database, key: str, expected: State, at: str, newest: str) -> int | None:
    """Write `sending`; returns how many sends were ever begun, None if the row is not `expected`.

    The count goes into the database with the claim, and beside it after: see `lock`.
    """
    claimed = database.execute(
        "UPDATE deliveries SET state = ?1, attempts = attempts + 1, started_at = ?2,"
        " not_before = NULL WHERE key = ?3 AND state = ?4"
        " RETURNING (SELECT destination FROM digests WHERE id = digest)",
        [State.SENDING, at, key, expected],
    ).fetchone()
    if claimed is None:
        return None
    database.execute(
        "UPDATE destinations SET last_platform_id = ? WHERE id = ? AND last_platform_id = ''",
        [newest, claimed[0]],
    )
    refresh(database, claimed[0])
    (count,) = database.execute("UPDATE starts SET claims = claims + 1 RETURNING claims").fetchone()
    return int(count)


def settle(database: Database, key: str, settlement: Settlement, at: str) -> bool:
    """Write what became of a delivery; False, and nothing changes, where that is not legal."""
    row = database.execute("SELECT * FROM known_deliveries WHERE key = ?", [key]).fetchone()
    if row is None:
        return False
    delivery, destination, slot = delivery_of(row), row[18], row[19]
    if not legal(delivery.state, settlement) or _answered(database, delivery, settlement):
        return False
    if isinstance(settlement, SendAgain) and not delivery.body:
        close_again(database, [(delivery.digest,)])  # the renderer broke: it is to try again
    else:
        _write(database, delivery, settlement, at)
        _next_round(database, delivery, slot, settlement, at)
        _follow(database, delivery, destination, settlement, at)
    refresh(database, destination)
    return True


def recover(database: Database, platform: str, before: str | None, at: str) -> int:
    """Turn rows left `sending` into unknown, to be asked about from `at` on; count them."""
    left = database.execute(
        "SELECT v.key, g.destination FROM deliveries v JOIN digests g ON g.id = v.digest"
        " JOIN destinations d ON d.id = g.destination"
        " WHERE v.state NOT IN ('sent', 'dismissed') AND v.state = ?1 AND d.platform = ?2"
        " AND (?3 IS NULL OR v.started_at < ?3)",
        [State.SENDING, platform, before],
    ).fetchall()
    database.conn.executemany(
        "UPDATE deliveries SET state = ?, not_before = ? WHERE key = ?",
        [(State.UNKNOWN, at, key) for key, _ in left],
    )
    for destination in {destination for _, destination in left}:
        refresh(database, destination)
    return len(left)


def _destination(database: Database, row: int) -> Destination:
    return Destination(
        *database.execute(
            "SELECT platform, account, address FROM destinations WHERE id = ?", [row]
        ).fetchone()
    )


def _fresh(
    digest: int, part: int, round_: int, where: Destination, slot: str, body: Body
) -> Delivery:
    key = delivery_key(where.platform, where.account, where.address, slot, part, round_)
    return Delivery(
        digest, part, round_, key, State.PLANNED, where, body.payload, body.plain, body.reply
    )


def _insert(database: Database, one: Delivery, at: str) -> None:
    database.execute(
        "INSERT INTO deliveries(digest, part, round, key, state, body, plain, reply, not_before,"
        " settled_at, platform_id, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            one.digest, one.part, one.round, one.key, one.state, one.body, one.plain,
            int(one.reply), moment_or_none_text(one.not_before), at if one.state in _ENDS else None,
            one.platform_id, one.reason,
        ],
    )  # fmt: skip


def _answered(database: Database, delivery: Delivery, settlement: Settlement) -> bool:
    """A person's answer about a round that already has a next one comes too late."""
    if not isinstance(settlement, Dismissed | SendAgain):
        return False
    later = database.execute(
        "SELECT 1 FROM deliveries WHERE digest = ? AND part = ? AND round > ?",
        [delivery.digest, delivery.part, delivery.round],
    ).fetchone()
    return later is not None


def _write(database: Database, delivery: Delivery, settlement: Settlement, at: str) -> None:
    state = next_state(delivery.state, settlement)
    platform_id = settlement.platform_id if isinstance(settlement, Sent) else delivery.platform_id
    reason = "" if isinstance(settlement, Sent) else settlement.reason
    # The plain form is for a body that was refused; once that one is there, nobody needs it.
    plain = "" if state is State.SENT else delivery.plain
    database.execute(
        "UPDATE deliveries SET state = ?, not_before = ?, settled_at = ?, platform_id = ?,"
        " reason = ?, plain = ? WHERE key = ?",
        [
            state,
            moment_or_none_text(_not_before(delivery, state, settlement)),
            at if state in _ENDS else None,
            platform_id,
            reason,
            plain,
            delivery.key,
        ],
    )


def _not_before(delivery: Delivery, state: State, settlement: Settlement) -> datetime | None:
    match settlement:
        case RetryAt(at=moment) | Unknown(ask_at=moment):
            return moment
        case Suspended() if state is State.UNKNOWN:
            return delivery.not_before  # asked about when the place is back
        case _:
            return None


def _next_round(
    database: Database, delivery: Delivery, slot: str, settlement: Settlement, at: str
) -> None:
    body = next_round(delivery, settlement)
    if body is None:
        return
    # Never a plain form after the plain form.
    plain = delivery.plain if isinstance(settlement, SendAgain) else ""
    again = Body(body, plain, delivery.reply)
    following = _fresh(
        delivery.digest, delivery.part, delivery.round + 1, delivery.destination, slot, again
    )
    if (platform_id := is_posted(database, following.key)) is not None:
        following = replace(following, state=State.SENT, platform_id=platform_id)
    _insert(database, following, at)


def _follow(
    database: Database, delivery: Delivery, destination: int, settlement: Settlement, at: str
) -> None:
    database.execute("UPDATE digests SET done = 0 WHERE id = ?", [delivery.digest])
    if isinstance(settlement, Sent) and settlement.platform_id and not delivery.reply:
        database.execute(
            "UPDATE destinations SET last_platform_id = ? WHERE id = ?",
            [settlement.platform_id, destination],
        )
    if isinstance(settlement, Suspended):
        _suspend(database, delivery.destination, destination, settlement, at)


def _suspend(
    database: Database, where: Destination, row: int, settlement: Suspended, at: str
) -> None:
    """Suspend the place, or all of the account that are not suspended for a reason of their own."""
    if settlement.whole_account:
        database.execute(
            "UPDATE destinations SET suspended = ? WHERE platform = ? AND account = ?"
            " AND suspended = ''",
            [settlement.reason, where.platform, where.account],
        )
        database.execute(
            "DELETE FROM owing WHERE platform = ? AND account = ?", [where.platform, where.account]
        )
    else:
        database.execute(
            "UPDATE destinations SET suspended = ? WHERE id = ?", [settlement.reason, row]
        )
    action = "suspend account" if settlement.whole_account else "suspend"
    record(database, at, BOT, action, row, settlement.reason)
