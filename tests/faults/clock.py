"""One wall clock for all processes of a world: some bytes of a file that each of them maps.

Whoever is driven by it cannot tell it from the wall: it stands still until it is moved, and one
process may see it an hour off.
"""

import mmap
import struct
from datetime import UTC, datetime, timedelta
from pathlib import Path

_NUMBER = struct.Struct("<q")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)


class SharedClock:
    """The calendar of a world, as one process sees it."""

    def __init__(self, path: Path, offset: timedelta = timedelta()) -> None:
        with path.open("r+b") as file:
            self._bytes = mmap.mmap(file.fileno(), _NUMBER.size)
        self._offset = offset

    def now(self) -> datetime:
        return _EPOCH + self._ticks() * _TICK + self._offset

    def _ticks(self) -> int:
        (ticks,) = _NUMBER.unpack_from(self._bytes)
        return int(ticks)

    def jump(self, moment: datetime) -> None:
        """Move on to a moment; never back, not even for a process that sees the clock fast."""
        ticks = (moment - self._offset - _EPOCH) // _TICK
        if ticks > self._ticks():
            _NUMBER.pack_into(self._bytes, 0, ticks)


def make_clock(path: Path, moment: datetime) -> SharedClock:
    """Make the file, with the clock standing at a moment."""
    path.write_bytes(_NUMBER.pack((moment - _EPOCH) // _TICK))
    return SharedClock(path)
