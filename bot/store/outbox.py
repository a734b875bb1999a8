"""What is owed, and what became of it: the port `Outbox` on SQLite."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from bot.model import Body, Destination, Digest, Owed, Passed, Plan, State
from bot.settlement import Settlement
from bot.store import enqueueing, owing, settling
from bot.store.codec import moment_or_none_text, moment_text
from bot.store.connection import Connection


class Outbox:
    """The port `Outbox`. `counted` is told after each claim how many sends were ever begun."""

    def __init__(self, connection: Connection, counted: Callable[[int], None]) -> None:
        self._connection = connection
        self._counted = counted

    async def enqueue(
        self, plans: Sequence[Plan], at: datetime, passed: Sequence[Passed] = ()
    ) -> Sequence[Plan]:
        """Freeze digests and move their cursors; returns the plans that were left out whole."""
        return await self._connection.write(
            lambda database: enqueueing.enqueue(database, plans, moment_text(at), passed)
        )

    async def shown(
        self, destinations: Collection[Destination], papers: Collection[str]
    ) -> Mapping[tuple[Destination, str], int]:
        """Return the ledger: highest version ever shown, for the pairs that exist."""
        return await self._connection.read(
            lambda database: owing.shown(database, destinations, papers)
        )

    async def owed(
        self,
        platform: str,
        now: datetime,
        limit: int,
        busy: Collection[Destination],
        accounts: Collection[str] = (),
    ) -> tuple[Owed, ...]:
        """Return the next step of up to `limit` destinations that are not busy or suspended."""
        return await self._connection.read(
            lambda database: owing.owed(database, platform, moment_text(now), limit, busy, accounts)
        )

    async def digest(self, digest: int | str) -> Digest | None:
        """Return a digest with all its papers, by row id or by the key of a delivery."""
        return await self._connection.read(lambda database: owing.read_digest(database, digest))

    async def open(
        self, digest: int, parts: Sequence[Body], at: datetime, defect: str = ""
    ) -> bool:
        """Insert a digest's parts with their keys; False if another did so before."""
        return await self._connection.write(
            lambda database: settling.open_digest(database, digest, parts, moment_text(at), defect)
        )

    async def claim(self, key: str, expected: State, at: datetime, newest: str = "") -> bool:
        """Write `sending` before the request; False if the row is not `expected` any more."""
        count = await self._connection.write(
            lambda database: settling.claim(database, key, expected, moment_text(at), newest)
        )
        if count is not None:
            self._counted(count)
        return count is not None

    async def settle(self, key: str, settlement: Settlement, at: datetime) -> bool:
        """Write what became of a delivery, and what follows from it; False if not legal."""
        return await self._connection.write(
            lambda database: settling.settle(database, key, settlement, moment_text(at))
        )

    async def recover(self, platform: str, before: datetime | None, at: datetime) -> int:
        """Turn rows left `sending` into unknown, to be asked about from `at` on; count them."""
        return await self._connection.write(
            lambda database: settling.recover(
                database, platform, moment_or_none_text(before), moment_text(at)
            )
        )
