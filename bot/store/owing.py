"""Reading the outbox: what is owed next, a digest as it is rendered, what was ever shown."""

from collections.abc import Collection, Iterator, Mapping
from heapq import merge
from typing import Final

from sqlite_utils import Database

from bot.model import Destination, Digest, Owed, Paper, Slot
from bot.store import codec
from bot.store.delivery_rows import delivery_of
from bot.store.paper_rows import paper_of
from bot.store.places import read_places
from bot.store.steps import next_step

_FEW_PAIRS: Final = 20_000  # up to here single look-ups beat reading a paper's whole ledger

_Waiting = tuple[int, str, int, str, str]  # turn, due, destination's row, account, address


def owed(
    database: Database,
    platform: str,
    now: str,
    limit: int,
    busy: Collection[Destination],
    accounts: Collection[str],
) -> tuple[Owed, ...]:
    """Return the next step of up to `limit` destinations, in the order of their turns."""
    found: list[Owed] = []
    most = limit + len(busy)
    queues = [
        _queue(database, platform, account, now, most)
        for account in _accounts(database, platform)
        if account not in accounts
    ]
    for _, _, row, account, address in merge(*queues):
        if len(found) >= limit:
            break
        where = Destination(platform, account, address)
        if where not in busy and (step := _step(database, row, where)):
            found.append(step)
    return tuple(found)


def _accounts(database: Database, platform: str) -> Iterator[str]:
    """Walk the accounts that owe something, one look-up each."""
    account = ""
    while True:
        (following,) = database.execute(
            "SELECT min(account) FROM owing WHERE platform = ? AND account >= ?",
            [platform, account],
        ).fetchone()
        if following is None:
            return
        yield following
        account = following + "\0"


def _queue(
    database: Database, platform: str, account: str, now: str, most: int
) -> Iterator[_Waiting]:
    for turn, due, row, address in database.execute(
        "SELECT o.turn, o.due, o.destination, d.address FROM owing o"
        " JOIN destinations d ON d.id = o.destination"
        " WHERE o.platform = ? AND o.account = ? AND o.wake <= ?"
        " ORDER BY o.turn, o.due, o.destination LIMIT ?",
        [platform, account, now, most],
    ):
        yield turn, due, row, account, address


def _step(database: Database, row: int, where: Destination) -> Owed | None:
    step, _ = next_step(database, row)
    if step is None:
        return None
    if step.part is None:
        return Owed(where, step.digest, None)
    found = database.execute(
        "SELECT * FROM known_deliveries WHERE digest = ? AND part = ? AND round = ?",
        [step.digest, step.part.part, step.part.round],
    ).fetchone()
    (due,) = database.execute("SELECT due FROM digests WHERE id = ?", [step.digest]).fetchone()
    return Owed(where, step.digest, delivery_of(found), codec.moment(due))


def read_digest(database: Database, digest: int | str) -> Digest | None:
    """Return a digest with all its papers, by row or by the key of a delivery; None if unknown."""
    row = _digest_row(database, digest)
    found = database.execute(
        "SELECT destination, slot, due, heading, items, shown FROM digests WHERE id = ?", [row]
    ).fetchone()
    if row is None or found is None:
        return None
    destination, slot, due, heading, items, shown = found
    place = read_places(database, [destination])[destination]
    moment = codec.moment(due)
    assert moment is not None
    return Digest(
        row,
        place.destination,
        Slot(slot, moment),
        place,
        codec.heading(heading),
        codec.items(items),
        shown,
        _papers(database, row),
    )


def _digest_row(database: Database, digest: int | str) -> int | None:
    if isinstance(digest, int):
        return digest
    found = database.execute("SELECT digest FROM deliveries WHERE key = ?", [digest]).fetchone()
    return int(found[0]) if found else None


def _papers(database: Database, digest: int) -> Mapping[tuple[str, int], Paper]:
    rows = database.execute(
        "SELECT k.* FROM digest_items i CROSS JOIN known_papers k"
        " ON k.paper = i.paper AND k.version = i.version WHERE i.digest = ?",
        [digest],
    )
    return {(paper.id, paper.version): paper for paper in map(paper_of, rows)}


def shown(
    database: Database, destinations: Collection[Destination], papers: Collection[str]
) -> Mapping[tuple[Destination, str], int]:
    """Return the ledger for the pairs that exist: (destination, paper) → highest version shown."""
    places = {
        row: Destination(platform, account, address)
        for row, platform, account, address in database.execute(
            "SELECT d.id, d.platform, d.account, d.address FROM json_each(?) j"
            " JOIN destinations d ON d.platform = j.value ->> 0 AND d.account = j.value ->> 1"
            " AND d.address = j.value ->> 2",
            [codec.json_text([[one.platform, one.account, one.address] for one in destinations])],
        )
    }
    if not places:
        return {}
    # The plus keeps SQLite from looking up every pair when there are millions of them; who plans
    # asks for neighbouring rows, so it reads only that stretch of each paper's ledger.
    few = len(places) * len(papers) <= _FEW_PAIRS
    rows = database.execute(
        "SELECT l.destination, p.id, l.version FROM json_each(?1) j"
        " CROSS JOIN papers p ON p.id = j.value CROSS JOIN ledger l ON l.paper = p.number"
        " WHERE l.destination IN (SELECT value FROM json_each(?2))"
        if few
        else "SELECT l.destination, p.id, l.version FROM json_each(?1) j"
        " CROSS JOIN papers p ON p.id = j.value CROSS JOIN ledger l ON l.paper = p.number"
        " AND l.destination BETWEEN ?3 AND ?4"
        " WHERE +l.destination IN (SELECT value FROM json_each(?2))",
        [
            codec.json_text(list(papers)),
            codec.json_text(list(places)),
            *([] if few else [min(places), max(places)]),
        ],
    )
    return {(places[row], paper): version for row, paper, version in rows}
