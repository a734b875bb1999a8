"""Accounts that removed Paperboy: their name, and the port that keeps them."""

from datetime import datetime
from typing import NamedTuple, Protocol


class AccountId(NamedTuple):
    """A Slack workspace (its team id) or a Discord application, as `Destination` has it.

    With a `part` only what lies in that: a Discord server, by its place's address.
    """

    platform: str
    account: str
    part: str = ""


class Accounts(Protocol):
    """Who removed Paperboy, and when: their data is kept for a while, then deleted."""

    async def left(self, account: AccountId) -> None:
        """Remember that an account removed Paperboy; the first time counts."""

    async def returned(self, account: AccountId) -> None:
        """Forget that an account removed Paperboy."""

    async def left_before(self, moment: datetime) -> tuple[AccountId, ...]:
        """Return the accounts that removed Paperboy before that moment."""

    async def forget(self, account: AccountId) -> None:
        """Delete everything of an account, unless it returned meanwhile."""
