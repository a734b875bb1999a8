"""The lock beside the database, and the ids by which a restored database is recognised.

`<database>.lock` is held with flock while a program writes. Its four lines: process id, the id of
the last start, the id that a start was about to write, and how many sends were begun. Each start
writes a fresh id into database and lock file; if they differ at the next start, the database is
not the one that was last used: it was restored (design, decision 8). The count does what the ids
cannot: a file copied by hand and put back within one start has the right id, but fewer sends begun.
The count is written after the commit that it speaks of and is not flushed to the disk: a killed
process leaves it whole, a power cut only ever leaves it too low, which is no alarm.
"""

import fcntl
import os
from dataclasses import dataclass, replace
from pathlib import Path

from bot.errors import StoreBusy

_WIDTH = 40
_LINES = 4


@dataclass(frozen=True, slots=True)
class Imprint:
    """What the lock file says."""

    pid: int = 0
    start: str = ""
    pending: str = ""  # an id that may or may not have reached the database
    claims: int = 0

    def knows(self, token: str, claims: int) -> bool:
        """Say whether a database with this id and count is the one that was last used."""
        known = token != "" and token in (self.start, self.pending)
        return known and claims >= self.claims


class Lock:
    """The held lock. Made by `take`; `release` lets it go and is safe to call twice."""

    def __init__(self, descriptor: int, imprint: Imprint) -> None:
        self._descriptor = descriptor
        self.imprint = imprint

    def write(self, imprint: Imprint, *, durable: bool = True) -> None:
        """Replace the file's content; with `durable` it is on the disk afterwards."""
        os.pwrite(self._descriptor, _encode(imprint), 0)
        if durable:
            os.fsync(self._descriptor)
        self.imprint = imprint

    def count(self, claims: int) -> None:
        """Remember how many sends were begun, after the commit that says so."""
        self.write(replace(self.imprint, claims=claims), durable=False)

    def release(self) -> None:
        """Close the file, which lets the lock go. The file stays: it carries the ids."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def lock_path(database: Path) -> Path:
    """Return the lock file that belongs to a database."""
    return database.with_name(database.name + ".lock")


def take(database: Path) -> Lock:
    """Take the lock, or raise StoreBusy naming the process that has it. Raises OSError."""
    path = lock_path(database)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = _decode(_content(descriptor)).pid
        os.close(descriptor)
        raise StoreBusy(
            f"{database}: another Paperboy is using this database (process {holder}).",
            remedy=f"Stop it first (`kill {holder}`), or set another store.path in the config.",
        ) from None
    lock = Lock(descriptor, _decode(_content(descriptor)))
    lock.write(replace(lock.imprint, pid=os.getpid()), durable=False)
    return lock


def is_held(database: Path) -> bool:
    """Say whether a program holds the lock now. Raises OSError."""
    return holder(database) != 0


def holder(database: Path) -> int:
    """Return the process that holds the lock now, 0 for none. Raises OSError."""
    try:
        descriptor = os.open(lock_path(database), os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return 0
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _decode(_content(descriptor)).pid or -1
    finally:
        os.close(descriptor)
    return 0


def _content(descriptor: int) -> bytes:
    return os.pread(descriptor, _LINES * (_WIDTH + 1), 0)


def _encode(imprint: Imprint) -> bytes:
    values = (imprint.pid, imprint.start, imprint.pending, imprint.claims)
    return "".join(f"{value!s:<{_WIDTH}}\n" for value in values).encode("ascii")


def _decode(content: bytes) -> Imprint:
    """Read the file; one that cannot be read says nothing, so the database counts as restored."""
    lines = content.decode("ascii", errors="replace").splitlines()
    if len(lines) != _LINES or any(len(line) > _WIDTH for line in lines):
        return Imprint()
    pid, start, pending, claims = (line.strip() for line in lines)
    if not (pid.isdecimal() and claims.isdecimal()):
        return Imprint()
    return Imprint(int(pid), start, pending, int(claims))
