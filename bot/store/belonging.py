"""What places are part of (a Discord server, with its filter), and whom a subscription calls.

A part of an account, too, may remove Paperboy and is forgotten some time after.
"""

from typing import Final

from sqlite_utils import Database

# A place's `base` is that of what it is part of: it is written in one row only.
_STATEMENTS: Final = (
    "ALTER TABLE destinations ADD COLUMN base TEXT NOT NULL DEFAULT ''",
    (
        "ALTER TABLE destinations ADD COLUMN within INTEGER"
        " REFERENCES destinations(id) ON DELETE SET NULL"
    ),
    "CREATE INDEX destinations_within ON destinations(within) WHERE within IS NOT NULL",
    "ALTER TABLE subscriptions ADD COLUMN ping TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE left_accounts RENAME TO left_before",
    (
        "CREATE TABLE left_accounts("
        " platform TEXT NOT NULL,"
        " account TEXT NOT NULL,"
        " part TEXT NOT NULL DEFAULT '',"
        " at TEXT NOT NULL,"
        " PRIMARY KEY(platform, account, part)"
        ") STRICT, WITHOUT ROWID"
    ),
    (
        "INSERT INTO left_accounts(platform, account, at)"
        " SELECT platform, account, at FROM left_before"
    ),
    "DROP TABLE left_before",
    "DROP VIEW known_places",
    (
        "CREATE VIEW known_places AS"
        " SELECT d.platform, d.account, d.address, d.name, d.zone, d.density, d.is_person,"
        " d.suspended, d.creator, d.last_platform_id, d.tell_empty, d.exclude,"
        " s.platform AS skip_platform, s.account AS skip_account, s.address AS skip_address,"
        " coalesce(w.base, d.base) AS base,"
        " w.platform AS within_platform, w.account AS within_account, w.address AS within_address,"
        " d.id"
        " FROM destinations d LEFT JOIN destinations s ON s.id = d.skip_shown_at"
        " LEFT JOIN destinations w ON w.id = d.within"
    ),
    "DROP VIEW known_subscriptions",
    (
        "CREATE VIEW known_subscriptions AS"
        " SELECT s.destination, s.number, t.text AS topic, s.label, g.schedule, g.zone, s.cursor,"
        " s.kinds, s.updates, s.creator, s.editor, s.created, s.paused, s.paused_until, s.removed,"
        " s.first_done, g.last_slot, s.id, s.due_group, s.ping"
        " FROM subscriptions s JOIN topics t ON t.id = s.topic"
        " JOIN due_groups g ON g.id = s.due_group"
    ),
)


def add_belonging(database: Database) -> None:
    """Migrate to the version that knows servers, their filters, and roles that are called."""
    for statement in _STATEMENTS:
        database.execute(statement)
