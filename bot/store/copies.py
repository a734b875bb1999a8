"""A consistent copy of a database in use, and the way back.

A copy is marked as one: put back, by `restore` or by hand, it counts as restored at the next start
(design, decision 8), because messages may have been sent after it was made.
"""

import sqlite3
from pathlib import Path
from typing import Final

from bot.errors import StoreError
from bot.store.connection import connect
from bot.store.lock import take
from bot.store.migrations import copy_file, require_known
from bot.store.trouble import translated

_COPIED: Final = "copy"
"""Stands where a start's id stands; no start has it."""


def backup(path: Path, target: Path) -> None:
    """Write a copy of the database at `path`, also beside a running bot; replaces `target`.

    Readable by its owner only. Raises StoreError.
    """
    with translated(str(path)):
        if not path.exists():
            raise StoreError(f"{path}: there is no database.", remedy="Check the path.")
        _require_apart(path, target)
        database = connect(path, read_only=True)
        try:
            require_known(database, path)
            with translated(str(target)):
                copy_file(database, target, _mark)
        finally:
            database.close()


def restore(path: Path, source: Path) -> Path | None:
    """Put the copy `source` in the place of the database at `path`.

    What was there is kept beside it; returns where, None if there was nothing. The copy is checked
    first, and upgraded at the next start if it is of an earlier version. Raises StoreBusy while a
    bot runs, StoreTooNew, StoreError; then nothing was changed.
    """
    part = path.with_name(path.name + ".restoring")
    with translated(str(source)):
        if not source.exists():
            raise StoreError(f"{source}: there is no such file.", remedy="Check the path.")
        _require_apart(path, source)
        database = connect(source, read_only=True)
        try:
            require_known(database, source)
            _require_whole(database.execute("PRAGMA integrity_check").fetchone()[0], source)
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            copy_file(database, part, _mark)
        finally:
            database.close()
    with translated(str(path)):
        try:
            return _put_in_place(part, path)
        finally:
            part.unlink(missing_ok=True)


def _put_in_place(part: Path, path: Path) -> Path | None:
    lock = take(path)
    try:
        kept = _put_aside(path)
        part.replace(path)
    finally:
        lock.release()
    return kept


def _require_apart(path: Path, target: Path) -> None:
    """A copy in the place of the database, or of what SQLite keeps beside it, would destroy it."""
    beside = {path.with_name(path.name + suffix) for suffix in ("", "-wal", "-shm", ".lock")}
    if target.resolve() in {one.resolve() for one in beside}:
        raise StoreError(f"{target}: that is the database itself.", remedy="Name another file.")


def damage_in(path: Path) -> str:
    """Return what is wrong inside a database file, "" if nothing; it may be in use.

    Raises StoreError where it is no database at all.
    """
    with translated(str(path)):
        database = connect(path, read_only=True)
        try:
            found = str(database.execute("PRAGMA quick_check(1)").fetchone()[0])
        finally:
            database.close()
    return "" if found == "ok" else found


def _mark(copy: sqlite3.Connection) -> None:
    copy.execute("UPDATE starts SET token = ?", [_COPIED])
    copy.commit()


def _require_whole(found: str, source: Path) -> None:
    if found != "ok":
        raise StoreError(f"{source}: this copy is damaged ({found}).", remedy="Use another backup.")


def _put_aside(path: Path) -> Path | None:
    """Move the database away with what SQLite keeps beside it; a later restore replaces it."""
    if not path.exists():
        return None
    kept = path.with_name(f"{path.stem}.before-restore.sqlite3")
    for suffix in ("", "-wal", "-shm"):
        kept.with_name(kept.name + suffix).unlink(missing_ok=True)
        beside = path.with_name(path.name + suffix)
        if beside.exists():
            beside.replace(kept.with_name(kept.name + suffix))
    return kept
