"""sqlite3's exceptions → the error tree's StoreError leaves, each with a remedy."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from bot.errors import StoreBusy, StoreError, StoreFull

_PRIMARY = 0xFF  # an extended result code carries its primary code in the low byte
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_BROKEN = {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT}
_OS_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM}


@contextmanager
def translated(where: str) -> Iterator[None]:
    """Raise sqlite3's and the operating system's errors as StoreErrors; `where` names the file."""
    try:
        yield
    except sqlite3.Error as error:
        raise of_sqlite(error, where) from error
    except OSError as error:
        raise of_system(error, where) from error


def of_sqlite(error: sqlite3.Error, where: str) -> StoreError:
    """Return the StoreError that says what `error` means and what to do about it."""
    code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY
    if code in _BUSY:
        return StoreBusy(
            f"{where}: another program is writing to the database ({error}).",
            remedy="Close the other program; Paperboy tries again.",
        )
    if code == sqlite3.SQLITE_FULL:
        return _full(f"{where}: the disk is full ({error}). Nothing was changed.")
    if code == sqlite3.SQLITE_READONLY:
        return _full(f"{where}: the database cannot be written to ({error}). Nothing was changed.")
    return _other(code, error, where)


def of_system(error: OSError, where: str) -> StoreError:
    """Return the StoreError for a file or folder that the operating system refuses."""
    if error.errno in _OS_FULL:
        return _full(f"{where}: {error.strerror}. Nothing was changed.")
    return StoreError(f"{where}: {error.strerror or error}.", remedy="Check the path.")


def _full(message: str) -> StoreFull:
    return StoreFull(
        message, remedy="Make room, and check that Paperboy's user may write to file and folder."
    )


def _other(code: int, error: sqlite3.Error, where: str) -> StoreError:
    if code in _BROKEN:
        return StoreError(
            f"{where}: this is not a database, or it is damaged ({error}).",
            remedy="Bring back a backup with `paperboy restore FILE`, or name another file.",
        )
    if code == sqlite3.SQLITE_CANTOPEN:
        return StoreError(
            f"{where}: the database cannot be opened ({error}).",
            remedy="Check that file and folder exist and that Paperboy's user may read them.",
        )
    if code == sqlite3.SQLITE_IOERR:
        return StoreError(
            f"{where}: the disk does not answer as it should ({error}).",
            remedy="Check the disk and the system's log; Paperboy tries again.",
        )
    return StoreError(
        f"{where}: the database refused a statement ({error}).",
        remedy="This is a defect of Paperboy: please report it with this message.",
    )
