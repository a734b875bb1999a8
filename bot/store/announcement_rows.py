"""Announcements ⇄ rows, and what was announced of a paper, inside a transaction of the caller's."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

from sqlite_utils import Database

from bot.model import Announcement, Kind, Paper, Seen
from bot.store.codec import cats, cats_text, json_text, numbers, sorted_json, texts
from bot.store.paper_rows import known_versions, paper_of

LATE: Final = "late"
_INSERT: Final = (
    "INSERT INTO announcements(batch, paper, version, kind, repeats, cats, source)"
    " VALUES (?, ?, ?, ?, ?, ?, ?)"
)
_EXISTS: Final = (
    "SELECT 1 FROM announcements WHERE paper = ? AND version = ? AND kind = ? AND cats = ?"
)
_NOTHING: Final = Seen()


def announced_of(row: Sequence[Any]) -> tuple[Announcement, Paper]:
    """Return the announcement and its paper of a row of the view `announced_papers`."""
    paper = paper_of(row)
    seq, batch, kind, repeats, named, source = row[-6:]
    late = kind == LATE
    announcement = Announcement(
        paper.id,
        paper.version,
        Kind(repeats if late else kind),
        date.fromisoformat(batch),
        source,
        cats(named),
        late,
        seq,
    )
    return announcement, paper


def read_seen(database: Database, ids: Collection[str]) -> dict[str, Seen]:
    """Return what was announced of these papers; nothing for those never announced."""
    rows = database.execute(
        "SELECT p.id, p.versions, p.highest, p.categories FROM json_each(?) j"
        " JOIN papers p ON p.id = j.value WHERE p.highest > 0",
        [json_text(sorted(set(ids)))],
    )
    return {
        row[0]: Seen(frozenset(numbers(row[1])), row[2], frozenset(texts(row[3]))) for row in rows
    }


def add_announcements(
    database: Database, announcements: Sequence[Announcement]
) -> list[Announcement]:
    """Insert what was not announced yet, in this order; return it. The papers must be stored.

    What a paper was announced as is read from `papers`, which survives pruning: a row that was
    pruned is not announced a second time.
    """
    ids = {one.paper for one in announcements}
    seen, versions = read_seen(database, ids), known_versions(database, ids)
    fresh: list[Announcement] = []
    for one in announcements:
        before = seen.get(one.paper, _NOTHING)
        if not _repeats(one, before) and _insert(database, one):
            fresh.append(one)
            paper = versions.get((one.paper, one.version))
            seen[one.paper] = _after(one, before, paper.categories if paper else ())
    _write_seen(database, {one.paper: seen[one.paper] for one in fresh})
    database.conn.executemany(
        "UPDATE paper_versions SET indexed = 0 WHERE paper = ? AND version = ? AND indexed IS NULL",
        [(one.paper, one.version) for one in fresh],
    )
    return fresh


def _repeats(one: Announcement, seen: Seen) -> bool:
    if one.late:
        return False  # the row itself decides; one that was pruned is never enriched again
    if one.kind is Kind.CROSS:
        return seen.highest > 0 and seen.categories.issuperset(one.cats)
    return one.version in seen.versions


def _after(one: Announcement, seen: Seen, categories: Iterable[str]) -> Seen:
    if one.late:
        return seen
    counts = one.kind is not Kind.CROSS
    return replace(
        seen,
        versions=seen.versions | {one.version} if counts else seen.versions,
        highest=max(seen.highest, one.version),
        categories=seen.categories.union(one.cats, categories),
    )


def _insert(database: Database, one: Announcement) -> bool:
    kind, repeats = (LATE, one.kind.value) if one.late else (one.kind.value, "")
    spot = (one.paper, one.version, kind, cats_text(one.cats))
    if database.conn.execute(_EXISTS, spot).fetchone():
        return False  # asked first: INSERT OR IGNORE would use up a number
    values = (one.batch.isoformat(), *spot[:3], repeats, spot[3], one.source)
    database.conn.execute(_INSERT, values)
    return True


def _write_seen(database: Database, seen: Mapping[str, Seen]) -> None:
    database.conn.executemany(
        "UPDATE papers SET versions = ?1, highest = ?2, categories = ?3 WHERE id = ?4"
        " AND (versions <> ?1 OR highest <> ?2 OR categories <> ?3)",
        [
            (sorted_json(one.versions), one.highest, sorted_json(one.categories), paper)
            for paper, one in seen.items()
        ],
    )
