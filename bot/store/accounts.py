"""Accounts that removed Paperboy: remembered with the moment, and forgotten whole some time after.

The port `Accounts` on SQLite. Whoever installs Paperboy again in time finds everything as it was.
"""

from datetime import datetime
from typing import Final

from sqlite_utils import Database

from bot.accounts import AccountId
from bot.ports import Calendar
from bot.store.audit_rows import record
from bot.store.codec import moment_text
from bot.store.connection import Connection
from bot.store.forgetting import ANYBODY, forget_account, forget_part


def add_left_accounts(database: Database) -> None:
    """Migrate to the version that remembers who removed Paperboy."""
    database.execute(
        "CREATE TABLE left_accounts("
        " platform TEXT NOT NULL,"
        " account TEXT NOT NULL,"
        " at TEXT NOT NULL,"
        " PRIMARY KEY(platform, account)"
        ") STRICT, WITHOUT ROWID"
    )


_RETURNED: Final = "DELETE FROM left_accounts WHERE platform = ? AND account = ? AND part = ?"


class Accounts:
    """The port `Accounts`; `calendar` says when somebody left."""

    def __init__(self, connection: Connection, calendar: Calendar) -> None:
        self._connection = connection
        self._calendar = calendar

    async def left(self, account: AccountId) -> None:
        """Remember that an account removed Paperboy; the first time counts."""
        await self._connection.write(
            lambda database: database.execute(
                "INSERT OR IGNORE INTO left_accounts(platform, account, part, at)"
                " VALUES (?, ?, ?, ?)",
                [*account, self._now()],
            )
        )

    async def returned(self, account: AccountId) -> None:
        """Forget that an account removed Paperboy."""
        await self._connection.write(lambda database: database.execute(_RETURNED, list(account)))

    async def left_before(self, moment: datetime) -> tuple[AccountId, ...]:
        """Return the accounts that removed Paperboy before that moment."""
        rows = await self._connection.read(
            lambda database: database.execute(
                "SELECT platform, account, part FROM left_accounts WHERE at < ?",
                [moment_text(moment)],
            ).fetchall()
        )
        return tuple(AccountId(*row) for row in rows)

    async def forget(self, account: AccountId) -> None:
        """Delete everything of an account, unless it returned meanwhile."""
        await self._connection.write(lambda database: self._forget(database, account))

    def _forget(self, database: Database, account: AccountId) -> None:
        gone = database.execute(_RETURNED, list(account))
        if gone.rowcount and account.part:
            forget_part(database, *account)
        elif gone.rowcount:
            forget_account(database, account.platform, account.account)
        if gone.rowcount:
            record(database, self._now(), ANYBODY, "forget account", None, "")

    def _now(self) -> str:
        return moment_text(self._calendar.now())
