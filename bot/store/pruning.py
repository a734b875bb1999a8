"""Retention: what is deleted, and what stays so that nothing old ever becomes new.

Announcements, texts and finished digests go. What stays: the row of each announced paper in
`papers` (what was announced of it), the ledger (what each destination was shown), and the bare row
of each notice (its slot, so that an incident is not told twice).
"""

from datetime import date
from typing import Final

from sqlite_utils import Database

from bot.store.codec import json_text
from bot.store.due_groups import drop_unused

_A_STATEMENT: Final = 250  # digests


def prune_announcements(database: Database, before: date) -> int:
    """Delete announcements of batches before that day; return how many."""
    return database.execute(
        "DELETE FROM announcements WHERE batch < ?", [before.isoformat()]
    ).rowcount


def prune_digests(database: Database, before: date) -> None:
    """Delete digests planned before that day of which nothing is left to do.

    Some hundreds a statement: SQLite keeps what one statement changes in memory until it ends, and
    the bodies of one day's 5,000 digests would leave the process larger for good.
    """
    old = [before.isoformat()]
    ids = [
        row[0]
        for row in database.execute("SELECT id FROM digests WHERE done = 1 AND planned_at < ?", old)
    ]
    for start in range(0, len(ids), _A_STATEMENT):
        some = [json_text(ids[start : start + _A_STATEMENT])]
        database.execute(
            "DELETE FROM digest_topics WHERE digest IN (SELECT value FROM json_each(?))", some
        )
        database.execute(
            "DELETE FROM digests WHERE id IN (SELECT value FROM json_each(?))"
            " AND slot NOT LIKE 'notice:%'",
            some,
        )
    database.execute(
        "DELETE FROM deliveries WHERE digest IN (SELECT id FROM digests WHERE done = 1"
        " AND planned_at < ? AND slot LIKE 'notice:%')",
        old,
    )
    database.execute(
        "UPDATE digests SET heading = '{}' WHERE done = 1 AND planned_at < ?"
        " AND slot LIKE 'notice:%' AND heading <> '{}'",
        old,
    )


def prune_papers(database: Database, before: date) -> int:
    """Delete the texts of papers of no use since; return how many papers.

    Papers that are still announced, or saved by a person, keep their texts.
    """
    old = {"before": before.isoformat()}
    papers = [
        row[0]
        for row in database.execute(
            "SELECT DISTINCT v.paper FROM paper_versions v JOIN papers p ON p.id = v.paper"
            " WHERE p.used < :before"
            " AND NOT EXISTS (SELECT 1 FROM announcements a WHERE a.paper = p.id)"
            " AND NOT EXISTS (SELECT 1 FROM saved s WHERE s.paper = p.id)",
            old,
        )
    ]
    drop_unused(database)
    drop = [(paper,) for paper in papers]
    database.conn.executemany(
        "DELETE FROM paper_words WHERE rowid IN (SELECT id FROM paper_versions WHERE paper = ?)",
        drop,
    )
    database.conn.executemany("DELETE FROM paper_versions WHERE paper = ?", drop)
    # Known from a search only: nothing is to be remembered of it.
    database.conn.executemany(
        "DELETE FROM papers WHERE id = ? AND highest = 0"
        " AND NOT EXISTS (SELECT 1 FROM ledger WHERE paper = papers.number)",
        drop,
    )
    return len(papers)
