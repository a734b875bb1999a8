"""A database of any earlier version → one of this version; a copy is made first.

MIGRATIONS is append-only: a published entry is never edited, removed or reordered. The number of
those that ran is the database's version (`PRAGMA user_version`), and `application_id` says that
the file is Paperboy's at all. An upgrade copies the file beside itself before it changes anything;
a database of a later version is refused, and the refusal names that copy.
"""

import logging
import os
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from sqlite_utils import Database

from bot.errors import StoreError, StoreTooNew
from bot.store.accounts import add_left_accounts
from bot.store.belonging import add_belonging
from bot.store.channel import add_channel
from bot.store.connection import connect, prepare_writing, transact
from bot.store.posted_rows import add_posted
from bot.store.schema import FIRST
from bot.store.steps import add_turns
from bot.store.trouble import translated

_LOG = logging.getLogger("paperboy.store")
Migration = Callable[[Database], None]

APPLICATION_ID: Final = 0x50426F79  # "PBoy"
_OLDEST_SQLITE: Final = (3, 38, 0)  # STRICT tables, RETURNING, json_each built in


def _first(database: Database) -> None:
    for part in FIRST:
        run_statements(database, part)


MIGRATIONS: Final[tuple[Migration, ...]] = (
    _first,
    add_channel,
    add_left_accounts,
    add_posted,
    add_belonging,
    add_turns,
)
LATEST: Final = len(MIGRATIONS)


def run_statements(database: Database, sql: str) -> None:
    """Run statements separated by semicolons inside the open transaction.

    Not `executescript`: that one commits first.
    """
    for statement in sql.split(";"):
        if statement.strip():
            database.execute(statement)


def version_of(database: Database) -> int:
    """Return how many migrations the database has seen; 0 for an empty one.

    Raises StoreError if it is somebody else's database.
    """
    (version,) = database.execute("PRAGMA user_version").fetchone()
    (owner,) = database.execute("PRAGMA application_id").fetchone()
    if owner != APPLICATION_ID and not _is_empty(database):
        raise StoreError(
            "This is an SQLite database, but not one of Paperboy's.",
            remedy="Set another file as store.path in the config.",
        )
    return int(version)


def upgrade(
    database: Database, path: Path | None, migrations: Sequence[Migration] = MIGRATIONS
) -> None:
    """Run the migrations that `database` lacks, all or none; copy the file first.

    `path` None is a database in memory. Raises StoreTooNew, StoreError, sqlite3.Error.
    """
    _check_library()
    version, latest = version_of(database), len(migrations)
    _refuse_later(version, latest, path)
    prepare_writing(database)
    if version == latest:
        return
    if version > 0 and path is not None:
        copy = copy_beside(path, latest)
        copy_file(database, copy)
        # A warning, so that it is seen on whatever terminal the first command is typed.
        extra = {"action": "upgraded", "version": latest}
        _LOG.warning("the database is upgraded; %s is the copy made before", copy, extra=extra)

    def run_missing(database: Database) -> None:
        for migrate in migrations[version_of(database) :]:
            migrate(database)
        database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        database.execute(f"PRAGMA user_version = {latest}")

    transact(database, "BEGIN IMMEDIATE", run_missing, str(path or "database"))


def require_known(database: Database, path: Path) -> int:
    """Return the version of a database of ours, no later than this one. Raises StoreError."""
    _check_library()
    version = version_of(database)
    _refuse_later(version, LATEST, path)
    if version == 0:
        raise StoreError(f"{path}: this database is empty.", remedy="Check the path.")
    return version


def is_earlier(path: Path) -> bool:
    """Say whether the next start would upgrade this database. Raises StoreError."""
    with translated(str(path)):
        database = connect(path, read_only=True)
        try:
            return require_known(database, path) < LATEST
        finally:
            database.close()


def require_current(database: Database, path: Path) -> None:
    """Check before reading only, where nothing can be upgraded. Raises StoreError."""
    version = require_known(database, path)
    if version < LATEST:
        raise StoreError(
            f"{path}: the database is of an earlier version ({version} of {LATEST}).",
            remedy="Start `paperboy run` once: it upgrades the database and keeps a copy.",
        )


def copy_beside(path: Path, version: int) -> Path:
    """Return where the copy goes that is made before the upgrade to `version`."""
    return path.with_name(f"{path.stem}.before-v{version}.sqlite3")


def copy_file(
    database: Database,
    target: Path,
    finish: Callable[[sqlite3.Connection], None] = lambda _: None,
) -> None:
    """Write a consistent copy of a database in use, readable by its owner only.

    `finish` may change the copy before it appears under its name. Raises sqlite3.Error, OSError.
    """
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        copy = sqlite3.connect(part)
        try:
            database.conn.backup(copy)
            finish(copy)
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, without -wal and -shm
        finally:
            copy.close()
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)  # of a copy that could not be finished


def _is_empty(database: Database) -> bool:
    return database.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is None


def _check_library() -> None:
    if sqlite3.sqlite_version_info < _OLDEST_SQLITE:
        wanted = ".".join(map(str, _OLDEST_SQLITE))
        raise StoreError(
            f"Python brings SQLite {sqlite3.sqlite_version}; Paperboy needs {wanted} or newer.",
            remedy="Use a newer Python, for example `uv run --python 3.12 paperboy run`.",
        )


def _refuse_later(version: int, latest: int, path: Path | None) -> None:
    if version <= latest:
        return
    copies = _copies_before(path, latest) if path else []
    kept = f"The copy made before the upgrade is {copies[0]}." if copies else ""
    raise StoreTooNew(
        f"The database was written by a later Paperboy (version {version}, this one knows "
        f"{latest}). {kept}".rstrip(),
        remedy="Install the later Paperboy again, or "
        + (f"`paperboy restore {copies[0]}`." if copies else "restore a backup made before."),
    )


def _copies_before(path: Path, latest: int) -> list[Path]:
    """Return the copies that this version can still read, the newest of them first."""
    return [
        copy
        for copy in sorted(path.parent.glob(f"{path.stem}.before-v*.sqlite3"), reverse=True)
        if _version_in(copy) <= latest
    ]


def _version_in(copy: Path) -> int:
    database = connect(copy, read_only=True)
    try:
        return version_of(database)
    finally:
        database.close()
