"""Slack, switched on: tokens → the platform that the worker sends through, and the listening.

    slack = SlackService(bot_token, app_token, base_url, limits)
    worker = Worker(slack.platform, …)
    async with slack.open(commands, subscriptions, wake, elapsed, who_may_edit): …

Whose token it is, Slack has to say first; until then nothing is sent and nothing is lost.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Final

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.accounts import Accounts
from bot.commands import Commands
from bot.limits import PlatformLimits
from bot.model import Destination
from bot.platforms.slack.account import Account, who_am_i
from bot.platforms.slack.bolt import open_slack
from bot.platforms.slack.client import SlackPlatform, connect
from bot.platforms.slack.desk import Desk
from bot.platforms.slack.errors import code_of
from bot.platforms.slack.life import Life
from bot.platforms.slack.members import Members
from bot.platforms.slack.people import People
from bot.platforms.slack.refusals import ADD_SCOPES, bot_refused
from bot.platforms.slack.rights import WhoMayEdit
from bot.platforms.slack.scopes import missing
from bot.ports import Elapsed, Subscriptions
from bot.secret import Secret

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

LADDER: Final = (1.0, 5.0, 15.0, 60.0)  # seconds between questions whose token it is
_LOG = logging.getLogger("paperboy.slack")


class SlackService:
    """One workspace with its two tokens."""

    def __init__(
        self, bot_token: Secret, app_token: Secret, base_url: str, limits: PlatformLimits
    ) -> None:
        self._client = connect(bot_token.reveal(), base_url)
        self._app_token = app_token
        self._clients: dict[str, AsyncWebClient] = {}
        self.platform = SlackPlatform(self._clients, limits)
        self.account: Account | None = None  # known once Slack has answered, and so is:
        self.life: Life | None = None
        self.trouble = "Slack has not said yet whose token this is"
        self.refused = ""
        self._said = ""  # what was last said to hinder us

    @property
    def account_id(self) -> str:
        """The workspace, "" while it is not known."""
        return self.account.team if self.account else ""

    @contextlib.asynccontextmanager
    async def open(
        self,
        commands: Commands,
        subscriptions: Subscriptions,
        accounts: Accounts,
        wake: Callable[[], None],
        elapsed: Elapsed,
        who_may_edit: WhoMayEdit,
    ) -> AsyncIterator[None]:
        """Talk and listen in the background until the context ends."""

        def desk(account: Account) -> Desk:
            return Desk(
                team=account.team,
                client=self._client,
                commands=commands,
                subscriptions=subscriptions,
                people=People(self._client, elapsed),
                members=Members(self._client, elapsed),
                elapsed=elapsed,
                who_may_edit=who_may_edit,
                wake=wake,
            )

        work = asyncio.create_task(self._run(desk, accounts, elapsed))
        try:
            yield
        finally:
            work.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await work

    def link(self, where: Destination, message: str) -> str:
        """Return the address of one of our messages, by its id; "" while we know it not."""
        if self.account is None or where.platform != self.platform.name:
            return ""
        return self.account.link(self.platform.channel_of(where), message)

    async def _run(
        self, desk: Callable[[Account], Desk], accounts: Accounts, elapsed: Elapsed
    ) -> None:
        account = self.account = await self._identified(elapsed)
        self._clients[account.team] = self._client
        at = desk(account)
        at.wake()
        here = account.team, account.user
        life = self.life = Life(*here, self._client, at.subscriptions, accounts, elapsed, at.wake)
        async with open_slack(at, life, self._app_token.reveal()):
            await asyncio.Event().wait()

    async def _identified(self, elapsed: Elapsed) -> Account:
        """Ask whose the token is until Slack answers; a refusal is for the operator to mend."""
        attempt = 0
        while True:
            try:
                account = await who_am_i(self._client)
            except SlackApiError as error:
                self._refused(code_of(error))
            except (SlackClientError, ClientError, TimeoutError, OSError) as error:
                self.trouble = f"Slack cannot be reached ({type(error).__name__})"
                self._say("Slack cannot be reached (%s). I try again.", type(error).__name__)
            else:
                self.trouble = self.refused = ""
                self._check_scopes(account)
                return account
            await elapsed.sleep(LADDER[min(attempt, len(LADDER) - 1)])
            attempt += 1

    def _refused(self, code: str) -> None:
        text, remedy = bot_refused(code)
        self.trouble = self.refused = text
        self._say("slack.bot_token: %s %s Nothing is lost meanwhile.", text, remedy)

    def _check_scopes(self, account: Account) -> None:
        if lacking := missing(account.scopes):
            self._say(f"slack.bot_token lacks: %s. {ADD_SCOPES}", ", ".join(lacking))

    def _say(self, words: str, *about: str) -> None:
        """Say what hinders us, once until it is something else."""
        if self._said != (said := words % about):
            self._said = said
            _LOG.error(words, *about, extra={"action": "slack.refused"})
